import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isAttestryError, type JsonValue } from '@attestry/core'
import { logOrigin, type Checkpoint } from './checkpoint.js'
import type { Entry } from './entry.js'
import { decodeEntry } from './entry.js'
import type { Findings } from './findings.js'
import { logFiles, openPayloads, readBundle, readCheckpoint, readJournal, type PayloadReader } from './log-files.js'
import { equalHashes, leafHash, merkleRoot, type Hash } from './merkle-tree.js'
import { openPayload } from './payload.js'
import type { VerifierKey } from './signed-note.js'
import { encodeBundle, parseTilePath, tilePath, tileWidth, type TileId } from './tiles.js'

/** An event under a verified checkpoint; the payload is absent when there is none or it is sealed. */
export interface SignedEvent {
  readonly entry: Entry
  readonly payload?: JsonValue
}

export interface VerifiedLog {
  readonly checkpoint: Checkpoint
  readonly run: string
  /** Events that only the journal holds: durable, but under no signature. */
  readonly unsigned: number
  /** False when the entries do not have the signed root: then no event may be believed. */
  readonly isSound: boolean
}

/**
 * Verifies the log of a run: the checkpoint's signature, every bundle, every tile of every level derived again from the
 * entries, the journal, and every payload line.
 *
 * @param files all files of the run's folder, relative to it
 * @param see told every event under the checkpoint, in order; to be believed only when the result is sound
 * @returns null when there is no checkpoint that the key signed
 */
export async function verifyLog(
  directory: string,
  key: VerifierKey,
  files: readonly string[],
  findings: Findings,
  see: (event: SignedEvent) => void,
): Promise<VerifiedLog | null> {
  const log = join(directory, 'log')
  const checkpoint = await attempt(findings, 'log/checkpoint', () => readCheckpoint(log, [key]))
  if (!checkpoint) {
    if (!findings.has('log/checkpoint')) findings.problem('log/checkpoint', 'it is missing: nothing here is signed')
    return null
  }
  const run = checkpoint.origin.slice(key.name.length + 1)
  if (checkpoint.origin !== logOrigin(key, run) || run === '')
    findings.problem('log/checkpoint', `its origin ${checkpoint.origin} is not a log of this key`)
  else findings.cover('log/checkpoint', 'the signature of the log key')

  const payloads = await openPayloads(log)
  const check = createEntryCheck(run, payloads, findings)
  try {
    const leaves = await readLeaves(log, checkpoint.size, findings, async (bytes, index) => {
      const event = await check.entry(bytes, index, 'log/tile/entries')
      if (event) see(event)
    })
    const { truth, isSound } = await judge(log, checkpoint, leaves, findings)
    const unsigned = await verifyJournal(log, checkpoint.size, truth, findings, (bytes, index) =>
      check.entry(bytes, index, 'log/journal'),
    )
    await verifyTiles(log, files, checkpoint.size, [...truth, ...unsigned.map(leafHash)], findings)
    await check.end(log)
    return { checkpoint, run, unsigned: unsigned.length, isSound }
  } finally {
    await payloads.close()
  }
}

/** Reads every bundle that the checkpoint covers; gives the leaf hash of each entry, or null for what cannot be read. */
async function readLeaves(
  log: string,
  size: number,
  findings: Findings,
  see: (bytes: Uint8Array, index: number) => Promise<void>,
): Promise<(Hash | null)[]> {
  const leaves: (Hash | null)[] = []
  for (let number = 0; number * tileWidth < size; number++) {
    const width = Math.min(tileWidth, size - number * tileWidth)
    const file = `log/${tilePath({ level: 'entries', number, width })}`
    const entries = await attempt(findings, file, () => readBundle(log, number, size))
    if (entries === undefined && !findings.has(file)) findings.problem(file, 'it is missing')
    for (let i = 0; i < width; i++) {
      const bytes = entries?.[i]
      leaves.push(bytes ? leafHash(bytes) : null)
      if (bytes) await see(bytes, number * tileWidth + i)
    }
  }
  return leaves
}

