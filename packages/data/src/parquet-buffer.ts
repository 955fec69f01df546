import { open } from 'node:fs/promises'
import type { AsyncBuffer } from 'hyparquet'

/** The bytes of a file, in ranges that are checked. */
export const parquetBuffer = (path: string, sizeBytes: number): AsyncBuffer => ({
  byteLength: sizeBytes,
  slice: async (start, end = sizeBytes) => {
    if (!(start >= 0 && start <= end && end <= sizeBytes)) throw new Error('range outside of the file')
    return readRange(path, start, end)
  },
})

async function readRange(path: string, start: number, end: number): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(end - start)
  const file = await open(path, 'r')
  try {
    for (let at = 0; at < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, at, bytes.length - at, start + at)
      if (bytesRead === 0) throw new Error('file ended early')
      at += bytesRead
    }
  } finally {
    await file.close()
  }
  return bytes.buffer
}
