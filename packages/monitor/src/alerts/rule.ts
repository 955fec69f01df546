import { z } from 'zod'
import { rulesBad } from './errors.js'

/** When a measured value becomes an alert, and when the alert ends. */
export interface AlertRule {
  /** Unique among the rules. */
  readonly name: string
  /** The metric of the observations that it judges. Each slice has an alert of its own. */
  readonly metric: string
  /** Which side is bad. Default `above`. */
  readonly bad?: 'above' | 'below'
  /** A value that far, or further, is bad. */
  readonly raiseAt: number
  /** A value is good again only when it has passed this, on the good side of `raiseAt` or on it. What lies between is neither. */
  readonly clearAt: number
  /** Bad windows in a row until the alert is raised. Default 1. */
  readonly raiseAfter?: number
  /** Good windows in a row until it is cleared. Default 2. */
  readonly clearAfter?: number
  /** After a raise the alert is not raised again for so long. Default 0. */
  readonly coolDownMs?: number
  /** Windows with fewer rows count as not measured. Default 1. */
  readonly leastRows?: number
  /** When nothing was measured for so long, that is an alert of its own. Default: never. */
  readonly silentAfterMs?: number
  readonly severity?: 'warning' | 'critical'
}

/** A rule with every default filled in; `silentAfterMs` null: never. */
export interface FullRule extends Required<Omit<AlertRule, 'silentAfterMs'>> {
  readonly silentAfterMs: number | null
}

const count = z.int().min(1).max(1000).exactOptional()
const span = z.number().min(0).max(3.2e10).exactOptional()

export const ruleSchema: z.ZodType<AlertRule> = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'lower-case letters, digits, dot, dash and underscore'),
    metric: z.string().min(1).max(100),
    bad: z.enum(['above', 'below']).exactOptional(),
    raiseAt: z.number(),
    clearAt: z.number(),
    raiseAfter: count,
    clearAfter: count,
    coolDownMs: span,
    leastRows: z.int().min(1).exactOptional(),
    silentAfterMs: span,
    severity: z.enum(['warning', 'critical']).exactOptional(),
  })
  .refine(({ bad, raiseAt, clearAt }) => (bad === 'below' ? clearAt >= raiseAt : clearAt <= raiseAt), {
    path: ['clearAt'],
    message: 'on the good side of raiseAt, or equal to it',
  })

/** Rules with defaults. @throws MONITOR-E301 that names every problem */
export function checkRules(rules: readonly AlertRule[]): readonly FullRule[] {
  const checked = z.array(ruleSchema).max(1000).safeParse(rules)
  if (!checked.success)
    throw rulesBad(checked.error.issues.map(({ path, message }) => `${path.join('.') || 'rules'}: ${message}`))
  const names = checked.data.map(({ name }) => name)
  const twice = names.filter((name, place) => names.indexOf(name) !== place)
  if (twice.length > 0) throw rulesBad(twice.map(name => `two rules are called '${name}'`))
  return checked.data.map(rule => ({
    bad: 'above',
    raiseAfter: 1,
    clearAfter: 2,
    coolDownMs: 0,
    leastRows: 1,
    severity: 'warning',
    silentAfterMs: null,
    ...rule,
  }))
}
