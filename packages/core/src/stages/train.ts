import { randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Lineage } from '../contracts/data.js'
import {
  Reweighing,
  Trainer,
  type TrainingData,
  type TrainingPlan,
  type TrainingRequest,
} from '../contracts/training.js'
import { Vault } from '../contracts/vault.js'
import { digestOf } from '../digest.js'
import { writeDurably } from '../durable-file.js'
import { AttestryError } from '../errors.js'
import type { OpenRun } from '../open-run.js'
import { textValues, type RecordBatch } from '../record-batch.js'
import type { StageFacts, TrainFacts } from '../run-record.js'
import { chargePrivacy } from './charge-privacy.js'
import { readSplit } from './shards.js'

/** Makes the plan, charges the privacy budget, runs the steps, and writes the model. */
export async function train(run: OpenRun, { preprocess }: Partial<StageFacts>): Promise<TrainFacts> {
  const started = run.clock.now()
  const { data, model, training } = run.info.config
  const trainer = run.services.get(Trainer)
  const request: TrainingRequest = {
    data,
    model,
    training,
    ...(run.policy.epsilon && { privacyLimit: run.policy.epsilon.value }),
    rows: preprocess!.shards.reduce((rows, shard) => rows + (shard.split === 'train' ? shard.rows : 0), 0),
    classes: data.classes,
  }
  const plan = await trainer.plan(request)
  if (plan.privacy && training.reweigh !== undefined) throw reweighedWithPrivacy(training.reweigh)
  const batches = (): AsyncIterable<RecordBatch> => readSplit(run, preprocess!, 'train')
  const privacyOfPeople = await chargePrivacy(run, plan, batches)
  const trainingData: TrainingData = {
    batches,
    ...(training.reweigh !== undefined && { weights: await exampleWeights(run, batches(), training.reweigh) }),
  }
  const secret = await trainingSecret(run)
  const session = await trainer.open(plan, trainingData, request, { secret, signal: run.signal })
  try {
    const { stopped, stepsRun, medianStepMs } = await runSteps(run, plan, () => session.step())
    const directory = join(run.info.directory, 'model')
    await mkdir(directory, { recursive: true })
    const { files, facts } = await session.export(directory)
    const modelDigest = digestOf(files)
    await run.services.find(Lineage)?.record({
      kind: 'model',
      name: run.info.config.name,
      inputs: preprocess!.shards.filter(({ split }) => split === 'train').map(({ digest }) => digest),
      outputs: [modelDigest],
      parameters: { plan: plan.digest },
    })
    await run.evidence({
      type: 'model-digest',
      controls: [],
      outcome: 'info',
      subjects: [{ name: 'model', digest: modelDigest }],
      facts: {
        files: files,
        plan: plan.digest,
        steps: stepsRun,
        ...(facts.flops !== undefined && { flops: facts.flops }),
      },
    })
    const epsilonSpent = session.epsilonSpent()
    const durationMs = run.clock.now() - started
    return {
      ...{ plan, stepsRun, stopped, epsilonSpent, modelDigest, files, facts, durationMs, medianStepMs },
      ...(privacyOfPeople && { privacyOfPeople }),
    }
  } finally {
    await session.close()
  }
}

async function runSteps(
  run: OpenRun,
  plan: TrainingPlan,
  next: () => ReturnType<import('../contracts/training.js').TrainingSession['step']>,
): Promise<Pick<TrainFacts, 'stopped' | 'stepsRun' | 'medianStepMs'>> {
  const every = Math.min(run.info.config.training.auditEverySteps, run.policy.auditEverySteps?.value ?? Infinity)
  const durations: number[] = []
  // A training record gates nothing, so the next step need not wait for it; but no more than one is in flight, and a
  // record that cannot be written ends training.
  let recorded: Promise<unknown> = Promise.resolve()
  for (let report = await next(); report; report = await next()) {
    durations.push(report.durationMs)
    const note = report.loss === null ? 'empty draw' : `loss ${report.loss.toFixed(3)}`
    run.progress({ stage: 'train', done: report.step, total: plan.steps, unit: 'steps', note })
    const stop = await run.hooks.tell('trainStep', report)
    const isDue = report.step % every === 0 || report.step === 1 || report.step === plan.steps || stop !== null
    if (isDue) {
      await recorded
      recorded = run.bus.note('attestry.train.step-finished', {
        stage: 'train',
        sealed: true,
        payload: report,
      })
      recorded.catch(() => undefined)
    }
    if (stop) {
      await recorded
      const { plugin, reason, control } = stop
      const stopped = { plugin, reason, ...(control !== undefined && { control }) }
      await run.bus.note('attestry.train.stopped', { stage: 'train', plugin, payload: stopped })
      return { stopped, stepsRun: report.step, medianStepMs: median(durations) }
    }
    run.signal.throwIfAborted()
  }
  await recorded
  return { stopped: null, stepsRun: durations.length, medianStepMs: median(durations) }
}

/** Every weight follows from how many rows have each label and group, which is told to the model without noise. */
const reweighedWithPrivacy = (group: string): AttestryError =>
  new AttestryError({
    code: 'CORE-E050',
    message: `training.reweigh asks for weights by '${group}', and the training is to keep differential privacy`,
    help: 'leave out training.reweigh, and choose thresholds by group after the training instead',
  })

async function exampleWeights(
  run: OpenRun,
  batches: AsyncIterable<RecordBatch>,
  group: string,
): Promise<ReadonlyMap<string, number>> {
  const reweighing = run.services.find(Reweighing)
  if (!reweighing)
    throw new AttestryError({
      code: 'CORE-E048',
      message: `training.reweigh asks for weights by '${group}', and no plugin computes them`,
      help: 'load a plugin that provides Reweighing, such as @attestry/bias',
    })
  const ids: string[] = []
  const labels: string[] = []
  const groups: string[] = []
  for await (const batch of batches) {
    for (const id of batch.rowIds) ids.push(id)
    for (const value of textValues(batch, run.info.config.data.label)) labels.push(value ?? '')
    for (const value of textValues(batch, group)) groups.push(value ?? '')
  }
  const weights = reweighing.weights(labels, groups)
  return new Map(ids.map((id, i) => [id, weights[i]!]))
}

/** 32 secret bytes that stay the same when the run is resumed, so that it repeats its batches and its noise. */
async function trainingSecret(run: OpenRun): Promise<Uint8Array> {
  const vault = run.services.find(Vault)
  if (vault) return vault.derive('training')
  const path = join(run.info.workspace, 'keys', `${run.info.runId}.secret`)
  const kept = await readFile(path).catch(() => null)
  if (kept?.length === 32) return kept
  const secret = randomBytes(32)
  await mkdir(join(run.info.workspace, 'keys'), { recursive: true, mode: 0o700 })
  await writeDurably(path, secret, 0o600)
  return secret
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
