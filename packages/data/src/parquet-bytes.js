// What both threads read Parquet with. JavaScript, because a thread loads it as it is.
import { open } from 'node:fs/promises'
import { parentPort } from 'node:worker_threads'
import { brotliDecompressSync } from 'node:zlib'
import { compressors as codecs, decompressZstd } from 'hyparquet-compressors'

/** The bytes of a file, in ranges that are checked. */
export async function openBytes(path, sizeBytes) {
  const handle = await open(path, 'r')
  return {
    byteLength: sizeBytes,
    async slice(start, end = sizeBytes) {
      if (!(start >= 0 && start <= end && end <= sizeBytes)) throw new Error('range outside of the file')
      const bytes = new Uint8Array(end - start)
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, start)
      if (bytesRead !== bytes.length) throw new Error('file ended early')
      return bytes.buffer
    },
  }
}

// Two of these allocate what their input says unless they are told the length that the page header claims.
export const decompressors = {
  ...codecs,
  ZSTD: (input, length) => decompressZstd(input, new Uint8Array(length)),
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: Math.max(length, 1) }),
}

/** Answers every question with what the function gives for it, or with why it failed. */
export function answerWith(answer) {
  parentPort.on('message', async question => {
    try {
      parentPort.postMessage({ answer: await answer(question) })
    } catch (error) {
      parentPort.postMessage({ failure: String(error), ...(error?.syscall && { code: error.code }) })
    }
  })
}
