import { z } from 'zod'
import type { Clock, Duration, OptionsSchema } from '@attestry/core'

/**
 * What a business declares. Whether a run is a disclosure, which purposes are permitted, whether an assessment is needed and
 * what counts as a material change are decisions of people: they are asked for, never computed.
 */
export interface CcpaOptions {
  /** The run sells, shares or otherwise discloses personal information, so that people who opted out stay out. */
  readonly disclosure: boolean
  /** Ids of the purposes that people were told of and that somebody found necessary and proportionate. */
  readonly purposes: readonly string[]
  /** The model serves technology for automated decisions that are significant for people (11 CCR 7200). */
  readonly admt: boolean
  /** Columns with sensitive personal information (1798.140(ae)). */
  readonly sensitive?: readonly string[]
  /** Ids of the purposes for which sensitive information may be used. None unless given. */
  readonly sensitivePurposes?: readonly string[]
  /** A risk assessment is needed (11 CCR 7150(b)). True unless a person declares otherwise. */
  readonly needsRiskAssessment?: boolean
  /** ISO date on which this processing began. Before 2026 the assessment is due later. */
  readonly processingBegan?: string
  /** ISO date of the latest material change of the processing, when there was one. */
  readonly materialChange?: string
  /** The data is called deidentified, which takes three records (1798.140(m)). */
  readonly deidentified?: boolean
  /** Service providers and contractors take part, so their contracts must be attested. */
  readonly serviceProviders?: boolean
  /** Training data is kept at most this long after training. `P2Y` unless given: ours, not a number of the law. */
  readonly storageLimit?: Duration
  /** By which clocks and dates are read. The machine's clock unless given. */
  readonly trustedClock?: Clock
}

const duration = z.custom<Duration>(
  value => typeof value === 'string' && /^P(?=\d)(?:\d{1,4}Y)?(?:\d{1,4}M)?(?:\d{1,4}W)?(?:\d{1,5}D)?$/.test(value),
  "write it as ISO 8601 does, such as 'P2Y'",
)

const isClock = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'now' in value && typeof value.now === 'function'

const names = z.array(z.string().min(1))

/** Checks options that come from a config file. Unknown keys are refused. */
export const ccpaOptions: OptionsSchema<CcpaOptions> = z.strictObject({
  disclosure: z.boolean(),
  purposes: names.min(1, 'name at least one purpose'),
  admt: z.boolean(),
  sensitive: names.exactOptional(),
  sensitivePurposes: names.exactOptional(),
  needsRiskAssessment: z.boolean().exactOptional(),
  processingBegan: z.iso.date().exactOptional(),
  materialChange: z.iso.date().exactOptional(),
  deidentified: z.boolean().exactOptional(),
  serviceProviders: z.boolean().exactOptional(),
  storageLimit: duration.exactOptional(),
  trustedClock: z.custom<Clock>(isClock, 'not a clock').exactOptional(),
})
