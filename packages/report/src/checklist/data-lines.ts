import { identifiersOf } from '../evidence-list.js'
import { count } from '../format.js'
import { attested } from './attested.js'
import { failed, missing, type Finding } from './checklist-line.js'
import { amountFact, byEvidence, newest, staleAfter, type ChecklistFacts, type Measurement } from './facts.js'

const year = 'P365D'
const quarter = 'P92D'

/**
 * Consent: rows were filtered by recorded consent for the run's purpose. Where processing rests on another basis, a person
 * attests that basis instead.
 */
export function consentDocumented(facts: ChecklistFacts): Finding {
  const registry = newest(facts, 'consent-state')
  if (registry?.hasFailed) return failed("evidence 'consent-state' failed", registry.files)
  const filter = newest(facts, 'purpose-and-basis')
  const basis = filter?.item.facts['legalBasis']
  const rests = attested(facts, 'legal-basis')
  if (filter?.hasFailed) return failed("evidence 'purpose-and-basis' failed", filter.files)
  if (filter && basis !== 'consent')
    return {
      ...rests,
      detail: `processing rests on ${typeof basis === 'string' ? basis : 'another basis'}: ${rests.detail}`,
    }
  if (filter)
    return byEvidence(facts, 'purpose-and-basis', year, ({ item: { facts: said } }) =>
      said['purpose'] === facts.record.config.purpose
        ? 'rows without consent for this purpose were left out'
        : missing('consent was asked for another purpose', filter.files),
    )
  if (registry && hasConsentEvents(registry))
    return byEvidence(facts, 'consent-state', year, () => 'consent is recorded and can be withdrawn')
  return rests.state === 'missing'
    ? missing('no evidence of consent, and nobody has attested another legal basis', registry?.files)
    : rests
}

/** A registry that nobody wrote to documents no consent. */
const hasConsentEvents = (registry: Measurement): boolean =>
  ['events', 'given', 'subjects', 'records'].some(name => (amountFact(registry, name) ?? 0) > 0)

/** Identifiers: every process that saw rows removed them, and found none again. */
export function identifiersRemoved(facts: ChecklistFacts): Finding {
  const removals = facts.items.filter(({ type }) => type === 'pii-removal')
  const files = removals.map(({ statement }) => statement.file)
  const alsoFailed = facts.items.find(
    ({ type, outcome }) => outcome === 'fail' && ['identifier-removal', 'pan-absence'].includes(type),
  )
  if (alsoFailed) return failed(`evidence '${alsoFailed.type}' failed`, [alsoFailed.statement.file])
  const found = newest(facts, 'pii-removal')
  if (!found) return missing("no evidence 'pii-removal'")
  const again = Object.values(identifiersOf(removals)?.foundAgain ?? {}).some(times => times > 0)
  if (again || removals.some(({ outcome }) => outcome === 'fail'))
    return failed('identifiers were found again after removal', files)
  const used = facts.record.stages.preprocess?.rowsUsed
  const scanned = removals.map(({ facts: said }) => said['rowsScanned'])
  const rows = scanned.reduce<number>((sum, one) => sum + (typeof one === 'number' ? one : 0), 0)
  if (used !== undefined && scanned.every(one => typeof one === 'number') && rows < used)
    return missing(`only ${count(rows)} of ${count(used)} rows used are known to have been scanned`, files)
  const detail = 'the rules in force found none again; what they do not know stays'
  return staleAfter(found, year, facts.at) ?? { state: 'present', detail, evidence: files }
}

/** Retention: periods are in force, they do not contradict each other, and nothing is kept past its end. */
export function retentionInForce(facts: ChecklistFacts): Finding {
  const open = facts.record.policy.conflicts.filter(
    ({ kind, resolution }) => (kind === 'retain' || kind === 'honour-erasure') && resolution === null,
  )
  if (open.length > 0)
    return failed(`demands disagree and nobody has resolved them: ${open.map(({ id }) => id).join(', ')}`)
  const schedule = newest(facts, 'retention-schedule')
  if (schedule?.hasFailed) return failed("evidence 'retention-schedule' failed", schedule.files)
  if (!newest(facts, 'retention-state'))
    return missing(
      schedule ? 'periods are set, but nothing shows that they are kept to' : 'no retention period is in force',
      schedule?.files,
    )
  return byEvidence(facts, 'retention-state', quarter, found => {
    const overdue = amountFact(found, 'overdue')
    if (overdue !== null && overdue > 0)
      return failed(`${count(overdue)} kept past the end of their period`, found.files)
    const kept = amountFact(found, 'items')
    if (kept === 0) return missing('no retention period covers anything that is kept', found.files)
    return `${kept === null ? 'nothing' : `${count(kept)} kept, nothing`} past the end of its period`
  })
}

export const thirdPartyRights = (facts: ChecklistFacts): Finding => attested(facts, 'third-party-data-rights')
