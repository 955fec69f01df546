import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { f32, floats, sameShape, stateNames, stateOf, type Shape, type Tensor } from '@attestry/autograd'
import { digestOf, syncDirectory, writeDurably } from '@attestry/core'
import { isWithinReach } from '@attestry/dp'
import type { LoopProgress } from '@attestry/trainer'
import { ioFailed } from '../files/errors.js'
import { floatElements } from '../files/float-elements.js'
import { isJsonObject, parseJsonObject, type JsonObject } from '../files/json-object.js'
import { readSafetensorsHeader } from '../files/safetensors-header.js'
import { openSource, readSmall } from '../files/source-file.js'
import { writeSafetensorsFile } from '../files/write-safetensors.js'
import type { LanguageModel } from '../models/language-model.js'
import { badRunCheckpoint } from './errors.js'
import type { FineTunePlan } from './fine-tune-plan.js'
import { runOf, type RunIdentity } from './run-identity.js'
import { sftGraph } from './sft-task.js'
import type { TrainingCourse, TrainingStand } from './train-to-end.js'

type Tensors = Readonly<Record<string, Tensor>>

const files = { description: 'checkpoint.json', state: 'state.safetensors', best: 'best.safetensors' } as const
const format = 'attestry training checkpoint 1'
const named = /^checkpoint-([1-9]\d{0,11})$/
// Loss and epsilon of some five million steps.
const mostDescriptionBytes = 256 * 2 ** 20

/**
 * Writes `checkpoint-<step>` into a folder: everything that a run needs to go on to the same bytes. It appears under its
 * name once it is whole and on disk, so that a process that is killed at any time leaves the checkpoint before it.
 *
 * @param most checkpoints that are kept, the newest; all by default
 * @returns its path
 * @throws LM-E019 when the operating system refuses
 */
export async function writeRunCheckpoint(
  folder: string,
  identity: RunIdentity,
  { snapshot, course, best }: TrainingStand,
  most: number = Infinity,
): Promise<string> {
  const { state, progress } = snapshot
  const path = join(folder, `checkpoint-${progress.done}`)
  const unfinished = join(folder, `.checkpoint-${progress.done}.${randomBytes(6).toString('hex')}.part`)
  try {
    await mkdir(unfinished, { recursive: true })
    await writeTensors(join(unfinished, files.state), state)
    if (best) await writeTensors(join(unfinished, files.best), best.state)
    const body = {
      format,
      identity: { ...identity },
      progress: { ...progress },
      course: { ...course },
      best: best ? best.step : null,
      files: {
        [files.state]: await digestOfFile(join(unfinished, files.state)),
        ...(best && { [files.best]: await digestOfFile(join(unfinished, files.best)) }),
      },
    }
    await writeDurably(join(unfinished, files.description), JSON.stringify({ ...body, digest: digestOf(body) }))
    // A run that went on from an earlier checkpoint comes by here again.
    await rm(path, { recursive: true, force: true })
    await rename(unfinished, path)
    await syncDirectory(folder)
    const steps = await stepsOf(folder)
    for (const step of steps.slice(0, Math.max(0, steps.length - most)))
      await rm(join(folder, `checkpoint-${step}`), { recursive: true, force: true })
    return path
  } catch (cause) {
    await rm(unfinished, { recursive: true, force: true })
    throw cause instanceof Error && 'syscall' in cause ? ioFailed(path, 'writing', cause) : cause
  }
}

/** The checkpoint of the latest step in a folder; parts that a killed process left behind are removed. */
export async function latestRunCheckpoint(folder: string): Promise<string | undefined> {
  const last = (await stepsOf(folder)).at(-1)
  for (const name of await namesIn(folder))
    if (/^\.checkpoint-\d+\.[0-9a-f]{12}\.part$/.test(name))
      await rm(join(folder, name), { recursive: true, force: true })
  return last === undefined ? undefined : join(folder, `checkpoint-${last}`)
}

export interface ExpectedRun {
  readonly model: Omit<LanguageModel, 'weights'>
  readonly plan: FineTunePlan
  /** What the run is now, but for its name. */
  readonly identity: Omit<RunIdentity, 'run'>
}

/**
 * Reads a checkpoint, to go on from it.
 *
 * @throws LM-E070 when plan, data or base model are others than it was written for, LM-E071 for a folder that is none or
 *   was changed
 */
