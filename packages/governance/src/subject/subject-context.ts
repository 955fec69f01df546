import { resolve } from 'node:path'
import type {
  Digest,
  FoldedRun,
  LineageNode,
  RecordedEvent,
  ShardStore,
  StatementDraft,
  SubjectKeys,
} from '@attestry/core'
import type { CaseContext } from './cases.js'

/** Rows of one person in a file, as `subjectRows` of `@attestry/data` gives them. */
export interface RowsInFile {
  readonly digest: Digest
  readonly total: number
  readonly unreadable: number
  /** Records about others in which the identifier stands somewhere. */
  readonly mentions: number
  readonly rows: readonly Readonly<Record<string, string | number | null>>[]
}

/** How data files are read and rewritten: `{ rows: subjectRows, remove: removeSubjectRows }` of `@attestry/data`. */
export interface SubjectFiles {
  /** Null when no column of the file names people. */
  rows(file: string, query: SubjectQuery): Promise<RowsInFile | null>
  /** Null when the file cannot be rewritten. */
  remove(
    file: string,
    query: SubjectQuery,
  ): Promise<{ readonly removed: number; readonly before: Digest; readonly after: Digest } | null>
}

export interface SubjectQuery {
  readonly columns: readonly string[]
  readonly identifier: string
  readonly format?: 'csv' | 'jsonl' | 'parquet'
}

/** A run as its log tells it. */
export interface SubjectRun {
  /** The run's own folder. */
  readonly directory: string
  readonly folded: FoldedRun
  /** Reads the run's shards, with its keys. */
  readonly shards: Pick<ShardStore, 'read' | 'has'>
  events(): AsyncIterable<RecordedEvent>
}

/** Everything that work on one person's data needs. */
export interface SubjectContext extends CaseContext {
  /** Folder that sources and the consent file are relative to. */
  readonly baseDirectory: string
  /** The file of consent events, when there is one. */
  readonly consent?: string
  readonly files: SubjectFiles
  readonly runs: readonly SubjectRun[]
  /** Ids of runs that a process works on at this moment, also of those that began since. Nothing is erased meanwhile. */
  readonly runsAtWork?: () => Promise<readonly string[]>
  /** What was made of what, in all runs and outside of them. */
  readonly lineage: readonly LineageNode[]
  /** Keys of people, when the workspace has them. */
  readonly keys?: SubjectKeys
  /** Signs evidence and names it in the log, as `WorkspaceLog.record` of `@attestry/audit` does: once for an id. */
  readonly record?: (
    id: string,
    draft: StatementDraft & { readonly type: 'evidence' },
    actor: string,
  ) => Promise<unknown>
}

export const consentPath = ({ baseDirectory, consent }: SubjectContext): string | null =>
  consent === undefined ? null : resolve(baseDirectory, consent)
