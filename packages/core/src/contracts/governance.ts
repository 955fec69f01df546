import { token, type ServiceToken } from '../services.js'
import type { Digest } from '../digest.js'
import type { Statement } from './statements.js'

/** Random handles for people, the same for the same identifier in every run of a workspace. */
export interface SubjectHandles {
  /** 32 hex digits, random, never derived from the identifier. */
  handleOf(identifier: string): string
  /** Makes new handles durable. Awaited before anything that names them is written. */
  flush(): Promise<void>
}

export const SubjectHandles: ServiceToken<SubjectHandles> = token<SubjectHandles>('SubjectHandles')

/** Why a row may be used: the answer of the consent registry for one person and purpose. */
export type ConsentState = 'given' | 'withdrawn' | 'refused' | 'expired' | 'other-purpose' | 'unknown'

export interface ConsentRegistry {
  /** The state now for a person (by handle) and a purpose id. The latest event wins; refusal and withdrawal beat earlier grants. */
  state(subject: string, purpose: string): ConsentState
}

export const ConsentRegistry: ServiceToken<ConsentRegistry> = token<ConsentRegistry>('ConsentRegistry')

/** What a person vouches for: a document, a contract, a decision that software cannot make. */
export interface AttestationScope {
  readonly purpose?: string
  readonly dataset?: Digest
}

export type AttestationState =
  | { readonly state: 'present'; readonly statement: Statement }
  | { readonly state: 'stale'; readonly statement: Statement; readonly expired: string }
  | { readonly state: 'missing'; readonly detail: string }

/** Signed attestations of people. */
export interface Register {
  /** The newest attestation of a kind (`dpia`, `baa`, `legal-basis`) whose scope covers the one asked for. */
  find(kind: string, scope: AttestationScope): Promise<AttestationState>
}

export const Register: ServiceToken<Register> = token<Register>('Register')

export interface ApprovalRequest {
  /** The exact digests that the approvals must name. Any other digest voids them. */
  readonly digests: Readonly<Record<string, Digest>>
  readonly author: string
}

export interface Approval {
  readonly signer: string
  readonly keyId: string
  readonly roles: readonly string[]
  readonly statement: Digest
}

export interface Approvals {
  /** Valid approvals, one per distinct key and principal, the author's own never among them; and why others do not count. */
  valid(request: ApprovalRequest): Promise<{
    readonly approvals: readonly Approval[]
    readonly void: readonly { readonly signer: string; readonly reason: string }[]
  }>
}

export const Approvals: ServiceToken<Approvals> = token<Approvals>('Approvals')
