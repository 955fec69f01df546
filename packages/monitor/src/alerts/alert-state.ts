import type { FullRule } from './rule.js'

/** One measured value of a window, or that it could not be measured. */
export interface Observation {
  readonly metric: string
  /** The group that it is about; none for the whole window. */
  readonly slice?: Readonly<Record<string, string>>
  /** Null, or no finite number: not measured, which is neither bad nor good. */
  readonly value: number | null
  /** False when chance explains the value: it is then not bad, and not good either unless it is on the good side. */
  readonly isCertain?: boolean
  readonly rows: number
  /** Of the window, RFC 3339 in UTC. An observation that is not newer than the last one of its alert is passed over. */
  readonly time: string
}

/** Where an alert stands. */
export interface AlertState {
  readonly rule: string
  readonly metric: string
  readonly slice: Readonly<Record<string, string>>
  readonly status: 'clear' | 'raised'
  /** Bad windows in a row up to now, and good ones. */
  readonly badWindows: number
  readonly goodWindows: number
  /** How often it was raised. */
  readonly episode: number
  readonly raisedAt: string | null
  readonly clearedAt: string | null
  /** Of the last observation, measured or not. */
  readonly lastSeen: string
  readonly value: number | null
}

/** An alert that nobody has observed anything for. */
export const freshAlert = (rule: FullRule, slice: AlertState['slice']): AlertState => ({
  rule: rule.name,
  metric: rule.metric,
  slice,
  status: 'clear',
  badWindows: 0,
  goodWindows: 0,
  episode: 0,
  raisedAt: null,
  clearedAt: null,
  lastSeen: '',
  value: null,
})

/** Whether an observation holds a value that the rule can judge. */
export const isMeasured = (rule: FullRule, { value, rows }: Observation): boolean =>
  value !== null && Number.isFinite(value) && rows >= rule.leastRows

/**
 * Where an alert stands after one more observation.
 *
 * It is raised after `raiseAfter` bad windows in a row, and cleared after `clearAfter` good ones in a row. A value between
 * the two limits breaks both rows, so noise around one limit changes nothing. A window that was not measured breaks none
 * and adds to none: no data is never good.
 */
export function observed(rule: FullRule, before: AlertState, observation: Observation): AlertState {
  const { time, value } = observation
  if (time <= before.lastSeen) return before
  if (!isMeasured(rule, observation)) return { ...before, lastSeen: time, value: null }
  const { isBad, isGood } = judged(rule, value!, observation.isCertain ?? true)
  const after: AlertState = {
    ...before,
    metric: rule.metric,
    lastSeen: time,
    value,
    badWindows: isBad ? before.badWindows + 1 : 0,
    goodWindows: isGood ? before.goodWindows + 1 : 0,
  }
  const isRested = before.raisedAt === null || Date.parse(time) - Date.parse(before.raisedAt) >= rule.coolDownMs
  if (before.status === 'clear' && after.badWindows >= rule.raiseAfter && isRested)
    return { ...after, status: 'raised', raisedAt: time, episode: before.episode + 1 }
  if (before.status === 'raised' && after.goodWindows >= rule.clearAfter)
    return { ...after, status: 'clear', clearedAt: time }
  return after
}

function judged(
  { bad, raiseAt, clearAt }: FullRule,
  value: number,
  isCertain: boolean,
): { readonly isBad: boolean; readonly isGood: boolean } {
  const [isFar, isGood] = bad === 'above' ? [value >= raiseAt, value < clearAt] : [value <= raiseAt, value > clearAt]
  return { isBad: isFar && isCertain, isGood }
}
