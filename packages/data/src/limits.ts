/** What a reader accepts before it refuses. Every value is a named default and an option of `openDataset`. */
export interface ReadLimits {
  /** Bytes of one line of JSONL, of one record of CSV, and of one text value of Parquet. */
  readonly recordBytes: number
  /** Columns of one source. */
  readonly columns: number
  /** Characters of a column's name. */
  readonly nameLength: number
  /** Characters of text in one batch; a batch that holds more ends early. */
  readonly batchCharacters: number
  /** Rows of one Parquet row group. */
  readonly groupRows: number
  /** Uncompressed bytes of one Parquet row group. */
  readonly groupBytes: number
  /** Milliseconds for decoding one Parquet row group. */
  readonly groupMs: number
  /** Heap of the thread that decodes Parquet. */
  readonly groupHeapMebibytes: number
}

const mebibyte = 1024 * 1024

export const defaultLimits: ReadLimits = {
  recordBytes: mebibyte,
  columns: 2_000,
  nameLength: 1_000,
  batchCharacters: 32 * mebibyte,
  groupRows: 4_194_304,
  groupBytes: 512 * mebibyte,
  groupMs: 120_000,
  groupHeapMebibytes: 4_096,
}