/** Which leaf hashes have the signed root: those of the entries, else those of the level-0 tiles; and who is to blame. */
async function judge(
  log: string,
  { size, root }: Checkpoint,
  leaves: readonly (Hash | null)[],
  findings: Findings,
): Promise<{ truth: readonly Hash[]; isSound: boolean }> {
  const whole = leaves.filter(leaf => leaf !== null)
  if (whole.length === size && equalHashes(merkleRoot(whole), root)) return { truth: whole, isSound: true }
  const tiled: Hash[] = []
  for (let number = 0; number * tileWidth < size; number++) {
    const width = Math.min(tileWidth, size - number * tileWidth)
    const bytes =
      (await readOr(join(log, tilePath({ level: 0, number, width })))) ??
      (await readOr(join(log, tilePath({ level: 0, number, width: tileWidth }))))
    for (let i = 0; i < width && bytes; i++) tiled.push(bytes.subarray(32 * i, 32 * i + 32))
  }
  if (tiled.length !== size || !equalHashes(merkleRoot(tiled), root)) {
    findings.problem('log/tile', 'neither the entries nor the tiles have the root of the signed checkpoint')
    return { truth: [], isSound: false }
  }
  for (let number = 0; number * tileWidth < size; number++) {
    const start = number * tileWidth
    const width = Math.min(tileWidth, size - start)
    const isSame = Array.from({ length: width }, (_, i) => leaves[start + i]).every(
      (leaf, i) => leaf && equalHashes(leaf, tiled[start + i]!),
    )
    if (!isSame)
      findings.problem(
        `log/${tilePath({ level: 'entries', number, width })}`,
        'its entries do not fit the signed checkpoint',
      )
  }
  return { truth: tiled, isSound: false }
}

/** The entries that only the journal holds. */
async function verifyJournal(
  log: string,
  size: number,
  signed: readonly Hash[],
  findings: Findings,
  see: (bytes: Uint8Array, index: number) => Promise<unknown>,
): Promise<readonly Uint8Array[]> {
  const file = 'log/journal'
  const journal = await attempt(findings, file, () => readJournal(log))
  const isThere = (await readOr(join(log, logFiles.journal))) !== null
  if (!journal || !isThere) return []
  const { entries, firstIndex, end } = journal
  if (end === 'torn')
    findings.problem(file, 'its last record is torn, by a crash or a change: resuming the run cuts it off')
  if (end === 'damaged') findings.problem(file, 'good records follow a bad one')
  if (entries.length > 0 && firstIndex > size) {
    findings.problem(file, `entries ${size} to ${firstIndex - 1} are missing before it`)
    return []
  }
  const isRepeat = entries
    .slice(0, Math.max(0, size - firstIndex))
    .every((entry, i) => signed[firstIndex + i] && equalHashes(leafHash(entry), signed[firstIndex + i]!))
  if (!isRepeat) findings.problem(file, 'it holds other entries than the signed tree')
  const pending = entries.slice(size - firstIndex)
  for (const [i, entry] of pending.entries()) await see(entry, size + i)
  if (pending.length > 0)
    findings.leave(file, `${pending.length} events are checksummed, but not yet under a signature`)
  else findings.cover(file, 'the signed tree')
  return pending
}

