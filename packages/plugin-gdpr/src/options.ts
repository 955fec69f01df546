import { z } from 'zod'
import type { Duration, IdentifierRule, OptionsSchema } from '@attestry/core'

/** The six grounds of Art. 6(1), in its order. */
export const legalBases = [
  'consent',
  'contract',
  'legal-obligation',
  'vital-interests',
  'public-task',
  'legitimate-interests',
] as const

export type LegalBasis = (typeof legalBases)[number]

/** What a team declares about its run. Only the legal basis has no default: nobody can guess it. */
export interface GdprOptions {
  /** The ground on which the data is used. Any but `consent` needs the attestation `legal-basis` before deployment. */
  readonly legalBasis: { readonly kind: LegalBasis }
  /** Training data is kept at most this long after training. `P2Y` unless given: our default, not a number of the law. */
  readonly storageLimit?: Duration
  /** Identifiers to remove from text, instead of `defaultIdentifiers`. */
  readonly identifiers?: readonly IdentifierRule[]
  /** When given, training spends at most this much privacy. */
  readonly epsilon?: { readonly epsilon: number; readonly delta: number }
  /** On basis `consent`: leave rows without consent out, or stop the run at the first of them. `drop` unless given. */
  readonly onMissingConsent?: 'drop' | 'stop'
  /** No ground for a transfer is claimed: data stays on this machine, and an engine elsewhere is a conflict. */
  readonly localProcessing?: boolean
  /**
   * Columns with special categories of data (Art. 9) or data on offences (Art. 10), each with the exception that a person
   * relies on. A column that looks like one and is not here stops the run.
   */
  readonly specialCategories?: readonly SpecialCategory[]
  /** Columns that only look as if they held such data. */
  readonly notSpecial?: readonly string[]
  /**
   * Who touches the data for the team, each with its contract; an empty list says that nobody does. Left out, a run that may reach
   * other machines or begins from a base model waits for the attestation `processor-contract` too.
   */
  readonly processors?: readonly { readonly name: string; readonly contract: string }[]
}

/** The exceptions of Art. 9(2), and the two grounds of Art. 10. */
export const exceptions: Readonly<Record<'special' | 'criminal', readonly string[]>> = {
  special: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'].map(letter => `9(2)(${letter})`),
  criminal: ['10: official authority', '10: authorised by law'],
}

/** A column, what it holds, and the exception, as `exceptions` writes it. Whether it applies is for people to judge. */
export interface SpecialCategory {
  readonly column: string
  readonly kind: 'special' | 'criminal'
  readonly exception: string
}

/** Direct identifiers that are taken out of text unless the options say otherwise. */
export const defaultIdentifiers: readonly IdentifierRule[] = [
  'ADDRESS',
  'BANK_ACCOUNT',
  'CREDIT_CARD',
  'CRYPTO',
  'EMAIL',
  'HANDLE',
  'IBAN',
  'ID',
  'IMEI',
  'IP_ADDRESS',
  'MAC_ADDRESS',
  'NATIONAL_ID',
  'PERSON',
  'PHONE',
  'SECRET',
  'URL',
  'US_SSN',
  'VIN',
].map(type => ({ type, operator: 'redact' as const }))

const duration = z.custom<Duration>(
  value => typeof value === 'string' && /^P(?=\d)(?:\d{1,4}Y)?(?:\d{1,4}M)?(?:\d{1,4}W)?(?:\d{1,5}D)?$/.test(value),
  "write it as ISO 8601 does, such as 'P2Y'",
)

/** Checks options that come from a config file. Unknown keys are refused. */
export const gdprOptions: OptionsSchema<GdprOptions> = z.strictObject({
  legalBasis: z.strictObject({ kind: z.enum(legalBases) }),
  storageLimit: duration.exactOptional(),
  identifiers: z
    .array(z.strictObject({ type: z.string().min(1), operator: z.enum(['coarsen', 'pseudonym', 'mask', 'redact']) }))
    .min(1)
    .exactOptional(),
  epsilon: z.strictObject({ epsilon: z.number().positive(), delta: z.number().positive().lt(1) }).exactOptional(),
  onMissingConsent: z.enum(['drop', 'stop']).exactOptional(),
  localProcessing: z.boolean().exactOptional(),
  specialCategories: z
    .array(
      z
        .strictObject({ column: z.string().min(1), kind: z.enum(['special', 'criminal']), exception: z.string() })
        .refine(({ kind, exception }) => exceptions[kind].includes(exception), 'no exception that the article lists'),
    )
    .exactOptional(),
  notSpecial: z.array(z.string().min(1)).exactOptional(),
  processors: z
    .array(z.strictObject({ name: z.string().trim().min(1), contract: z.string().trim().min(1) }))
    .exactOptional(),
})
