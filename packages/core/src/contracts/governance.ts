import { token, type ServiceToken } from '../services.js'
import type { Digest } from '../digest.js'
import type { Statement } from './statements.js'
import type { Duration } from '../duration.js'

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
  /** The person (by handle) asked for a restriction, or a hold restricts the data: it is stored and not used (GDPR 18). */
  isRestricted(subject: string): boolean
  /** The person (by handle) opted out of something without a purpose of its own, such as `sale-or-sharing` (a GPC signal counts). */
  hasOptedOut(subject: string, of: string): boolean
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

/** One class of data in the workspace and how it stands today. */
export interface RetentionItem {
  readonly dataClass: string
  /** What it is: a file of the workspace, relative to it, or a digest. */
  readonly object: string
  readonly min: Duration | null
  readonly max: Duration | null
  readonly state: 'no-trigger' | 'keep' | 'disposable' | 'overdue' | 'held' | 'conflict'
  readonly keepUntil: string | null
  readonly disposeBy: string | null
  /** Ids of open holds. */
  readonly heldBy: readonly string[]
}

/** Proof that something was destroyed. */
export interface DisposalReceipt {
  readonly object: string
  readonly digest: Digest | null
  readonly dataClass: string
  /** How: the file was removed, or its key was destroyed. */
  readonly method: 'removed' | 'key-destroyed'
  /** RFC 3339. */
  readonly at: string
}

/** What is kept in the workspace, how long, and what was destroyed. */
export interface Retention {
  items(): Promise<readonly RetentionItem[]>
  receipts(): Promise<readonly DisposalReceipt[]>
  /**
   * Records that the period of a class began now, durably; changes nothing when its beginning is recorded already.
   *
   * @param object a file or folder of the workspace, relative to it: everything below it is meant too
   * @param event what happened, in words, such as `end of training`
   */
  begin(dataClass: string, object: string, event: string): Promise<void>
}

export const Retention: ServiceToken<Retention> = token<Retention>('Retention')

/** A request of a person about their own data. */
export interface SubjectCase {
  readonly id: string
  /** The person's handle. */
  readonly subject: string
  readonly kind: 'access' | 'portability' | 'erasure' | 'rectification' | 'restriction' | 'objection'
  readonly openedAt: string
  /** Why it was opened: somebody asked, or consent was withdrawn. */
  readonly cause: 'request' | 'withdrawal'
  /** By when it must be answered, with the control that says so. */
  readonly due: readonly { readonly control: string; readonly by: string }[]
  readonly answeredAt: string | null
  readonly outcome: 'done' | 'partly' | 'refused' | 'held' | null
  /** Digests of models that saw the person's rows: retraining is due. */
  readonly retrainingDue: readonly Digest[]
}

export interface SubjectRequests {
  /** Every case, oldest first. */
  cases(): Promise<readonly SubjectCase[]>
}

export const SubjectRequests: ServiceToken<SubjectRequests> = token<SubjectRequests>('SubjectRequests')

export interface AccessRequest {
  /** A principal's name. Empty, shared or anonymous ones are always refused. */
  readonly principal: string
  /** Such as `run`, `approve`, `deploy`, `read-data`, `erase`. */
  readonly action: string
  /** Such as `run/01J…` or `workspace`. */
  readonly resource: string
  readonly context?: { readonly [key: string]: string | number | boolean }
}

export interface AccessDecision {
  readonly decision: 'allow' | 'deny'
  /** Policies that decided; none means that nothing permits it. */
  readonly by: readonly string[]
  /** Digest of the policies in force. */
  readonly policyDigest: Digest
}

/** Who may act in which role, on whose word, until when. */
export interface AccessGrant {
  readonly principal: string
  readonly role: string
  /** A different person. */
  readonly grantedBy: string
  readonly grantedAt: string
  readonly expires: string
  readonly revokedAt: string | null
  /** Latest review that kept it; null when it was never reviewed. */
  readonly reviewedAt: string | null
}

/** Decides who may do what, deny by default, and records every decision with the digest of the policies. */
export interface AccessControl {
  decide(request: AccessRequest): Promise<AccessDecision>
  grants(): Promise<readonly AccessGrant[]>
  readonly policyDigest: Digest
}

export const AccessControl: ServiceToken<AccessControl> = token<AccessControl>('AccessControl')
