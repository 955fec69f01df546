import { join } from 'node:path'
import {
  runDirectory,
  resumeRun,
  startRun,
  Trainer,
  type Assessment,
  type Model,
  type Plugin,
  type Predictions,
  type PrivacyOfPeople,
  type Reason,
  type RecordBatch,
  type RunRecord,
  type RunStatus,
  type TrainingConfig,
} from '@attestry/core'
import { withServices } from './open-composition.js'
import type { Row } from './prepared-data.js'
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
  /** The most that anybody of the training data bears over all runs; null when people are not named or nothing is private. */
  readonly privacyOfPeople: PrivacyOfPeople | null
  /** Facts that the short form read off the data instead of being told. */
  readonly inferred: readonly string[]
  readonly record: RunRecord
  /** Every plugin that the run was made with. */
  readonly plugins: readonly Plugin[]
  /** Class probabilities for rows of plain values. */
  predict(rows: readonly Row[]): Promise<Predictions>
  /** Opens the model for a piece of work, and closes it again. */
  use<T>(work: (model: Model) => Promise<T>): Promise<T>
  /** Asks the deploy gate again, after people approved or attested. */
  resume(): Promise<FineTunedModel>
  /** Trains anew on the same data under the same plugins, as a run of its own. */
  retrain(changes: Retraining): Promise<FineTunedModel>
}

/** What is different when a model is trained again. */
export interface Retraining {
  readonly training?: Partial<TrainingConfig>
  /** Columns whose groups are measured, beside those of the first run. */
  readonly groups?: readonly string[]
  /** Beside those of the first run. */
  readonly plugins?: readonly Plugin[]
}

export function fineTunedModel(
  record: RunRecord,
  sdk: AttestrySDK,
  plugins: readonly Plugin[],
  inferred: readonly string[],
): FineTunedModel {
  const directory = runDirectory(sdk.workspace, record.id)
  const use: FineTunedModel['use'] = work =>
    withServices({ plugins, workspace: sdk.workspace, directory }, [Trainer], async services => {
      const model = await services.get(Trainer).load(join(directory, 'model'))
      try {
        return await work(model)
      } finally {
        await model.close()
      }
    })
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
    privacyOfPeople: record.stages.train?.privacyOfPeople ?? null,
    inferred,
    record,
    plugins,
    predict: rows => use(model => model.predict(batchOf(rows))),
    use,
    async resume() {
      const again = await resumeRun(record.id, { plugins, baseDirectory: sdk.directory, workspace: sdk.workspace })
      return fineTunedModel(again, sdk, plugins, inferred)
    },
    async retrain({ training = {}, groups = [], plugins: more = [] }) {
      const { config } = record
      const measured = [...new Set([...(config.data.groups ?? []), ...groups])]
      const changed = {
        ...config,
        data: { ...config.data, ...(measured.length > 0 && { groups: measured }) },
        training: { ...config.training, ...training },
      }
      const all = [...plugins, ...more]
      const again = await startRun({
        config: changed,
        plugins: all,
        baseDirectory: sdk.directory,
        workspace: sdk.workspace,
      })
      return fineTunedModel(again, sdk, all, inferred)
    },
  }
}

/** Plain rows as a batch: a column is numeric when all its values are numbers or missing. */
export function batchOf(rows: readonly Row[]): RecordBatch {
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
