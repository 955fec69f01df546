import { digestOf, type Digest } from '@attestry/core'
import { cedar } from './cedar.js'
import { cedarSchema } from './cedar-schema.js'
import { defaultPolicies } from './default-policies.js'
import { permitForAll, policyInvalid, policyUnnamed } from './errors.js'
import { accessRoles } from './roles.js'

/** Policies that were read and fit the schema. */
export interface AccessPolicies {
  /** Cedar text by id, sorted by id. */
  readonly byId: Readonly<Record<string, string>>
  /** Of the schema and every policy, whatever their order in a file. */
  readonly digest: Digest
  /** Roles that can be granted: those of the table, and those that a policy names. */
  readonly roles: readonly string[]
}

const maximumPolicies = 500
const idPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/

/**
 * Reads policies and checks them against the schema, those shipped here first.
 *
 * @param text a policy file in Cedar; empty for the shipped ones alone
 * @param file how errors name it
 * @throws GOV-E402 when one does not validate, GOV-E403 when one has no id of its own, GOV-E404 for a permit for everybody
 */
export function parsePolicies(text: string = '', file: string = 'the policies'): AccessPolicies {
  const own = policiesOf(defaultPolicies, 'the shipped policies')
  const byId = new Map(own.map(policy => [policy.id, policy]))
  for (const policy of policiesOf(text, file)) {
    if (byId.has(policy.id)) throw policyUnnamed(file, `two policies are called '${policy.id}'`)
    if (policy.isForAll) throw permitForAll(file, policy.id)
    byId.set(policy.id, policy)
  }
  const sorted = [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  const texts = Object.fromEntries(sorted.map(policy => [policy.id, policy.text]))
  checkAgainstSchema(texts, file)
  const json = sorted.map(policy => policy.json)
  return {
    byId: texts,
    digest: digestOf({ schema: cedarSchema, policies: json }),
    roles: [...new Set([...accessRoles.map(({ role }) => role), ...json.flatMap(rolesIn)])].sort(),
  }
}

interface ReadPolicy {
  readonly id: string
  readonly text: string
  readonly json: unknown
  readonly isForAll: boolean
}

function policiesOf(text: string, file: string): readonly ReadPolicy[] {
  const parts = cedar().policySetTextToParts(text)
  if (parts.type === 'failure') throw policyInvalid(file, problemsOf(parts.errors, text))
  if (parts.policy_templates.length > 0) throw policyInvalid(file, ['it is a template, and nothing would fill it'])
  if (parts.policies.length > maximumPolicies)
    throw policyInvalid(file, [`${parts.policies.length} policies > ${maximumPolicies}`])
  return parts.policies.map(policy => {
    const read = cedar().policyToJson(policy)
    if (read.type === 'failure') throw policyInvalid(file, problemsOf(read.errors, policy))
    const { effect, principal, annotations } = read.json
    // JSON would round it, and two policies would have one digest.
    if (hasLargeNumber(read.json)) throw policyInvalid(file, ['it has a number beyond 2^53'])
    const id = annotations?.id ?? ''
    if (!idPattern.test(id)) throw policyUnnamed(file, 'a policy has no id of letters, digits and hyphens')
    const isForAll = effect === 'permit' && (principal.op === 'All' || (principal.op === 'is' && !('in' in principal)))
    return { id, text: policy, json: read.json, isForAll }
  })
}

function checkAgainstSchema(texts: Readonly<Record<string, string>>, file: string): void {
  const answer = cedar().validate({ schema: cedarSchema, policies: { staticPolicies: { ...texts } } })
  if (answer.type === 'failure')
    throw policyInvalid(
      file,
      answer.errors.map(({ message }) => message),
    )
  // A policy that can never apply is a warning to Cedar. A forbid of this kind would be taken for protection.
  const found = [...answer.validationErrors, ...answer.validationWarnings]
  if (found.length === 0) return
  throw policyInvalid(
    file,
    found.map(({ error: { message, help } }) => (help === null ? message : `${message} (${help})`)),
  )
}

const problemsOf = (
  errors: readonly { readonly message: string; readonly sourceLocations?: readonly { readonly start: number }[] }[],
  text: string,
): readonly string[] =>
  errors.map(({ message, sourceLocations }) => {
    const start = sourceLocations?.[0]?.start
    return start === undefined
      ? message
      : `line ${Buffer.from(text).subarray(0, start).toString().split('\n').length}: ${message}`
  })

function hasLargeNumber(json: unknown): boolean {
  if (typeof json === 'number') return !Number.isSafeInteger(json)
  return typeof json === 'object' && json !== null && Object.values(json).some(hasLargeNumber)
}

/** Ids of every entity of type Role in a policy. */
function rolesIn(json: unknown): readonly string[] {
  if (Array.isArray(json)) return json.flatMap(rolesIn)
  if (typeof json !== 'object' || json === null) return []
  const { type, id } = json as { readonly type?: unknown; readonly id?: unknown }
  return [...(type === 'Role' && typeof id === 'string' ? [id] : []), ...Object.values(json).flatMap(rolesIn)]
}
