import { z } from 'zod'
import type { Clock, OptionsSchema } from '@attestry/core'

/** What an entity declares. Scope and environment are decisions of people, so nothing of them is computed. */
export interface PciDssOptions {
  /**
   * A person declares that this machine belongs to the cardholder data environment. Only there may card numbers be in the
   * source; they are removed before training. False unless given. Authentication data is refused either way.
   */
  readonly isCardholderDataEnvironment?: boolean
  /** Columns whose digests of card numbers are keyed, over the whole number (3.5.1.1). */
  readonly keyedHashes?: readonly string[]
  /** Approvals by people other than the author. 1 unless given, never fewer. */
  readonly approvals?: number
  /** Principals that people share, beside the usual names. */
  readonly sharedPrincipals?: readonly string[]
  /** By which reviews of access are dated. The machine's clock unless given. */
  readonly trustedClock?: Clock
}

const isClock = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'now' in value && typeof value.now === 'function'

/** Checks options that come from a config file. Unknown keys are refused. */
export const pciDssOptions: OptionsSchema<PciDssOptions> = z.strictObject({
  isCardholderDataEnvironment: z.boolean().exactOptional(),
  keyedHashes: z.array(z.string().min(1)).exactOptional(),
  approvals: z.int().min(1, 'somebody other than the author approves').max(20).exactOptional(),
  sharedPrincipals: z.array(z.string().min(1)).exactOptional(),
  trustedClock: z.custom<Clock>(isClock, 'not a clock').exactOptional(),
})
