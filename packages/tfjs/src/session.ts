import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LayersModel } from '@tensorflow/tfjs'
import {
  rowCount,
  sha256,
  type FeatureView,
  type JsonValue,
  type Model,
  type RecordBatch,
  type StepReport,
  type TrainingContext,
  type TrainingData,
  type TrainingPlan,
  type TrainingRequest,
  type TrainingSession,
} from '@attestry/core'
import { batchSampler, gaussianNoise, gradientNoise, trainingEpsilon } from '@attestry/dp'
import {
  checkAccounted,
  checkBatches,
  checkNoise,
  checkPlan,
  checkWeights,
  clippingNormOf,
  inputColumns,
  inputNames,
  noNoise,
  readTrainingSet,
  samplingFor,
  tabularRows,
  tally,
} from '@attestry/trainer'
import { sessionClosed } from './errors.js'
import { answerOf, checkPrivateLayers } from './fitting.js'
import { gradientsOf, type Examples, type Gradients } from './gradients.js'
import { saveLayersModel } from './layers-model.js'
import { descriptionBytes, descriptionFile, type TabularLayout } from './model-folder.js'
import type { OpenedTf } from './runtime.js'
import { updateOf } from './update.js'

/** A model that predicts, over its layout. */
export function openModel(
  opened: OpenedTf,
  model: LayersModel,
  { layout, classes }: { readonly layout: TabularLayout; readonly classes: readonly string[] },
): Model & { readonly features: FeatureView; readonly gradients: Gradients } {
  const gradients = gradientsOf(opened, model, answerOf(model, layout.width, classes.length), layout.width)
  const probabilities = (matrix: Float32Array): Float32Array =>
    gradients.probabilities(matrix, matrix.length / layout.width, classes.length)
  return {
    gradients,
    predict: (batch: RecordBatch) =>
      Promise.resolve({
        classes,
        probabilities: rowCount(batch) === 0 ? new Float32Array() : probabilities(tabularRows(batch, layout).values),
      }),
    features: {
      names: inputNames(layout),
      columns: inputColumns(layout),
      encode: batch => Promise.resolve(tabularRows(batch, layout).values),
      probabilities: matrix => Promise.resolve(probabilities(matrix)),
      lossGradient: (matrix, labels) => Promise.resolve(gradients.inputGradient(matrix, labels)),
    },
    close: async () => model.dispose() && undefined,
  }
}

/**
 * Opens a training session over a layers model: the same sampling, clipping, noise and accounting as every other engine,
 * from the same plan.
 *
 * @throws TFJS-E003 when the model does not fit the features, TFJS-E004 when privacy is asked for and a layer does not
 *   allow it; TRAIN-E003 to TRAIN-E006 for a plan or data that is not this request's
 */
