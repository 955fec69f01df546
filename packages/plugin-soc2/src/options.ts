import { z } from 'zod'
import type { Duration, OptionsSchema } from '@attestry/core'

/** Classes of information, least sensitive first. The criteria name none: these four are ours. */
export const classifications = ['public', 'internal', 'confidential', 'restricted'] as const

export type Classification = (typeof classifications)[number]

/** What a service organisation declares. Classes and the scope of the report are decisions of people, so they are asked. */
export interface Soc2Options {
  /** How sensitive the training data is, and the model made from it: at least as much, and the same unless given. */
  readonly classification: { readonly data: Classification; readonly model?: Classification }
  /** Approvals by distinct people, none of them the author. 1 unless given. */
  readonly approvals?: number
  /**
   * Given when the privacy category is in the scope of the report. With `explicit` consent only rows of people who gave it
   * for this purpose are used; with `implicit` consent, rows of people who gave it or of whom nothing is known.
   */
  readonly privacy?: { readonly consent: 'explicit' | 'implicit' }
  /** Training data is disposed of at most this long after training. Without it another loaded plugin must set the limit. */
  readonly disposeAfter?: Duration
  /** Hosts to which information may go. None unless given. */
  readonly destinations?: readonly string[]
}

const duration = z.custom<Duration>(
  value => typeof value === 'string' && /^P(?=\d)(?:\d{1,4}Y)?(?:\d{1,4}M)?(?:\d{1,4}W)?(?:\d{1,5}D)?$/.test(value),
  "write it as ISO 8601 does, such as 'P2Y'",
)

/** Checks options that come from a config file. Unknown keys are refused. */
export const soc2Options: OptionsSchema<Soc2Options> = z.strictObject({
  classification: z.strictObject({
    data: z.enum(classifications),
    model: z.enum(classifications).exactOptional(),
  }),
  approvals: z.int().min(1).max(20).exactOptional(),
  privacy: z.strictObject({ consent: z.enum(['explicit', 'implicit']) }).exactOptional(),
  disposeAfter: duration.exactOptional(),
  destinations: z.array(z.string().min(1).max(253)).exactOptional(),
})
