import { f32, type Runtime, type Tensor } from '@attestry/autograd'
import type {
  Digest,
  JsonValue,
  RecordBatch,
  TrainingContext,
  TrainingData,
  TrainingPlan,
  TrainingRequest,
  TrainingSession,
} from '@attestry/core'
import { checkPlan, openLoop, readLabels } from '@attestry/trainer'
import { sessionClosed } from '../models/errors.js'
import type { Tokenizer } from '../text/tokenizer.js'
import { writeClassifier } from './classifier-folder.js'
import { openPredictor } from './classifier-predictor.js'
import { classifierTask, type AdaptedClassifier } from './classifier-task.js'
import { tokenRows, type LanguageModelConfig, type TokenLayout } from './token-rows.js'

export interface ClassifierSessionOptions {
  readonly runtime: Runtime
  readonly noiseWorkers: number
  readonly adapted: AdaptedClassifier
  readonly layout: TokenLayout
  readonly tokenizer: Tokenizer
  readonly model: LanguageModelConfig
  /** The frozen base model, and the digest of its files. */
  readonly weights: Readonly<Record<string, Tensor>>
  readonly digest: Digest
}

/**
 * Opens a training session of a text classifier: the same sampling, clipping, noise, accounting and guards as every other
 * model, from the same plan.
 *
 * @throws TRAIN-E003 to TRAIN-E006 for a plan that is not this request's, or data that does not fit it
 */
export async function openClassifierSession(
  plan: TrainingPlan,
  data: TrainingData,
  request: TrainingRequest,
  { secret, signal }: TrainingContext,
  options: ClassifierSessionOptions,
): Promise<TrainingSession> {
  const { runtime, noiseWorkers, adapted, layout, tokenizer, model, weights, digest } = options
  checkPlan(plan, request, layout)
  const { classes } = plan
  const tokens: Int32Array[] = []
  let cut = 0
  const labelled = await readLabels(
    data.batches(),
    { label: request.data.label, classes, rows: request.rows, ...(data.weights && { weights: data.weights }) },
    batch => {
      const read = tokenRows(batch, layout, tokenizer)
      tokens.push(...read.tokens)
      cut += read.cut
    },
  )
  const task = classifierTask({ adapted, tokens, labelled, weights, seed: request.training.seed })
  const loop = openLoop({ task, plan, optimiser: { kind: plan.optimizer }, secret, signal }, { runtime, noiseWorkers })
  const predictor = openPredictor({ runtime, adapted, layout, tokenizer, classes })
  let isClosed = false
  const needOpen = (): void => {
    if (isClosed) throw sessionClosed()
  }
  return {
    async predict(batch: RecordBatch) {
      needOpen()
      const now = loop.weights()
      const trained = Object.fromEntries(adapted.parameters.map(({ name, shape }) => [name, f32(shape, now[name]!)]))
      return predictor.predict(batch, { ...weights, ...trained })
    },
    async step() {
      needOpen()
      return loop.step()
    },
    epsilonSpent: loop.epsilonSpent,
    async export(directory) {
      needOpen()
      const { facts, guards } = loop.account()
      const { path, lora } = model
      const files = await writeClassifier(directory, adapted, loop.weights(), {
        classes,
        layout,
        base: { path, digest },
        lora,
        plan: plan.digest,
      })
      const all: Record<string, JsonValue> = {
        ...facts,
        base: { path, digest, parameters: Object.values(weights).reduce((sum, { data }) => sum + data.length, 0) },
        adapters: { rank: lora.rank, alpha: lora.alpha, layers: adapted.targets.length },
        texts: {
          tokens: tokens.reduce((sum, { length }) => sum + length, 0),
          longest: tokens.reduce((most, { length }) => Math.max(most, length), 0),
          cut,
        },
        guards: { ...guards, readBack: true },
      }
      return { files, facts: all }
    },
    async close() {
      if (isClosed) return
      isClosed = true
      await predictor.close()
      await loop.close()
    },
  }
}
