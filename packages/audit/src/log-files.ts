import { open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { RecordedEvent, Vault } from '@attestry/core'
import { openCheckpoint, parseCheckpoint, type Checkpoint } from './checkpoint.js'
import { decodeEntry, type Commitment, type Entry } from './entry.js'
import { logDamaged } from './errors.js'
import { decodeJournal, type Journal } from './journal.js'
import { openPayload, payloadFile } from './payload.js'
import type { VerifierKey } from './signed-note.js'
import { decodeBundle, tilePath, tileWidth } from './tiles.js'

/** Names below a log folder, beside `tile/`. */
export const logFiles: Readonly<Record<'checkpoint' | 'journal' | 'lock' | 'payloads', string>> = {
  checkpoint: 'checkpoint',
  journal: 'journal',
  lock: 'lock',
  payloads: payloadFile,
}

const maxCheckpointBytes = 1_000_000
const maxBundleBytes = tileWidth * 65_537
const maxJournalBytes = 512 * 2 ** 20

/** A whole file, or null when there is none. Refuses files over the limit with AUDIT-E005. */
export async function readLimited(path: string, maxBytes: number): Promise<Uint8Array | null> {
  try {
    const { size } = await stat(path)
    if (size > maxBytes) throw logDamaged(path, `it has ${size} bytes, at most ${maxBytes} are read`)
    return await readFile(path)
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw failure
  }
}

/** The checkpoint of a log; null when none was written. With `keys` its signature is verified, else only read. */
export async function readCheckpoint(log: string, keys: readonly VerifierKey[] | null): Promise<Checkpoint | null> {
  const note = await readLimited(join(log, logFiles.checkpoint), maxCheckpointBytes)
  if (!note) return null
  if (keys) return openCheckpoint(note, keys)
  const text = Buffer.from(note).toString()
  return parseCheckpoint(text.slice(0, text.lastIndexOf('\n\n') + 1))
}

export async function readJournal(log: string): Promise<Journal> {
  const bytes = await readLimited(join(log, logFiles.journal), maxJournalBytes)
  return decodeJournal(bytes ?? new Uint8Array())
}

/**
 * The bundle with number `number` of a log that has `size` integrated entries: partial for the last one, and full when a
 * larger log has replaced the partial one. Undefined when there is neither.
 */
export async function readBundle(log: string, number: number, size: number): Promise<Uint8Array[] | undefined> {
  const width = Math.min(tileWidth, size - number * tileWidth)
  for (const tried of new Set([width, tileWidth])) {
    const path = tilePath({ level: 'entries', number, width: tried })
    const bytes = await readLimited(join(log, path), maxBundleBytes)
    if (!bytes) continue
    const entries = decodeBundle(bytes)
    if (!entries || entries.length < width) throw logDamaged(`log/${path}`, `it does not hold ${width} entries`)
    return entries.slice(0, width)
  }
  return undefined
}

/** Entries of the bundles from an index on, in order. @throws AUDIT-E005 when a bundle is missing or malformed */
export async function* readEntries(log: string, from: number, size: number): AsyncGenerator<Uint8Array> {
  for (let number = Math.floor(from / tileWidth); number * tileWidth < size; number++) {
    const entries = await readBundle(log, number, size)
    if (!entries) throw logDamaged(`log/${tilePath({ level: 'entries', number, width: tileWidth })}`, 'it is missing')
    yield* entries.slice(Math.max(0, from - number * tileWidth))
  }
}

export const entryAt = (bytes: Uint8Array, index: number): Entry => {
  const entry = decodeEntry(bytes)
  if (!entry) throw logDamaged('log/tile/entries', `entry ${index} is not a canonical event header`)
  return entry
}

/** Reads lines of payloads.jsonl by position, a window at a time. */
export interface PayloadReader {
  line(commit: Commitment): Promise<Uint8Array>
  close(): Promise<void>
}

export async function openPayloads(log: string): Promise<PayloadReader> {
  const windowBytes = 256 * 1024
  const file = await open(join(log, logFiles.payloads), 'r').catch((failure: NodeJS.ErrnoException) => {
    if (failure.code === 'ENOENT') return null
    throw failure
  })
  let window: Uint8Array = new Uint8Array()
  let start = 0
  return {
    async line({ at, size }) {
      if (at < start || at + size > start + window.length) {
        const length = Math.max(size, windowBytes)
        if (length > 128 * 2 ** 20) throw logDamaged(`log/${payloadFile}`, `a line of ${size} bytes is too long`)
        const read = await file?.read(Buffer.alloc(length), 0, length, at)
        window = read?.buffer.subarray(0, read.bytesRead) ?? new Uint8Array()
        start = at
      }
      return window.subarray(at - start, at - start + size)
    },
    close: async () => file?.close(),
  }
}

/** An entry with its payload, as readers of the log see it. */
export async function toRecorded(
  entry: Entry,
  index: number,
  payloads: PayloadReader,
  vault: Vault | undefined,
): Promise<RecordedEvent> {
  const { v: _v, commit, ...header } = entry
  if (!commit) return { index, event: header }
  const payload = await openPayload(entry, await payloads.line(commit), vault)
  return { index, event: payload === undefined ? header : { ...header, payload } }
}
