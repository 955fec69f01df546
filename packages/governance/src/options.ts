import { systemClock, type Clock } from '@attestry/core'
import { z } from 'zod'
import { badOptions } from './errors.js'

export interface GovernanceOptions {
  /** A JSONL file of consent events, relative to `baseDirectory`. Without it every consent is `unknown`. */
  readonly consent?: string
  /** A file of access policies in Cedar, relative to `baseDirectory`. They add to those shipped here. */
  readonly policies?: string
  /** Who decides on access: the roles granted in the workspace (default), or `elsewhere` when another plugin does. */
  readonly access?: 'grants' | 'elsewhere'
  /** Default: the folder the process runs in. */
  readonly baseDirectory?: string
  /** By which expiry is judged. Default: the machine's clock. */
  readonly trustedClock?: Clock
}

const isClock = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'now' in value && typeof value.now === 'function'

/** Strict: an unknown option is refused. */
export const optionsSchema: z.ZodType<GovernanceOptions> = z.strictObject({
  consent: z.string().min(1).exactOptional(),
  policies: z.string().min(1).exactOptional(),
  access: z.enum(['grants', 'elsewhere']).exactOptional(),
  baseDirectory: z.string().min(1).exactOptional(),
  trustedClock: z.custom<Clock>(isClock, 'not a clock').exactOptional(),
})

/** Options with defaults. @throws GOV-E005 that names every problem */
export function checkOptions(
  options: unknown,
): GovernanceOptions & Required<Pick<GovernanceOptions, 'baseDirectory' | 'trustedClock'>> {
  const checked = optionsSchema.safeParse(options ?? {})
  if (!checked.success)
    throw badOptions(checked.error.issues.map(({ path, message }) => `${path.join('.') || 'options'}: ${message}`))
  if (checked.data.access === 'elsewhere' && checked.data.policies !== undefined)
    throw badOptions(['policies: they decide nothing when access is decided elsewhere'])
  return { baseDirectory: process.cwd(), trustedClock: systemClock, ...checked.data }
}
