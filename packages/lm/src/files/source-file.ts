import { createHash } from 'node:crypto'
import { open, stat, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { checkpointClosed, fileChanged, ioFailed } from './errors.js'

/** A regular file that stays open, so that all that is read comes from the same file. */
export interface SourceFile {
  /** Path as the user named it. */
  readonly path: string
  /** Last part of the path. */
  readonly name: string
  /** Bytes when it was opened. */
  readonly size: number
  /** Fills the whole of `into` from byte `offset` on. @throws LM-E009 when the file has become too short */
  fill(into: Uint8Array, offset: number): Promise<void>
  /** SHA-256 of the content, hex, read in pieces and only once. @throws LM-E009 when it was written to since opening */
  digest(): Promise<string>
  close(): Promise<void>
}

const mostPerCall = 2 ** 30
const digestPiece = 2 ** 22

/**
 * Opens a file for reading at any place.
 *
 * @returns nothing when there is no regular file; pipes and devices are never opened, because opening could wait for ever
 * @throws LM-E019 when the operating system refuses
 */
export async function openSource(path: string): Promise<SourceFile | undefined> {
  let handle: FileHandle
  try {
    if (!(await stat(path)).isFile()) return undefined
    handle = await open(path, 'r')
  } catch (cause) {
    if (isAbsent(cause)) return undefined
    throw ioFailed(path, 'opening', cause)
  }
  const opened = await handle.stat()
  let closed = false
  let sum: Promise<string> | undefined

  async function fill(into: Uint8Array, offset: number): Promise<void> {
    for (let done = 0; done < into.length; ) {
      if (closed) throw checkpointClosed(path)
      const most = Math.min(mostPerCall, into.length - done)
      const { bytesRead } = await handle.read(into, done, most, offset + done).catch((cause: unknown) => {
        throw closed ? checkpointClosed(path) : ioFailed(path, 'reading', cause)
      })
      if (bytesRead === 0) throw fileChanged(path, `the file ends at byte ${offset + done}, it had ${opened.size} bytes`)
      done += bytesRead
    }
  }

  async function sha256(): Promise<string> {
    const hash = createHash('sha256')
    const piece = new Uint8Array(Math.min(digestPiece, opened.size))
    for (let at = 0; at < opened.size; at += piece.length) {
      const part = piece.subarray(0, Math.min(piece.length, opened.size - at))
      await fill(part, at)
      hash.update(part)
    }
    if (closed) throw checkpointClosed(path)
    const now = await handle.stat()
    if (now.size !== opened.size || now.mtimeMs !== opened.mtimeMs)
      throw fileChanged(path, 'the file was written to after it was opened')
    return hash.digest('hex')
  }

  return {
    path,
    name: basename(path),
    size: opened.size,
    fill,
    digest: () => (sum ??= sha256()),
    close: async () => {
      if (closed) return
      closed = true
      await handle.close()
    },
  }
}

/**
 * Reads a whole small file.
 *
 * @returns its bytes and their SHA-256, or nothing when there is no regular file
 * @throws what `tooLong` makes of the size when it is over `most` bytes; LM-E019
 */
export async function readSmall(
  path: string,
  most: number,
  tooLong: (size: number) => Error,
): Promise<{ readonly bytes: Uint8Array; readonly digest: string } | undefined> {
  const source = await openSource(path)
  if (source === undefined) return undefined
  try {
    if (source.size > most) throw tooLong(source.size)
    const bytes = new Uint8Array(source.size)
    await source.fill(bytes, 0)
    return { bytes, digest: createHash('sha256').update(bytes).digest('hex') }
  } finally {
    await source.close()
  }
}

const isAbsent = (cause: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')
