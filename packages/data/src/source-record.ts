/** A value as a format gives it. Null is missing. */
export type Cell = string | number | bigint | null

/** Why a row could not be read. Reasons are all that the quarantine file tells: never the content. */
export type BadReason =
  /** Not JSON, or nested too deeply to read. */
  | 'malformed-json'
  /** JSON, but not an object with named fields. */
  | 'not-an-object'
  /** Fewer fields than the header has names. */
  | 'too-few-fields'
  /** More fields than the header has names, or more than the limit of columns. */
  | 'too-many-fields'
  /** A quote inside an unquoted field, text after a closing quote, or a quote that is never closed. */
  | 'malformed-quote'
  /** Bytes that are not UTF-8, or half of a surrogate pair. */
  | 'invalid-utf8'
  /** A line, record or value over `recordBytes`. */
  | 'too-long'
  /** Not a finite decimal number, in a column that must hold numbers. */
  | 'not-a-number'
  /** An integer that a double cannot hold exactly: two people could get one identifier. */
  | 'imprecise-number'
  /** A value that has no text form, such as a date out of range. */
  | 'unreadable-value'

/** One record of a source: its cells, one per column of the source, or why it cannot be read. */
export type SourceRecord =
  | { readonly line: number; readonly cells: readonly Cell[] }
  | { readonly line: number; readonly bad: BadReason }

/** Reads a file's bytes from the first on, each time it is called. */
export type ReadChunks = (watch?: (chunk: Buffer) => void) => AsyncIterable<Buffer>

/** A file in one format, opened as far as its column names. */
export interface RecordSource {
  readonly columns: readonly string[]
  /**
   * All records from the first on, some at a time. Line numbers are 1-based; for Parquet they are record numbers.
   *
   * @param watch is told every chunk of bytes that is read, where the format is read from first byte to last
   */
  records(watch?: (chunk: Buffer) => void): AsyncIterable<readonly SourceRecord[]>
}
