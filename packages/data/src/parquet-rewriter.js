// Writes a Parquet file again without some of its rows, in a thread of its own as the decoder. Values pass as they are stored,
// without what the schema says they mean, so that no date and no decimal is rounded on the way. JavaScript, because a thread
// loads it as it is.
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import { workerData } from 'node:worker_threads'
import * as zlib from 'node:zlib'
import { parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet'
import { fileWriter, ParquetWriter } from 'hyparquet-writer'
import { answerWith, decompressors, openBytes } from './parquet-bytes.js'

const { path, sizeBytes, metadata, out } = workerData
const columns = parquetSchema(metadata).children.map(({ element }) => element.name)

/** The schema with the meaning of values taken away; groups keep theirs, which says how values are nested. */
const bare = metadata.schema.map(element => {
  if (element.num_children) return element
  const { converted_type, logical_type, ...rest } = element
  return rest
})

const compressors = {
  GZIP: bytes => zlib.gzipSync(bytes),
  BROTLI: bytes => zlib.brotliCompressSync(bytes),
  ...(zlib.zstdCompressSync && { ZSTD: bytes => zlib.zstdCompressSync(bytes) }),
}
const codecs = new Map(
  metadata.row_groups[0].columns.map(
    ({
      meta_data: {
        path_in_schema: [name],
        codec,
      },
    }) => [name, codec],
  ),
)
/** Snappy stands in for what nothing here can write. */
const codecOf = name => {
  const codec = codecs.get(name)
  return codec === 'UNCOMPRESSED' || compressors[codec] ? codec : 'SNAPPY'
}

const writer = new ParquetWriter({
  writer: fileWriter(out),
  schema: bare,
  compressors,
  // The smallest and largest values of a column may be the person's.
  statistics: false,
  kvMetadata: metadata.key_value_metadata,
  ...(metadata.created_by && { createdBy: metadata.created_by }),
})

const before = await openBytes(path, sizeBytes)
const [meant, found] = [createHash('sha256'), createHash('sha256')]
let after

async function readStored(file, { row_groups }, rowStart, rowEnd) {
  let rows = []
  await parquetRead({
    file,
    metadata: { ...metadata, schema: bare, row_groups },
    columns,
    rowStart,
    rowEnd,
    compressors: decompressors,
    utf8: false,
    geoparquet: false,
    rowFormat: 'array',
    onComplete: read => {
      rows = read
    },
  })
  if (rows.length !== rowEnd - rowStart) throw new Error('row group with other rows than its metadata claims')
  return rows
}

/** A text that different stored values do not share. */
function textOf(value) {
  if (value === null || value === undefined) return 'n'
  if (value instanceof Uint8Array)
    return `b${value.length}:${Buffer.from(value.buffer, value.byteOffset, value.length).toString('latin1')}`
  if (typeof value === 'number') return Object.is(value, -0) ? 'd-0;' : `d${value};`
  if (typeof value === 'bigint' || typeof value === 'boolean') return `${typeof value}${value};`
  if (Array.isArray(value)) return `[${value.length}:${value.map(textOf).join('')}`
  throw new Error('a value of a kind that is not written')
}

async function copy([start, end], dropped) {
  const gone = new Set(dropped)
  const rows = (await readStored(before, metadata, start, end)).filter((_, i) => !gone.has(start + i))
  for (const row of rows) meant.update(textOf(row), 'latin1')
  if (rows.length === 0) return
  writer.write({
    columnData: columns.map((name, i) => ({ name, data: rows.map(row => row[i]), codec: codecOf(name) })),
    rowGroupSize: rows.length,
  })
}

/** Ends the file and gives the number of rows of each of its groups. */
async function finish() {
  writer.schema = metadata.schema
  writer.finish()
  const { size } = await stat(out)
  const file = await openBytes(out, size)
  const written = await parquetMetadataAsync(file, { geoparquet: false })
  for (const part of ['schema', 'key_value_metadata'])
    if (!isDeepStrictEqual(written[part], metadata[part])) throw new Error(`another ${part} than before`)
  after = { file, metadata: written }
  return written.row_groups.map(({ num_rows }) => Number(num_rows))
}

async function check([start, end]) {
  for (const row of await readStored(after.file, after.metadata, start, end)) found.update(textOf(row), 'latin1')
}

answerWith(async ({ copy: range, dropped, finish: isLast, check: written, same }) => {
  if (range) return copy(range, dropped)
  if (isLast) return finish()
  if (written) return check(written)
  return same && meant.digest('hex') === found.digest('hex')
})
