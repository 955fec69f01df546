import type { JsonValue } from '@attestry/core'
import { isObject } from '../evidence-list.js'
import { counted } from '../format.js'
import { isGap, limitsOf } from '../limits.js'
import { failed, missing, type Finding } from './checklist-line.js'
import { byEvidence, modelOf, newest, staleAfter, without, type ChecklistFacts, type Measurement } from './facts.js'

const year = 'P365D'
const noModel = missing('no model was trained')

/** Bias: every declared group column was measured, with at least two groups large enough to compare. */
export function biasTested(facts: ChecklistFacts): Finding {
  const model = modelOf(facts)
  if (!model) return noModel
  const declared = facts.record.config.data.groups ?? []
  if (declared.length === 0) return missing('no group column is declared in data.groups')
  const found = newest(facts, 'bias-assessment', model)
  // Whether limits are met is another line: a test that finds a gap is a test.
  if (!found) return without(facts, 'bias-assessment', model)
  const measured = attributesOf(found)
  const left = declared.filter(name => !(measured.get(name)! >= 2))
  if (left.length > 0)
    return failed(`not measured, or fewer than two groups are large enough: ${left.join(', ')}`, found.files)
  const detail = `measured over ${declared.join(', ')}`
  return staleAfter(found, year, facts.at) ?? { state: 'present', detail, evidence: found.files }
}

/** Groups that were assessed, by attribute. */
function attributesOf({ item }: Measurement): ReadonlyMap<string, number> {
  const list = item.facts['attributes']
  if (!Array.isArray(list)) return new Map()
  return new Map(
    list.filter(isObject).flatMap(({ attribute, groups }) => {
      if (typeof attribute !== 'string' || !Array.isArray(groups)) return []
      return [[attribute, groups.filter(isAssessed).length] as const]
    }),
  )
}

const isAssessed = (group: JsonValue): boolean => isObject(group) && group['state'] !== 'not-assessed'

/** Fairness: limits on gaps between groups are in force, and every one is met. */
export function fairnessValidated(facts: ChecklistFacts): Finding {
  const model = modelOf(facts)
  if (!model) return noModel
  const { record } = facts
  const limits = limitsOf(record, record.stages.evaluate?.assessments ?? []).filter(({ metric }) => isGap(metric))
  if (limits.length === 0) return missing('no limit on a gap between groups is in force')
  const files = newest(facts, 'bias-assessment', model)?.files ?? []
  const over = limits.filter(({ state }) => state === 'over').map(({ metric }) => metric)
  if (over.length > 0) return failed(`over the limit: ${over.join(', ')}`, files)
  const unknown = limits.filter(({ state }) => state === 'not-assessed').map(({ metric }) => metric)
  if (unknown.length > 0) return missing(`not assessed: ${unknown.join(', ')}`, files)
  return byEvidence(
    facts,
    'bias-assessment',
    year,
    () => `${counted(limits.length, 'limit')} on gaps met: ${limits.map(({ metric }) => metric).join(', ')}`,
    model,
  )
}

/** Explanations of this model were computed and checked. */
export function explanationsPrepared(facts: ChecklistFacts): Finding {
  const model = modelOf(facts)
  if (!model) return noModel
  return byEvidence(facts, 'explanation', year, () => 'computed for this model', model)
}

/** This model was attacked with changed inputs. */
export function robustnessTested(facts: ChecklistFacts): Finding {
  const model = modelOf(facts)
  if (!model) return noModel
  return byEvidence(facts, 'robustness', year, () => 'attacked with the methods named, not with all that exist', model)
}
