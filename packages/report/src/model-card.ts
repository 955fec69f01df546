import {
  controlStates,
  type AdaptiveClipping,
  type Assessment,
  type ControlState,
  type Digest,
  type JsonValue,
  type PluginFacts,
  type PrivacyPlan,
  type ReportInput,
  type RunRecord,
  type TrainingPlan,
} from '@attestry/core'
import {
  assessedAtOf,
  identifiersOf,
  privacyStatementOf,
  readEvidence,
  type EvidenceItem,
  type IdentifierFacts,
} from './evidence-list.js'
import { byText, sortedEntries } from './format.js'
import { limitations } from './limitations.js'
import { limitsOf, type LimitView } from './limits.js'
import { explanationsCard, robustnessCard, type ExplanationsCard, type RobustnessCard } from './tests-of-model.js'
import { verdictOf, type VerdictView } from './verdict.js'

/** A control with its state, as the card keeps it. */
export interface CardControl {
  readonly id: string
  readonly title: string
  readonly paraphrase: string
  readonly citation: string
  readonly state: ControlState['state']
  /** Why it has that state. */
  readonly detail: string
  readonly class: readonly string[]
  /** Evidence files. */
  readonly by: readonly string[]
  readonly source: string
  readonly checkedOn: string
  /** False while the official text has not been compared word by word. */
  readonly verified: boolean
}

/** How many controls are in each state. `people` counts those, in any state, that only a person can attest. */
export interface ControlCounts {
  readonly total: number
  readonly present: number
  readonly missing: number
  readonly stale: number
  readonly failed: number
  readonly people: number
}

export interface ControlGroup {
  readonly plugin: string
  readonly version: string
  /** Null for controls of a plugin that speaks for no regulation. */
  readonly regulation: PluginFacts['regulation'] | null
  readonly counts: ControlCounts
  readonly controls: readonly CardControl[]
}

export interface TrainingDataCard {
  readonly dataset: { readonly digest: Digest; readonly format: string; readonly sizeBytes: number }
  readonly rowsRead: number
  readonly rowsUsed: number
  readonly quarantined: number
  readonly quarantineReasons: Readonly<Record<string, number>>
  readonly byPlugin: readonly { readonly plugin: string; readonly dropped: number; readonly changed: number }[]
  readonly classCounts: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly shards: { readonly count: number; readonly encrypted: number }
  /** Null when no evidence holds such counts. */
  readonly identifiers: IdentifierFacts | null
}

export interface PrivacyCard {
  /** Spent by the steps that were run. */
  readonly epsilonSpent: number | null
  /** What the whole plan would spend. */
  readonly epsilonPlanned: number
  readonly delta: number
  /** The smallest that policy and config allow; null when nobody set one. */
  readonly epsilonLimit: number | null
  readonly unit: string
  readonly sampler: string
  /** Null for samplers that do not draw each record by itself. */
  readonly samplingProbability: number | null
  /** L2 bound on each example's gradient; that of the first step where it is adaptive. */
  readonly clippingNorm: number
  /** How the bound followed a quantile of the gradients' norms, and where it ended; null where it was fixed. */
  readonly adaptiveClipping: (AdaptiveClipping & { readonly lastNorm: number | null }) | null
  readonly noiseMultiplier: number
  readonly accountant: string
  /** What epsilon speaks of, rests on and leaves out, as the evidence of training states it; null without evidence. */
  readonly statement: readonly string[] | null
}

export interface ModelSection {
  readonly digest: Digest
  readonly plan: TrainingPlan
  readonly stepsRun: number
  readonly stopped: { readonly plugin: string; readonly reason: string; readonly control?: string } | null
  readonly files: readonly { readonly name: string; readonly digest: Digest }[]
  readonly checks: { readonly [key: string]: JsonValue }
  readonly privacy: PrivacyCard | null
}

export interface EvaluationCard {
  readonly testRows: number
  readonly digest: Digest
  /** About the whole test set. */
  readonly overall: readonly Assessment[]
  /** One group, or one cell of several attributes. */
  readonly groups: readonly Assessment[]
  /** Over the groups of one attribute. */
  readonly gaps: readonly Assessment[]
  readonly classErrors: readonly Assessment[]
  readonly membershipInference: readonly Assessment[]
  readonly limits: readonly LimitView[]
}

export interface EvidenceCard {
  readonly file: string
  readonly digest: Digest
  readonly type: string
  readonly outcome: string
  readonly controls: readonly string[]
  readonly collectedAt: string
  readonly signer: string
}

