import { token, type ServiceToken } from '../services.js'
import type { RunRecord } from '../run-record.js'
import type { Statement } from './statements.js'
import type { LineageNode } from './data.js'

export interface ReportInput {
  readonly record: RunRecord
  readonly statements: readonly Statement[]
  readonly lineage: readonly LineageNode[]
}

/** Renders what people read from what the log holds. The same input gives the same bytes. */
export interface ReportWriter {
  /** Writes model-card.md, model-card.json and report.html into `directory`; gives their names. */
  write(input: ReportInput, directory: string): Promise<readonly string[]>
}

export const ReportWriter: ServiceToken<ReportWriter> = token<ReportWriter>('ReportWriter')
