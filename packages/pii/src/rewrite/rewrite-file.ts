import { open, type FileHandle } from 'node:fs/promises'
import { recordTooLong } from '../errors.js'
import type { SecondOpinion } from '../second-opinion/second-opinion.js'
import { writeAll, writeWhole } from '../whole-file.js'
import { openOpinionRewriter, type WaitingRewriter } from './opinion-rewriter.js'
import { openRewriteThreads, type PartWritten, type RewriteThreads } from './rewrite-threads.js'
import {
  createRewriter,
  defaultLongest,
  type RewriteCounts,
  type RewriteOptions,
  type ScannedPlace,
} from './rewriter.js'

const pieceSize = 2 ** 20

export interface StreamOptions extends RewriteOptions {
  /** A model that is asked about each text too; it reads the texts of about a megabyte at once. */
  readonly secondOpinion?: SecondOpinion
}

/** Options are checked before anything is opened. */
const openRewriter = async (
  { secondOpinion, ...options }: StreamOptions,
  onFound?: (place: ScannedPlace) => void,
): Promise<WaitingRewriter> =>
  secondOpinion ? openOpinionRewriter(options, secondOpinion, onFound) : createRewriter(options, onFound)

export interface FileOptions {
  /** Told now and then how many bytes were read. */
  readonly onProgress?: (bytes: number) => void
  readonly onFound?: (place: ScannedPlace) => void
  readonly signal?: AbortSignal
  /**
   * Threads that work on JSON lines beside one another, 1 by default. What is written is the same byte for byte. Options with functions
   * in them (a policy or a recogniser of one's own, a vault of tokens, a model) stay in this thread.
   */
  readonly workers?: number
}

/**
 * Rewrites a file under a policy into another one, which is there as a whole or not at all: it is written beside its place, flushed to
 * disk and renamed. A file of that name is replaced.
 *
 * Memory is bounded by the longest record, time is linear in the length. `rules: 'structured'` is the fast way: it finds what
 * form or a label tells (addresses, numbers with check digits, keys) and no names, places, organisations, dates or ages.
 *
 * @throws PII-E001, PII-E005, PII-E007, PII-E008, PII-E019, PII-E020, PII-E021, PII-E023, what `anonymize` throws, and errors of the disk
 * @example
 *   await rewriteFile('chat.jsonl', 'chat.clean.jsonl', { format: 'jsonl', policy: 'ccpa', rules: 'structured' })
 */
export async function rewriteFile(
  from: string,
  to: string,
  options: StreamOptions,
  fileOptions: FileOptions = {},
): Promise<RewriteCounts> {
  const { workers = 1, onFound } = fileOptions
  const rewriter = await openRewriter(options, onFound)
  const threads =
    workers > 1 && options.format === 'jsonl' ? openRewriteThreads(workers, options, onFound !== undefined) : undefined
  try {
    const source = await open(from, 'r')
    try {
      return await writeWhole(to, async target => {
        if (threads) return inThreads(threads, workers, source, target, options, fileOptions)
        await inThisThread(rewriter, source, target, fileOptions)
        return rewriter.counts
      })
    } finally {
      await source.close()
    }
  } finally {
    await threads?.close()
  }
}

async function inThisThread(
  rewriter: WaitingRewriter,
  source: FileHandle,
  target: FileHandle,
  { onProgress, signal }: FileOptions,
): Promise<void> {
  let [piece, next] = [new Uint8Array(pieceSize), new Uint8Array(pieceSize)]
  let reading = source.read(piece, 0, pieceSize)
  for (;;) {
    signal?.throwIfAborted()
    const { bytesRead } = await reading
    const bytes = piece.subarray(0, bytesRead)
    // The next piece is read while this one is looked through.
    ;[piece, next] = [next, piece]
    if (bytesRead > 0) reading = source.read(piece, 0, pieceSize)
    await writeAll(target, await rewriter.push(bytes, bytesRead === 0))
    if (bytesRead === 0) return
    onProgress?.(rewriter.counts.bytes)
  }
}

const partSize = 4 * 2 ** 20
const newline = 0x0a

/** Parts of whole lines go to the threads and come back in order; two for each thread are under way at most. */
async function inThreads(
  threads: RewriteThreads,
  workers: number,
  source: FileHandle,
  target: FileHandle,
  options: RewriteOptions,
  { onProgress, onFound, signal }: FileOptions,
): Promise<RewriteCounts> {
  const found: Record<string, number> = {}
  let records = 0
  let bytes = 0
  const underWay: { readonly part: Uint8Array; readonly answer: Promise<PartWritten | undefined> }[] = []
  const finishOne = async (): Promise<void> => {
    const { part, answer } = underWay.shift()!
    const done = await answer
    // Throws what the thread could not say, with the line in the file.
    if (!done) createRewriter({ ...options, firstLine: records + 1 }).push(part, true)
    const { written, places, ...counts } = done!
    for (const place of places) onFound?.({ ...place, line: place.line + records })
    for (const [type, times] of Object.entries(counts.found)) if (times > 0) found[type] = (found[type] ?? 0) + times
    records += counts.records
    bytes += part.length
    await writeAll(target, written)
    onProgress?.(bytes)
  }
  const finishAll = async (): Promise<number> => {
    while (underWay.length > 0) await finishOne()
    return records
  }
  for await (const part of partsOf(source, target, options.longestRecord ?? defaultLongest, finishAll)) {
    signal?.throwIfAborted()
    const answer = threads.rewrite(part)
    // It is awaited in its turn; until then its failure is nobody's.
    answer.catch(() => {})
    underWay.push({ part, answer })
    if (underWay.length >= 2 * workers) await finishOne()
  }
  await finishAll()
  return { bytes, records, found }
}

/** Parts of a file that end with a line; a byte order mark goes to the output by itself. */
async function* partsOf(
  source: FileHandle,
  target: FileHandle,
  longestRecord: number,
  finishAll: () => Promise<number>,
): AsyncGenerator<Uint8Array> {
  let held = Buffer.alloc(0)
  for (let isStart = true; ; isStart = false) {
    const more = Buffer.alloc(partSize)
    const { bytesRead } = await source.read(more, 0, partSize)
    let read = more.subarray(0, bytesRead)
    if (isStart && read[0] === 0xef && read[1] === 0xbb && read[2] === 0xbf) {
      await writeAll(target, read.subarray(0, 3))
      read = read.subarray(3)
    }
    const cut = read.lastIndexOf(newline) + 1
    if (bytesRead === 0) {
      if (held.length > 0) yield held
      return
    }
    if (cut > 0) {
      yield Buffer.concat([held, read.subarray(0, cut)])
      held = Buffer.from(read.subarray(cut))
    } else held = Buffer.concat([held, read])
    if (held.length > longestRecord) throw recordTooLong((await finishAll()) + 1, longestRecord)
  }
}

/**
 * The same for bytes that come and go as a stream, such as a request and its answer: each piece is given on as soon as its records are
 * whole.
 *
 * @throws as `rewriteFile` without the disk's
 */
export async function* rewriteStream(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: StreamOptions,
  onFound?: (place: ScannedPlace) => void,
): AsyncGenerator<Uint8Array, RewriteCounts> {
  const rewriter = await openRewriter(options, onFound)
  for await (const piece of pieces) {
    const written = await rewriter.push(piece, false)
    if (written.length > 0) yield written.slice()
  }
  const written = await rewriter.push(new Uint8Array(0), true)
  if (written.length > 0) yield written.slice()
  return rewriter.counts
}
