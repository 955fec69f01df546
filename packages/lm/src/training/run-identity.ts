import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { digestOf, writeDurably, type Digest } from '@attestry/core'
import { isJsonObject, parseJsonObject } from '../files/json-object.js'
import { readSmall } from '../files/source-file.js'
import { badRunCheckpoint, checkpointOfAnother } from './errors.js'

/** What a run and its checkpoints belong to. All of it must be the same for the run to go on. */
export interface RunIdentity {
  /** Name of the run, unlike that of any other. */
  readonly run: string
  readonly plan: Digest
  /** Of the training rows, as tokens. */
  readonly data: Digest
  /** Of the validation rows, as tokens. */
  readonly validation: Digest
  /** SHA-256 of the base model's files, hex, by name. */
  readonly base: Readonly<Record<string, string>>
}

/** Where a folder says which run writes into it. */
const startFile = 'training_run.json'
const mostStartBytes = 2 ** 22

/** Says in a folder, durably, which run begins to write into it. */
export async function writeRunStart(folder: string, identity: RunIdentity): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeDurably(join(folder, startFile), `${JSON.stringify(identity, null, 2)}\n`)
}

/**
 * The name of the run that writes into a folder, if one does.
 *
 * @param now what the run must be to be the same
 * @throws LM-E070 when it is another, LM-E071 when the file says something else
 */
export async function readRunStart(folder: string, now: Omit<RunIdentity, 'run'>): Promise<string | undefined> {
  const fail = (problem: string): Error => badRunCheckpoint(join(folder, startFile), problem)
  const small = await readSmall(join(folder, startFile), mostStartBytes, size => fail(`has ${size} bytes`))
  return small && runOf(join(folder, startFile), parseJsonObject(small.bytes, fail), now)
}

const differences: Readonly<Record<keyof Omit<RunIdentity, 'run'>, string>> = {
  data: 'other training rows',
  validation: 'other validation rows',
  base: 'another base model',
  plan: 'other settings',
}

/** The run that something was written by, once all else of its identity is as it is now. @throws LM-E070, LM-E071 */
export function runOf(path: string, written: unknown, now: Omit<RunIdentity, 'run'>): string {
  const identity = isJsonObject(written) ? written : {}
  for (const [key, what] of Object.entries(differences) as [keyof typeof differences, string][])
    if (digestOf(identity[key] ?? null) !== digestOf(now[key])) throw checkpointOfAnother(path, what)
  if (typeof identity.run !== 'string') throw badRunCheckpoint(path, 'names no run')
  return identity.run
}
