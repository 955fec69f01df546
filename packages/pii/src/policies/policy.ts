import type { Finding } from '../finding.js'
import type { IdentifierType } from '../identifier-types.js'

/** What can be written in the place of a value. */
export const actions = [
  /** The value, as it stands. */
  'keep',
  /** `[PERSON]`. */
  'redact',
  /** `[PERSON_1]`: the same number for the same value within a text. */
  'number',
  /** Stars, with separators and the last characters that the type allows. */
  'mask',
  /** The first six and the last four digits of a card number, stars between. */
  'truncate',
  /** A keyed token, the same for the same value under one key. */
  'pseudonym',
  /** The whole keyed digest: 256 bits of HMAC-SHA256, for joins outside of the text. */
  'hash',
  /** A random token that only the table of a token vault leads back from. */
  'token',
  /** AES-256-GCM, readable again with the key and the record id. */
  'encrypt',
  /** Digits for digits under FF1, readable again with the key. */
  'encipher',
  /** A made-up value of the same type and layout. */
  'surrogate',
  /** A date moved by as many days as all dates of the person. */
  'shift-date',
  /** The first three digits of a US ZIP code, 000 for areas with few people; the rest of the address goes. */
  'zip3',
  /** The year of a date. */
  'year',
  /** The decade of an age, such as `40-49`; `[AGE 90+]` from 90 on. */
  'age-band',
  /** `[AGE 90+]`. */
  'ninety-plus',
] as const

export type Action = (typeof actions)[number]

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
  /** What is not done under this policy, whoever asks: it is redacted instead. */
  readonly refuses?: readonly Refusal[]
  /** Made-up values are drawn anew for each text, whatever key is given. */
  readonly surrogates?: 'per-text'
}

/** Actions that a policy does not allow. */
export interface Refusal {
  /** All types when absent. */
  readonly types?: readonly IdentifierType[]
  readonly actions: readonly Action[]
  readonly control: string
  readonly because: string
}

/** The refusal that speaks of an action on a type, if there is one. */
export const refusalOf = (policy: PiiPolicy, type: IdentifierType, action: Action): Refusal | undefined =>
  policy.refuses?.find(refusal => refusal.actions.includes(action) && (refusal.types?.includes(type) ?? true))

/** All actions but some. */
export const allBut = (...few: readonly Action[]): readonly Action[] => actions.filter(action => !few.includes(action))

/** What a policy says about one finding. */
export interface Decision {
  readonly action: Action
  readonly control: string
  readonly because: string
}

/** The decision of the first rule that fits. A finding that no rule fits, and an action that is refused, is redacted: a policy fails closed. */
export function decide(policy: PiiPolicy, finding: Finding, context: DecisionContext): Decision {
  return decideBy(
    policy,
    policy.rules.filter(({ types }) => types.includes(finding.type)),
    finding,
    context,
  )
}

/** `decide` for many findings: the rules of a type are sought out once. */
export function decider(policy: PiiPolicy): (finding: Finding, context: DecisionContext) => Decision {
  const rulesOf = new Map<IdentifierType, PolicyRule[]>()
  for (const rule of policy.rules)
    for (const type of new Set(rule.types)) rulesOf.set(type, [...(rulesOf.get(type) ?? []), rule])
  return (finding, context) => decideBy(policy, rulesOf.get(finding.type) ?? [], finding, context)
}

function decideBy(
  policy: PiiPolicy,
  rules: readonly PolicyRule[],
  finding: Finding,
  context: DecisionContext,
): Decision {
  const rule = rules.find(({ fits }) => fits?.(finding, context) ?? true)
  if (!rule) return { action: 'redact', control: policy.id, because: 'no rule of the policy speaks of it' }
  const refusal = refusalOf(policy, finding.type, rule.action)
  if (refusal) return { action: 'redact', control: refusal.control, because: refusal.because }
  const { action, control, because } = rule
  return { action, control, because }
}
