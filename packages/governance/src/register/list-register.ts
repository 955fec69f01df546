import type { AttestationScope, ErrorCode, Statement } from '@attestry/core'
import { instantOf } from '../dates.js'
import { attestationProblem, covers } from './check-attestation.js'
import { kindOf, type RegisterKind } from './kinds.js'

/** How an attestation stands. Only `in-force` counts for anything. */
export type RegisterState =
  | 'in-force'
  /** Its end has come. */
  | 'expired'
  /** A newer one of the same kind and scope took its place. */
  | 'replaced'
  /** It is about another purpose or dataset than the one asked for. */
  | 'other-scope'
  /** Kind, role, scope or period break the rule of its kind: see `code`. */
  | 'refused'
  /** Its signature does not verify, or nobody known made it. */
  | 'forged'

/** One line of the register. */
export interface RegisterEntry {
  /** Null when the file cannot be believed. */
  readonly kind: string | null
  readonly title: string | null
  readonly signer: string | null
  /** Roles of the signer in the principals file. */
  readonly roles: readonly string[]
  readonly scope: AttestationScope
  readonly attestedAt: string | null
  readonly expires: string | null
  /** The signed statement. */
  readonly file: string
  /** Digest of the statement; null when it does not verify. */
  readonly statement: string | null
  readonly state: RegisterState
  /** Why it does not count; null when it does. */
  readonly reason: string | null
  /** The code that explains the reason, where there is one. */
  readonly code: ErrorCode | null
}

export interface RegisterListing {
  /** Attestations whose signatures verified. */
  readonly statements: readonly Statement[]
  /** Statement files that did not verify, of whatever type. */
  readonly rejected: readonly { readonly file: string; readonly reason: string }[]
  /** Milliseconds since the epoch. */
  readonly now: number
  /** What it is asked for; without it the scope is not judged. */
  readonly scope?: AttestationScope
  /** Kinds that plugins add to the table. */
  readonly kinds?: readonly RegisterKind[]
}

/**
 * Every attestation there is, sorted by kind and newest first, and the files that are none. A kind that is in no table has no
 * rule that it could break.
 */
export function listRegister({ statements, rejected, now, scope, kinds = [] }: RegisterListing): RegisterEntry[] {
  const newestFirst = [...statements].sort((a, b) => signedAt(b) - signedAt(a))
  const seen = new Set<string>()
  const entries = newestFirst.map((statement): RegisterEntry => {
    const { predicate, signer, roles, file, digest } = statement
    const kind = text(predicate.kind)
    const isUnlisted = kind !== null && !kindOf(kind, kinds)
    const problem = isUnlisted ? undefined : attestationProblem({ predicate, roles, kinds })
    const own: AttestationScope = {
      ...(typeof predicate.purpose === 'string' && { purpose: predicate.purpose }),
      ...(typeof predicate.dataset === 'string' && { dataset: predicate.dataset as `sha256:${string}` }),
    }
    // A refused one takes nobody's place: else anybody could end a good one.
    const place = `${kind} ${own.purpose ?? ''} ${own.dataset ?? ''}`
    const isReplaced = seen.has(place)
    if (!problem) seen.add(place)
    const judged = judge()
    return {
      kind,
      title: text(predicate.title) ?? kindOf(predicate.kind, kinds)?.title ?? null,
      signer,
      roles,
      scope: own,
      attestedAt: text(predicate.attestedAt),
      expires: text(predicate.expires),
      file,
      statement: digest,
      code: null,
      ...judged,
    }

    function judge(): Pick<RegisterEntry, 'state' | 'reason'> & Partial<Pick<RegisterEntry, 'code'>> {
      if (problem) return { state: 'refused', reason: problem.message, code: problem.code }
      if (scope && !covers(predicate, scope))
        return { state: 'other-scope', reason: 'it is about another purpose or dataset', code: 'GOV-E222' }
      if (isReplaced) return { state: 'replaced', reason: 'a newer one took its place' }
      const end = instantOf(predicate.expires)
      if (end === undefined) return { state: 'refused', reason: 'its end cannot be read', code: 'GOV-E223' }
      if (end <= now) return { state: 'expired', reason: `it ended on ${String(predicate.expires)}`, code: 'GOV-E007' }
      return { state: 'in-force', reason: null }
    }
  })
  const bad = rejected.map(
    ({ file, reason }): RegisterEntry => ({
      kind: null,
      title: null,
      signer: null,
      roles: [],
      scope: {},
      attestedAt: null,
      expires: null,
      file,
      statement: null,
      state: 'forged',
      reason,
      code: 'AUDIT-E016',
    }),
  )
  return [...entries.sort((a, b) => compare(a.kind ?? '', b.kind ?? '')), ...bad]
}

const signedAt = ({ predicate }: Statement): number => instantOf(predicate.attestedAt) ?? -Infinity
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
