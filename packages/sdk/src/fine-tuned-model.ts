import { join } from 'node:path'
import {
  runDirectory,
  resumeRun,
  Trainer,
  type Assessment,
  type Plugin,
  type Predictions,
  type Reason,
  type RecordBatch,
  type RunRecord,
  type RunStatus,
} from '@attestry/core'
import { withServices } from './open-composition.js'
import type { AttestrySDK } from './sdk.js'

/** A model with the record of how it came to be. */
export interface FineTunedModel {
  readonly runId: string
  /** The run's folder: log, evidence, weights, report. */
  readonly directory: string
  readonly digest: string
  /** `finished` once deployment was permitted; `waiting` while people must act; `vetoed` when only another run helps. */
  readonly status: RunStatus
  /** Why it may not be deployed, or what was met. */
  readonly reasons: readonly Reason[]
  readonly assessments: readonly Assessment[]
  /** Spent; null when trained without differential privacy. */
  readonly epsilon: number | null
  /** Facts that the short form read off the data instead of being told. */
  readonly inferred: readonly string[]
  readonly record: RunRecord
  /** Class probabilities for rows of plain values. */
  predict(rows: readonly Readonly<Record<string, string | number | null>>[]): Promise<Predictions>
  /** Asks the deploy gate again, after people approved or attested. */
  resume(): Promise<FineTunedModel>
}

export function fineTunedModel(
  record: RunRecord,
  sdk: AttestrySDK,
  plugins: readonly Plugin[],
  inferred: readonly string[],
): FineTunedModel {
  const directory = runDirectory(sdk.workspace, record.id)
  return {
    runId: record.id,
    directory,
    digest: record.stages.train?.modelDigest ?? '',
    status: record.status,
    reasons:
      record.stages.deploy?.verdict.reasons ??
      (record.reason ? [{ ...record.reason, note: record.reason.message, kind: 'pending' }] : []),
    assessments: record.stages.evaluate?.assessments ?? [],
    epsilon: record.stages.train?.epsilonSpent ?? null,
    inferred,
    record,
    async predict(rows) {
      return withServices({ plugins, workspace: sdk.workspace, directory }, [Trainer], async services => {
        const model = await services.get(Trainer).load(join(directory, 'model'))
        try {
          return await model.predict(batchOf(rows))
        } finally {
          await model.close()
        }
      })
    },
    async resume() {
      const again = await resumeRun(record.id, { plugins, baseDirectory: sdk.directory, workspace: sdk.workspace })
      return fineTunedModel(again, sdk, plugins, inferred)
    },
  }
}

/** Plain rows as a batch: a column is numeric when all its values are numbers or missing. */
export function batchOf(rows: readonly Readonly<Record<string, string | number | null>>[]): RecordBatch {
  const names = [...new Set(rows.flatMap(row => Object.keys(row)))]
  return {
    rowIds: rows.map((_, i) => `memory:${i + 1}`),
    subjects: rows.map((_, i) => `row-${i + 1}`),
    columns: Object.fromEntries(
      names.map(name => {
        const values = rows.map(row => row[name] ?? null)
        return values.every(value => value === null || typeof value === 'number')
          ? [name, { kind: 'number', values: Float64Array.from(values, value => value ?? NaN) }]
          : [name, { kind: 'text', values: values.map(value => (value === null ? null : String(value))) }]
      }),
    ),
  }
}
