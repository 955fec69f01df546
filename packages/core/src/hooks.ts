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

const minutes = 60_000

const waterfall = <T>(stage: Stage): HookPoint<'waterfall', T, T> => ({
  kind: 'waterfall',
  stage,
  timeoutMs: 10 * minutes,
})
const seriesWithStop = <In, S>(stage: Stage): HookPoint<'seriesWithStop', In, S | void> => ({
  kind: 'seriesWithStop',
  stage,
  timeoutMs: minutes,
})
const collect = <In, Out>(stage: Stage): HookPoint<'collect', In, readonly Out[]> => ({
  kind: 'collect',
  stage,
  timeoutMs: 30 * minutes,
})
const veto = <In>(stage: Stage): HookPoint<'veto', In, Vote> => ({ kind: 'veto', stage, timeoutMs: 5 * minutes })
const parallel = <In, Out>(stage: Stage): HookPoint<'parallel', In, readonly Out[]> => ({
  kind: 'parallel',
  stage,
  timeoutMs: 5 * minutes,
})

/** What plugins can do, and how their answers combine. Read the right-hand side aloud: it is the contract. */
export const hooks = {
  preprocess: waterfall<RecordBatch>('preprocess'), //                  piped, in order
  trainStep: seriesWithStop<StepReport, Stop>('train'), //              all are told; one stop ends training after this step
  evaluate: collect<EvaluateInput, Assessment>('evaluate'), //          concatenated, in order
  deploy: veto<DeployRequest>('deploy'), //                             all run; one deny denies; a throw or silence denies
  monitor: parallel<PredictionWindow, Alert>('monitor'), //             run at once, concatenated
} as const

type Hooks = typeof hooks
export type HookName = keyof Hooks
export type HookInput<H extends HookName> = NonNullable<Hooks[H]['types']>['in']
export type HookOutput<H extends HookName> = NonNullable<Hooks[H]['types']>['out']

/** Names of the hooks of one kind, so that the wrong runner does not compile. */
export type HooksOfKind<K extends Kind> = { [H in HookName]: Hooks[H]['kind'] extends K ? H : never }[HookName]

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
export type HookEntry<H extends HookName> =
  | Handler<H>
  | {
      readonly handler: Handler<H>
      readonly order?: 'pre' | 'post'
      /** Names of plugins that this handler runs before, within its order. */
      readonly before?: readonly string[]
      /** Names of plugins that this handler runs after, within its order. */
      readonly after?: readonly string[]
      readonly timeoutMs?: number
    }

export type PluginHooks = { readonly [H in HookName]?: HookEntry<H> }
