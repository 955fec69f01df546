import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { concatBatches, type Dataset, type DataSource, type RecordBatch, type SubjectKeys } from '@attestry/core'
import { openDataset, type OpenOptions } from '../src/index.js'

const root = mkdtempSync(join(tmpdir(), 'attestry-data-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** A new folder, gone when the file's tests have run. */
export const folder = (): string => mkdtempSync(join(root, 'case-'))

/** A file in a folder of its own; gives the options that open it. */
export function fileOf(
  name: string,
  content: string | Uint8Array,
): OpenOptions & { readonly quarantineDirectory: string } {
  const baseDirectory = folder()
  writeFileSync(join(baseDirectory, name), content)
  return { baseDirectory, quarantineDirectory: join(baseDirectory, 'run') }
}

export interface ReadAll {
  readonly batches: readonly RecordBatch[]
  readonly all: RecordBatch
  readonly quarantined: ReturnType<Dataset['quarantined']>
  readonly dataset: Dataset
}

export async function readAll(source: Partial<DataSource> & { path: string }, options: OpenOptions): Promise<ReadAll> {
  const dataset = await openDataset({ required: [], numeric: [], ...source }, options)
  const batches: RecordBatch[] = []
  for await (const batch of dataset.batches()) batches.push(batch)
  return { batches, all: concatBatches(batches), quarantined: dataset.quarantined(), dataset }
}

export const textOf = (batch: RecordBatch, name: string): readonly unknown[] => [
  ...(batch.columns[name]!.values as Iterable<unknown>),
]

/** What a promise rejects with. */
export async function rejection(
  promise: Promise<unknown>,
): Promise<{ code: string; message: string; notes: readonly string[]; where: object; json: string }> {
  try {
    await promise
  } catch (error) {
    const { code, message, notes, where } = error as { code: string; message: string; notes: string[]; where: object }
    return { code, message, notes, where, json: JSON.stringify(error) }
  }
  throw new Error('it did not reject')
}

export async function* chunksOf(content: Uint8Array, sizes: readonly number[]): AsyncIterable<Buffer> {
  let at = 0
  for (let i = 0; at < content.length; i++) {
    const size = Math.max(1, sizes[i % Math.max(1, sizes.length)] ?? content.length)
    yield Buffer.from(content.subarray(at, at + size))
    at += size
  }
}

/** Keys of people in memory: a row opens for its person, in its place, until the key is destroyed. */
export class MemorySubjectKeys implements SubjectKeys {
  readonly #keys = new Map<string, Buffer>()
  readonly #destroyed = new Set<string>()
  async seal(subject: string, plaintext: Uint8Array, context: string): Promise<Uint8Array> {
    const key = this.#keys.get(subject) ?? randomBytes(32)
    this.#keys.set(subject, key)
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
    return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
  }
  async open(subject: string, sealed: Uint8Array, context: string): Promise<Uint8Array | null> {
    if (this.#destroyed.has(subject)) return null
    const decipher = createDecipheriv('aes-256-gcm', this.#keys.get(subject)!, sealed.subarray(0, 12))
    decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(-16))
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
  }
  async destroy(subjects: readonly string[]): Promise<readonly string[]> {
    for (const subject of subjects) this.#destroyed.add(subject)
    return subjects.filter(subject => this.#keys.delete(subject))
  }
  isDestroyed(subject: string): boolean {
    return this.#destroyed.has(subject)
  }
}
