import { describe, expect, it } from 'vitest'
import { answerOf } from '../src/fitting.js'
import { gradientsOf, type Examples } from '../src/gradients.js'
import { openTf } from '../src/runtime.js'
import { mlp, width } from './models.js'

const random = (length: number, seed: number): Float32Array => {
  let state = seed
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state / 2 ** 32) * 2 - 1
  })
}

const examples: Examples = {
  inputs: random(6 * width, 5),
  width,
  labels: Int32Array.from([0, 1, 1, 0, 1, 0]),
  weights: Float32Array.from([1, 1, 0.5, 2, 1, 1]),
}
const all = Int32Array.from([0, 1, 2, 3, 4, 5])

const opened = await openTf()
const gradientsFor = (units: number, activation: 'softmax' | 'sigmoid') => {
  const model = mlp(opened, units, activation)
  return gradientsOf(opened, model, answerOf(model, width, 2), width)
}

describe.each([
  ['softmax', 2],
  ['sigmoid', 1],
] as const)('gradients of a model that ends in %s', (activation, units) => {
  const gradients = gradientsFor(units, activation)
  const lossAt = (inputs: Float32Array): number => {
    const p = gradients.probabilities(inputs, 6, 2)
    return [...examples.labels].reduce((sum, label, i) => sum - examples.weights[i]! * Math.log(p[2 * i + label]!), 0)
  }

  it('agree with finite differences of the weighted loss', () => {
    const { sum } = gradients.sum(examples, all)
    const weights = gradients.weights()
    for (const i of [0, 7, 30, 63, 70, 79]) {
      if (i >= weights.length) continue
      const moved = (by: number): number => {
        const changed = weights.slice()
        changed[i]! += by
        gradients.setWeights(changed)
        return lossAt(examples.inputs)
      }
      const expected = (moved(1e-2) - moved(-1e-2)) / 2e-2
      expect(Math.abs(sum[i]! - expected), `weight ${i}`).toBeLessThan(2e-3 * Math.max(1, Math.abs(expected)))
    }
    gradients.setWeights(weights)
  })

  it('with respect to inputs agree with finite differences', () => {
    const gradient = gradients.inputGradient(examples.inputs, examples.labels)
    for (const i of [0, 5, 13, 23]) {
      const row = Math.floor(i / width)
      const moved = (by: number): number => {
        const changed = examples.inputs.slice()
        changed[i]! += by
        return -Math.log(gradients.probabilities(changed, 6, 2)[2 * row + examples.labels[row]!]!)
      }
      expect(Math.abs(gradient[i]! - (moved(1e-2) - moved(-1e-2)) / 2e-2)).toBeLessThan(2e-3)
    }
  })

  it('one by one, without a bound that bites, sum to the gradient of the batch', () => {
    const { sum } = gradients.sum(examples, all)
    const loop = gradients.clippedSum(examples, all, 1e6)
    for (const [i, value] of loop.sum.entries()) expect(Math.abs(value - sum[i]!)).toBeLessThan(1e-5)
    expect(loop.clipped).toBe(0)
    expect(loop.norms).toHaveLength(6)
  })

  it('are bounded for every single example, weights included', () => {
    for (const row of all) {
      const { sum, norms, clipped } = gradients.clippedSum(examples, Int32Array.of(row), 0.05)
      const length = Math.sqrt(sum.reduce((total, value) => total + value * value, 0))
      expect(length).toBeLessThanOrEqual(0.05)
      expect(length).toBeGreaterThan(0.049)
      expect([norms[0]! > 0.05, clipped]).toEqual([true, 1])
    }
  })

  it('count as clipped above the bound, and not at it', () => {
    const one = Int32Array.of(0)
    const [norm] = gradients.clippedSum(examples, one, 1).norms
    expect(gradients.clippedSum(examples, one, norm!).clipped).toBe(0)
    expect(gradients.clippedSum(examples, one, norm! * (1 - 1e-9)).clipped).toBe(1)
  })

  it('of an example without a finite gradient are left out of the sum', () => {
    const odd = { ...examples, inputs: examples.inputs.slice() }
    odd.inputs[0] = NaN
    const { sum, norms } = gradients.clippedSum(odd, Int32Array.of(0, 1), 1)
    expect(norms).toHaveLength(1)
    expect(sum.every(Number.isFinite)).toBe(true)
    expect(sum).toEqual(gradients.clippedSum(examples, Int32Array.of(1), 1).sum)
  })
})
