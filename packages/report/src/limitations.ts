import type { RunRecord } from '@attestry/core'
import { recallOf, type EvidenceItem } from './evidence-list.js'
import { counted, figure, interval as ends, given, orderedJson } from './format.js'
import type { ModelCard } from './model-card.js'

/**
 * What the card must say against itself, from facts alone. Each sentence follows from what the record holds or lacks; none
 * is a disclaimer that stands in every card whatever happened, except that the purpose bounds the use.
 */
export function limitations(
  card: Omit<ModelCard, 'limitations'>,
  record: RunRecord,
  evidence: readonly EvidenceItem[],
): readonly string[] {
  return [
    `The run was made for the purpose '${card.intendedUse.purpose}'. Nothing here speaks about another use.`,
    ...aboutData(card, evidence),
    ...aboutTraining(card, record),
    ...aboutEvaluation(card),
    ...aboutMonitoring(card, record),
    ...aboutControls(card),
  ]
}

type Card = Omit<ModelCard, 'limitations'>

function aboutData({ trainingData }: Card, evidence: readonly EvidenceItem[]): readonly string[] {
  if (!trainingData) return ['No data was prepared: the run did not reach that stage, or did not finish it.']
  const { quarantined, identifiers, shards } = trainingData
  const recall = recallOf(evidence)
  return [
    identifiers === null
      ? 'No evidence counts identifiers of people in the text: treat the data, and a model trained on it, as personal.'
      : 'Identifiers are found by rules; one that the rules do not know stays in the text. ' +
        (recall
          ? `Of ${counted(recall.of, 'labelled value')} of a sample they found ${figure(recall.value)} ` +
            `${ends([recall.low, recall.high])} (${recall.method} interval, confidence ${given(recall.confidence)}).`
          : 'This run did not measure what share they find.'),
    quarantined > 0 &&
      `${counted(quarantined, 'row')} could not be read and ${quarantined === 1 ? 'was' : 'were'} left out.`,
    shards.encrypted < shards.count &&
      `${counted(shards.count - shards.encrypted, 'data shard')} of ${shards.count} ${shards.count - shards.encrypted === 1 ? 'is' : 'are'} stored without encryption.`,
  ].filter(line => line !== false)
}

function aboutTraining({ model }: Card, { resumedAt }: RunRecord): readonly string[] {
  if (!model) return ['No model was trained: the run did not reach that stage, or did not finish it.']
  const { privacy, stopped, stepsRun, plan } = model
  return [
    privacy === null
      ? 'Training was without differential privacy: the weights may hold what single records say.'
      : 'Epsilon bounds what the trained weights tell about one record. A person with several records is covered less. Loss and ' +
        'norm curves, evaluation results and data counts are functions of private data that epsilon does not cover.',
    stopped !== null &&
      `Training was stopped after ${stepsRun} of ${plan.steps} steps by ${stopped.plugin}: ${stopped.reason}.`,
    resumedAt.length > 0 && `The run was interrupted and resumed ${counted(resumedAt.length, 'time')}.`,
  ].filter(line => line !== false)
}

/** Fewer rows than this make an interval too wide to tell groups apart. */
const fewRows = 30

function aboutEvaluation({ evaluation, robustness, explanations }: Card): readonly string[] {
  if (!evaluation) return ['The model was not evaluated: the run did not reach that stage, or did not finish it.']
  const { overall, groups, limits, membershipInference } = evaluation
  const names = new Map<string, boolean>()
  for (const { slice, n, value } of groups) {
    const name = orderedJson(slice)
    names.set(name, (names.get(name) ?? false) || n < fewRows || value === null)
  }
  const small = [...names.values()].filter(Boolean).length
  const accuracy = overall.find(({ metric }) => metric === 'accuracy')
  const baseline = overall.find(({ metric }) => metric === 'baseline-accuracy')?.value
  const unmet = limits.filter(({ state }) => state !== 'met')
  return [
    'Test rows come from the same source as training rows: how the model does elsewhere was not measured.',
    typeof accuracy?.value !== 'number' && 'Accuracy was not assessed.',
    accuracy?.interval !== undefined &&
      typeof baseline === 'number' &&
      accuracy.interval[0] <= baseline &&
      `The interval of accuracy ${ends(accuracy.interval)} reaches down to ${figure(baseline)}, what always answering with the most frequent class scores: the model may have learnt nothing.`,
    groups.length === 0 && 'Nothing was measured per group of people.',
    small > 0 &&
      `${small} of ${counted(names.size, 'group')} ${small === 1 ? 'has' : 'have'} a figure that was not assessed or rests on fewer than ${fewRows} rows.`,
    unmet.length > 0 &&
      `${counted(unmet.length, 'limit')} ${unmet.length === 1 ? 'is' : 'are'} not met: ${unmet.map(({ metric }) => metric).join(', ')}.`,
    membershipInference.length === 0
      ? 'No membership inference test was run.'
      : 'Membership inference was tested with the attacks named, not with all that exist.',
    robustness === null && 'No attack was tried: how the model answers to inputs that somebody changed is not known.',
    robustness?.isValid === false &&
      'A masking check of the attacks failed: what was measured under attack says nothing about robustness.',
    explanations === null && 'No explanation was computed: what single predictions rest on is not known.',
    'A gap below its limit is a measurement, not a finding that decisions are fair.',
  ].filter(line => line !== false)
}

function aboutMonitoring({ monitoring }: Card, { config }: RunRecord): readonly string[] {
  if (!config.monitoring) return ['Monitoring after deployment was not configured for this run.']
  if (!monitoring) return ['Monitoring was configured and not reached.']
  return []
}

function aboutControls({ controls: { counts, groups }, unreadable }: Card): readonly string[] {
  if (counts.total === 0) return ['No loaded plugin states a control.']
  const open = counts.missing + counts.stale + counts.failed
  const unverified = groups.flatMap(group => group.controls).filter(({ verified }) => !verified).length
  return [
    open > 0 && `Evidence is missing, stale or failed for ${open} of ${counted(counts.total, 'control')}.`,
    unverified > 0 &&
      `The text of ${counted(unverified, 'control')} has not been compared word by word with the official one.`,
    unreadable.length > 0 &&
      `${counted(unreadable.length, 'evidence statement')} could not be read and supports nothing.`,
  ].filter(line => line !== false)
}
