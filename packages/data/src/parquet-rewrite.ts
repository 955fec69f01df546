import { parquetMetadataAsync } from 'hyparquet'
import type { ReadLimits } from './limits.js'
import { parquetBuffer } from './parquet-buffer.js'
import { openParquetThread } from './parquet-thread.js'

/** A Parquet file, and where its copy goes. */
export interface ParquetCopy {
  readonly path: string
  readonly sizeBytes: number
  /** An empty file. */
  readonly out: string
  /** 1-based record numbers, ascending. */
  readonly dropped: readonly number[]
}

/**
 * Writes a Parquet file again without some of its rows: the same schema, key-value metadata, order, row groups and stored
 * values; statistics and bloom filters are left out. The copy is read back and compared before this resolves.
 *
 * @returns false when the file holds what cannot be written again value by value: maps, structs, 96-bit timestamps
 * @throws what the file system says, such as ENOSPC
 */
export async function copyParquetWithout(
  { path, sizeBytes, out, dropped }: ParquetCopy,
  { groupMs, groupHeapMebibytes }: ReadLimits,
): Promise<boolean> {
  const metadata = await parquetMetadataAsync(parquetBuffer(path, sizeBytes), { geoparquet: false })
  const thread = openParquetThread(
    './parquet-rewriter.js',
    { path, sizeBytes, metadata, out },
    { timeoutMs: groupMs, heapMebibytes: groupHeapMebibytes },
  )
  try {
    let start = 0
    for (const rows of metadata.row_groups.map(({ num_rows }) => Number(num_rows))) {
      const end = start + rows
      const own = dropped.map(record => record - 1).filter(row => row >= start && row < end)
      await thread.ask({ copy: [start, end], dropped: own })
      start = end
    }
    start = 0
    for (const rows of (await thread.ask({ finish: true })) as readonly number[]) {
      await thread.ask({ check: [start, start + rows] })
      start += rows
    }
    return (await thread.ask({ same: true })) === true
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code !== undefined) throw failure
    return false
  } finally {
    await thread.close()
  }
}
