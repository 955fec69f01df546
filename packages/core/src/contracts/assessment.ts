import { token, type ServiceToken } from '../services.js'
import type { Digest } from '../digest.js'
import type { JsonValue } from '../canonical-json.js'
import type { RecordBatch } from '../record-batch.js'
import type { PrivacyOfPeople } from './privacy.js'
import type { FeatureView, Predictions, TrainingPlan } from './training.js'

/** Predictions beside the truth and the groups that each row belongs to. All arrays have one entry per row. */
export interface PredictionTable {
  readonly rowIds: readonly string[]
  readonly classes: readonly string[]
  /** Index into `classes`; -1 when the truth is not known. */
  readonly labels: Int32Array
  /** Index into `classes` of the most probable class. */
  readonly predicted: Int32Array
  /** Row-major class probabilities. */
  readonly probabilities: Float32Array
  /** Group name of each row, by attribute. */
  readonly groups: Readonly<Record<string, readonly string[]>>
}

export interface EvaluateInput {
  readonly modelDigest: Digest
  readonly plan: TrainingPlan
  /** What the training session said of the run when it wrote the model, such as the last clipping norm. */
  readonly trainingFacts?: { readonly [key: string]: JsonValue }
  /** What the people of the training data bear with this run, where they are named and it was charged to them. */
  readonly privacyOfPeople?: PrivacyOfPeople
  /** The class whose rate is a selection: the second class unless the config names one. */
  readonly positiveClass: number
  readonly test: PredictionTable
  /** Training rows, for checks that compare members with non-members. */
  readonly train: PredictionTable
  /** The held-out rows themselves, as they were stored. */
  testRows(): AsyncIterable<RecordBatch>
  /** Training rows, for baselines and backgrounds. */
  trainRows(): AsyncIterable<RecordBatch>
  predict(batch: RecordBatch): Promise<Predictions>
  /** Absent for models of text. */
  readonly features?: FeatureView
}

/** One measured property of a model. */
export interface Assessment {
  /** Such as `accuracy` or `demographic-parity-difference`. */
  readonly metric: string
  /** Null means not assessed, with the reason in `detail`: it never counts as a pass. */
  readonly value: number | null
  /** Confidence interval, both ends included. */
  readonly interval?: readonly [number, number]
  /** Such as 0.95. */
  readonly confidence?: number
  /** Rows that the value rests on. */
  readonly n: number
  /** The attribute and group it is about, such as `{ region: 'org' }`; absent for the whole test set. */
  readonly slice?: Readonly<Record<string, string>>
  /** The attribute over whose groups a gap was taken. */
  readonly attribute?: string
  readonly control?: string
  readonly detail?: JsonValue
}

export interface DeployRequest {
  readonly modelDigest: Digest
  readonly datasetDigest: Digest
  readonly configDigest: Digest
  readonly assessmentsDigest: Digest
  readonly policyDigest: Digest
  readonly purpose: string
  readonly author: string
  readonly changeTicket?: string
  readonly assessments: readonly Assessment[]
}

/** Why a plugin permits or denies. `pending` can still be met by a person; `refused` cannot without another run. */
export interface Reason {
  readonly code: string
  readonly note: string
  readonly kind: 'pending' | 'refused' | 'met'
  readonly plugin?: string
  readonly control?: string
  /** What to do about it. */
  readonly help?: string
}

export type Vote =
  | { readonly decision: 'permit'; readonly reasons?: readonly Reason[] }
  | { readonly decision: 'deny'; readonly reasons: readonly Reason[] }
  | { readonly decision: 'abstain' }

/** The answer of all plugins together. */
export interface Verdict {
  readonly decision: 'permit' | 'deny'
  readonly reasons: readonly Reason[]
}

export interface PredictionWindow {
  /** 0-based. */
  readonly number: number
  readonly modelDigest: Digest
  readonly predictions: PredictionTable
  /** The test set's predictions, to compare with. */
  readonly reference: PredictionTable
  readonly positiveClass: number
}

export interface Alert {
  readonly metric: string
  readonly value: number
  readonly threshold: number
  readonly severity: 'warning' | 'critical'
  readonly note: string
  readonly slice?: Readonly<Record<string, string>>
  readonly control?: string
  readonly plugin?: string
}

/** Sends alerts to where people look. */
export interface Notifier {
  notify(alert: Alert, window: number): Promise<void>
}

export const Notifier: ServiceToken<Notifier> = token<Notifier>('Notifier')
