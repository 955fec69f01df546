import { z } from 'zod'
import type { OptionsSchema } from '@attestry/core'

/** Uses that Art. 5 bars, by short names of our own. The law's own text decides what falls under each. */
export const prohibitedUses = [
  'subliminal-manipulation',
  'exploiting-vulnerability',
  'social-scoring',
  'predicting-crime-by-profiling',
  'untargeted-scraping-of-faces',
  'emotions-at-work-or-school',
  'biometric-categorisation-of-sensitive-traits',
  'remote-biometric-identification-for-law-enforcement',
  'non-consensual-intimate-imagery',
] as const

/** What is known about a source of training data. */
export interface DataOrigin {
  readonly name: string
  /** Where it comes from. */
  readonly origin: string
  /** What it was first collected for. */
  readonly originalPurpose: string
  readonly licence: string
  /** When, ISO date of the last collection. */
  readonly collectedOn: string
}

/** What a team declares. The Act leaves risk and roles to people: they are asked for and never computed. */
export interface EuAiActOptions {
  /** What the system is for, as short names or words of one's own. Compared with the practices that Art. 5 bars. */
  readonly use: readonly string[]
  /**
   * Whether it is a high-risk system. `unknown` holds deployment back; `yes` and `no-as-signed` need a person's signed
   * `ai-act-classification` for this purpose.
   */
  readonly highRisk: 'unknown' | 'yes' | 'no-as-signed'
  /** In which role the team acts. `unknown` holds deployment back; the others need a signed `ai-act-role`. */
  readonly role: 'unknown' | 'provider' | 'deployer' | 'modifier'
  /** Every source of the training data. */
  readonly datasets: readonly DataOrigin[]
  /** The accuracy that instructions for use declare. Deployment needs the measured interval to contain it. */
  readonly declared?: { readonly metric: string; readonly value: number }
  /** Whether people meet the system, or its output is content, and how they are told. */
  readonly disclosure: 'not-met-by-people' | 'told' | 'unknown'
  /** Of a general-purpose base model: the compute of its training in FLOP, as its provider states it. */
  readonly baseModelFlop?: number
}

const word = z.string().trim().min(1).max(500)

/** Checks options that come from a config file. Unknown keys are refused. */
export const euAiActOptions: OptionsSchema<EuAiActOptions> = z.strictObject({
  use: z.array(word).min(1),
  highRisk: z.enum(['unknown', 'yes', 'no-as-signed']),
  role: z.enum(['unknown', 'provider', 'deployer', 'modifier']),
  datasets: z.array(
    z.strictObject({ name: word, origin: word, originalPurpose: word, licence: word, collectedOn: z.iso.date() }),
  ),
  declared: z.strictObject({ metric: word, value: z.number() }).exactOptional(),
  disclosure: z.enum(['not-met-by-people', 'told', 'unknown']),
  baseModelFlop: z.number().positive().exactOptional(),
})
