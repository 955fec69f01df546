import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { syncDirectory, writeDurably } from '@attestry/core'
import { openEnvelope, sealEnvelope, type WrappingKey } from './envelope.js'
import { keyTableUnusable } from './errors.js'
import { wrappingKey } from './run-key.js'

/**
 * The keys of all people of a workspace, as two files of one generation, both readable by their owner alone:
 *
 *     subjects.kek-<generation>    32 random bytes that encrypt the table
 *     subjects.keys-<generation>   frames: u32be length | envelope of (u32be destroyed keys known | (handle 16, key 32)*)
 *
 * New keys are appended as a frame. Destroying keys writes a table of the next generation under a new key-encrypting key
 * and destroys the old one: a row deleted from a file may stay on the disk, and whoever kept the file could read it.
 */
export interface KeyTable {
  /** 0 while there is none. */
  readonly generation: number
  readonly keys: Map<string, Uint8Array>
  readonly frames: number
  /** Bytes of whole frames; what follows was cut off by a crash and never acknowledged. */
  readonly bytes: number
  /** Size of the file when it was read or written. */
  readonly size: number
  /** Destroyed keys that the table knew of when it was last written. */
  readonly tombstones: number
  /** Whether files of another generation lie beside it: a crash cut a destruction short, or a backup was restored. */
  readonly hasLeftovers: boolean
}

const entryBytes = 48
const name = /^subjects\.(kek|keys)-([1-9]\d{0,14})$/

const emptyTable: KeyTable = {
  generation: 0,
  keys: new Map(),
  frames: 0,
  bytes: 0,
  size: 0,
  tombstones: 0,
  hasLeftovers: false,
}

const kekFile = (folder: string, generation: number): string => join(folder, `subjects.kek-${generation}`)
const tableFile = (folder: string, generation: number): string => join(folder, `subjects.keys-${generation}`)

/** Bytes of the table's file now: another process may have added keys. Undefined when it is gone. */
export const tableBytes = (folder: string, { generation }: KeyTable): number | undefined =>
  generation === 0 ? undefined : statSync(tableFile(folder, generation), { throwIfNoEntry: false })?.size

/**
 * The newest generation on disk.
 *
 * @throws VAULT-E005 when its table has no key-encrypting key, does not open, or is damaged. An older one never stands in
 *   for it: it would hold keys that were destroyed.
 */
export function readKeyTable(folder: string): KeyTable {
  const found = generationsOf(folder)
  const generation = Math.max(0, ...found.keys)
  const all = [...found.kek, ...found.keys]
  if (generation === 0) {
    if (all.some(one => one > 1)) throw keyTableUnusable('subjects.keys is missing beside its key-encrypting key')
    return { ...emptyTable, hasLeftovers: all.length > 0 }
  }
  if (!found.kek.has(generation)) throw keyTableUnusable(`subjects.kek-${generation} is missing`)
  const key = readKek(folder, generation)
  const bytes = readFileSync(tableFile(folder, generation))
  const keys = new Map<string, Uint8Array>()
  let at = 0
  let frames = 0
  let tombstones = 0
  while (at + 4 <= bytes.length) {
    const end = at + 4 + bytes.readUInt32BE(at)
    if (end > bytes.length) break
    const frame = openFrame(bytes.subarray(at + 4, end), generation, frames, key)
    tombstones = Math.max(tombstones, frame.readUInt32BE(0))
    for (let entry = 4; entry < frame.length; entry += entryBytes)
      keys.set(frame.toString('hex', entry, entry + 16), new Uint8Array(frame.subarray(entry + 16, entry + entryBytes)))
    frames++
    at = end
  }
  if (frames === 0) throw keyTableUnusable('it holds no whole frame')
  const hasLeftovers = all.some(one => one !== generation)
  return { generation, keys, frames, bytes: at, size: bytes.length, tombstones, hasLeftovers }
}