export async function readRunCheckpoint(
  path: string,
  { model, plan, identity }: ExpectedRun,
): Promise<{ readonly run: string; readonly stand: TrainingStand }> {
  const fail = (problem: string): Error => badRunCheckpoint(path, problem)
  const small = await readSmall(join(path, files.description), mostDescriptionBytes, size => fail(`has ${size} bytes`))
  if (!small) throw fail(`has no ${files.description}`)
  const { digest, ...body } = parseJsonObject(small.bytes, problem => fail(`has a description that ${problem}`))
  if (body.format !== format || digestOf(body) !== digest) throw fail('has a description that was changed')
  const run = runOf(path, body.identity, identity)
  const { progress, course } = body as { readonly progress: unknown; readonly course: unknown }
  if (!isProgress(progress, plan) || !isCourse(course, progress.done)) throw fail('has a description with gaps')

  const sums = isJsonObject(body.files) ? body.files : {}
  const { parameters } = sftGraph({ model, tuning: plan.tuning, isPacked: false })
  const weights = new Map(parameters.map(({ name, shape }) => [name, shape]))
  const kept = stateNames(plan.optimiser)
  const all = new Map(
    parameters.flatMap(({ name, shape }) => [
      [name, shape] as const,
      ...kept.map(key => [stateOf(key, name), shape] as const),
    ]),
  )
  const tensors = (name: string, shapes: ReadonlyMap<string, Shape>): Promise<Tensors> =>
    readTensors(join(path, name), sums[name], shapes, fail)
  return {
    run,
    stand: {
      snapshot: { state: await tensors(files.state, all), progress },
      course,
      ...(typeof body.best === 'number' && { best: { step: body.best, state: await tensors(files.best, weights) } }),
    },
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

const isNumber = (value: unknown): boolean => typeof value === 'number'

const hasNumbers = (object: unknown, keys: readonly string[]): boolean =>
  isJsonObject(object) && keys.every(key => isNumber(object[key]))

const flopCounts = ['matmul', 'other']

const tallies = ['draws', 'sampled', 'sum', 'squares']

function isProgress(value: unknown, { steps, privacy }: FineTunePlan): value is LoopProgress {
  if (!isJsonObject(value)) return false
  const { done, accounted, batchSizes, noise, noiseEffect, seen, flops, clipping } = value
  return (
    isCount(done) &&
    done <= steps &&
    isCount(accounted) &&
    Array.isArray(batchSizes) &&
    batchSizes.length === done &&
    batchSizes.every(isCount) &&
    hasNumbers(noise, tallies) &&
    (noiseEffect === null || isNumber(noiseEffect)) &&
    hasNumbers(seen, ['drawn', 'nonFinite']) &&
    hasNumbers(flops, flopCounts) &&
    (privacy?.adaptiveClipping ? isClipping(clipping, privacy.clippingNorm) : clipping === undefined)
  )
}

const isClipping = (value: unknown, first: number): boolean =>
  isJsonObject(value) &&
  typeof value.norm === 'number' &&
  isWithinReach(value.norm, first) &&
  hasNumbers(value.noise, tallies)

function isCourse(value: unknown, done: number): value is TrainingCourse {
  if (!isJsonObject(value)) return false
  const { losses, epsilons, validations } = value
  const isSeries = (series: unknown): boolean =>
    Array.isArray(series) && series.length === done && series.every(entry => entry === null || isNumber(entry))
  return (
    isSeries(losses) &&
    isSeries(epsilons) &&
    Array.isArray(validations) &&
    validations.every(
      (entry: unknown) =>
        isJsonObject(entry) && isCount(entry.step) && isNumber(entry.loss) && hasNumbers(entry.flops, flopCounts),
    )
  )
}

const writeTensors = (path: string, tensors: Tensors): Promise<void> =>
  writeSafetensorsFile(
    path,
    Object.entries(tensors).map(([name, tensor]) => ({ name, shape: tensor.shape, data: floats(tensor) })),
  )

async function readTensors(
  path: string,
  digest: unknown,
  shapes: ReadonlyMap<string, Shape>,
  fail: (problem: string) => Error,
): Promise<Tensors> {
  const source = await openSource(path)
  if (!source) throw fail('lacks a file that it names')
  try {
    if ((await source.digest()) !== digest) throw fail('has a file with another digest than it names')
    const tensors: Record<string, Tensor> = {}
    for (const { name, shape, dtype, offset, bytes } of await readSafetensorsHeader(source)) {
      const expected = shapes.get(name)
      if (!expected || !sameShape(shape, expected) || dtype !== 'F32') throw fail('holds tensors of another model')
      const raw = new Uint8Array(bytes)
      await source.fill(raw, offset)
      tensors[name] = f32(shape, floatElements(raw, dtype, path))
    }
    if (Object.keys(tensors).length !== shapes.size) throw fail('lacks tensors of the model')
    return tensors
  } finally {
    await source.close()
  }
}

async function digestOfFile(path: string): Promise<string> {
  const source = (await openSource(path))!
  try {
    return await source.digest()
  } finally {
    await source.close()
  }
}

const namesIn = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => [])

/** Steps of the checkpoints in a folder, ascending. */
const stepsOf = async (folder: string): Promise<readonly number[]> =>
  (await namesIn(folder))
    .flatMap(name => named.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)