/** What a run leaves for whoever wants to use its model. Null stands for a stage that was not reached. */
export interface ModelCard {
  readonly format: 'attestry-model-card/1'
  readonly name: string
  readonly run: Pick<RunRecord, 'id' | 'status' | 'startedAt' | 'endedAt' | 'resumedAt' | 'reason'>
  readonly verdict: VerdictView
  readonly intendedUse: { readonly purpose: string; readonly author: string; readonly changeTicket: string | null }
  readonly model: ModelSection | null
  readonly trainingData: TrainingDataCard | null
  readonly evaluation: EvaluationCard | null
  /** Null when nobody attacked this model, as are `explanations` when nobody explained it. */
  readonly robustness: RobustnessCard | null
  readonly explanations: ExplanationsCard | null
  readonly monitoring: { readonly windows: number; readonly rows: number; readonly alerts: number } | null
  readonly limitations: readonly string[]
  /** As of when evidence was judged to be fresh or stale. */
  readonly assessedAt: string
  readonly controls: { readonly counts: ControlCounts; readonly groups: readonly ControlGroup[] }
  readonly digests: Readonly<Record<string, Digest>>
  readonly evidence: readonly EvidenceCard[]
  /** Signed by people: approvals, attestations, resolutions; and the deployment itself. */
  readonly signedByPeople: readonly {
    readonly type: string
    readonly signer: string
    readonly roles: readonly string[]
    readonly file: string
    readonly digest: Digest
  }[]
  /** Evidence that verifies but cannot be read, by file. It supports nothing. */
  readonly unreadable: readonly string[]
}

/**
 * Folds a run into its model card. Pure: the same input, in whatever order its keys and statements come, gives the same
 * card. Evidence is judged as of the end of the run, or of its newest evidence while it has not ended.
 *
 * @throws REPORT-E002 when a time of the record cannot be read, because staleness could then not be judged
 */
export function modelCard({ record, statements }: ReportInput): ModelCard {
  const { config, stages } = record
  const { items, unreadable } = readEvidence(statements)
  const assessedAt = assessedAtOf(record, items)
  const states = controlStates(
    record.plugins,
    items.map(({ statement }) => statement),
    new Date(assessedAt),
  )
  const card = {
    format: 'attestry-model-card/1' as const,
    name: config.name,
    run: {
      id: record.id,
      status: record.status,
      startedAt: record.startedAt,
      endedAt: record.endedAt,
      resumedAt: record.resumedAt,
      reason: record.reason,
    },
    verdict: verdictOf(record),
    intendedUse: {
      purpose: config.purpose,
      author: config.author,
      changeTicket: config.deployment?.changeTicket ?? null,
    },
    model: modelSection(record, items),
    trainingData: trainingData(record, identifiersOf(items)),
    evaluation: evaluation(record),
    robustness: robustnessCard(record, items),
    explanations: explanationsCard(record, items),
    monitoring: stages.monitor
      ? { windows: stages.monitor.windows, rows: stages.monitor.rows, alerts: stages.monitor.alerts.length }
      : null,
    assessedAt,
    controls: { counts: countStates(states), groups: groupsOf(record.plugins, states) },
    digests: Object.fromEntries(
      sortedEntries({
        config: record.configDigest,
        policy: record.policyDigest,
        ...(stages.preprocess && { dataset: stages.preprocess.dataset.digest }),
        ...(stages.train && { model: stages.train.modelDigest }),
        ...(stages.evaluate && { assessments: stages.evaluate.assessmentsDigest }),
      }),
    ),
    evidence: items.map(({ statement, type, outcome, controls, collectedAt }) => ({
      file: statement.file,
      digest: statement.digest,
      type,
      outcome,
      controls,
      collectedAt,
      signer: statement.signer,
    })),
    signedByPeople: statements
      .filter(({ type }) => type !== 'evidence')
      .map(({ type, signer, roles, file, digest }) => ({ type, signer, roles, file, digest }))
      .sort((a, b) => byText(a.type, b.type) || byText(a.file, b.file)),
    unreadable: unreadable.map(({ file }) => file),
  }
  return { ...card, limitations: limitations(card, record, items) }
}

