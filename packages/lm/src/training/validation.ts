import { createGraph, encodeModel, f32, flopsOf, floats, type Flops, type Runtime } from '@attestry/autograd'
import type { LanguageModel } from '../models/language-model.js'
import { isPackedRow, rowFeeds, sftGraph, type TokenExample, type Tuning } from './sft-task.js'

export interface ValidationOptions {
  readonly model: LanguageModel
  readonly tuning: Tuning
  readonly runtime: Runtime
  /** What was trained so far, by name. */
  readonly weights: Readonly<Record<string, Float32Array>>
  /** At least one. */
  readonly examples: readonly TokenExample[]
  /** Rows of one run of the graph. */
  readonly batch: number
}

/** What a validation gave, and what it took. */
export interface Validation {
  /** Mean over the examples of the mean over their labelled tokens. */
  readonly loss: number
  readonly flops: Flops
}

/** Mean loss of examples by the forward pass alone, without dropout. */
export async function validationLoss({
  model,
  runtime,
  weights,
  examples,
  ...options
}: ValidationOptions): Promise<Validation> {
  const tuning: Tuning =
    options.tuning.kind === 'lora' ? { kind: 'lora', lora: { ...options.tuning.lora, dropout: 0 } } : options.tuning
  const isPacked = examples.some(isPackedRow)
  const { parameters, loss, lengthOf } = sftGraph({ model, tuning, isPacked })
  const trained = parameters.map(({ name, shape }) => [name, f32(shape, weights[name]!)] as const)
  const feeds = { ...(tuning.kind === 'lora' && model.weights), ...Object.fromEntries(trained) }
  const batch = Math.min(options.batch, examples.length)
  const length = lengthOf(examples)
  const graph = createGraph()
  graph.output('loss', loss(length)(graph, batch))
  const session = await runtime.open(encodeModel(graph, { name: 'validation' }))
  try {
    let total = 0
    let runs = 0
    for (let from = 0; from < examples.length; from += batch) {
      const rows = examples.slice(from, from + batch)
      const results = await session.run({ ...feeds, ...rowFeeds(rows, batch, length, isPacked) })
      runs++
      for (let i = 0; i < rows.length; i++) total += floats(results.loss!)[i]!
    }
    const { matmul, other } = flopsOf(graph)
    return { loss: total / examples.length, flops: { matmul: runs * matmul, other: runs * other } }
  } finally {
    await session.close()
  }
}
