import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { createReadStream } from 'node:fs'
import { dirname } from 'node:path'
import { syncDirectory, type DataFormat, type Digest } from '@attestry/core'
import { digestFile, formatOf, openRecords, sizeOf } from './dataset.js'
import { fileChanged } from './errors.js'
import { defaultLimits } from './limits.js'
import { copyParquetWithout } from './parquet-rewrite.js'
import type { Cell } from './source-record.js'

/** Whose rows of a file are meant. */
export interface SubjectRowsQuery {
  /** Columns that may name the person; a file must have one of them. */
  readonly columns: readonly string[]
  readonly identifier: string
  readonly format?: DataFormat
}

/** Rows of one person in a file. */
export interface FoundRows {
  readonly digest: Digest
  /** Records of the file, those that cannot be read included. */
  readonly total: number
  /** Records that cannot be read: whether they are about the person is not known. */
  readonly unreadable: number
  /** Records about others in which the identifier stands somewhere: compressed, no search through bytes finds it. */
  readonly mentions: number
  readonly rows: readonly Readonly<Record<string, string | number | null>>[]
}

/** A file whose rows of one person were taken out. */
export interface RemovedRows {
  readonly removed: number
  readonly before: Digest
  readonly after: Digest
}

/**
 * The rows of a data file that name a person, as they stand; null when the file has none of the columns.
 *
 * @throws DATA-E001 to DATA-E009 when the file cannot be read
 */
export async function subjectRows(file: string, query: SubjectRowsQuery): Promise<FoundRows | null> {
  const scan = await scanRows(file, query)
  if (scan === null) return null
  const { digest, total, unreadable, mentions, rows } = scan
  return { digest, total, unreadable, mentions, rows }
}

/**
 * Takes the rows that name a person out of a file, which is replaced in one step and has its new content on disk before the
 * promise resolves. All other bytes of CSV and JSONL stay as they are. Parquet is written again with the same schema, order
 * and stored values, and read back before it stands in for the old file. Null when the file has none of the columns, and for
 * Parquet with maps, structs or 96-bit timestamps: what made it writes it again.
 *
 * Blocks of the old file may stay on the disk until they are written over.
 *
 * @throws DATA-E001 to DATA-E009 when the file cannot be read, DATA-E010 when it changed meanwhile
 */
export async function removeSubjectRows(file: string, query: SubjectRowsQuery): Promise<RemovedRows | null> {
  const scan = await scanRows(file, query)
  if (scan === null) return null
  const { digest, spans, rows } = scan
  if (rows.length === 0) return { removed: 0, before: digest, after: digest }
  const temporary = `${file}.erasing`
  const { mode, size: sizeBytes } = await stat(file)
  const out = await open(temporary, 'w', mode & 0o777)
  let isWritten = false
  try {
    if ((query.format ?? formatOf(file)) === 'parquet') {
      const dropped = spans.map(([record]) => record)
      isWritten = await copyParquetWithout({ path: file, sizeBytes, out: temporary, dropped }, defaultLimits)
    } else {
      await copyWithout(file, spans, out)
      isWritten = true
    }
    await out.sync()
  } finally {
    await out.close()
    if (!isWritten) await rm(temporary)
  }
  if (!isWritten) return null
  if ((await digestFile(file)) !== digest) {
    await rm(temporary)
    throw fileChanged(file)
  }
  await rename(temporary, file)
  await syncDirectory(dirname(file))
  return { removed: rows.length, before: digest, after: await digestFile(file) }
}

/** Lines from the first on, up to and without the second. */
type Span = readonly [from: number, to: number]

async function scanRows(
  file: string,
  { columns, identifier, format = formatOf(file) }: SubjectRowsQuery,
): Promise<(FoundRows & { readonly spans: readonly Span[] }) | null> {
  const sizeBytes = await sizeOf(file, file)
  const digest = await digestFile(file)
  const source = await openRecords(format, file, sizeBytes, file, defaultLimits)
  const places = columns.map(name => source.columns.indexOf(name)).filter(place => place >= 0)
  if (places.length === 0) return null
  const rows: Record<string, string | number | null>[] = []
  const spans: Span[] = []
  let total = 0
  let unreadable = 0
  let mentions = 0
  let open: number | null = null
  for await (const some of source.records())
    for (const record of some) {
      total++
      // A record goes as far as the next one: quoted fields of CSV hold line feeds.
      if (open !== null) spans.push([open, record.line])
      open = null
      if ('bad' in record) {
        unreadable++
        continue
      }
      if (!places.some(place => textOf(record.cells[place]!) === identifier)) {
        if (record.cells.some(cell => textOf(cell)?.includes(identifier))) mentions++
        continue
      }
      rows.push(Object.fromEntries(source.columns.map((name, i) => [name, plain(record.cells[i]!)])))
      open = record.line
    }
  if (open !== null) spans.push([open, Infinity])
  return { digest, total, unreadable, mentions, rows, spans }
}

const textOf = (cell: Cell): string | null => (cell === null ? null : String(cell))

const plain = (cell: Cell): string | number | null => (typeof cell === 'bigint' ? String(cell) : cell)

/** Copies every line that is in no span, byte for byte. */
async function copyWithout(file: string, spans: readonly Span[], out: FileHandle): Promise<void> {
  let line = 1
  let span = 0
  const isKept = (): boolean => {
    while (span < spans.length && line >= spans[span]![1]) span++
    return span >= spans.length || line < spans[span]![0]
  }
  for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 })) {
    const bytes = chunk as Buffer
    const kept: Buffer[] = []
    for (let at = 0; at < bytes.length; ) {
      const feed = bytes.indexOf(0x0a, at)
      const end = feed < 0 ? bytes.length : feed + 1
      if (isKept()) kept.push(bytes.subarray(at, end))
      if (feed >= 0) line++
      at = end
    }
    await out.writeFile(Buffer.concat(kept))
  }
}
