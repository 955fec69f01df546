import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import type { DataFormat, Dataset, DataSource, Digest, RecordBatch, SubjectHandles } from '@attestry/core'
import { buildBatches, type BatchLayout } from './batch-builder.js'
import { openCsv } from './csv-source.js'
import {
  allRowsBad,
  columnsMissing,
  fileChanged,
  fileMissing,
  fileUnreadable,
  noRows,
  unknownFormat,
} from './errors.js'
import { openJsonl } from './jsonl-source.js'
import { defaultLimits, type ReadLimits } from './limits.js'
import { openParquet } from './parquet-source.js'
import { openQuarantine } from './quarantine.js'
import type { ReadChunks, RecordSource } from './source-record.js'

export interface OpenOptions {
  /** Folder that the source's path is relative to. */
  readonly baseDirectory: string
  /** Folder for the file of rows that could not be read. Without it they are only counted. */
  readonly quarantineDirectory?: string
  /** Rows per batch. Default 1,000. */
  readonly batchRows?: number
  readonly limits?: Partial<ReadLimits>
  /** Hands out handles for identifiers. Without it every row gets a fresh random one. */
  readonly handles?: SubjectHandles
}

/** Rows per batch when nobody says otherwise. */
export const defaultBatchRows = 1_000

/** The format that a file's extension names. @throws DATA-E004 */
export function formatOf(path: string): DataFormat {
  const format = formats[extname(path).toLowerCase()]
  if (!format) throw unknownFormat(path)
  return format
}

const formats: Readonly<Record<string, DataFormat>> = {
  '.csv': 'csv',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.parquet': 'parquet',
}

/**
 * Opens a data file: takes its digest, finds its columns, and gives its rows in batches.
 *
 * Memory is bounded by one batch (for Parquet by one row group), never by the file. A row that cannot be read goes to the
 * quarantine with its line and reason. Text columns hold text unless the source declares them numeric. The subject column
 * is turned into handles and left out of the columns, unless `required` or `numeric` names it.
 *
 * `batches` may be called again and starts from the first row; `quarantined` tells about the latest pass.
 *
 * @throws DATA-E001 to DATA-E009 on opening; `batches` also DATA-E006 when no row could be read, and DATA-E010 when the
 *   bytes no longer have the digest
 * @example
 *   const dataset = await openDataset(
 *     { path: 'tickets.csv', required: ['text'], numeric: [] },
 *     { baseDirectory: process.cwd() },
 *   )
 *   for await (const batch of dataset.batches()) console.log(batch.rowIds.length)
 */
export async function openDataset(source: DataSource, options: OpenOptions): Promise<Dataset> {
  const path = resolve(options.baseDirectory, source.path)
  const limits = { ...defaultLimits, ...options.limits }
  const format = source.format ?? formatOf(source.path)
  const sizeBytes = await sizeOf(path, source.path)
  if (sizeBytes === 0) throw noRows(source.path)
  const digest = await digestFile(path, source.path)
  const records = await openRecords(format, path, sizeBytes, source.path, limits)
  const layout = layOut(source, records.columns, digest)

  let quarantined: ReturnType<Dataset['quarantined']> = { count: 0, reasons: {} }
  let bytesRead = 0
  async function* batches(): AsyncIterable<RecordBatch> {
    bytesRead = 0
    const quarantine = await openQuarantine(options.quarantineDirectory, digest)
    const builder = buildBatches(layout, options.handles)
    const batchRows = options.batchRows ?? defaultBatchRows
    const take = async (): Promise<RecordBatch> => {
      const batch = builder.take()
      // A handle on disk without its entry in the table would be a person nobody can find again.
      await options.handles?.flush()
      await quarantine.flush()
      return batch
    }
    const hash = createHash('sha256')
    let record = 0
    let file: string | undefined
    try {
      const watch = (chunk: Buffer): void => {
        hash.update(chunk)
        bytesRead += chunk.length
      }
      for await (const some of records.records(watch)) {
        for (const one of some) {
          record++
          const bad = 'bad' in one ? one.bad : builder.add(record, one.cells)
          if (bad !== undefined) quarantine.add(one.line, bad)
          if (builder.rows() >= batchRows || builder.characters() >= limits.batchCharacters) yield await take()
        }
        await quarantine.flush()
      }
      if (builder.rows() > 0) yield await take()
    } finally {
      file = await quarantine.close()
      quarantined = {
        count: quarantine.count(),
        reasons: quarantine.reasons(),
        ...(file !== undefined && { file }),
      }
    }
    // Parquet is read in pieces, so its bytes are hashed once more.
    const digestNow = format === 'parquet' ? await digestFile(path, source.path) : hexDigest(hash)
    if (digestNow !== digest) throw fileChanged(source.path)
    if (quarantine.count() === record) throw allRowsBad(source.path, record, quarantine.reasons(), file)
  }
  return {
    digest,
    format,
    sizeBytes,
    batches,
    bytesRead: () => (format === 'parquet' ? null : bytesRead),
    quarantined: () => quarantined,
  }
}

function layOut(
  { path, subject, required, numeric }: DataSource,
  columns: readonly string[],
  digest: Digest,
): BatchLayout {
  const needed = [...new Set([...required, ...numeric, ...(subject === undefined ? [] : [subject])])]
  const missing = needed.filter(name => !columns.includes(name))
  if (missing.length > 0) throw columnsMissing(path, missing, columns)
  return {
    columns,
    numeric: new Set(numeric),
    keepSubject: subject !== undefined && [...required, ...numeric].includes(subject),
    prefix: digest.slice(7, 19),
    ...(subject !== undefined && { subject }),
  }
}

/** Opens a file in a format as far as its column names. */
export async function openRecords(
  format: DataFormat,
  path: string,
  sizeBytes: number,
  name: string,
  limits: ReadLimits,
): Promise<RecordSource> {
  if (format === 'parquet') return openParquet(path, sizeBytes, name, limits)
  const read: ReadChunks = watch => watched(readFileChunks(path, name), watch)
  return format === 'csv' ? openCsv(read, name, limits) : openJsonl(read, name, limits)
}

async function* watched(
  chunks: AsyncIterable<Buffer>,
  watch: ((chunk: Buffer) => void) | undefined,
): AsyncIterable<Buffer> {
  for await (const chunk of chunks) {
    watch?.(chunk)
    yield chunk
  }
}

/** Size of a regular file. @throws DATA-E001, DATA-E002 */
export async function sizeOf(path: string, name: string): Promise<number> {
  try {
    const facts = await stat(path)
    if (!facts.isFile()) throw fileUnreadable(name, 'it is not a regular file')
    return facts.size
  } catch (error) {
    throw readFailure(error, name)
  }
}

/** SHA-256 of a file's bytes, read as a stream. @throws DATA-E001, DATA-E002 */
export async function digestFile(path: string, name: string = path): Promise<Digest> {
  const hash = createHash('sha256')
  for await (const chunk of readFileChunks(path, name)) hash.update(chunk)
  return hexDigest(hash)
}

const hexDigest = (hash: Hash): Digest => `sha256:${hash.digest('hex')}`

async function* readFileChunks(path: string, name: string): AsyncIterable<Buffer> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) yield chunk as Buffer
  } catch (error) {
    throw readFailure(error, name)
  }
}

function readFailure(error: unknown, name: string): unknown {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOENT' || code === 'ENOTDIR') return fileMissing(name)
  if (code === 'EACCES' || code === 'EPERM' || code === 'EISDIR' || code === 'EIO' || code === 'ELOOP')
    return fileUnreadable(name, code, error)
  return error
}
