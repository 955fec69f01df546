import type { Finding } from '../finding.js'
import type { IdentifierType } from '../identifier-types.js'

/** What is written in the place of a value. */
export type Action =
  /** The value, as it stands. */
  | 'keep'
  /** `[PERSON]`. */
  | 'redact'
  /** `[PERSON_1]`: the same number for the same value within a text. */
  | 'number'
  /** Stars, with separators and the last characters that the type allows. */
  | 'mask'
  /** The first six and the last four digits of a card number, stars between. */
  | 'truncate'
  /** A keyed token, the same for the same value under one key. */
  | 'pseudonym'
  /** The year of a date. */
  | 'year'
  /** The decade of an age, such as `40-49`; `[AGE 90+]` from 90 on. */
  | 'age-band'
  /** `[AGE 90+]`. */
  | 'ninety-plus'

/** When a rule looks at a finding. */
export interface DecisionContext {
  /** The year in which it is decided, for what a year tells about an age. */
  readonly year: number
}

/** What a policy does with findings, and why. The first rule that fits decides. */
export interface PolicyRule {
  readonly types: readonly IdentifierType[]
  /** Narrows the rule; without it all findings of the types fit. */
  readonly fits?: (finding: Finding, context: DecisionContext) => boolean
  readonly action: Action
  /** Control or paragraph that asks for it or lets it stay. */
  readonly control: string
  readonly because: string
}

/** What may stay in a text and what is written in the place of the rest: data, with a version that evidence names. */
export interface PiiPolicy {
  readonly id: string
  readonly version: string
  readonly title: string
  /** Official text that it follows. */
  readonly source: string
  /** Day on which it was compared with that text; null when it was not. */
  readonly checkedOn: string | null
  /** Together they have a rule for every type. */
  readonly rules: readonly PolicyRule[]
}

/** What a policy says about one finding. */
export interface Decision {
  readonly action: Action
  readonly control: string
  readonly because: string
}

/** The decision of the first rule that fits. A finding that no rule fits is redacted: a policy fails closed. */
export function decide(policy: PiiPolicy, finding: Finding, context: DecisionContext): Decision {
  const rule = policy.rules.find(
    ({ types, fits }) => types.includes(finding.type) && (fits?.(finding, context) ?? true),
  )
  if (!rule) return { action: 'redact', control: policy.id, because: 'no rule of the policy speaks of it' }
  const { action, control, because } = rule
  return { action, control, because }
}
