import { z } from 'zod'
import type { Duration, OptionsSchema } from '@attestry/core'

/** Under which permission health information is used; of the last two, with the reference of the document. */
export type PermittedUse =
  | 'treatment'
  | 'payment'
  | 'operations'
  | 'authorisation'
  | { readonly limitedDataSet: string }
  | { readonly researchWaiver: string }

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
  /**
   * The permission that the use rests on. It is never guessed: until it is stated, nothing is deployed. With
   * `authorisation`, rows of people whose authorisation for this purpose does not stand are left out.
   */
  readonly permittedUse?: PermittedUse
  /** Why each column under `data.keep` is needed. */
  readonly fieldReasons?: Readonly<Record<string, string>>
  /** Columns whose codes are random, although they read like hashes. */
  readonly randomCodes?: readonly string[]
  /** Principals that several people use, beside the usual names. */
  readonly sharedPrincipals?: readonly string[]
}

const duration = z.custom<Duration>(
  value => typeof value === 'string' && /^P(?=\d)(?:\d{1,4}Y)?(?:\d{1,4}M)?(?:\d{1,4}W)?(?:\d{1,5}D)?$/.test(value),
  "write it as ISO 8601 does, such as 'P6Y'",
)

const reference = z.string().trim().min(1).max(500)

/** Checks options that come from a config file. Unknown keys are refused. */
export const hipaaOptions: OptionsSchema<HipaaOptions> = z.strictObject({
  method: z.union([z.literal('safe-harbor'), z.strictObject({ expertStatement: reference })]),
  keepDocumentation: duration.exactOptional(),
  auditEverySteps: z.int().min(1).exactOptional(),
  permittedUse: z
    .union([
      z.enum(['treatment', 'payment', 'operations', 'authorisation']),
      z.strictObject({ limitedDataSet: reference }),
      z.strictObject({ researchWaiver: reference }),
    ])
    .exactOptional(),
  fieldReasons: z.record(z.string(), reference).exactOptional(),
  randomCodes: z.array(z.string().min(1)).exactOptional(),
  sharedPrincipals: z.array(z.string().min(1)).exactOptional(),
})
