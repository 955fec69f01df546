import { appendFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { floats, type Runtime } from '@attestry/autograd'
import { systemClock, writeDurably, type Digest, type PrivacyOfPeople } from '@attestry/core'
import {
  dueAfter,
  fineTune,
  readLanguageModel,
  trainToEnd,
  writeModelFiles,
  writeOnnxDecoder,
  writeRunCheckpoint,
  writeRunStart,
  writeSafetensorsFile,
  type LanguageModel,
  type PreparedFineTune,
  type SftSettings,
} from '@attestry/lm'
import { progressLine } from '../progress.js'
import { count, type Terminal } from '../terminal.js'
import type { BaseCompute } from './compute.js'
import type { FolderRun } from './run-folder.js'
import { withCurves } from './curve.js'
import { trainingRecord, type TrainingRecord } from './training-record.js'
import { trainingReport } from './training-report.js'

export interface TrainRunOptions {
  readonly terminal: Terminal
  readonly prepared: PreparedFineTune
  readonly settings: SftSettings
  readonly runtime: Runtime
  readonly run: FolderRun
  readonly out: string
  /** Folder of the base model, or its GGUF file. */
  readonly basePath: string
  /** Digests of the data files, by path as the config names them. */
  readonly dataFiles: Readonly<Record<string, Digest>>
  /** The privacy ledger that the run was charged to. */
  readonly ledger: string
  /** What the people of the data bear with this run, where it was charged to them. */
  readonly people: PrivacyOfPeople | undefined
  readonly baseCompute: BaseCompute
  /** Write the whole model too, with the adapter in its weights. */
  readonly merge: boolean
  /** Write the whole model as ONNX too. */
  readonly onnx: boolean
  /** Ends the training after the step that runs. */
  readonly interrupt: AbortSignal
}

/** What became of a training. */
export interface TrainRunResult {
  readonly steps: number
  readonly interrupted: boolean
  readonly stoppedEarly: boolean
  readonly validationLoss: number | null
  readonly epsilonSpent: number | null
  readonly losses: readonly (number | null)[]
  /** Absent when the run was interrupted and nothing was written. */
  readonly record?: TrainingRecord
}

/** Trains to the end with a progress line, a log and checkpoints in the output folder, and writes what was trained there. */
export async function trainRun(options: TrainRunOptions): Promise<TrainRunResult> {
  const { terminal, prepared, runtime, settings, out, interrupt } = options
  const { identity, secret, stand } = options.run
  const { plan, examples, validation, checkpoint } = prepared
  const model = await readLanguageModel(checkpoint, settings)
  await writeRunStart(out, identity)
  const done = stand?.snapshot.progress.done ?? 0
  const log = await openLog(join(out, 'trainer_log.jsonl'), done)
  const from = stand && { from: stand.snapshot }
  const tuning = fineTune({ model, examples, plan, runtime, secret, noiseWorkers: 1, ...from })
  const epochSteps = examples.length / plan.logicalBatch
  const tokensPerExample = examples.reduce((total, { tokens }) => total + tokens.length, 0) / examples.length
  const losses: (number | null)[] = [...(stand?.course.losses ?? [])]
  const epsilons: (number | null)[] = [...(stand?.course.epsilons ?? [])]
  const line = progressLine(withCurves(terminal, losses, epsilons), () => systemClock.now())
  line.show({ stage: 'train', done, total: plan.steps, unit: 'steps' })
  try {
    const { best, course, ...end } = await trainToEnd(tuning, {
      validation,
      isDue: dueAfter(settings.evaluation, plan.steps, epochSteps),
      keepBest: settings.keepBest,
      ...(settings.earlyStoppingPatience !== undefined && { patience: settings.earlyStoppingPatience }),
      isSaveDue: dueAfter(settings.saving, plan.steps, epochSteps),
      onSave: async now => void (await writeRunCheckpoint(out, identity, now, settings.mostCheckpoints)),
      interrupt,
      ...(stand && { from: stand }),
      onStep({ step, loss, epsilon, batchSize, durationMs }) {
        losses.push(loss)
        epsilons.push(epsilon)
        if (step % settings.loggingSteps === 0 || step === 1 || step === plan.steps)
          log({ step, loss, epsilon, ms: durationMs })
        const tokenRate = (1000 * batchSize * tokensPerExample) / durationMs
        const note = `${loss === null ? '' : `loss ${loss.toFixed(3)}  `}${count(Math.round(tokenRate))} tokens/s`
        line.show({ stage: 'train', done: step, total: plan.steps, unit: 'steps', note })
      },
      onValidation: (step, validationLoss) => log({ step, validationLoss }),
    })
    line.end()
    const epsilonSpent = tuning.epsilonSpent()
    if (end.interrupted) return { ...end, epsilonSpent, losses }
    if (end.stoppedEarly) terminal.say(`stopped after step ${end.steps}: no better validation loss`)
    const facts = await tuning.write(out, settings.baseModel, best?.state)
    await writeWholeModel(options, model, () => tuning.merged(best?.state))
    const { interrupted: _, ...result } = { ...end, epsilonSpent, writtenStep: best?.step ?? end.steps }
    const { dataFiles, ledger, people, baseCompute: base } = options
    const { parameterCount: parameters } = model
    const { validations } = course
    const record = await trainingRecord({
      identity,
      plan,
      dataFiles,
      parameters,
      base,
      runtime,
      facts,
      validations,
      ledger,
      people,
      out,
      result,
    })
    await writeDurably(join(out, 'training_record.json'), `${JSON.stringify(record, null, 2)}\n`)
    await writeDurably(join(out, 'training_report.html'), trainingReport(record, course, settings.baseModel))
    return { ...end, epsilonSpent, losses, record }
  } finally {
    await tuning.close()
  }
}

/** A model of its own in a folder: what was trained in full always is one, adapters are merged where it is asked for. */
async function writeWholeModel(
  { prepared: { plan, checkpoint }, out, basePath, merge, onnx }: TrainRunOptions,
  model: LanguageModel,
  merged: () => LanguageModel['weights'],
): Promise<void> {
  const isFull = plan.tuning.kind === 'full'
  if (!isFull && !merge && !onnx) return
  const folder = isFull ? out : join(out, 'merged')
  await writeModelFiles(folder, basePath, checkpoint)
  if (isFull && !onnx) return
  const weights = merged()
  const tensors = [...model.shapes].map(([name, shape]) => ({ name, shape, data: floats(weights[name]!) }))
  if (merge && !isFull) await writeSafetensorsFile(join(folder, 'model.safetensors'), tensors, { format: 'pt' })
  if (onnx) await writeOnnxDecoder(join(folder, 'onnx'), { ...model, weights }, { plan: plan.digest })
}

type LogEntry =
  | { readonly step: number; readonly loss: number | null; readonly epsilon: number | null; readonly ms: number }
  | { readonly step: number; readonly validationLoss: number }

/** A log of one JSON object a line, written as it goes; of an earlier part of the run the lines up to a step are kept. */
async function openLog(file: string, upTo: number): Promise<(entry: LogEntry) => void> {
  const before = upTo === 0 ? '' : await readFile(file, 'utf8').catch(() => '')
  const kept = before.split('\n').filter(line => stepOf(line) <= upTo)
  await writeFile(file, kept.map(line => `${line}\n`).join(''))
  return entry => appendFileSync(file, `${JSON.stringify(entry)}\n`)
}

/** The step of a line; infinite for one that a killed process left unfinished. */
function stepOf(line: string): number {
  try {
    const { step } = JSON.parse(line) as { readonly step?: unknown }
    return typeof step === 'number' ? step : Infinity
  } catch {
    return Infinity
  }
}
