import { z } from 'zod'
import type { Duration, IdentifierRule, OptionsSchema } from '@attestry/core'

/** Classes of information, least sensitive first. The standard names none: these four are ours. */
export const classifications = ['public', 'internal', 'confidential', 'restricted'] as const

export type Classification = (typeof classifications)[number]

/** What an organisation declares. Who answers for what, under which licence, and how sensitive it is, are decisions of people. */
export interface Iso27001Options {
  /**
   * The data: who answers for it, under which licence it is used, and how sensitive it is. Null says that nobody has decided:
   * the run starts, and is not deployed.
   */
  readonly data: {
    readonly owner: string | null
    readonly licence: string | null
    readonly classification: Classification
  }
  /** The model made from it. Its class is that of the data unless given, and no lower. */
  readonly model: { readonly owner: string | null; readonly classification?: Classification }
  /** Approvals by distinct people, none of them the author. 1 unless given. */
  readonly approvals?: number
  /** Training data is deleted at most this long after training. Without it another loaded plugin must set the limit. */
  readonly deleteAfter?: Duration
  /** Identifiers to take out of text, instead of `defaultIdentifiers`. */
  readonly identifiers?: readonly IdentifierRule[]
  /** Hosts to which information may go. None unless given. */
  readonly destinations?: readonly string[]
}

/** Identifiers that are masked unless the options say otherwise. */
export const defaultIdentifiers: readonly IdentifierRule[] = [
  'ADDRESS',
  'BANK_ACCOUNT',
  'CREDIT_CARD',
  'EMAIL',
  'IBAN',
  'IP_ADDRESS',
  'NATIONAL_ID',
  'PERSON',
  'PHONE',
  'SECRET',
  'US_SSN',
].map(type => ({ type, operator: 'mask' as const }))

const duration = z.custom<Duration>(
  value => typeof value === 'string' && /^P(?=\d)(?:\d{1,4}Y)?(?:\d{1,4}M)?(?:\d{1,4}W)?(?:\d{1,5}D)?$/.test(value),
  "write it as ISO 8601 does, such as 'P2Y'",
)
const name = z.string().trim().min(1).max(200)

/** Checks options that come from a config file. Unknown keys are refused. */
export const iso27001Options: OptionsSchema<Iso27001Options> = z.strictObject({
  data: z.strictObject({ owner: name.nullable(), licence: name.nullable(), classification: z.enum(classifications) }),
  model: z.strictObject({ owner: name.nullable(), classification: z.enum(classifications).exactOptional() }),
  approvals: z.int().min(1).max(20).exactOptional(),
  deleteAfter: duration.exactOptional(),
  identifiers: z
    .array(z.strictObject({ type: z.string().min(1), operator: z.enum(['coarsen', 'pseudonym', 'mask', 'redact']) }))
    .min(1)
    .exactOptional(),
  destinations: z.array(z.string().min(1).max(253)).exactOptional(),
})
