import type {
  AccessGrant,
  Approval,
  ApprovalRequest,
  Approvals,
  Clock,
  Statement,
  StatementStore,
} from '@attestry/core'
import { isPast } from '../dates.js'
import { heldThroughout } from './held-roles.js'

/** The predicate of an approval. */
export interface ApprovalPredicate {
  readonly decision: 'approve' | 'reject'
  /** Digests by name, exactly those of the request. */
  readonly digests: Readonly<Record<string, string>>
  readonly reason: string
  /** In which role the person signed. The roles that count are those of the principals file. */
  readonly role: string
  /** ISO date; from its first instant (UTC) on the approval no longer counts. */
  readonly expires?: string
}

/** What the approvals of a request come to. */
export interface JudgedApprovals {
  /** Valid ones, at most one per person, sorted by signer. */
  readonly approvals: readonly Approval[]
  /** Those that do not count, and rejections, with the reason. */
  readonly void: readonly { readonly signer: string; readonly reason: string }[]
  /** Who rejected exactly this request. */
  readonly rejectedBy: readonly string[]
}

/** Roles as they were granted, when roles are granted at all. */
export interface RoleWindow {
  readonly grants: readonly AccessGrant[]
  /** When the thing to be approved came into being, milliseconds since the epoch. */
  readonly from: number
}

/** One approval, and what is known of the person who signed it. */
export interface ApprovalCase {
  readonly statement: Statement
  readonly request: ApprovalRequest
  readonly now: number
  readonly isAuthor: boolean
  /** The same person rejected exactly this request. */
  readonly hasRejected: boolean
  /** The same person has an approval that counts. */
  readonly isCounted: boolean
  readonly roles: RoleWindow | null
}

/** Why an approval does not count; undefined when this rule has nothing against it. */
export type ApprovalGuard = (one: ApprovalCase) => string | undefined

/** The rules that an approval must pass, in the order in which they are tried. */
export const approvalGuards: Readonly<Record<string, ApprovalGuard>> = {
  namesExactlyTheDigests: ({ statement, request }) => {
    const other = differing(statement.predicate.digests, request)
    return other.length > 0 ? `names another ${other.join(', ')}` : undefined
  },
  isNoRejection: ({ statement }) => (statement.predicate.decision === 'reject' ? 'rejected it' : undefined),
  isAnApproval: ({ statement }) =>
    statement.predicate.decision === 'approve' ? undefined : 'says neither approve nor reject',
  isNotTheAuthors: ({ isAuthor }) => (isAuthor ? 'the author cannot approve' : undefined),
  wasNotRejected: ({ hasRejected }) => (hasRejected ? 'the same person rejected it' : undefined),
  hasNotExpired: ({ statement: { predicate }, now }) =>
    predicate.expires !== undefined && isPast(predicate.expires, now) ? 'expired' : undefined,
  roleWasHeld: ({ statement, roles, now }) =>
    roles === null || heldThroughout(roles.grants, statement.signer, 'approver', roles.from, now)
      ? undefined
      : 'did not hold the role approver all the time since it came into being',
  isTheFirstOfThePerson: ({ isCounted }) => (isCounted ? 'the same person or key has approved already' : undefined),
}

/**
 * Judges approvals of a request.
 *
 * Names that ever signed with one key, and keys that ever signed under one name, are taken for one person, so that neither a
 * second name nor a second key helps; the same holds for the author. All digests must match, by name and value. A rejection
 * of exactly this request is reported and voids that person's own approval. Statements without any digest in common with
 * the request are about something else and left out. Where roles are granted, an approver must have held the role since
 * before the thing came into being: a role that is given, or given back, in between does not help.
 *
 * Two names with two keys count as two people: that they are is for people to vouch for, no signature can.
 *
 * @param statements approvals whose signatures verified
 * @param now milliseconds since the epoch
 * @param roles null where no roles are granted: then any known principal may approve
 * @param guards the rules; others than all of them are for tests that look whether each one is needed
 */
export function judgeApprovals(
  statements: readonly Statement[],
  request: ApprovalRequest,
  now: number,
  roles: RoleWindow | null = null,
  guards: readonly ApprovalGuard[] = Object.values(approvalGuards),
): JudgedApprovals {
  const personOf = people(statements)
  const author = personOf(`name ${request.author}`)
  const sorted = [...statements]
    .filter(({ type, predicate }) => type === 'approval' && concerns(predicate.digests, request))
    .sort((a, b) => compare(a.signer, b.signer) || compare(a.keyId, b.keyId) || compare(a.digest, b.digest))
  const rejections = sorted.filter(
    ({ predicate }) => predicate.decision === 'reject' && differing(predicate.digests, request).length === 0,
  )
  const rejecters = new Set(rejections.map(({ signer }) => personOf(`name ${signer}`)))

  const approvals: Approval[] = []
  const voided: { signer: string; reason: string }[] = []
  const counted = new Set<string>()
  for (const statement of sorted) {
    const person = personOf(`name ${statement.signer}`)
    const reason = firstReason(guards, {
      statement,
      request,
      now,
      isAuthor: person === author,
      hasRejected: rejecters.has(person),
      isCounted: counted.has(person),
      roles,
    })
    const { signer, keyId, roles: held, digest } = statement
    if (reason !== undefined) voided.push({ signer, reason })
    else {
      counted.add(person)
      approvals.push({ signer, keyId, roles: held, statement: digest })
    }
  }
  return { approvals, void: voided, rejectedBy: [...new Set(rejections.map(({ signer }) => signer))] }
}

function firstReason(guards: readonly ApprovalGuard[], one: ApprovalCase): string | undefined {
  for (const guard of guards) {
    const reason = guard(one)
    if (reason !== undefined) return reason
  }
  return undefined
}

/** Names of digests that the statement lacks, has besides, or has with another value. */
function differing(digests: unknown, request: ApprovalRequest): readonly string[] {
  const named = digestsOf(digests)
  const names = new Set([...Object.keys(request.digests), ...named.keys()])
  return [...names]
    .filter(name => !Object.hasOwn(request.digests, name) || named.get(name) !== request.digests[name])
    .sort()
}

const concerns = (digests: unknown, request: ApprovalRequest): boolean => {
  const named = digestsOf(digests)
  return Object.entries(request.digests).some(([name, digest]) => named.get(name) === digest)
}

const digestsOf = (digests: unknown): ReadonlyMap<string, unknown> =>
  new Map(typeof digests === 'object' && digests !== null ? Object.entries(digests) : [])

/** Joins names and keys that signed together; gives one representative per person. */
export function people(statements: readonly Pick<Statement, 'signer' | 'keyId'>[]): (node: string) => string {
  const parent = new Map<string, string>()
  const root = (node: string): string => {
    let at = node
    for (let up = parent.get(at); up !== undefined; up = parent.get(at)) at = up
    return at
  }
  for (const { signer, keyId } of statements) {
    const [name, key] = [root(`name ${signer}`), root(`key ${keyId}`)]
    if (name !== key) parent.set(name, key)
  }
  return root
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * Approvals over the statements of a run and its workspace.
 *
 * @param roles tells the roles as they were granted; absent where none are
 */
export const openApprovals = (
  statements: StatementStore,
  clock: Clock,
  roles?: () => Promise<RoleWindow | null>,
): Approvals => ({
  async valid(request) {
    const window = (await roles?.()) ?? null
    const { approvals, void: voided } = judgeApprovals(await statements.read('approval'), request, clock.now(), window)
    return { approvals, void: voided }
  },
})
