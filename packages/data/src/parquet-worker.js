// Decodes row groups in a thread of its own: the decoder trusts run lengths inside pages, so that a damaged file can make
// it loop or fill the memory, and only another thread can end that. JavaScript, because a thread loads it as it is.
import { isUtf8 } from 'node:buffer'
import { workerData } from 'node:worker_threads'
import { parquetRead } from 'hyparquet'
import { answerWith, decompressors, openBytes } from './parquet-bytes.js'

const { path, sizeBytes, metadata, columns } = workerData
const file = await openBytes(path, sizeBytes)

// No value of Parquet is an empty ArrayBuffer: it stands for text that is not UTF-8.
const text = bytes => bytes && (isUtf8(bytes) ? Buffer.from(bytes).toString() : new ArrayBuffer(0))

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
    compressors: decompressors,
    parsers: { stringFromBytes: text, jsonFromBytes: text },
    geoparquet: false,
    rowFormat: 'array',
    onComplete: read => {
      rows = read
    },
  })
  if (rows.length !== rowEnd - rowStart) throw new Error('row group with other rows than its metadata claims')
}

answerWith(async ({ decode: range, slice }) => {
  if (range) await decode(range[0], range[1])
  return slice ? rows.slice(slice[0], slice[1]) : []
})
