import { f32, i64, stepInputs, type LossBuilder, type ParameterShape, type Tensor } from '@attestry/autograd'
import type { Architecture, Weights } from './architecture.js'
import { inputFeeds, positionsOf } from './inputs.js'
import type { TrainingSet } from './training-set.js'

/** What is trained on what: all that a model family and its data must tell the loop of steps. */
export interface TrainingTask {
  /** Number of examples; they are drawn by index. */
  readonly rows: number
  readonly parameters: readonly ParameterShape[]
  /** Weights before the first step. */
  readonly initial: Weights
  /** Weight of each example, at least 0. */
  readonly weights: Float32Array
  /** Values that no step changes, by name: fed on every run beside the examples. */
  readonly frozen: Readonly<Record<string, Tensor>>
  /** The loss of each example, for graphs of `positions` token positions (0 for tables). */
  loss(positions: number): LossBuilder
  /** Token positions of the graph that holds these rows. */
  positionsOf(rows: ArrayLike<number>): number
  /**
   * The model's inputs and labels for some rows, padded to `batch` rows. Whatever is random in those of a row follows from
   * that row and the step alone: no example changes another, and a run that goes on draws the same again.
   */
  feeds(rows: Int32Array, batch: number, positions: number, step: number): Record<string, Tensor>
  /** True for a parameter that every sound run changes, whatever its length. */
  mustMove(parameter: string): boolean
}

/** A classifier over encoded rows: all weights are trained, from their first values. */
export const classifierTask = (set: TrainingSet, architecture: Architecture, initial: Weights): TrainingTask => ({
  rows: set.rows,
  parameters: architecture.parameters,
  initial,
  weights: set.weights,
  frozen: {},
  loss: architecture.loss,
  positionsOf: rows => positionsOf(set.inputs, rows),
  feeds(rows, batch, positions) {
    const labels = new Int32Array(batch)
    for (let i = 0; i < rows.length; i++) labels[i] = set.labels[rows[i]!]!
    return { ...inputFeeds(set.inputs, rows, batch, positions), labels: i64([batch], labels) }
  },
  mustMove: () => true,
})

/** What every step is told of its examples: which rows are padding, and how much each weighs. */
export function exampleFeeds(task: TrainingTask, rows: Int32Array, batch: number): Record<string, Tensor> {
  const weights = new Float32Array(batch)
  for (let i = 0; i < rows.length; i++) weights[i] = task.weights[rows[i]!]!
  return {
    [stepInputs.mask]: f32([batch], new Float32Array(batch).fill(1, 0, rows.length)),
    [stepInputs.weights]: f32([batch], weights),
  }
}
