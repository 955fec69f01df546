import { open, rename, rm } from 'node:fs/promises'
import { createRewriter, type RewriteCounts, type RewriteOptions, type ScannedPlace } from './rewriter.js'

const pieceSize = 2 ** 20

export interface FileOptions {
  /** Told now and then how many bytes were read. */
  readonly onProgress?: (bytes: number) => void
  readonly onFound?: (place: ScannedPlace) => void
  readonly signal?: AbortSignal
}

/**
 * Rewrites a file under a policy into another one, which is there as a whole or not at all: it is written beside its place, flushed to
 * disk and renamed. A file of that name is replaced.
 *
 * Memory is bounded by the longest record, time is linear in the length. `rules: 'structured'` is the fast way: it finds what
 * form or a label tells (addresses, numbers with check digits, keys) and no names, places, organisations, dates or ages.
 *
 * @throws PII-E001, PII-E005, PII-E007, PII-E008, PII-E019, PII-E020, PII-E021, what `anonymize` throws, and errors of the disk
 * @example
 *   await rewriteFile('chat.jsonl', 'chat.clean.jsonl', { format: 'jsonl', policy: 'ccpa', rules: 'structured' })
 */
export async function rewriteFile(
  from: string,
  to: string,
  options: RewriteOptions,
  { onProgress, onFound, signal }: FileOptions = {},
): Promise<RewriteCounts> {
  const rewriter = createRewriter(options, onFound)
  const source = await open(from, 'r')
  const temporary = `${to}.part`
  try {
    const target = await open(temporary, 'w', 0o600)
    try {
      let [piece, next] = [new Uint8Array(pieceSize), new Uint8Array(pieceSize)]
      let reading = source.read(piece, 0, pieceSize)
      for (;;) {
        signal?.throwIfAborted()
        const { bytesRead } = await reading
        const bytes = piece.subarray(0, bytesRead)
        // The next piece is read while this one is looked through.
        ;[piece, next] = [next, piece]
        if (bytesRead > 0) reading = source.read(piece, 0, pieceSize)
        const written = rewriter.push(bytes, bytesRead === 0)
        if (written.length > 0) await writeAll(target, written)
        if (bytesRead === 0) break
        onProgress?.(rewriter.counts.bytes)
      }
      await target.sync()
    } finally {
      await target.close()
    }
    await rename(temporary, to)
  } catch (failure) {
    await rm(temporary, { force: true })
    throw failure
  } finally {
    await source.close()
  }
  return rewriter.counts
}

async function writeAll(target: Awaited<ReturnType<typeof open>>, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await target.write(bytes, at, bytes.length - at)).bytesWritten
}

/**
 * The same for bytes that come and go as a stream, such as a request and its answer: each piece is given on as soon as its records are
 * whole.
 *
 * @throws as `rewriteFile` without the disk's
 */
export async function* rewriteStream(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: RewriteOptions,
  onFound?: (place: ScannedPlace) => void,
): AsyncGenerator<Uint8Array, RewriteCounts> {
  const rewriter = createRewriter(options, onFound)
  for await (const piece of pieces) {
    const written = rewriter.push(piece, false)
    if (written.length > 0) yield written.slice()
  }
  const written = rewriter.push(new Uint8Array(0), true)
  if (written.length > 0) yield written.slice()
  return rewriter.counts
}
