import { z } from 'zod'
import type { Clock, Duration, OptionsSchema } from '@attestry/core'

/** What a company declares. Every default is ours: the Act names none of these numbers for an issuer's own records. */
export interface SoxOptions {
  /** Approvals by distinct people with distinct keys, none of them the author's. 2 unless given, never fewer. */
  readonly approvals?: number
  /**
   * Training data and change records are kept at least this long. `P7Y` unless given, after the period for which the
   * accountant keeps audit records (17 CFR 210.2-06); an issuer's own period is company policy.
   */
  readonly keepAtLeast?: Duration
  /** A training record at least every so many steps. 10 unless given. */
  readonly auditEverySteps?: number
  /** Hold notices under which no training data may be destroyed, by name. Against erasure on request this is a conflict. */
  readonly holds?: readonly string[]
  /** By which grants of access are in force or ended. The machine's clock unless given. */
  readonly trustedClock?: Clock
}

const isClock = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'now' in value && typeof value.now === 'function'

const duration = z.custom<Duration>(
  value => typeof value === 'string' && /^P(?=\d)(?:\d{1,4}Y)?(?:\d{1,4}M)?(?:\d{1,4}W)?(?:\d{1,5}D)?$/.test(value),
  "write it as ISO 8601 does, such as 'P7Y'",
)

/** Checks options that come from a config file. Unknown keys are refused. */
export const soxOptions: OptionsSchema<SoxOptions> = z.strictObject({
  approvals: z.int().min(2, 'segregation of duties needs at least 2').max(20).exactOptional(),
  keepAtLeast: duration.exactOptional(),
  auditEverySteps: z.int().min(1).exactOptional(),
  holds: z.array(z.string().trim().min(1).max(200)).exactOptional(),
  trustedClock: z.custom<Clock>(isClock, 'not a clock').exactOptional(),
})
