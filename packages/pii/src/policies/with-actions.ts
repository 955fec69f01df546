import { createHash } from 'node:crypto'
import { refusedAction } from '../errors.js'
import type { IdentifierType } from '../identifier-types.js'
import { policyOf, type PolicyName } from './index.js'
import { refusalOf, type Action, type PiiPolicy, type PolicyRule } from './policy.js'

/** How values of some types are to be written where they do not stay. */
export interface ActionChange {
  readonly types: readonly IdentifierType[]
  readonly action: Action
}

/** What leaves more of a value than its policy may have decided to leave. */
const leavesMore: readonly Action[] = ['keep', 'truncate', 'year', 'age-band', 'ninety-plus']

/**
 * A policy that writes some types otherwise, such as random tokens in the place of names. It changes how a value is replaced,
 * never whether: what the policy keeps stays, what it takes out is taken out.
 *
 * @throws PII-E007 for an unknown policy, PII-E014 for an action that the policy refuses, or that leaves more of a value
 * @example
 *   withActions('hipaa', [{ types: ['PERSON'], action: 'token' }, { types: ['ADDRESS'], action: 'zip3' }])
 */
export function withActions(policy: PolicyName | PiiPolicy, changes: readonly ActionChange[]): PiiPolicy {
  const base = policyOf(policy)
  for (const { types, action } of changes) {
    if (leavesMore.includes(action))
      throw refusedAction(base.id, action, 'it leaves more of a value than the policy does')
    for (const type of types) {
      const refusal = refusalOf(base, type, action)
      if (refusal) throw refusedAction(base.id, action, `${refusal.because} (${refusal.control})`)
    }
  }
  const actionOf = (type: IdentifierType): Action | undefined =>
    changes.find(({ types }) => types.includes(type))?.action
  const changed = (rule: PolicyRule): readonly PolicyRule[] =>
    rule.action === 'keep'
      ? [rule]
      : rule.types.map(type => ({ ...rule, types: [type], action: actionOf(type) ?? rule.action }))
  const digest = createHash('sha256').update(JSON.stringify(changes.map(({ types, action }) => [types, action])))
  return {
    ...base,
    version: `${base.version}+${digest.digest('hex').slice(0, 8)}`,
    rules: base.rules.flatMap(changed),
  }
}
