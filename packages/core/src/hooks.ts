import type { RecordBatch } from './record-batch.js'
import type { Environment, Services } from './services.js'
import type { EffectivePolicy } from './policy.js'
import type { RunConfig } from './config.js'
import type { Digest } from './digest.js'
import type { Stage } from './contracts/events.js'
import type { Evidence } from './contracts/evidence.js'
import type { StepReport } from './contracts/training.js'
import type { Alert, Assessment, DeployRequest, EvaluateInput, PredictionWindow, Vote } from './contracts/assessment.js'

/** Ends training after the step it answers. */
export interface Stop {
  readonly stop: true
  readonly reason: string
  readonly control?: string
}

type Kind = 'waterfall' | 'seriesWithStop' | 'collect' | 'veto' | 'parallel'

/** What a hook point takes and gives, and how the answers of several plugins combine. */
export interface HookPoint<K extends Kind, In, Out> {
  readonly kind: K
  readonly stage: Stage
  /** A handler that has not settled by then is reported by name and counts as failed. */
  readonly timeoutMs: number
  /** Types only; never set. */
  readonly types?: { readonly in: In; readonly out: Out }
}

/** Piped, in order: each handler gets what the one before gave. */
type Waterfall<T> = HookPoint<'waterfall', T, T>
/** All are told, in order; one stop ends training after this step. */
type SeriesWithStop<In, S> = HookPoint<'seriesWithStop', In, S | undefined | void>
/** All answers, concatenated in order. */
type Collect<In, Out> = HookPoint<'collect', In, readonly Out[]>
/** All run; one deny denies; a throw or silence denies; no permit denies. */
type Veto<In> = HookPoint<'veto', In, Vote>
/** All run at once; answers concatenated. */
type Parallel<In, Out> = HookPoint<'parallel', In, readonly Out[]>

/** What plugins can do, and how their answers combine. Read the right-hand side aloud: it is the contract. */
export interface HookPoints {
  readonly preprocess: Waterfall<RecordBatch>
  readonly trainStep: SeriesWithStop<StepReport, Stop>
  readonly evaluate: Collect<EvaluateInput, Assessment>
  readonly deploy: Veto<DeployRequest>
  readonly monitor: Parallel<PredictionWindow, Alert>
}

const minutes = 60_000

export const hooks: HookPoints = {
  preprocess: { kind: 'waterfall', stage: 'preprocess', timeoutMs: 10 * minutes },
  trainStep: { kind: 'seriesWithStop', stage: 'train', timeoutMs: minutes },
  evaluate: { kind: 'collect', stage: 'evaluate', timeoutMs: 30 * minutes },
  deploy: { kind: 'veto', stage: 'deploy', timeoutMs: 5 * minutes },
  monitor: { kind: 'parallel', stage: 'monitor', timeoutMs: 5 * minutes },
}

export type HookName = keyof HookPoints
export type HookInput<H extends HookName> = NonNullable<HookPoints[H]['types']>['in']
export type HookOutput<H extends HookName> = NonNullable<HookPoints[H]['types']>['out']

/** Names of the hooks of one kind, so that the wrong runner does not compile. */
export type HooksOfKind<K extends Kind> = { [H in HookName]: HookPoints[H]['kind'] extends K ? H : never }[HookName]

/** What a run is, for handlers. */
export interface RunInfo extends Environment {
  readonly config: RunConfig
  readonly configDigest: Digest
  readonly policyDigest: Digest
  /** Folder that paths of the config are relative to. */
  readonly baseDirectory: string
}

/** What a handler may use beside its input. */
export interface HookContext extends Services {
  readonly run: RunInfo
  readonly policy: EffectivePolicy
  readonly signal: AbortSignal
  /** Digest of the source dataset, once it has been opened. */
  readonly datasetDigest: Digest | null
  /** Signs and writes evidence; resolves when it is durable and in the log. */
  evidence(evidence: Evidence): Promise<void>
}

export type Handler<H extends HookName> = (
  input: HookInput<H>,
  context: HookContext,
) => HookOutput<H> | Promise<HookOutput<H>>

/** A handler, or a handler with its place: `pre`, normal, `post`; then before/after named plugins; then by name. */
export type HookEntry<H extends HookName> = Handler<H> | PlacedHandler<H>

export interface PlacedHandler<H extends HookName> {
  readonly handler: Handler<H>
  readonly order?: 'pre' | 'post'
  /** Names of plugins that this handler runs before, within its order. */
  readonly before?: readonly string[]
  /** Names of plugins that this handler runs after, within its order. */
  readonly after?: readonly string[]
  readonly timeoutMs?: number
}

export type PluginHooks = { readonly [H in HookName]?: HookEntry<H> }
