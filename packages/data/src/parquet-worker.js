// Decodes row groups in a thread of its own: the decoder trusts run lengths inside pages, so that a damaged file can make
// it loop or fill the memory, and only another thread can end that. JavaScript, because a thread loads it as it is.
import { isUtf8 } from 'node:buffer'
import { open } from 'node:fs/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { brotliDecompressSync } from 'node:zlib'
import { parquetRead } from 'hyparquet'
import { compressors as codecs, decompressZstd } from 'hyparquet-compressors'

const { path, sizeBytes, metadata, columns } = workerData
const handle = await open(path, 'r')

const file = {
  byteLength: sizeBytes,
  async slice(start, end = sizeBytes) {
    if (!(start >= 0 && start <= end && end <= sizeBytes)) throw new Error('range outside of the file')
    const bytes = new Uint8Array(end - start)
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, start)
    if (bytesRead !== bytes.length) throw new Error('file ended early')
    return bytes.buffer
  },
}

// No value of Parquet is an empty ArrayBuffer: it stands for text that is not UTF-8.
const text = bytes => bytes && (isUtf8(bytes) ? Buffer.from(bytes).toString() : new ArrayBuffer(0))

// Both of these allocate what their input says unless they are told the length that the page header claims.
const compressors = {
  ...codecs,
  ZSTD: (input, length) => decompressZstd(input, new Uint8Array(length)),
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: Math.max(length, 1) }),
}

let rows = []

/** Decodes the rows of one group and keeps them. */
async function decode(rowStart, rowEnd) {
  rows = []
  await parquetRead({
    file,
    metadata,
    columns,
    rowStart,
    rowEnd,
    compressors,
    parsers: { stringFromBytes: text, jsonFromBytes: text },
    geoparquet: false,
    rowFormat: 'array',
    onComplete: read => {
      rows = read
    },
  })
  if (rows.length !== rowEnd - rowStart) throw new Error('row group with other rows than its metadata claims')
}

parentPort.on('message', async ({ decode: range, slice }) => {
  try {
    if (range) await decode(range[0], range[1])
    parentPort.postMessage({ rows: slice ? rows.slice(slice[0], slice[1]) : [] })
  } catch (error) {
    parentPort.postMessage({ failure: String(error) })
  }
})
