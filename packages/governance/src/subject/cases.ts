import {
  isoTime,
  ulid,
  type AuditLog,
  type Clock,
  type Digest,
  type EventType,
  type SubjectCase,
  type SubjectRequests,
} from '@attestry/core'
import { instantOf } from '../dates.js'
import { clockRules, clocksOf, type CaseClock, type SubjectLaw, type SubjectRequestKind } from './case-clocks.js'
import {
  handlePattern,
  isRequestKind,
  readCaseFacts,
  withCaseFacts,
  type CaseAnsweredFact,
  type CaseFact,
  type CaseOpenedFact,
} from './case-facts.js'
import { caseClosed, caseRefused, noSuchCase } from './errors.js'

/** What changes of cases need: where, when, and a log that is told. */
export interface CaseContext {
  readonly workspace: string
  readonly clock: Clock
  readonly log?: AuditLog
  /** The run whose log it is; `workspace` for the log of a workspace. */
  readonly run?: string
  /** The principal who acts. */
  readonly actor: string
}

/** A case with what its clocks count from. */
export interface SubjectCaseRecord extends SubjectCase {
  readonly laws: readonly SubjectLaw[]
  readonly extendedAt: string | null
  /** Why it was extended. */
  readonly extendedBecause: string | null
}

export interface NewCase {
  /** The person's handle. */
  readonly subject: string
  readonly kind: SubjectRequestKind
  /** ISO date or instant at which the request was received. Default: now. */
  readonly at?: string
  /** Default `request`. */
  readonly cause?: SubjectCase['cause']
  /** Laws whose clocks run. Default: all of the table, so that none is forgotten. */
  readonly laws?: readonly SubjectLaw[]
}

/**
 * Opens a case, durably. The same request of the same person at the same instant is one case, however often it is opened.
 *
 * @throws GOV-E102 when something of it is missing or lies in the future
 */
export async function openCase(context: CaseContext, request: NewCase): Promise<SubjectCaseRecord> {
  const { workspace, clock } = context
  const { subject, kind, cause = 'request', laws = clockRules.map(({ law }) => law) } = request
  const at = request.at ?? isoTime(clock)
  const time = instantOf(at)
  if (!handlePattern.test(subject)) throw caseRefused('the person is not named by a handle')
  if (!isRequestKind(kind)) throw caseRefused('the kind of request is not known')
  if (time === undefined) throw caseRefused('its date cannot be read')
  if (time > clock.now()) throw caseRefused('its date has not come')
  const fact: CaseOpenedFact = {
    kind: 'opened',
    id: ulid(clock),
    subject,
    request: kind,
    cause,
    laws: [...new Set(laws)],
    at: new Date(time).toISOString(),
  }
  return withCaseFacts(workspace, async file => {
    const same = file.facts().find(one => isSame(one, fact))
    if (same) return recordOf(file.facts(), same.id)
    await note(context, 'attestry.subject.case-opened', subject, { case: fact.id, request: kind, cause, at: fact.at })
    await file.append(fact)
    return recordOf(file.facts(), fact.id)
  })
}

const isSame = (one: CaseFact, { subject, request, cause, at }: CaseOpenedFact): boolean =>
  one.kind === 'opened' && one.subject === subject && one.request === request && one.cause === cause && one.at === at

/**
 * Closes a case with what came of it, durably.
 *
 * @throws GOV-E103 for an id that is not there, GOV-E104 when it was answered already
 */
export async function answerCase(
  context: CaseContext,
  id: string,
  {
    outcome,
    retrainingDue = [],
  }: { readonly outcome: CaseAnsweredFact['outcome']; readonly retrainingDue?: readonly Digest[] },
): Promise<SubjectCaseRecord> {
  const { workspace, clock } = context
  return withCaseFacts(workspace, async file => {
    const { subject } = openOne(file.facts(), id)
    await note(context, 'attestry.subject.case-answered', subject, { case: id, outcome, retrainingDue })
    await file.append({ kind: 'answered', id, outcome, retrainingDue, at: isoTime(clock) })
    return recordOf(file.facts(), id)
  })
}

/**
 * Extends the period of a case, once and before it has passed.
 *
 * @param reason what the person is told, without anything personal
 * @throws GOV-E103 for an id that is not there, GOV-E104 when it was answered, extended or is past its clock
 */
export async function extendCase(context: CaseContext, id: string, reason: string): Promise<SubjectCaseRecord> {
  const { workspace, clock } = context
  return withCaseFacts(workspace, async file => {
    const found = openOne(file.facts(), id)
    if (reason.trim() === '') throw caseClosed(id, 'an extension needs a reason')
    if (found.extendedAt !== null) throw caseClosed(id, 'it was extended already')
    if (isOverdue(found, clock.now())) throw caseClosed(id, 'its period has passed')
    await note(context, 'attestry.subject.case-extended', found.subject, { case: id })
    await file.append({ kind: 'extended', id, reason, at: isoTime(clock) })
    return recordOf(file.facts(), id)
  })
}

/** Every case, oldest first. @throws GOV-E201 when the file is damaged */
export async function listCases(workspace: string): Promise<readonly SubjectCaseRecord[]> {
  const facts = await readCaseFacts(workspace)
  return facts
    .flatMap(fact => (fact.kind === 'opened' ? [recordOf(facts, fact.id)] : []))
    .sort((a, b) => (a.openedAt < b.openedAt ? -1 : a.openedAt > b.openedAt ? 1 : 0))
}

/** Whether a case is open and a clock of it has passed. */
export const isOverdue = (one: Pick<SubjectCase, 'answeredAt' | 'due'>, now: number): boolean =>
  one.answeredAt === null && one.due.some(({ by }) => new Date(by).getTime() < now)

/** The cases of a workspace, for other plugins. */
export const openSubjectRequests = (workspace: string): SubjectRequests => ({ cases: () => listCases(workspace) })

function recordOf(facts: readonly CaseFact[], id: string): SubjectCaseRecord {
  const opened = facts.find((fact): fact is CaseOpenedFact => fact.kind === 'opened' && fact.id === id)
  if (!opened) throw noSuchCase(id)
  const extended = facts.find(fact => fact.kind === 'extended' && fact.id === id)
  const answered = facts.find((fact): fact is CaseAnsweredFact => fact.kind === 'answered' && fact.id === id)
  const { subject, request: kind, cause, laws, at: openedAt } = opened
  const extendedAt = extended?.at ?? null
  const clocks: readonly CaseClock[] = clocksOf({ kind, openedAt, extendedAt, laws })
  return {
    id,
    subject,
    kind,
    openedAt,
    cause,
    laws,
    due: clocks.map(({ control, by }) => ({ control, by })),
    extendedAt,
    extendedBecause: extended?.kind === 'extended' ? extended.reason : null,
    answeredAt: answered?.at ?? null,
    outcome: answered?.outcome ?? null,
    retrainingDue: answered?.retrainingDue ?? [],
  }
}

function openOne(facts: readonly CaseFact[], id: string): SubjectCaseRecord {
  const found = recordOf(facts, id)
  if (found.answeredAt !== null) throw caseClosed(id, 'it was answered already')
  return found
}

async function note(
  { clock, log, run = 'workspace', actor }: CaseContext,
  type: EventType,
  subject: string,
  payload: { readonly [key: string]: string | readonly string[] },
): Promise<void> {
  await log?.append({
    id: ulid(clock),
    time: isoTime(clock),
    type,
    phase: 'note',
    actor,
    run,
    result: 'ok',
    subjects: [subject],
    payload,
  })
}
