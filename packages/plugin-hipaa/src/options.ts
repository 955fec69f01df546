import { z } from 'zod'
import type { Duration, OptionsSchema } from '@attestry/core'

/** What a covered entity or business associate declares. */
export interface HipaaOptions {
  /**
   * How identifiers are taken out. With `safe-harbor` the data's owner attests `no-actual-knowledge` before deployment; an
   * expert's determination, named here by its reference, is attested as `expert-determination` instead.
   */
  readonly method: 'safe-harbor' | { readonly expertStatement: string }
  /** Documentation is kept at least this long. `P6Y` unless given: 164.316(b)(2)(i). */
  readonly keepDocumentation?: Duration
  /** A training record at least every so many steps. 1 unless given. */
  readonly auditEverySteps?: number
}

const duration = z.custom<Duration>(
  value => typeof value === 'string' && /^P(?=\d)(?:\d{1,4}Y)?(?:\d{1,4}M)?(?:\d{1,4}W)?(?:\d{1,5}D)?$/.test(value),
  "write it as ISO 8601 does, such as 'P6Y'",
)

/** Checks options that come from a config file. Unknown keys are refused. */
export const hipaaOptions: OptionsSchema<HipaaOptions> = z.strictObject({
  method: z.union([z.literal('safe-harbor'), z.strictObject({ expertStatement: z.string().trim().min(1).max(500) })]),
  keepDocumentation: duration.exactOptional(),
  auditEverySteps: z.int().min(1).exactOptional(),
})
