import { readFileSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { syncDirectory } from '@attestry/core'
import { keyTableUnusable } from './errors.js'

/** Where the handles of people whose keys were destroyed stand: outside of the keys folder, so that its backup lacks them. */
export const tombstonesFile = (workspace: string): string => join(workspace, 'subjects-destroyed.jsonl')

const entry = /^\{"subject":"([0-9a-f]{32})","generation":([1-9]\d{0,15})\}$/

/** Handles whose keys were destroyed. They are random, so the list tells nothing about anybody. */
export interface Tombstones {
  readonly subjects: ReadonlySet<string>
  /** Lines of the file. */
  readonly count: number
  /** Generation of the key table that the newest of them makes necessary; 0 without any. */
  readonly generation: number
  /** Bytes up to the last whole line. */
  readonly bytes: number
}

/** A last line that a crash cut off is not read: nobody was told of it. @throws VAULT-E005 for any other damage */
export function readTombstones(workspace: string): Tombstones {
  const content = readIfThere(tombstonesFile(workspace))
  const whole = content.lastIndexOf(0x0a) + 1
  const lines = content.subarray(0, whole).toString('latin1').split('\n').slice(0, -1)
  const subjects = new Set<string>()
  let generation = 0
  for (const [index, line] of lines.entries()) {
    const [, subject, number] = entry.exec(line) ?? []
    if (subject === undefined) throw keyTableUnusable(`line ${index + 1} of the destroyed keys is damaged`)
    subjects.add(subject)
    generation = Math.max(generation, Number(number))
  }
  return { subjects, count: lines.length, generation, bytes: whole }
}

/** Bytes of the file now: another process may have destroyed keys. */
export function tombstoneBytes(workspace: string): number {
  return statSync(tombstonesFile(workspace), { throwIfNoEntry: false })?.size ?? 0
}

/** Durable before it resolves. */
export async function appendTombstones(
  workspace: string,
  { bytes }: Tombstones,
  subjects: readonly string[],
  generation: number,
): Promise<void> {
  const path = tombstonesFile(workspace)
  const file = await open(path, 'a', 0o600)
  try {
    if ((await file.stat()).size > bytes) await file.truncate(bytes)
    await file.writeFile(subjects.map(subject => `{"subject":"${subject}","generation":${generation}}\n`).join(''))
    await file.sync()
  } finally {
    await file.close()
  }
  await syncDirectory(dirname(path))
}

export function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}
