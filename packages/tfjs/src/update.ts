/** Changes weights by a mean gradient, in place. Keeps its moments between calls. */
export type Update = (weights: Float32Array, gradient: Float32Array) => void

const sgd =
  (learningRate: number): Update =>
  (weights, gradient) => {
    for (let i = 0; i < weights.length; i++) weights[i]! -= learningRate * gradient[i]!
  }

/** Adam with bias correction, beta 0.9 and 0.999, epsilon 1e-8. @see Kingma, Ba 2015, arXiv 1412.6980, algorithm 1 */
function adam(learningRate: number, size: number): Update {
  const first = new Float32Array(size)
  const second = new Float32Array(size)
  let step = 0
  return (weights, gradient) => {
    step++
    const [a, b] = [1 - 0.9 ** step, 1 - 0.999 ** step]
    for (let i = 0; i < weights.length; i++) {
      const g = gradient[i]!
      first[i] = 0.9 * first[i]! + 0.1 * g
      second[i] = 0.999 * second[i]! + 0.001 * g * g
      weights[i]! -= (learningRate * (first[i]! / a)) / (Math.sqrt(second[i]! / b) + 1e-8)
    }
  }
}

export const updateOf = (optimizer: 'sgd' | 'adam', learningRate: number, size: number): Update =>
  optimizer === 'adam' ? adam(learningRate, size) : sgd(learningRate)
