import type { AttestationScope, AttestationState, Clock, Register, Statement, StatementStore } from '@attestry/core'
import { instantOf } from '../dates.js'
import { attestationProblem, covers } from './check-attestation.js'
import { kindOf } from './kinds.js'

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
 * An attestation that breaks the rule of its kind (who may sign, what it is bound to, for how long) does not count. A kind that
 * is in no table has no rule here: whoever asks for it judges its signer.
 */
export const openRegister = (statements: StatementStore, clock: Clock): Register => ({
  async find(kind, scope) {
    const ofKind = (await statements.read('attestation')).filter(({ predicate }) => predicate.kind === kind)
    const good = ofKind.filter(one => !kindOf(kind) || !attestationProblem(one))
    const found = findAttestation(good, kind, scope, clock.now())
    const left = ofKind.length - good.length
    return found.state === 'missing' && left > 0
      ? { state: 'missing', detail: `${found.detail}; ${left} break the rule of their kind` }
      : found
  },
})