function modelSection(
  { stages: { train }, policy, config }: RunRecord,
  items: readonly EvidenceItem[],
): ModelSection | null {
  if (!train) return null
  const { plan, stepsRun, stopped, files, facts, epsilonSpent, modelDigest } = train
  const limits = [policy.epsilon?.value.epsilon, config.training.privacy?.epsilon].filter(one => one !== undefined)
  const { privacy } = plan
  return {
    digest: modelDigest,
    plan,
    stepsRun,
    stopped,
    files,
    checks: Object.fromEntries(sortedEntries(facts)),
    privacy: privacy && {
      epsilonSpent,
      epsilonPlanned: privacy.epsilon,
      delta: privacy.delta,
      epsilonLimit: limits.length > 0 ? Math.min(...limits) : null,
      unit: privacy.unit,
      sampler: privacy.sampler,
      samplingProbability: privacy.sampler === 'poisson' ? privacy.samplingProbability : null,
      clippingNorm: privacy.clippingNorm,
      adaptiveClipping: adaptiveClippingOf(privacy, facts),
      noiseMultiplier: privacy.noiseMultiplier,
      accountant: privacy.accountant,
      statement: privacyStatementOf(items),
    },
  }
}

function adaptiveClippingOf(
  { adaptiveClipping }: PrivacyPlan,
  facts: { readonly [key: string]: JsonValue },
): PrivacyCard['adaptiveClipping'] {
  if (!adaptiveClipping) return null
  const { lastNorm } = (facts.clippingNorm ?? {}) as { readonly lastNorm?: JsonValue }
  return { ...adaptiveClipping, lastNorm: typeof lastNorm === 'number' ? lastNorm : null }
}

function trainingData(
  { stages: { preprocess } }: RunRecord,
  identifiers: IdentifierFacts | null,
): TrainingDataCard | null {
  if (!preprocess) return null
  const { dataset, rowsRead, rowsUsed, quarantined, byPlugin, classCounts, shards } = preprocess
  return {
    dataset,
    rowsRead,
    rowsUsed,
    quarantined: quarantined.count,
    quarantineReasons: Object.fromEntries(sortedEntries(quarantined.reasons)),
    byPlugin,
    classCounts: Object.fromEntries(
      sortedEntries(classCounts).map(([split, counts]) => [split, Object.fromEntries(sortedEntries(counts))]),
    ),
    shards: { count: shards.length, encrypted: shards.filter(({ encrypted }) => encrypted).length },
    identifiers,
  }
}

const isMembership = ({ metric }: Assessment): boolean =>
  metric.startsWith('membership-inference') ||
  metric.startsWith('shadow-models') ||
  metric.endsWith('epsilon-lower-bound')

function evaluation(record: RunRecord): EvaluationCard | null {
  const { evaluate } = record.stages
  if (!evaluate) return null
  const { assessments, testRows, assessmentsDigest } = evaluate
  const rest = assessments.filter(one => !isMembership(one))
  return {
    testRows,
    digest: assessmentsDigest,
    overall: rest.filter(({ slice, attribute }) => !slice && attribute === undefined),
    groups: rest.filter(({ slice, metric }) => slice && metric !== 'class-error-rate'),
    gaps: rest.filter(({ slice, attribute }) => !slice && attribute !== undefined),
    classErrors: rest.filter(({ slice, metric }) => slice && metric === 'class-error-rate'),
    membershipInference: assessments.filter(isMembership),
    limits: limitsOf(record, assessments),
  }
}

const countStates = (states: readonly Pick<ControlState, 'state' | 'control'>[]): ControlCounts => {
  const of = (state: ControlState['state']): number => states.filter(one => one.state === state).length
  return {
    total: states.length,
    present: of('present'),
    missing: of('missing'),
    stale: of('stale'),
    failed: of('failed'),
    people: states.filter(({ control }) => control.class.includes('attested')).length,
  }
}

const groupsOf = (plugins: readonly PluginFacts[], states: readonly ControlState[]): readonly ControlGroup[] =>
  plugins
    .map(({ name, version, regulation }) => {
      const own = states.filter(({ plugin }) => plugin === name)
      return {
        plugin: name,
        version,
        regulation: regulation ?? null,
        counts: countStates(own),
        controls: own.map(cardControl),
      }
    })
    .filter(({ controls }) => controls.length > 0)

const cardControl = ({ control, state, detail, by }: ControlState): CardControl => ({
  id: control.id,
  title: control.title,
  paraphrase: control.paraphrase,
  citation: control.citation,
  state,
  detail,
  class: control.class,
  by,
  source: control.source,
  checkedOn: control.checkedOn,
  verified: control.verified,
})
