import { nextDue, parseCron, type Cron } from './cron.js'
import { keptMissed, type StoredCheck } from './stored-check.js'

/** A schedule brought up to an instant. */
export interface AsOf {
  /** Due times that passed are in `missed`, apart from the latest, which may still have its run. */
  readonly check: StoredCheck
  /** Whether the latest due time has come and waits for its run. */
  readonly isDue: boolean
  /** Due times that are missed since the schedule was written, oldest first. */
  readonly missed: readonly string[]
}

const dayMs = 86_400_000

/**
 * What a stored schedule means at an instant. A due time is missed when the next one has come and no run of it began, or
 * when its run began and the process ended before it did; such a run is not repeated, since nobody knows how far it came.
 *
 * @param isDead whether the process that holds the claim, if any, is gone
 */
export function asOf(stored: StoredCheck, now: Date, isDead: boolean): AsOf {
  const interrupted = stored.claim && isDead ? stored.claim : null
  const due = latestDues(parseCron(stored.frequency), new Date(stored.nextDue), now)
  const missed = [...(interrupted ? [interrupted.due] : []), ...due.slice(0, -1)]
  return {
    check: {
      ...stored,
      ...(interrupted && { claim: null, lastRun: interrupted.since, lastOutcome: 'failed' as const }),
      nextDue: due.at(-1) ?? stored.nextDue,
      missed: [...stored.missed, ...missed].slice(-keptMissed),
    },
    isDue: due.length > 0,
    missed,
  }
}

/** The newest due times from `first`, itself one, to `now`, oldest first: one more than are kept, however long ago it was. */
function latestDues(cron: Cron, first: Date, now: Date): readonly string[] {
  if (first > now) return []
  for (let span = dayMs; ; span *= 4) {
    const isAll = now.getTime() - span <= first.getTime()
    const dues = isAll ? [first.toISOString()] : []
    let due = nextDue(cron, isAll ? first : new Date(now.getTime() - span))
    for (; due && due <= now; due = nextDue(cron, due)) dues.push(due.toISOString())
    if (isAll || dues.length > keptMissed) return dues.slice(-keptMissed - 1)
  }
}
