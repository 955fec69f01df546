import { addDuration, type Duration, type EffectivePolicy, type JsonValue, type Resolution } from '@attestry/core'
import { dayOf } from '../dates.js'

/** An order to keep something whatever its retention period says. */
export interface Hold {
  readonly id: string
  readonly from: Date
  /** Null while it is open. */
  readonly releasedAt: Date | null
}

export interface RetentionInput {
  /** Keep at least this long. */
  readonly min: Duration | null
  /** Delete by then. */
  readonly max: Duration | null
  /** What the periods count from; null while it has not happened. Only its UTC date counts. */
  readonly trigger: Date | null
  readonly holds: readonly Hold[]
  readonly now: Date
}

/**
 * How an object stands.
 *
 * - `no-trigger`: the periods have not begun, so it is not disposable
 * - `keep`: the minimum has not passed
 * - `disposable`: it may be deleted, and must be by `disposeBy` when there is such a day
 * - `overdue`: the day by which it had to be deleted has passed
 * - `held`: an open hold overrides every maximum; the data is for the hold alone
 * - `conflict`: the minimum ends after the maximum; a person decides
 */
export interface RetentionState {
  readonly state: 'no-trigger' | 'keep' | 'disposable' | 'overdue' | 'held' | 'conflict'
  /** First UTC day on which it may be deleted; null without a minimum or trigger. */
  readonly keepUntil: string | null
  /** Last UTC day on which it may be there; null without a maximum or trigger, and while it is held. */
  readonly disposeBy: string | null
  /** Ids of the open holds. */
  readonly heldBy: readonly string[]
}

/**
 * How an object stands today, from its rule, its trigger and its holds.
 *
 * Calendar arithmetic in UTC dates; a day that a month lacks becomes the month's last day. A hold that is released after
 * the maximum moves the due day to the day of its release.
 */
export function retentionState({ min, max, trigger, holds, now }: RetentionInput): RetentionState {
  const heldBy = holds.filter(hold => isOpen(hold, now)).map(({ id }) => id)
  if (trigger === null)
    return { state: heldBy.length > 0 ? 'held' : 'no-trigger', keepUntil: null, disposeBy: null, heldBy }
  const start = new Date(`${dayOf(trigger)}T00:00:00Z`)
  const keepUntil = min && dayOf(addDuration(start, min))
  const due = max && dayOf(addDuration(start, max))
  if (heldBy.length > 0) return { state: 'held', keepUntil, disposeBy: null, heldBy }
  if (keepUntil !== null && due !== null && keepUntil > due)
    return { state: 'conflict', keepUntil, disposeBy: due, heldBy }
  const disposeBy = due && afterHolds(due, holds)
  const today = dayOf(now)
  if (keepUntil !== null && today < keepUntil) return { state: 'keep', keepUntil, disposeBy, heldBy }
  const state = disposeBy !== null && today > disposeBy ? 'overdue' : 'disposable'
  return { state, keepUntil, disposeBy, heldBy }
}

const isOpen = ({ from, releasedAt }: Hold, now: Date): boolean =>
  from <= now && (releasedAt === null || releasedAt > now)

/** The due day, moved to the release of each hold that was open on it. No hold is open any more. */
const afterHolds = (due: string, holds: readonly Hold[]): string =>
  [...holds]
    .sort((a, b) => a.from.getTime() - b.from.getTime())
    .reduce((day, { from, releasedAt }) => {
      if (releasedAt === null || dayOf(from) > day) return day
      const release = dayOf(releasedAt)
      return release > day ? release : day
    }, due)

/** One class of data: how long it is kept, why, and by when. */
export interface ScheduledRetention {
  readonly dataClass: string
  readonly min: Duration | null
  readonly max: Duration | null
  /** What the periods count from, in words. */
  readonly trigger: string
  /** UTC day of the trigger; null while it has not happened or is not known. */
  readonly triggerDate: string | null
  readonly keepUntil: string | null
  readonly disposeBy: string | null
  readonly controls: readonly string[]
  /** The signed resolution that the period rests on, where demands disagreed. */
  readonly resolution: Resolution | null
  /** Whether demands disagree and nobody has resolved it: then no day is given. */
  readonly isInConflict: boolean
}

/**
 * When each class of data that the policy speaks of may and must be deleted.
 *
 * @param triggerDates when the trigger happened, by data class; absent while it has not
 */
export function retentionSchedule(
  policy: Pick<EffectivePolicy, 'retention' | 'conflicts'>,
  triggerDates: Readonly<Record<string, Date>>,
): readonly ScheduledRetention[] {
  return policy.retention.map(({ value: { dataClass, min, max, trigger }, sources }) => {
    const conflict = policy.conflicts.find(({ id }) => id === `retain:${dataClass}`)
    const isInConflict = conflict !== undefined && conflict.resolution === null
    const date = Object.hasOwn(triggerDates, dataClass) ? triggerDates[dataClass]! : null
    const start = date && new Date(`${dayOf(date)}T00:00:00Z`)
    const after = (period: Duration | null): string | null =>
      start && period && !isInConflict ? dayOf(addDuration(start, period)) : null
    return {
      dataClass,
      min,
      max,
      trigger,
      triggerDate: date && dayOf(date),
      keepUntil: after(min),
      disposeBy: after(max),
      controls: [...new Set(sources.map(({ control }) => control))].sort(),
      resolution: conflict?.resolution ?? null,
      isInConflict,
    }
  })
}

/** The schedule as facts of evidence. */
export const scheduleFacts = (schedule: readonly ScheduledRetention[]): { readonly [key: string]: JsonValue } => ({
  classes: schedule.map(({ resolution, controls, ...rest }) => ({
    ...rest,
    controls: [...controls],
    resolution: resolution && { ...resolution },
  })),
})
