import { ulid, type AttestryError, type Clock, type ScheduledCheck, thisProcess } from '@attestry/core'
import type { StateFile } from '../state/state-file.js'
import { holdClaim, isDead } from './claim.js'
import { nextDue, parseCron } from './cron.js'
import { asOf } from './due.js'
import { claimLost, clockWentBack } from './errors.js'
import { shown, type Claim, type StoredCheck, type StoredSchedules } from './stored-check.js'

/** A run that is to be done now. */
export interface DueRun {
  readonly check: ScheduledCheck
  /** RFC 3339. */
  readonly due: string
  /** Aborted when the caller stops, or when another process has given this run up. */
  readonly signal: AbortSignal
}

/** Does the checks of a schedule. A rejection is recorded as `failed`. */
export type RunCheck = (run: DueRun) => Promise<'ok' | 'alerts'>

/** A run that was done. */
export interface CheckRun {
  readonly name: string
  readonly due: string
  /** How long after its due time it began. */
  readonly lateMs: number
  readonly outcome: 'ok' | 'alerts' | 'failed'
  /** What `runCheck` rejected with, or MONITOR-E208. */
  readonly failure?: unknown
}

export interface DueReport {
  readonly runs: readonly CheckRun[]
  /** Due times found missed in this call, each told once. */
  readonly missed: readonly { readonly name: string; readonly due: string }[]
  /** Schedules that were left alone, since the clock had gone back: MONITOR-E207. */
  readonly refused: readonly { readonly name: string; readonly error: AttestryError }[]
  /** The earliest due time to come; null without schedules. */
  readonly next: string | null
}

export interface Surroundings {
  readonly file: StateFile<StoredSchedules>
  readonly clock: Clock
  readonly leaseMs: number
  readonly runCheck: RunCheck
  readonly signal: AbortSignal
}

/** How far a clock may go back without anybody looking. */
const toleranceMs = 3_600_000

type Turn =
  | { readonly kind: 'run'; readonly check: ScheduledCheck; readonly claim: Claim }
  | { readonly kind: 'rest' }
  | { readonly kind: 'refused'; readonly error: AttestryError }

export async function runDueChecks(surroundings: Surroundings): Promise<DueReport> {
  const { file, signal } = surroundings
  const runs: CheckRun[] = []
  const missed: { name: string; due: string }[] = []
  const refused: { name: string; error: AttestryError }[] = []
  for (const { name } of (await file.read()).checks) {
    if (signal.aborted) break
    const { turn, missed: found } = await takeTurn(name, surroundings)
    missed.push(...found.map(due => ({ name, due })))
    if (turn.kind === 'refused') refused.push({ name, error: turn.error })
    if (turn.kind === 'run') runs.push(await run(turn.check, turn.claim, surroundings))
  }
  const times = (await file.read()).checks.map(check => check.nextDue).sort()
  return { runs, missed, refused, next: times[0] ?? null }
}

/** Decides, in one change of the file, whether this process runs a check now. What it claims nobody else will run. */
async function takeTurn(
  name: string,
  { file, clock, leaseMs }: Surroundings,
): Promise<{ readonly turn: Turn; readonly missed: readonly string[] }> {
  const owner = await thisProcess()
  return file.change<{ turn: Turn; missed: readonly string[] }>(async state => {
    const stored = state.checks.find(check => check.name === name)
    if (!stored) return { state, value: { turn: { kind: 'rest' }, missed: [] } }
    const now = new Date(clock.now())
    if (now.getTime() < Date.parse(stored.lookedAt) - toleranceMs) {
      const error = clockWentBack(now.toISOString(), stored.lookedAt)
      return { state, value: { turn: { kind: 'refused', error }, missed: [] } }
    }
    const { check, isDue, missed } = asOf(stored, now, await isDead(stored.claim, now))
    const isFree = isDue && !check.claim
    // Nothing is new but the time: that is worth a write now and then only.
    const isSame = !isFree && missed.length === 0 && now.getTime() < Date.parse(stored.lookedAt) + toleranceMs / 12
    if (isSame) return { state, value: { turn: { kind: 'rest' }, missed } }
    const claim: Claim = {
      id: ulid(clock),
      due: check.nextDue,
      since: now.toISOString(),
      until: new Date(now.getTime() + leaseMs).toISOString(),
      owner,
    }
    const lookedAt = [now.toISOString(), stored.lookedAt].sort()[1]!
    const after = nextDue(parseCron(check.frequency), now)!.toISOString()
    const changed: StoredCheck = { ...check, lookedAt, ...(isFree && { claim, nextDue: after }) }
    return {
      state: { ...state, checks: state.checks.map(one => (one.name === name ? changed : one)) },
      value: { turn: isFree ? { kind: 'run', check: shown(check), claim } : { kind: 'rest' }, missed },
    }
  })
}

async function run(check: ScheduledCheck, claim: Claim, surroundings: Surroundings): Promise<CheckRun> {
  const { file, clock, leaseMs, runCheck, signal } = surroundings
  const { name } = check
  const { due, since } = claim
  const held = holdClaim(file, name, claim, clock, leaseMs)
  const answer = await attempt(() => runCheck({ check, due, signal: AbortSignal.any([signal, held.lost]) }))
  await held.stop()
  const lateMs = Date.parse(since) - Date.parse(due)
  const isRecorded = await file.change<boolean>(state => {
    const isMine = (one: StoredCheck): boolean => one.name === name && one.claim?.id === claim.id
    if (!state.checks.some(isMine)) return { state, value: false }
    const settled = { claim: null, lastRun: since, lastOutcome: answer.outcome }
    return {
      state: { ...state, checks: state.checks.map(one => (isMine(one) ? { ...one, ...settled } : one)) },
      value: true,
    }
  })
  if (isRecorded) return { name, due, lateMs, ...answer }
  return { name, due, lateMs, outcome: 'failed', failure: claimLost(name, due) }
}

async function attempt(runCheck: () => Promise<'ok' | 'alerts'>): Promise<Pick<CheckRun, 'outcome' | 'failure'>> {
  try {
    const outcome: string = await runCheck()
    return { outcome: outcome === 'ok' || outcome === 'alerts' ? outcome : 'failed' }
  } catch (failure) {
    return { outcome: 'failed', failure }
  }
}