export async function openSession(
  opened: OpenedTf,
  base: LayersModel,
  layout: TabularLayout,
  plan: TrainingPlan,
  data: TrainingData,
  request: TrainingRequest,
  { secret, signal }: TrainingContext,
): Promise<TrainingSession> {
  checkPlan(plan, request, layout)
  const { privacy, classes } = plan
  if (privacy) checkPrivateLayers(base)
  const model = openModel(opened, base, { layout, classes })
  const { gradients } = model
  const examples = await examplesOf(data, layout, plan, request)
  const sampling = samplingFor(privacy?.sampler ?? 'poisson', plan.logicalBatch, request.rows)
  const sampler = batchSampler({ secret, stream: 'training batches' }, sampling, plan.logicalBatch)
  const noise = privacy ? gaussianNoise({ secret, stream: 'training noise' }) : undefined
  const clipping = privacy ? clippingNormOf({ privacy, batch: plan.logicalBatch, secret }) : undefined
  const update = updateOf(plan.optimizer, plan.learningRate, gradients.parameters)
  const initial = gradients.weights()
  const weights = initial.slice()
  const values = new Float32Array(gradients.parameters)
  const noiseFed = noNoise()
  const batchSizes: number[] = []
  let done = 0
  let isClosed = false
  const epsilonAt = (steps: number): number | null =>
    privacy && (steps === 0 ? 0 : trainingEpsilon(privacy, steps, privacy.delta).upper)
  const needOpen = (): void => {
    if (isClosed) throw sessionClosed()
  }

  return {
    predict: batch => {
      needOpen()
      return model.predict(batch)
    },
    features: model.features,
    step(): Promise<StepReport | undefined> {
      return Promise.resolve().then(() => {
        needOpen()
        signal?.throwIfAborted()
        if (done >= plan.steps) return undefined
        const started = performance.now()
        const step = done + 1
        const drawn = sampler.sample(request.rows, step)
        const norm = clipping?.current()
        const found = norm === undefined ? gradients.sum(examples, drawn) : gradients.clippedSum(examples, drawn, norm)
        const { sum, losses, norms, clipped } = found
        if (noise) {
          noise.fill(values, step)
          tally(values, noiseFed)
          const scale = gradientNoise(privacy!) * norm!
          for (let i = 0; i < sum.length; i++) sum[i]! += scale * values[i]!
        }
        // The public expected batch, never the number drawn.
        for (let i = 0; i < sum.length; i++) sum[i]! /= plan.logicalBatch
        update(weights, sum)
        gradients.setWeights(weights)
        done = step
        clipping?.follow(step, { examples: norms.length, clipped })
        batchSizes.push(drawn.length)
        return {
          step,
          steps: plan.steps,
          loss: losses.length > 0 ? losses.reduce((total, loss) => total + loss, 0) / losses.length : null,
          batchSize: drawn.length,
          clippedFraction: privacy ? (norms.length > 0 ? clipped / norms.length : 0) : null,
          ...(norm !== undefined && { clippingNorm: norm }),
          gradientNorm: norms.length > 0 ? [...norms].sort((a, b) => a - b)[norms.length >> 1]! : null,
          epsilon: epsilonAt(step),
          durationMs: performance.now() - started,
        }
      })
    },
    epsilonSpent: () => epsilonAt(done),
    async export(directory) {
      needOpen()
      checkAccounted(plan, done, done)
      checkWeights(gradients.named(initial), gradients.named(gradients.weights()), done)
      checkBatches(batchSizes, { rows: request.rows, batch: plan.logicalBatch, sampling })
      const noiseVariance = privacy ? checkNoise(noiseFed, done, plan.parameters) : null
      const followed = clipping?.account(done)
      const { digest, files } = await saveLayersModel(base, directory)
      const description = descriptionBytes({
        format: 'attestry-layers-model-1',
        classes,
        layout,
        plan: plan.digest,
        model: digest,
      })
      await mkdir(directory, { recursive: true })
      await writeFile(join(directory, descriptionFile), description)
      const facts: Record<string, JsonValue> = {
        runtime: { name: `tfjs-${opened.backend}`, version: opened.version, because: opened.because },
        steps: done,
        batches: { ...sampling },
        clipping: privacy ? 'one example at a time' : null,
        ...(privacy && { noise: { draws: noiseFed.draws, sampled: noiseFed.sampled, variance: noiseVariance } }),
        ...(followed && { clippingNorm: { ...followed, gradientNoiseMultiplier: gradientNoise(privacy!) } }),
      }
      return { files: [...files, { name: descriptionFile, digest: sha256(description) }], facts }
    },
    async close() {
      if (isClosed) return
      isClosed = true
      await model.close()
    },
  }
}

async function examplesOf(
  data: TrainingData,
  layout: TabularLayout,
  plan: TrainingPlan,
  request: TrainingRequest,
): Promise<Examples> {
  const set = await readTrainingSet(data.batches(), {
    layout,
    label: request.data.label,
    classes: plan.classes,
    rows: request.rows,
    ...(data.weights && { weights: data.weights }),
  })
  const { inputs, labels, weights } = set
  return {
    inputs: inputs.kind === 'tabular' ? inputs.values : new Float32Array(),
    width: layout.width,
    labels,
    weights,
  }
}
