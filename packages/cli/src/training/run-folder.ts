import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { sha256, ulid, writeDurably } from '@attestry/core'
import {
  digestOfExamples,
  latestRunCheckpoint,
  readRunCheckpoint,
  readRunStart,
  type PreparedFineTune,
  type RunIdentity,
  type SftSettings,
  type TrainingStand,
} from '@attestry/lm'
import { folderTaken, nothingToResume, secretGone } from '../errors.js'

/** A training run that begins, or goes on, in a folder. */
export interface FolderRun {
  readonly identity: RunIdentity
  /** 32 bytes that batches and noise derive from. */
  readonly secret: Uint8Array
  /** Where it stood when it goes on. */
  readonly stand?: TrainingStand
}

export interface FolderRunOptions {
  readonly prepared: PreparedFineTune
  readonly settings: SftSettings
  /** Folder of the config. */
  readonly folder: string
  /** Folder of the result. */
  readonly out: string
  readonly workspace: string
  /** Asked for on the command line: there must be something to go on with. */
  readonly mustResume: boolean
}

/**
 * Finds out whether a run begins or goes on, and its secret. Nothing is written but the secret.
 *
 * @throws CLI-E011 when the folder holds a run that is not to go on, CLI-E012 when there is none to go on with, CLI-E013
 *   when the secret of a private run is gone, LM-E070 and LM-E071 for a run or checkpoint that is not of this config
 */
export async function openFolderRun(options: FolderRunOptions): Promise<FolderRun> {
  const { prepared, settings, folder, out, workspace, mustResume } = options
  const { plan, validation, checkpoint, model } = prepared
  const identity = {
    plan: plan.digest,
    data: plan.data,
    validation: digestOfExamples(validation),
    base: await checkpoint.digests(),
  }
  const isPrivate = plan.privacy !== null
  const choice = mustResume && settings.resume.kind !== 'from' ? { kind: 'latest' as const } : settings.resume
  if (choice.kind === 'never') {
    if (await holdsRun(out)) {
      if (!settings.overwrites) throw folderTaken(out)
      await removeRun(out)
    }
    return begin()
  }
  const path = choice.kind === 'from' ? resolve(folder, choice.path) : await latestRunCheckpoint(out)
  if (path !== undefined) {
    const { run, stand } = await readRunCheckpoint(path, { model, plan, identity })
    return { identity: { run, ...identity }, secret: await secretOf(run), stand }
  }
  const begun = await readRunStart(out, identity)
  if (begun !== undefined) return { identity: { run: begun, ...identity }, secret: await secretOf(begun) }
  if (mustResume) throw nothingToResume(out)
  return begin()

  async function begin(): Promise<FolderRun> {
    const run = ulid()
    if (!isPrivate) return { identity: { run, ...identity }, secret: fromSeed(plan.seed) }
    const secret = randomBytes(32)
    await mkdir(join(workspace, 'keys'), { recursive: true, mode: 0o700 })
    await writeDurably(secretFile(workspace, run), secret, 0o600)
    return { identity: { run, ...identity }, secret }
  }

  async function secretOf(run: string): Promise<Uint8Array> {
    if (!isPrivate) return fromSeed(plan.seed)
    const kept = /^[0-9A-Z]{26}$/.test(run) ? await readFile(secretFile(workspace, run)).catch(() => null) : null
    if (kept?.length !== 32) throw secretGone(workspace)
    return kept
  }
}

/**
 * The run of the output folder that may go on, by its name alone: what else must be the same is not known before there is a plan.
 * Undefined when the run is to begin anew.
 */
export async function runToGoOn({
  settings,
  folder,
  out,
  mustResume,
}: Omit<FolderRunOptions, 'prepared' | 'workspace'>): Promise<string | undefined> {
  const { resume } = settings
  if (resume.kind === 'never' && !mustResume) return undefined
  const file = resume.kind === 'from' ? join(resolve(folder, resume.path), 'checkpoint.json') : join(out, marks[0]!)
  const text = await readFile(file, 'utf8').catch(() => '{}')
  const { run } = named(text)
  return typeof run === 'string' && run !== '' ? run : undefined
}

function named(text: string): { readonly run?: unknown } {
  try {
    const { run, identity } = JSON.parse(text) as {
      readonly run?: unknown
      readonly identity?: { readonly run?: unknown }
    }
    return { run: run ?? identity?.run }
  } catch {
    return {}
  }
}

const secretFile = (workspace: string, run: string): string => join(workspace, 'keys', `${run}.secret`)

/** Without privacy nothing is secret: the same config gives the same bytes again. */
const fromSeed = (seed: number): Uint8Array =>
  Buffer.from(sha256(`attestry train, seed ${seed}`).slice('sha256:'.length), 'hex')

/** What a training leaves in its folder. */
const marks = ['training_run.json', 'training_record.json']

const holdsRun = async (out: string): Promise<boolean> => {
  for (const name of marks) if (await stat(join(out, name)).catch(() => undefined)) return true
  return (await latestRunCheckpoint(out)) !== undefined
}

/** Removes marks and checkpoints; other files are written over. */
async function removeRun(out: string): Promise<void> {
  for (const name of await readdir(out))
    if (marks.includes(name) || /^checkpoint-\d+$/.test(name)) await rm(join(out, name), { recursive: true })
}
