import type { FileMetaData } from 'hyparquet'
import { openParquetThread, type ThreadLimits } from './parquet-thread.js'

/** Decodes row groups of one file in a thread of its own. */
export interface ParquetDecoder {
  /** Decodes the rows from `start` up to `end`, which are one row group, and keeps them. */
  decode(start: number, end: number): Promise<void>
  /** Rows of the group decoded last, counted from its first. */
  rows(from: number, to: number): Promise<readonly (readonly unknown[])[]>
  close(): Promise<void>
}

export interface DecoderOptions extends ThreadLimits {
  readonly path: string
  readonly sizeBytes: number
  readonly metadata: FileMetaData
  readonly columns: readonly string[]
}

/** Starts the thread. Every failure of it, also no answer in time, rejects the question that was asked. */
export function openParquetDecoder({ timeoutMs, heapMebibytes, ...file }: DecoderOptions): ParquetDecoder {
  const thread = openParquetThread('./parquet-worker.js', file, { timeoutMs, heapMebibytes })
  return {
    async decode(start, end) {
      await thread.ask({ decode: [start, end] })
    },
    rows: async (from, to) => (await thread.ask({ slice: [from, to] })) as readonly (readonly unknown[])[],
    close: thread.close,
  }
}
