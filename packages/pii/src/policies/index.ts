import { unknownPolicy } from '../errors.js'
import { ccpaCategories } from './ccpa-categories.js'
import { gdprPseudonymisation } from './gdpr-pseudonymisation.js'
import { hipaaSafeHarbor } from './hipaa-safe-harbor.js'
import { pciTruncation } from './pci-truncation.js'
import type { PiiPolicy } from './policy.js'

export type PolicyName = 'hipaa' | 'gdpr' | 'pci' | 'ccpa'

/** Policies by the name of their regulation. */
export const policies: Readonly<Record<PolicyName, PiiPolicy>> = {
  hipaa: hipaaSafeHarbor,
  gdpr: gdprPseudonymisation,
  pci: pciTruncation,
  ccpa: ccpaCategories,
}

/** The policy of a name, or the policy itself. @throws PII-E007 */
export function policyOf(policy: PolicyName | PiiPolicy): PiiPolicy {
  if (typeof policy !== 'string') return policy
  if (!Object.hasOwn(policies, policy)) throw unknownPolicy(policy, Object.keys(policies))
  return policies[policy]
}