function generationsOf(folder: string): { readonly kek: ReadonlySet<number>; readonly keys: ReadonlySet<number> } {
  const kek = new Set<number>()
  const keys = new Set<number>()
  for (const file of namesIn(folder)) {
    const [, kind, number] = name.exec(file) ?? []
    if (kind !== undefined) (kind === 'kek' ? kek : keys).add(Number(number))
  }
  return { kek, keys }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function readKek(folder: string, generation: number): WrappingKey {
  const path = kekFile(folder, generation)
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0)
    throw keyTableUnusable(`other users may read subjects.kek-${generation}`)
  const bytes = readFileSync(path)
  if (bytes.length !== 32) throw keyTableUnusable(`subjects.kek-${generation} has ${bytes.length} bytes, not 32`)
  return wrappingKey(bytes)
}

const contextOf = (generation: number, frame: number): string => `subject-keys/${generation}/${frame}`

function openFrame(sealed: Uint8Array, generation: number, number: number, key: WrappingKey): Buffer {
  try {
    const frame = Buffer.from(openEnvelope(sealed, contextOf(generation, number), key))
    if (frame.length >= 4 && (frame.length - 4) % entryBytes === 0) return frame
  } catch (cause) {
    throw keyTableUnusable(`frame ${number + 1} does not open`, cause)
  }
  throw keyTableUnusable(`frame ${number + 1} is damaged`)
}

function sealFrame(
  keys: ReadonlyMap<string, Uint8Array>,
  tombstones: number,
  generation: number,
  number: number,
  key: WrappingKey,
): Uint8Array {
  const frame = Buffer.alloc(4 + keys.size * entryBytes)
  frame.writeUInt32BE(tombstones)
  let at = 4
  for (const [subject, bytes] of keys) {
    frame.write(subject, at, 'hex')
    frame.set(bytes, at + 16)
    at += entryBytes
  }
  const sealed = sealEnvelope(frame, contextOf(generation, number), key)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(sealed.length)
  return Buffer.concat([length, sealed])
}

/** Adds keys durably, as one frame. Only under the lock, and on the table as it is on disk. */
export async function appendKeys(
  folder: string,
  table: KeyTable,
  fresh: ReadonlyMap<string, Uint8Array>,
): Promise<KeyTable> {
  const { generation, frames, tombstones } = table
  const frame = sealFrame(fresh, tombstones, generation, frames, readKek(folder, generation))
  const file = await open(tableFile(folder, generation), 'r+')
  try {
    // What a crash cut off must not stand between two frames.
    if ((await file.stat()).size > table.bytes) await file.truncate(table.bytes)
    await file.write(frame, 0, frame.length, table.bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  // Copying the map for every batch would cost the square of the number of people.
  for (const [subject, bytes] of fresh) table.keys.set(subject, bytes)
  const bytes = table.bytes + frame.length
  return { ...table, frames: frames + 1, bytes, size: bytes }
}

/**
 * Writes the table as a new generation and destroys every other one. Only under the lock.
 *
 * The order is what makes it safe: a key-encrypting key without table is a leftover, and the old one is destroyed only once
 * the new table is on disk under its name.
 */
export async function rewriteKeyTable(
  folder: string,
  generation: number,
  keys: ReadonlyMap<string, Uint8Array>,
  tombstones: number,
): Promise<KeyTable> {
  await writeDurably(kekFile(folder, generation), randomBytes(32), 0o600)
  const frame = sealFrame(keys, tombstones, generation, 0, readKek(folder, generation))
  await writeDurably(tableFile(folder, generation), frame, 0o600)
  await destroyOthers(folder, generation)
  const bytes = frame.length
  return { generation, keys: new Map(keys), frames: 1, bytes, size: bytes, tombstones, hasLeftovers: false }
}

/** Destroys the files of every other generation, keys first. */
export async function destroyOthers(folder: string, generation: number): Promise<void> {
  const { kek, keys } = generationsOf(folder)
  for (const other of kek) {
    if (other === generation) continue
    const path = kekFile(folder, other)
    const file = await open(path, 'r+')
    try {
      // On many disks the bytes stay until they are written over; on those that move blocks they may stay even then.
      await file.write(randomBytes(32), 0, 32, 0)
      await file.sync()
    } finally {
      await file.close()
    }
    await rm(path)
  }
  for (const other of keys) if (other !== generation) await rm(tableFile(folder, other))
  for (const file of namesIn(folder))
    if (/^subjects\.(?:kek|keys)-\d+\.tmp$/.test(file)) await rm(join(folder, file), { force: true })
  await syncDirectory(folder)
}