/** Compares every tile and bundle that lies there with what the leaves say, and looks for those that must. */
async function verifyTiles(
  log: string,
  files: readonly string[],
  size: number,
  leaves: readonly Hash[],
  findings: Findings,
): Promise<void> {
  if (leaves.length < size) return
  const levels: Hash[][] = [[...leaves]]
  for (let below = levels[0]!; below.length >= tileWidth; below = levels.at(-1)!) {
    const above: Hash[] = []
    for (let i = 0; i + tileWidth <= below.length; i += tileWidth) above.push(merkleRoot(below.slice(i, i + tileWidth)))
    levels.push(above)
  }
  const present = new Set<string>()
  for (const file of files.filter(file => file.startsWith('log/tile/'))) {
    const path = file.slice('log/'.length)
    const id = parseTilePath(path)
    if (!id) {
      findings.leave(file, 'it is not part of the layout of a log')
      continue
    }
    present.add(path)
    const bytes = (await readOr(join(log, path))) ?? new Uint8Array()
    const isRight =
      id.level === 'entries' ? await isBundle(log, id, bytes, leaves) : isTile(id, id.level, bytes, levels)
    if (isRight) findings.cover(file, 'the signed tree')
    else findings.problem(file, 'it does not fit the signed tree')
  }
  for (const id of expectedTiles(size)) {
    const path = tilePath(id)
    if (!present.has(path) && !present.has(tilePath({ ...id, width: tileWidth })))
      findings.problem(`log/${path}`, 'it is missing')
  }
}

function isTile({ number, width }: TileId, level: number, bytes: Uint8Array, levels: readonly Hash[][]): boolean {
  const hashes = levels[level]?.slice(number * tileWidth, number * tileWidth + width) ?? []
  return hashes.length === width && equalHashes(Buffer.concat(hashes), bytes)
}

async function isBundle(log: string, id: TileId, bytes: Uint8Array, leaves: readonly Hash[]): Promise<boolean> {
  const start = id.number * tileWidth
  const entries = await readBundle(log, id.number, start + id.width).catch(() => undefined)
  return (
    entries?.length === id.width &&
    equalHashes(encodeBundle(entries), bytes) &&
    entries.every((entry, i) => leaves[start + i] && equalHashes(leafHash(entry), leaves[start + i]!))
  )
}

/** Every tile that a log of this size publishes: full ones, and a partial one per level where the size does not divide. */
function expectedTiles(size: number): TileId[] {
  const tiles: TileId[] = []
  for (let level = 0, count = size; count > 0; level++, count = Math.floor(count / tileWidth))
    for (let number = 0; number * tileWidth < count; number++)
      tiles.push({ level, number, width: Math.min(tileWidth, count - number * tileWidth) })
  return tiles
}

/** Checks entries one after the other, each with its payload line, and at the end that no byte is left over. */
function createEntryCheck(
  run: string,
  payloads: PayloadReader,
  findings: Findings,
): {
  entry(bytes: Uint8Array, index: number, file: string): Promise<SignedEvent | undefined>
  end(log: string): Promise<void>
} {
  const file = `log/${logFiles.payloads}`
  let end = 0
  return {
    async entry(bytes, index, source) {
      const entry = decodeEntry(bytes)
      if (!entry) findings.problem(source, `entry ${index} is not a canonical event header`)
      else if (entry.run !== run) findings.problem(source, `entry ${index} belongs to another run`)
      if (!entry?.commit) return entry && { entry }
      if (entry.commit.at !== end) findings.problem(file, `the line of entry ${index} does not follow the one before`)
      end = entry.commit.at + entry.commit.size
      const payload = await attempt(findings, file, async () => openPayload(entry, await payloads.line(entry.commit!)))
      return payload === undefined ? { entry } : { entry, payload }
    },
    async end(log) {
      const size = await stat(join(log, logFiles.payloads)).then(
        ({ size }) => size,
        () => null,
      )
      if (size === null) return end === 0 ? undefined : findings.problem(file, 'it is missing')
      if (size > end)
        findings.problem(file, `${size - end} bytes follow the last recorded payload: resuming the run cuts them off`)
      findings.cover(file, 'digests in the signed tree')
    },
  }
}

/** What `read` gives; a coded failure becomes a problem of the file that it names. */
async function attempt<T>(findings: Findings, file: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (failure) {
    if (!isAttestryError(failure) && !(failure instanceof SyntaxError)) throw failure
    findings.problem(file, failure.message)
    return undefined
  }
}

const readOr = (path: string): Promise<Uint8Array | null> => readFile(path).catch(() => null)
