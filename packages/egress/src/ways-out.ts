import { addDuration, controlStates } from '@attestry/core'
import { counted } from '../format.js'
import { attested } from './attested.js'
import { failed, missing, type Finding } from './checklist-line.js'
import { byEvidence, modelOf, newest, type ChecklistFacts } from './facts.js'

const year = 'P365D'

/** The card describes the model of the run: it was trained, evaluated, and signed evidence names the same model. */
export function modelCardWritten(facts: ChecklistFacts): Finding {
  const model = modelOf(facts)
  if (!model) return missing('no model was trained that a card could describe')
  const trained = newest(facts, 'model-digest')
  if (trained && !trained.item.statement.subjects.some(({ digest }) => digest === model.digest))
    return failed('signed evidence names another model than the record', trained.files)
  if (!facts.record.stages.evaluate) return missing('the model was not evaluated, so its card holds no measurement')
  return byEvidence(facts, 'model-digest', year, () => 'model-card.md and model-card.json beside this report', model)
}

/** The report rests on a whole log, on evidence that can be read, and on law text that somebody has looked at lately. */
export function complianceReport(facts: ChecklistFacts): Finding {
  const { record, items, unreadable, at } = facts
  const controls = record.plugins.flatMap(plugin => plugin.controls)
  if (controls.length === 0) return missing('no loaded plugin states a control that a report could judge')
  if (record.endedAt === null) return missing('the run has not ended')
  if (unreadable.length > 0)
    return failed(
      `${counted(unreadable.length, 'evidence statement')} cannot be read`,
      unreadable.map(({ file }) => file),
    )
  const old = controls.filter(({ checkedOn }) => isOldText(checkedOn, at)).map(({ id }) => id)
  const states = controlStates(
    record.plugins,
    items.map(({ statement }) => statement),
    at,
  )
  const open = states.filter(({ state }) => state !== 'present').length
  return byEvidence(facts, 'audit-log', year, ({ files }) =>
    old.length > 0
      ? {
          state: 'stale',
          detail: `the law text behind ${counted(old.length, 'control')} was checked more than 12 months ago`,
          evidence: files,
        }
      : `${counted(controls.length, 'control')} judged, ${open} of them open`,
  )
}

/** Whether a paraphrase was compared with its source more than 12 months ago, or at no time that can be read. */
export function isOldText(checkedOn: string, at: Date): boolean {
  const checked = new Date(checkedOn)
  return Number.isNaN(checked.getTime()) || addDuration(checked, 'P1Y') < at
}

export const riskAssessed = (facts: ChecklistFacts): Finding => attested(facts, 'risk-assessment')

export const legalReview = (facts: ChecklistFacts): Finding => attested(facts, 'legal-review')
