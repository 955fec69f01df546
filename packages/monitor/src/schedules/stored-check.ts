import { z } from 'zod'
import type { ScheduledCheck } from '@attestry/core'

/** Newest due times without a run that a schedule keeps. */
export const keptMissed = 100

/** A run that has begun. It is written before the check runs, so that no other process begins one for the same due time. */
export interface Claim {
  readonly id: string
  readonly due: string
  readonly since: string
  /** Taken for dead after this, unless it was put off meanwhile. */
  readonly until: string
  readonly owner: { readonly host: string; readonly pid: number; readonly started: string | null }
}

/** A schedule as the file holds it. */
export interface StoredCheck extends ScheduledCheck {
  readonly claim: Claim | null
  /** The latest instant at which it was decided what is due. */
  readonly lookedAt: string
}

export interface StoredSchedules {
  readonly version: 1
  readonly checks: readonly StoredCheck[]
}

const name = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'lower-case letters, digits, dot, dash and underscore')
const distinct = (values: readonly string[]): boolean => new Set(values).size === values.length
const instant = z.iso.datetime()

const entry = {
  name,
  frequency: z.string().min(1).max(200),
  checks: z.array(name).min(1, 'at least one check').max(50).refine(distinct, 'each check once'),
  channels: z.array(name).max(20).refine(distinct, 'each channel once'),
}

/** What a person gives: name, frequency, checks and channels. */
export type ScheduleEntry = Pick<ScheduledCheck, 'name' | 'frequency' | 'checks' | 'channels'>

export const entrySchema: z.ZodType<ScheduleEntry> = z.strictObject(entry)

export const storedSchema: z.ZodType<StoredSchedules> = z.strictObject({
  version: z.literal(1),
  checks: z.array(
    z.strictObject({
      ...entry,
      createdAt: instant,
      lastRun: instant.nullable(),
      lastOutcome: z.enum(['ok', 'alerts', 'failed']).nullable(),
      nextDue: instant,
      missed: z.array(instant).max(keptMissed),
      lookedAt: instant,
      claim: z
        .strictObject({
          id: z.string(),
          due: instant,
          since: instant,
          until: instant,
          owner: z.strictObject({ host: z.string(), pid: z.int().positive(), started: z.string().nullable() }),
        })
        .nullable(),
    }),
  ),
})

/** What the contract shows of it. */
export function shown({ claim: _claim, lookedAt: _lookedAt, ...check }: StoredCheck): ScheduledCheck {
  return check
}
