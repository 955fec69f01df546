import type { JsonValue } from './canonical-json.js'
import type { RunConfig } from './config.js'
import type { Digest } from './digest.js'
import type { Control, Regulation } from './plugin.js'
import type { EffectivePolicy } from './policy.js'
import type { Stage } from './contracts/events.js'
import type { PrivacyOfPeople } from './contracts/privacy.js'
import type { Shard } from './contracts/data.js'
import type { ModelFile, StepReport, TrainingPlan } from './contracts/training.js'
import type { Alert, Assessment, Verdict } from './contracts/assessment.js'

/** A plugin as the record keeps it. */
export interface PluginFacts {
  readonly name: string
  readonly version: string
  readonly regulation?: Regulation
  readonly controls: readonly Control[]
}

/** What preprocessing did. */
export interface PreprocessFacts {
  readonly dataset: { readonly digest: Digest; readonly format: string; readonly sizeBytes: number }
  readonly rowsRead: number
  readonly rowsUsed: number
  readonly quarantined: { readonly count: number; readonly reasons: Readonly<Record<string, number>> }
  /** Rows that each plugin dropped or changed. */
  readonly byPlugin: readonly { readonly plugin: string; readonly dropped: number; readonly changed: number }[]
  readonly shards: readonly Shard[]
  /** Rows per class and split. */
  readonly classCounts: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly durationMs: number
}

/** What training did. */
export interface TrainFacts {
  readonly plan: TrainingPlan
  readonly stepsRun: number
  readonly stopped: { readonly plugin: string; readonly reason: string; readonly control?: string } | null
  readonly epsilonSpent: number | null
  /** Absent when the run was charged to nobody by handle. */
  readonly privacyOfPeople?: PrivacyOfPeople
  readonly modelDigest: Digest
  readonly files: readonly ModelFile[]
  readonly facts: { readonly [key: string]: JsonValue }
  readonly durationMs: number
  readonly medianStepMs: number
}

export interface EvaluateFacts {
  readonly assessments: readonly Assessment[]
  readonly assessmentsDigest: Digest
  /** Assessments over a limit of the policy or config. */
  readonly violations: readonly {
    readonly metric: string
    /** Null when nothing assessed it. */
    readonly value: number | null
    readonly max: number
    readonly controls: readonly string[]
    readonly attribute?: string
  }[]
  readonly testRows: number
  readonly durationMs: number
}

export interface DeployFacts {
  readonly verdict: Verdict
  /** What the approvals must name. */
  readonly digests: Readonly<Record<string, Digest>>
}

export interface MonitorFacts {
  readonly windows: number
  readonly rows: number
  readonly alerts: readonly (Alert & { readonly window: number })[]
}

export interface StageFacts {
  readonly preprocess: PreprocessFacts
  readonly train: TrainFacts
  readonly evaluate: EvaluateFacts
  readonly deploy: DeployFacts
  readonly monitor: MonitorFacts
}

/** How a run stands: `waiting` needs people (exit code 4), `vetoed` needs another run (3). */
export type RunStatus = 'running' | 'finished' | 'waiting' | 'vetoed' | 'failed'

/** Everything known about a run, folded from its log. */
export interface RunRecord {
  readonly id: string
  readonly status: RunStatus
  readonly startedAt: string
  readonly endedAt: string | null
  readonly config: RunConfig
  readonly configDigest: Digest
  readonly policy: EffectivePolicy
  readonly policyDigest: Digest
  readonly plugins: readonly PluginFacts[]
  readonly stages: Partial<StageFacts>
  /** Sampled by the audit frequency. */
  readonly steps: readonly StepReport[]
  /** Times at which a stopped run went on. */
  readonly resumedAt: readonly string[]
  /** Why it ended as it did, when it did not finish. */
  readonly reason: { readonly code: string; readonly message: string; readonly stage?: Stage } | null
}
