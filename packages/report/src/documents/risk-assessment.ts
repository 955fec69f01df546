import type { ReportInput } from '@attestry/core'
import { attestCommand } from '../checklist/attested.js'
import { isDone, type ChecklistLine } from '../checklist/checklist-line.js'
import { deploymentChecklist } from '../checklist/deployment-checklist.js'
import { readEvidence, type EvidenceItem } from '../evidence-list.js'
import { clippingNormWords, count, figure, given, interval as ends, sortedEntries, words } from '../format.js'
import type { LimitView } from '../limits.js'
import { modelCard, type ModelCard } from '../model-card.js'

/** A question that only a person can answer. Software leaves the answer blank. */
export interface OpenDecision {
  readonly question: string
  /** Which role signs it. */
  readonly signer: string
  readonly decision: null
  /** The command with which it is signed. */
  readonly command: string
}

/** What can be computed for a risk assessment, and the decisions that people must make. */
export interface RiskAssessment {
  readonly format: 'attestry-risk-assessment/1'
  readonly run: string
  readonly name: string
  readonly purpose: string
  readonly assessedAt: string
  /** Facts about data, model and measurements, each with where it comes from. */
  readonly data: readonly string[]
  readonly model: readonly string[]
  readonly measurements: readonly string[]
  /** Lines of the checklist that are done. */
  readonly safeguards: readonly {
    readonly title: string
    readonly state: string
    readonly detail: string
    readonly evidence: readonly string[]
  }[]
  /** Lines that are open, limits that are not met, controls without evidence. */
  readonly openRisks: readonly string[]
  readonly notTested: readonly string[]
  readonly decisions: readonly OpenDecision[]
}

/**
 * A risk assessment with the facts filled in from evidence. It holds no score and no conclusion: how likely and how grave
 * a risk is, and whether what is left may be accepted, are decisions, and stand blank with the role that signs them.
 *
 * @throws REPORT-E002 when a time of the record cannot be read
 */
export function riskAssessment(input: ReportInput): RiskAssessment {
  const card = modelCard(input)
  const lines = deploymentChecklist(input, new Date(card.assessedAt))
  return {
    format: 'attestry-risk-assessment/1',
    run: card.run.id,
    name: card.name,
    purpose: card.intendedUse.purpose,
    assessedAt: card.assessedAt,
    data: dataFacts(card, input),
    model: modelFacts(card),
    measurements: (card.evaluation?.limits ?? []).map(limitLine),
    safeguards: lines
      .filter(({ state }) => isDone(state))
      .map(({ title, state, detail, evidence }) => ({ title, state, detail, evidence })),
    openRisks: openRisks(card, lines),
    notTested: notTested(card, readEvidence(input.statements).items),
    decisions,
  }
}

function dataFacts({ trainingData: data }: ModelCard, { record: { config } }: ReportInput): readonly string[] {
  if (!data) return ['no data was prepared']
  const kinds = [
    config.data.text === undefined ? null : `free text (${config.data.text})`,
    config.data.features ? `${count(Object.keys(config.data.features).length)} features` : null,
    config.data.groups?.length ? `groups ${config.data.groups.join(', ')}` : null,
  ].filter(one => one !== null)
  const found = sortedEntries(data.identifiers?.found ?? {}).filter(([, times]) => times > 0)
  return [
    `${count(data.rowsUsed)} of ${count(data.rowsRead)} rows are used; ${count(data.quarantined)} could not be read`,
    `kinds of data: ${kinds.join('; ') || 'not declared'}`,
    data.identifiers === null
      ? 'no evidence counts identifiers of people'
      : `identifiers found by rules: ${found.map(([type, times]) => `${type} ${count(times)}`).join(', ') || 'none'}`,
    `${count(data.shards.encrypted)} of ${count(data.shards.count)} shards are encrypted`,
    config.data.subject === undefined
      ? 'no column names the person a row is about: each row counts as a person of its own'
      : 'rows are linked to people by random handles',
  ]
}

function modelFacts({ model }: ModelCard): readonly string[] {
  if (!model) return ['no model was trained']
  const { plan, privacy, stepsRun } = model
  return [
    `${plan.model.architecture}, ${count(plan.parameters)} parameters, ${count(plan.classes.length)} classes`,
    `${count(stepsRun)} of ${count(plan.steps)} steps were run`,
    privacy === null
      ? 'training was without differential privacy'
      : `epsilon ${figure(privacy.epsilonSpent ?? privacy.epsilonPlanned)} at delta ${given(privacy.delta)} per ${privacy.unit}, ${privacy.sampler} sampling, clipping norm ${clippingNormWords(privacy)}, noise multiplier ${figure(privacy.noiseMultiplier)}, accountant ${privacy.accountant}`,
  ]
}

const limitLine = ({ metric, value, interval, max, state, about }: LimitView): string =>
  `${words(metric)}${about === null ? '' : ` ${about}`}: ${value === null ? 'not assessed' : figure(value)}${interval ? ` ${ends(interval)}` : ''}, at most ${given(max)}: ${words(state)}`

function openRisks(card: ModelCard, lines: readonly ChecklistLine[]): readonly string[] {
  const { counts } = card.controls
  const open = counts.missing + counts.stale + counts.failed
  return [
    ...lines.filter(({ state }) => !isDone(state)).map(({ title, state, detail }) => `${title}: ${state}; ${detail}`),
    ...(card.evaluation?.limits ?? []).filter(({ state }) => state !== 'met').map(limitLine),
    ...(open > 0
      ? [
          `${count(open)} of ${count(counts.total)} controls lack evidence: ${count(counts.missing)} missing, ${count(counts.stale)} stale, ${count(counts.failed)} failed`,
        ]
      : []),
    ...((card.monitoring?.alerts ?? 0) > 0 ? [`${count(card.monitoring!.alerts)} alerts after deployment`] : []),
  ]
}

/** What nobody tried: from what is absent, and from what the tests say of themselves. */
function notTested(card: ModelCard, items: readonly EvidenceItem[]): readonly string[] {
  const has = (type: string): boolean => items.some(item => item.type === type)
  const stated = items.flatMap(({ facts }) => {
    const list = facts['notTested']
    return Array.isArray(list) ? list.filter(one => typeof one === 'string') : []
  })
  return [
    ...(has('robustness') ? [] : ['how the model answers to inputs that an attacker changed']),
    ...(has('explanation') ? [] : ['what single predictions rest on']),
    ...(card.evaluation && card.evaluation.groups.length > 0 ? [] : ['how groups of people fare']),
    ...((card.evaluation?.membershipInference.length ?? 0) > 0
      ? []
      : ['whether training records can be told from others']),
    ...(card.monitoring ? [] : ['how the model does on later data']),
    'how the model does on data from another source than its own',
    ...new Set(stated),
  ]
}

const decisions: readonly OpenDecision[] = [
  ['Is the processing necessary and proportionate for the purpose?', 'data protection officer', 'dpia'],
  ['How likely and how grave is each risk above for the people concerned?', 'risk owner', 'risk-assessment'],
  ['Which further measures are taken, by whom, until when?', 'risk owner', 'risk-assessment'],
  ['May the risk that is left be accepted for this deployment?', 'accountable executive', 'risk-assessment'],
  ['Which laws and roles apply to this use, such as controller or provider?', 'legal counsel', 'legal-review'],
].map(([question, signer, kind]) => ({
  question: question!,
  signer: signer!,
  decision: null,
  command: attestCommand(kind!),
}))
