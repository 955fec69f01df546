import type { AttestationScope, AttestationState, Clock, Register, Statement, StatementStore } from '@attestry/core'
import { instantOf } from '../dates.js'
import { attestationProblem, covers } from './check-attestation.js'

/** The predicate of an attestation: what a person vouches for. A scope field that is absent covers everything. */
export interface AttestationPredicate {
  /** Such as `dpia`. */
  readonly kind: string
  readonly id: string
  readonly title: string
  /** In which role the person signed. */
  readonly role: string
  readonly purpose?: string
  readonly dataset?: string
  /** When it was signed, ISO 8601. Among several the newest counts; one without a time is the oldest. */
  readonly attestedAt?: string
  /** ISO date; from its first instant (UTC) on the attestation no longer counts. */
  readonly expires: string
  /** SHA-256 of the document, which itself stays where it is. */
  readonly documentDigest?: string
}

/**
 * The newest attestation of a kind that covers a scope.
 *
 * An attestation covers a scope when each of its own scope fields is absent or equal to the one asked for. The newest one
 * decides, even when it has expired and an older one has not: it replaced the older one. Without a readable expiry an
 * attestation does not count at all.
 *
 * @param statements attestations whose signatures verified
 */
export function findAttestation(
  statements: readonly Statement[],
  kind: string,
  scope: AttestationScope,
  now: number,
): AttestationState {
  const ofKind = statements.filter(({ predicate }) => predicate.kind === kind)
  const covering = ofKind.filter(({ predicate }) => covers(predicate, scope))
  const readable = covering.filter(({ predicate }) => instantOf(predicate.expires) !== undefined)
  const statement = readable.reduce<Statement | undefined>(
    (newest, one) => (newest === undefined || signedAt(one) >= signedAt(newest) ? one : newest),
    undefined,
  )
  if (!statement) return { state: 'missing', detail: whyMissing(ofKind.length, covering.length) }
  const expires = statement.predicate.expires as string
  return instantOf(expires)! <= now ? { state: 'stale', statement, expired: expires } : { state: 'present', statement }
}

const signedAt = ({ predicate }: Statement): number => instantOf(predicate.attestedAt) ?? -Infinity

function whyMissing(ofKind: number, covering: number): string {
  if (ofKind === 0) return 'nobody has attested it'
  if (covering === 0) return `${ofKind} attested, none for this purpose and dataset`
  return `${covering} attested, none with a readable expiry date`
}

/**
 * The register over the statements of a run and its workspace.
 *
 * @param isStrict leaves out attestations that break the rule of their kind (who may sign, scope, period); kinds outside of
 *   the table then never count
 */
export const openRegister = (statements: StatementStore, clock: Clock, isStrict = false): Register => ({
  async find(kind, scope) {
    const all = await statements.read('attestation')
    const good = isStrict ? all.filter(({ predicate, roles }) => !attestationProblem({ predicate, roles })) : all
    const found = findAttestation(good, kind, scope, clock.now())
    const left = all.filter(one => one.predicate.kind === kind && !good.includes(one)).length
    return found.state === 'missing' && left > 0
      ? { state: 'missing', detail: `${found.detail}; ${left} break the rule of their kind` }
      : found
  },
})
