import {
  addDuration,
  type Digest,
  type Duration,
  type ReportInput,
  type RunRecord,
  type Statement,
} from '@attestry/core'
import { readEvidence, type EvidenceItem } from '../evidence-list.js'
import { orderedJson } from '../format.js'
import { failed, missing, type Finding } from './checklist-line.js'

/** What the rules of the checklist read. */
export interface ChecklistFacts {
  readonly record: RunRecord
  /** Evidence that can be read, oldest first. */
  readonly items: readonly EvidenceItem[]
  readonly unreadable: readonly Statement[]
  readonly attestations: readonly Statement[]
  /** As of when evidence is fresh or stale. */
  readonly at: Date
}

export function checklistFacts({ record, statements }: ReportInput, at: Date): ChecklistFacts {
  return {
    record,
    at,
    ...readEvidence(statements),
    attestations: statements.filter(({ type }) => type === 'attestation'),
  }
}

/** The newest measurement of a type: the item that came last, and those that state the same facts beside it. */
export interface Measurement {
  readonly item: EvidenceItem
  readonly files: readonly string[]
  readonly hasFailed: boolean
}

/**
 * The newest evidence of a type. One measurement can stand in several statements, one per outcome of the controls that it
 * supports: a failure in any of them is a failure of the measurement.
 *
 * @param subject what it must be about; evidence that names this subject with another digest is about something else
 */
export function newest(
  { items }: Pick<ChecklistFacts, 'items'>,
  type: string,
  subject?: { readonly name: string; readonly digest: Digest },
): Measurement | null {
  const ofType = items.filter(item => item.type === type && isAbout(item, subject))
  const item = ofType.at(-1)
  if (!item) return null
  const alike = ofType.filter(one => orderedJson(one.facts) === orderedJson(item.facts))
  const atOnce = ofType.filter(one => one.collectedAt === item.collectedAt)
  return {
    item,
    files: [...new Set(alike.map(({ statement }) => statement.file))],
    hasFailed: [...alike, ...atOnce].some(({ outcome }) => outcome === 'fail'),
  }
}

const isAbout = (
  { statement: { subjects } }: EvidenceItem,
  subject: { readonly name: string; readonly digest: Digest } | undefined,
): boolean =>
  subject === undefined || subjects.some(({ name, digest }) => name === subject.name && digest === subject.digest)

/** A rule's answer for evidence of one type: failed, stale, missing, or what `judge` says about fresh evidence. */
export function byEvidence(
  facts: ChecklistFacts,
  type: string,
  maxAge: Duration,
  judge: (measurement: Measurement) => Finding | string,
  subject?: { readonly name: string; readonly digest: Digest },
): Finding {
  const found = newest(facts, type, subject)
  if (!found) return without(facts, type, subject)
  if (found.hasFailed) return failed(`evidence '${type}' failed`, found.files)
  return staleAfter(found, maxAge, facts.at) ?? answerOf(judge(found), found)
}

const answerOf = (answer: Finding | string, { files }: Measurement): Finding =>
  typeof answer === 'string' ? { state: 'present', detail: answer, evidence: files } : answer

/** No evidence of a type, or none about the subject. */
export function without(
  { items }: ChecklistFacts,
  type: string,
  subject?: { readonly name: string; readonly digest: Digest },
): Finding {
  const isElsewhere = subject !== undefined && items.some(item => item.type === type)
  return missing(isElsewhere ? `evidence '${type}' is about another ${subject.name}` : `no evidence '${type}'`)
}

/** Stale when evidence is older than `maxAge`; null while it is fresh. */
export function staleAfter({ item, files }: Measurement, maxAge: Duration, at: Date): Finding | null {
  if (addDuration(new Date(item.collectedAt), maxAge) >= at) return null
  const day = item.collectedAt.slice(0, 10)
  return { state: 'stale', detail: `evidence '${item.type}' is of ${day}, older than ${maxAge}`, evidence: files }
}

/** How many a fact names: a number, or the length of a list. Null where it says neither. */
export const amountFact = ({ item }: Measurement, name: string): number | null => {
  const value = item.facts[name]
  if (Array.isArray(value)) return value.length
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** The model of the run; null while there is none. */
export const modelOf = ({
  record,
}: Pick<ChecklistFacts, 'record'>): { readonly name: string; readonly digest: Digest } | null =>
  record.stages.train ? { name: 'model', digest: record.stages.train.modelDigest } : null
