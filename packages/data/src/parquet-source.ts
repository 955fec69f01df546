import { parquetMetadataAsync, parquetSchema } from 'hyparquet'
import type { AsyncBuffer, FileMetaData, RowGroup } from 'hyparquet'
import { isAttestryError } from '@attestry/core'
import { checkNames } from './csv-source.js'
import { noRows, overLimit, parquetDamaged } from './errors.js'
import type { ReadLimits } from './limits.js'
import { parquetBuffer } from './parquet-buffer.js'
import { openParquetDecoder } from './parquet-decoder.js'
import { addUpPages } from './parquet-pages.js'
import type { BadReason, Cell, RecordSource, SourceRecord } from './source-record.js'

/**
 * Opens a Parquet file: row group by row group, with every claimed size checked before it is allocated.
 *
 * Dates become ISO 8601 text with milliseconds, binary values hexadecimal, nested values their JSON text, NaN missing.
 *
 * Decoding runs in a thread of its own with limits of time and memory; see `groupMs` and `groupHeapMebibytes`.
 *
 * @throws DATA-E003 without rows, DATA-E007 or DATA-E008 for its columns, DATA-E009 when it is damaged
 */
export async function openParquet(
  path: string,
  sizeBytes: number,
  file: string,
  limits: ReadLimits,
): Promise<RecordSource> {
  const buffer = parquetBuffer(path, sizeBytes)
  const metadata = await orDamaged(file, () => parquetMetadataAsync(buffer, { geoparquet: false }))
  // Any field of the footer may be missing or of another kind: whatever its reading trips over is damage.
  const columns = await orDamaged(file, async () => {
    const names = parquetSchema(metadata).children.map(({ element: { name } }) => name)
    checkNames(names, file, limits)
    if (metadata.row_groups.every(({ num_rows }) => num_rows === 0n)) throw noRows(file)
    return names
  })
  return {
    columns,
    async *records() {
      const decoder = openParquetDecoder({
        path,
        sizeBytes,
        metadata,
        columns,
        timeoutMs: limits.groupMs,
        heapMebibytes: limits.groupHeapMebibytes,
      })
      try {
        let start = 0
        for (const group of metadata.row_groups) {
          const rows = Number(group.num_rows)
          if (!Number.isSafeInteger(rows) || rows < 0) throw parquetDamaged(file)
          if (rows > limits.groupRows) throw overLimit(file, 'rows in one row group', rows, limits.groupRows)
          if (rows === 0) continue
          await orDamaged(file, async () => {
            await checkPages(buffer, group, metadata, file, limits)
            await decoder.decode(start, start + rows)
          })
          for (let from = 0; from < rows; from += 1_000) {
            const values = await orDamaged(file, () => decoder.rows(from, Math.min(from + 1_000, rows)))
            yield values.map((row, index) => toRecord(start + from + index + 1, row, limits.recordBytes))
          }
          start += rows
        }
      } catch (cause) {
        throw isAttestryError(cause) ? cause : parquetDamaged(file, cause)
      } finally {
        await decoder.close()
      }
    },
  }
}

/** @throws DATA-E008 when the pages of the group claim more than the limits allow */
async function checkPages(
  buffer: AsyncBuffer,
  group: RowGroup,
  metadata: FileMetaData,
  file: string,
  { groupBytes, groupRows }: ReadLimits,
): Promise<void> {
  const flat = new Set(
    parquetSchema(metadata)
      .children.filter(({ element, children }) => children.length === 0 && element.repetition_type !== 'REPEATED')
      .map(({ element }) => element.name),
  )
  let bytes = 0
  for (const { meta_data: column } of group.columns) {
    if (!column) throw new Error('column without metadata')
    const from = Number(column.dictionary_page_offset || column.data_page_offset)
    const { values, dictionaryValues, uncompressedBytes } = addUpPages(
      await buffer.slice(from, from + Number(column.total_compressed_size)),
    )
    bytes += uncompressedBytes
    if (bytes > groupBytes) throw overLimit(file, 'bytes in one row group', bytes, groupBytes)
    // Nested columns hold several values per row.
    const most = Math.max(values, dictionaryValues)
    if (most > 4 * groupRows) throw overLimit(file, 'values in one column of a row group', most, 4 * groupRows)
    const isFlat = column.path_in_schema.length === 1 && flat.has(column.path_in_schema[0]!)
    if (isFlat && values !== Number(group.num_rows)) throw new Error('column with other rows than its row group')
  }
}

function toRecord(line: number, values: readonly unknown[], maxBytes: number): SourceRecord {
  const cells: Cell[] = []
  for (const value of values) {
    const cell = toCell(value)
    if (typeof cell === 'object' && cell !== null) return { line, bad: cell.bad }
    if (typeof cell === 'string' && cell.length > maxBytes / 4 && Buffer.byteLength(cell) > maxBytes)
      return { line, bad: 'too-long' }
    cells.push(cell)
  }
  return { line, cells }
}

function toCell(value: unknown): Cell | { readonly bad: BadReason } {
  if (value === null || value === undefined || value === '') return null
  if (value instanceof ArrayBuffer) return { bad: 'invalid-utf8' }
  if (typeof value === 'number') return Number.isNaN(value) ? null : value
  if (typeof value === 'string' || typeof value === 'bigint') return value
  if (typeof value === 'boolean') return String(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? { bad: 'unreadable-value' } : value.toISOString()
  return nestedText(value)
}

function nestedText(value: unknown): Cell | { readonly bad: BadReason } {
  let isBad = false
  try {
    const written = JSON.stringify(value, (_, part: unknown) => {
      if (part instanceof ArrayBuffer) isBad = true
      return typeof part === 'bigint' ? String(part) : part
    })
    return isBad || written === undefined ? { bad: isBad ? 'invalid-utf8' : 'unreadable-value' } : written
  } catch {
    return { bad: 'unreadable-value' }
  }
}

async function orDamaged<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    throw isAttestryError(cause) ? cause : parquetDamaged(file, cause)
  }
}
