import { token, type ServiceToken } from '../services.js'
import type { Digest } from '../digest.js'
import type { JsonValue } from '../canonical-json.js'
import type { RecordBatch } from '../record-batch.js'

export type DataFormat = 'csv' | 'jsonl' | 'parquet'

export interface DataSource {
  /** A file, relative to the folder of the config. */
  readonly path: string
  readonly format?: DataFormat
  /** Column that names the person a row is about. Without it every row is a person of its own. */
  readonly subject?: string
  /** Columns that must exist. */
  readonly required: readonly string[]
  /** Columns that must hold numbers; a row where one does not parse goes to quarantine. */
  readonly numeric: readonly string[]
}

export interface Dataset {
  /** Of the file's bytes. */
  readonly digest: Digest
  readonly format: DataFormat
  readonly sizeBytes: number
  /** Bytes of the file that the latest pass of `batches` has read; null for a format that is not read from first to last. */
  bytesRead(): number | null
  /** Rows in order, a bounded number at a time. */
  batches(): AsyncIterable<RecordBatch>
  /** Rows that could not be read, once `batches` has ended. Their file holds line numbers and reasons. */
  quarantined(): { readonly count: number; readonly file?: string; readonly reasons: Readonly<Record<string, number>> }
}

export interface DataReader {
  /** @throws DATA-E… when the file is missing, unreadable, empty or lacks a required column */
  open(source: DataSource): Promise<Dataset>
}

export const DataReader: ServiceToken<DataReader> = token<DataReader>('DataReader')

/** A piece of a dataset on disk, named by its content. */
export interface Shard {
  /** Of the stored bytes (the ciphertext, when encrypted): anyone can check it without a key. Also its file name. */
  readonly digest: Digest
  readonly rows: number
  /** `train`, `test` or the name of a later window. */
  readonly split: string
  readonly encrypted: boolean
}

export interface ShardStore {
  /** @param options.bySubject rows belong to people whom the source names: where keys of people exist, each is sealed under theirs */
  write(batch: RecordBatch, split: string, options?: { readonly bySubject?: boolean }): Promise<Shard>
  /** Leaves out rows of people whose key was destroyed. @throws when the content no longer has the shard's digest */
  read(shard: Shard): Promise<RecordBatch>
  /** Rows of the shards read so far that were left out because their person's key was destroyed. */
  unreadableRows?(): number
  has(digest: Digest): Promise<boolean>
}

export const ShardStore: ServiceToken<ShardStore> = token<ShardStore>('ShardStore')

/** One transformation: what went in, what was done by which code, what came out. */
export interface LineageNode {
  readonly kind: 'source' | 'transformation' | 'model' | 'report'
  readonly name: string
  readonly inputs: readonly Digest[]
  readonly outputs: readonly Digest[]
  readonly plugin?: string
  readonly version?: string
  readonly parameters?: { readonly [key: string]: JsonValue }
  readonly rowsIn?: number
  readonly rowsOut?: number
}

export interface Lineage {
  record(node: LineageNode): Promise<void>
  nodes(): Promise<readonly LineageNode[]>
}

export const Lineage: ServiceToken<Lineage> = token<Lineage>('Lineage')
