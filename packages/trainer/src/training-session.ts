import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Session } from '@attestry/autograd'
import {
  sha256,
  takeRows,
  type JsonValue,
  type ModelFile,
  type RecordBatch,
  type TrainingContext,
  type TrainingData,
  type TrainingPlan,
  type TrainingRequest,
  type TrainingSession,
} from '@attestry/core'
import { architectureOf } from './architecture.js'
import { reloadDiffers, sessionClosed } from './errors.js'
import { featureLayout } from './feature-layout.js'
import { featureView, gradientRows } from './feature-view.js'
import { initialWeights } from './initial-weights.js'
import { modelBytes } from './model-file.js'
import { checkPlan } from './plan.js'
import { loadModel, predictRows } from './predictor.js'
import { classifierTask } from './task.js'
import { openLoop, type LoopParts } from './training-loop.js'
import { readTrainingSet } from './training-set.js'

const probeRows = 32

/**
 * Opens a training session: reads the data, sets the initial weights, and is ready to step.
 *
 * @throws TRAIN-E003 to TRAIN-E006 for a plan that is not this request's, or data that does not fit it
 */
export async function openTraining(
  plan: TrainingPlan,
  data: TrainingData,
  request: TrainingRequest,
  { secret, signal }: TrainingContext,
  parts: LoopParts,
): Promise<TrainingSession> {
  const layout = featureLayout(request.data, plan.model)
  checkPlan(plan, request, layout)
  const { runtime } = parts
  const architecture = architectureOf(plan.model, layout, plan.classes.length)
  let probe: RecordBatch | undefined
  const set = await readTrainingSet(
    firstSeen(data.batches(), batch => (probe = head(batch))),
    {
      layout,
      label: request.data.label,
      classes: plan.classes,
      rows: request.rows,
      ...(data.weights && { weights: data.weights }),
    },
  )
  const initial = initialWeights(architecture.parameters, request.training.seed)
  const task = classifierTask(set, architecture, initial)
  const loop = openLoop({ task, plan, optimiser: { kind: plan.optimizer }, secret, signal }, parts)
  let isClosed = false
  const needOpen = (): void => {
    if (isClosed) throw sessionClosed()
  }
  const inference = ofThisStep(() => architecture.encodeInference(loop.weights(), { plan: plan.digest }))
  const inputGradient = ofThisStep(() =>
    architecture.encodeInputGradient(loop.weights(), gradientRows, { plan: plan.digest }),
  )
  const predict = async (batch: RecordBatch) => predictRows(await inference.session(), layout, plan.classes, batch)

  return {
    predict,
    ...(layout.kind === 'tabular' && {
      features: featureView({
        layout,
        classes: plan.classes.length,
        inference: inference.session,
        gradient: inputGradient.session,
      }),
    }),
    async step() {
      needOpen()
      return loop.step()
    },
    epsilonSpent: loop.epsilonSpent,
    async export(directory) {
      needOpen()
      const { facts, guards } = loop.account()
      const bytes = modelBytes(
        {
          model: plan.model,
          classes: plan.classes,
          layout,
          plan: plan.digest,
          optimizer: plan.optimizer,
        },
        architecture,
        loop.weights(),
      )
      await mkdir(directory, { recursive: true })
      for (const [name, content] of Object.entries(bytes)) await writeFile(join(directory, name), content)
      const reloadDifference = await checkReload(directory, Object.keys(bytes))
      const files: readonly ModelFile[] = Object.entries(bytes).map(([name, content]) => ({
        name,
        digest: sha256(content),
      }))
      const all: Record<string, JsonValue> = {
        ...facts,
        features: { ...set.counts },
        guards: { ...guards, reloadDifference },
      }
      return { files, facts: all }
    },
    async close() {
      if (isClosed) return
      isClosed = true
      await inference.close()
      await inputGradient.close()
      await loop.close()
    },
  }

  /** A graph of the weights as they are now: compiled when it is needed, and again after a step. */
  function ofThisStep(encode: () => Uint8Array) {
    let opened: { readonly session: Session; readonly step: number } | undefined
    return {
      async session(): Promise<Session> {
        needOpen()
        if (opened?.step !== loop.done()) {
          await opened?.session.close()
          opened = { session: await runtime.open(encode()), step: loop.done() }
        }
        return opened.session
      },
      close: async () => opened?.session.close(),
    }
  }

  /** The largest difference between what this session and the files on disk predict for some training rows. */
  async function checkReload(directory: string, names: readonly string[]): Promise<number> {
    const rows = probe!
    const model = await loadModel(directory, runtime)
    try {
      const [here, there] = [await predict(rows), await model.predict(rows)]
      let difference = 0
      for (const [i, value] of here.probabilities.entries())
        difference = Math.max(difference, Math.abs(value - there.probabilities[i]!))
      if (difference <= 1e-4) return difference
      for (const name of names) await rm(join(directory, name), { force: true })
      throw reloadDiffers(difference)
    } finally {
      await model.close()
    }
  }
}

async function* firstSeen(
  batches: AsyncIterable<RecordBatch>,
  tell: (batch: RecordBatch) => void,
): AsyncIterable<RecordBatch> {
  let isFirst = true
  for await (const batch of batches) {
    if (isFirst && batch.rowIds.length > 0) {
      tell(batch)
      isFirst = false
    }
    yield batch
  }
}

const head = (batch: RecordBatch): RecordBatch =>
  takeRows(
    batch,
    Array.from({ length: Math.min(probeRows, batch.rowIds.length) }, (_, i) => i),
  )
