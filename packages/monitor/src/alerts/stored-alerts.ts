import { z } from 'zod'
import type { AlertState } from './alert-state.js'

/** Alerts that are kept, over all rules and slices. */
export const mostAlerts = 10_000
/** Changes that are kept until somebody is told; the newest ones. */
export const mostEvents = 10_000

/** A change that people are told of. */
export interface AlertEvent {
  /** The same for the same change, after a restart too. */
  readonly id: string
  /** An alert was raised or cleared; nothing was measured for a rule, or something is again. */
  readonly kind: 'alert-raised' | 'alert-cleared' | 'data-missing' | 'data-back'
  readonly rule: string
  readonly metric: string
  readonly severity: 'warning' | 'critical'
  readonly slice: Readonly<Record<string, string>>
  /** Null for `data-missing` and `data-back`. */
  readonly value: number | null
  readonly raiseAt: number
  readonly clearAt: number
  /** Which raise of this alert it belongs to, from 1; or which silence of the rule. */
  readonly episode: number
  /** Of the window, or of the look that found silence. */
  readonly time: string
}

/** What is known of a rule beside its alerts. */
export interface RuleState {
  /** When something was last measured for it, or when the rule was first known. */
  readonly measuredAt: string
  readonly silentSince: string | null
  readonly silences: number
}

export interface StoredAlerts {
  readonly version: 1
  readonly rules: Readonly<Record<string, RuleState>>
  readonly alerts: readonly AlertState[]
  readonly untold: readonly AlertEvent[]
}

const instant = z.iso.datetime()
const count = z.int().min(0)
const slice = z.record(z.string(), z.string())

export const alertsSchema: z.ZodType<StoredAlerts> = z.strictObject({
  version: z.literal(1),
  rules: z.record(
    z.string(),
    z.strictObject({ measuredAt: instant, silentSince: instant.nullable(), silences: count }),
  ),
  alerts: z
    .array(
      z.strictObject({
        rule: z.string(),
        metric: z.string(),
        slice,
        status: z.enum(['clear', 'raised']),
        badWindows: count,
        goodWindows: count,
        episode: count,
        raisedAt: instant.nullable(),
        clearedAt: instant.nullable(),
        lastSeen: instant,
        value: z.number().nullable(),
      }),
    )
    .max(mostAlerts),
  untold: z
    .array(
      z.strictObject({
        id: z.string(),
        kind: z.enum(['alert-raised', 'alert-cleared', 'data-missing', 'data-back']),
        rule: z.string(),
        metric: z.string(),
        severity: z.enum(['warning', 'critical']),
        slice,
        value: z.number().nullable(),
        raiseAt: z.number(),
        clearAt: z.number(),
        episode: count,
        time: instant,
      }),
    )
    .max(mostEvents),
})
