import { createGraph, encodeModel, f32, floats, type Runtime } from '@attestry/autograd'
import type { LanguageModel } from '../models/language-model.js'
import type { FineTunePlan } from './fine-tune-plan.js'
import { sftTask, type TokenExample, type Tuning } from './sft-task.js'

export interface ValidationOptions {
  readonly model: LanguageModel
  readonly tuning: Tuning
  readonly runtime: Runtime
  /** What was trained so far, by name. */
  readonly weights: Readonly<Record<string, Float32Array>>
  readonly examples: readonly TokenExample[]
  readonly plan: FineTunePlan
}

/** Mean loss of examples by the forward pass alone, without dropout. */
export async function validationLoss(options: ValidationOptions): Promise<number> {
  const { model, runtime, weights, examples, plan } = options
  const tuning: Tuning =
    options.tuning.kind === 'lora' ? { kind: 'lora', lora: { ...options.tuning.lora, dropout: 0 } } : options.tuning
  const task = sftTask({ model, examples, tuning, seed: plan.seed })
  const feeds = {
    ...task.frozen,
    ...Object.fromEntries(task.parameters.map(({ name, shape }) => [name, f32(shape, weights[name]!)])),
  }
  const batch = Math.min(plan.physicalBatch, examples.length)
  const all = Int32Array.from({ length: examples.length }, (_, i) => i)
  const positions = task.positionsOf(all)
  const graph = createGraph()
  graph.output('loss', task.loss(positions)(graph, batch))
  const session = await runtime.open(encodeModel(graph, { name: 'validation' }))
  try {
    let total = 0
    for (let from = 0; from < all.length; from += batch) {
      const rows = all.subarray(from, from + batch)
      const { loss } = await session.run({ ...feeds, ...task.feeds(rows, batch, positions, 0) })
      for (let i = 0; i < rows.length; i++) total += floats(loss!)[i]!
    }
    return total / all.length
  } finally {
    await session.close()
  }
}
