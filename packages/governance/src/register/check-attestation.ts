import { addDuration, type AttestationScope, type AttestryError, type Statement } from '@attestry/core'
import { dayOf, instantOf } from '../dates.js'
import { attestationExpiry, attestationScope, unknownKind, wrongRole } from './errors.js'
import { kindOf, registerKinds, type RegisterKind } from './kinds.js'

/** What is about to be signed, or was signed, by whom. */
export interface AttestationCheck {
  readonly predicate: Statement['predicate']
  /** Roles of the signer in the principals file. */
  readonly roles: readonly string[]
  /** Kinds that plugins add to the table. */
  readonly kinds?: readonly RegisterKind[]
}

/**
 * What is wrong with an attestation, whoever reads it and whenever: its kind, the signer's role, what it is bound to, its
 * period. Undefined when nothing is. That it has expired meanwhile is not wrong, only late.
 *
 * @returns GOV-E220 unknown kind, GOV-E221 role, GOV-E222 scope, GOV-E223 period
 */
export function attestationProblem({ predicate, roles, kinds = [] }: AttestationCheck): AttestryError | undefined {
  const kind = kindOf(predicate.kind, kinds)
  if (!kind) return unknownKind([...kinds, ...registerKinds].map(({ kind: name }) => name))
  if (!kind.maySign.some(role => roles.includes(role))) return wrongRole(kind)
  const unbound = kind.scope.filter(field => typeof predicate[field] !== 'string' || predicate[field] === '')
  if (unbound.length > 0) return attestationScope(kind, unbound)
  const [from, to] = [instantOf(predicate.attestedAt), instantOf(predicate.expires)]
  if (from === undefined || to === undefined) return attestationExpiry(kind, 'a date cannot be read')
  // A day as expiry means its first instant, so the last full day of the period may still be named.
  const last = addDuration(new Date(`${dayOf(new Date(from))}T00:00:00Z`), kind.validFor).getTime() + 86_400_000
  if (to <= from) return attestationExpiry(kind, 'it ends before it begins')
  if (to > last) return attestationExpiry(kind, `it stands longer than ${kind.validFor}`)
  return undefined
}

/** Checks an attestation before it is signed. @throws GOV-E220 to GOV-E223 */
export function checkAttestation(check: AttestationCheck): void {
  const problem = attestationProblem(check)
  if (problem) throw problem
}

/** The date on which an attestation of a kind ends when nobody says otherwise, `2027-06-01`. @throws GOV-E220 */
export function defaultExpiry(kind: string, signedAt: Date, kinds: readonly RegisterKind[] = []): string {
  const known = kindOf(kind, kinds)
  if (!known) throw unknownKind([...kinds, ...registerKinds].map(({ kind: name }) => name))
  return dayOf(addDuration(signedAt, known.validFor))
}

/** An attestation covers a scope when each scope field that it has is the one asked for. */
export const covers = (predicate: Statement['predicate'], { purpose, dataset }: AttestationScope): boolean =>
  (predicate.purpose === undefined || predicate.purpose === purpose) &&
  (predicate.dataset === undefined || predicate.dataset === dataset)
