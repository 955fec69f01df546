import { open, rename, rm, type FileHandle } from 'node:fs/promises'

/**
 * Writes a file that is there as a whole or not at all: beside its place, readable by its owner alone, flushed to disk and renamed. A file
 * of that name is replaced.
 */
export async function writeWhole<T>(to: string, fill: (target: FileHandle) => Promise<T>): Promise<T> {
  const temporary = `${to}.part`
  try {
    const target = await open(temporary, 'w', 0o600)
    let filled: T
    try {
      filled = await fill(target)
      await target.sync()
    } finally {
      await target.close()
    }
    await rename(temporary, to)
    return filled
  } catch (failure) {
    await rm(temporary, { force: true })
    throw failure
  }
}

export async function writeAll(target: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await target.write(bytes, at, bytes.length - at)).bytesWritten
}
