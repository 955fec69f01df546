import { count, counted } from '../format.js'
import { attested } from './attested.js'
import { failed, missing, type Finding } from './checklist-line.js'
import { amountFact, byEvidence, type ChecklistFacts } from './facts.js'

/** The log of the run has no gap, and no action in it lacks its outcome. */
export const auditLogOn = (facts: ChecklistFacts): Finding =>
  byEvidence(facts, 'audit-log', 'P365D', found => {
    const events = amountFact(found, 'events')
    if (found.item.facts['isGapFree'] === false) return failed('the log has a gap', found.files)
    if (events === 0) return missing('the log holds no event', found.files)
    return events === null
      ? 'every action has its outcome'
      : `${counted(events, 'event')}, every action has its outcome`
  })

export const incidentProcedure = (facts: ChecklistFacts): Finding => attested(facts, 'incident-procedure')

/** Checks of the deployed model run by the calendar, and none was missed. */
export const reviewsScheduled = (facts: ChecklistFacts): Finding =>
  byEvidence(facts, 'scheduled-checks', 'P92D', found => {
    const checks = amountFact(found, 'checks')
    const missed = amountFact(found, 'missed')
    if (missed !== null && missed > 0) return failed(`${count(missed)} due times passed without a check`, found.files)
    if (checks === null || checks === 0) return missing('no check is scheduled', found.files)
    return `${counted(checks, 'check')} scheduled, none missed`
  })

export const staffTrained = (facts: ChecklistFacts): Finding => attested(facts, 'staff-training')
