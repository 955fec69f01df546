import type { LayersModel, Tensor, Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs'
import type { OpenedTf } from './runtime.js'
import type { Answer } from './fitting.js'

/** Rows of inputs with the class and weight of each. */
export interface Examples {
  /** Row-major. */
  readonly inputs: Float32Array
  readonly width: number
  readonly labels: Int32Array
  readonly weights: Float32Array
}

/** A sum of gradients, in the order of the model's trainable variables, with what was seen on the way. */
export interface GradientSum {
  readonly sum: Float32Array
  readonly losses: readonly number[]
  /** Length of each example's gradient before clipping; empty without clipping. */
  readonly norms: readonly number[]
  readonly clipped: number
}

/** Keeps the logarithm finite where a model is sure. */
const least = 1e-7

/** Gradients of the cross-entropy of a model. */
export interface Gradients {
  /** Number of trainable weights. */
  readonly parameters: number
  weights(): Float32Array
  setWeights(values: Float32Array): void
  /** Weights by the name of their variable. */
  named(values: Float32Array): Readonly<Record<string, Float32Array>>
  /** Sum over rows of weight times gradient, in one pass. */
  sum(examples: Examples, rows: Int32Array): GradientSum
  /**
   * Sum over rows of each example's gradient, scaled to length at most `clippingNorm`. One example at a time, so that
   * nothing can mix them: slow, and right for every layer that is allowed.
   */
  clippedSum(examples: Examples, rows: Int32Array, clippingNorm: number): GradientSum
  probabilities(inputs: Float32Array, rows: number, classes: number): Float32Array
  /** Gradient of each row's loss with respect to its inputs. */
  inputGradient(inputs: Float32Array, labels: Int32Array): Float32Array
}

export function gradientsOf({ tf }: OpenedTf, model: LayersModel, answer: Answer, width: number): Gradients {
  const variables = model.trainableWeights.map(weight => weight.read() as unknown as Variable)
  const sizes = variables.map(({ size }) => size)
  const parameters = sizes.reduce((a, b) => a + b, 0)

  const lossesOf = (x: Tensor2D, labels: Tensor1D): Tensor1D => {
    const answers = model.apply(x, { training: true }) as Tensor2D
    if (answer === 'sigmoid') {
      const p = answers.reshape([-1]).clipByValue(least, 1 - least) as Tensor1D
      const y = labels.toFloat()
      return y
        .mul(p.log())
        .add(tf.sub(1, y).mul(tf.sub(1, p).log()))
        .neg() as Tensor1D
    }
    const own = answers.mul(tf.oneHot(labels, answers.shape[1])).sum(1)
    return own.clipByValue(least, 1).log().neg() as Tensor1D
  }

  const rowsOf = ({ inputs, labels, weights }: Examples, rows: ArrayLike<number>) => {
    const x = new Float32Array(rows.length * width)
    const own = new Int32Array(rows.length)
    const weight = new Float32Array(rows.length)
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
      x.set(inputs.subarray(row * width, (row + 1) * width), i * width)
      own[i] = labels[row]!
      weight[i] = weights[row]!
    }
    return { x: tf.tensor2d(x, [rows.length, width]), labels: tf.tensor1d(own, 'int32'), weight: tf.tensor1d(weight) }
  }

  /** Adds `factor` times the gradients to `into`; `factor` is told the squared length first. */
  const addScaled = (grads: readonly Tensor[], into: Float32Array, factorOf: (squares: number) => number): void => {
    const values = grads.map(grad => grad.dataSync() as Float32Array)
    let squares = 0
    for (const part of values) for (const value of part) squares += value * value
    const factor = factorOf(squares)
    // Not even zero times a gradient that is no number may reach the sum.
    if (factor === 0) return
    let at = 0
    for (const part of values) for (const value of part) into[at++]! += factor * value
  }

  const gradientOf = (examples: Examples, rows: ArrayLike<number>) =>
    tf.tidy(() => {
      const { x, labels, weight } = rowsOf(examples, rows)
      let losses: number[] = []
      const { grads } = tf.variableGrads(() => {
        const each = lossesOf(x, labels)
        losses = Array.from(each.dataSync())
        return each.mul(weight).sum()
      }, variables)
      const inOrder = variables.map(({ name }) => grads[name]!)
      return { grads: inOrder.map(grad => tf.keep(grad)), losses }
    })

  return {
    parameters,
    weights() {
      const all = new Float32Array(parameters)
      let at = 0
      for (const variable of variables) {
        all.set(variable.dataSync() as Float32Array, at)
        at += variable.size
      }
      return all
    },
    setWeights(values) {
      let at = 0
      for (const variable of variables) {
        const part = tf.tensor(values.slice(at, at + variable.size), variable.shape)
        variable.assign(part)
        part.dispose()
        at += variable.size
      }
    },
    named(values) {
      let at = 0
      return Object.fromEntries(
        variables.map(({ name, size }) => {
          at += size
          return [name, values.subarray(at - size, at)]
        }),
      )
    },
    sum(examples, rows) {
      const sum = new Float32Array(parameters)
      if (rows.length === 0) return { sum, losses: [], norms: [], clipped: 0 }
      const { grads, losses } = gradientOf(examples, rows)
      addScaled(grads, sum, () => 1)
      tf.dispose(grads)
      return { sum, losses, norms: [], clipped: 0 }
    },
    clippedSum(examples, rows, clippingNorm) {
      const sum = new Float32Array(parameters)
      const all: number[] = []
      const norms: number[] = []
      let clipped = 0
      for (const row of rows) {
        const { grads, losses } = gradientOf(examples, [row])
        addScaled(grads, sum, squares => {
          const norm = Math.sqrt(squares)
          // An example without a finite gradient has no direction to clip: it is left out, and stays within the bound.
          if (!Number.isFinite(norm)) return 0
          norms.push(norm)
          if (norm > clippingNorm) clipped++
          // A hair below the bound: sums of 32-bit numbers round.
          return Math.min(1, (clippingNorm * (1 - 1e-6)) / norm)
        })
        tf.dispose(grads)
        all.push(...losses)
      }
      return { sum, losses: all, norms, clipped }
    },
    probabilities(inputs, rows, classes) {
      return tf.tidy(() => {
        const answers = model.predict(tf.tensor2d(inputs, [rows, width])) as Tensor2D
        const values = answers.dataSync() as Float32Array
        if (answer === 'softmax') return Float32Array.from(values)
        return Float32Array.from({ length: rows * classes }, (_, i) => {
          const p = values[i >> 1]!
          return i % 2 === 0 ? 1 - p : p
        })
      })
    },
    inputGradient(inputs, labels) {
      return tf.tidy(() => {
        const x = tf.tensor2d(inputs, [labels.length, width])
        const own = tf.tensor1d(labels, 'int32')
        const gradient = tf.grad(row => lossesOf(row as Tensor2D, own).sum())(x)
        return Float32Array.from(gradient.dataSync())
      })
    },
  }
}
