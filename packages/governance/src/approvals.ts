import type { Approval, ApprovalRequest, Approvals, Clock, Statement, StatementStore } from '@attestry/core'
import { isPast } from './dates.js'

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

/**
 * Judges approvals of a request.
 *
 * Names that ever signed with one key, and keys that ever signed under one name, are taken for one person, so that neither a
 * second name nor a second key helps; the same holds for the author. All digests must match, by name and value. A rejection
 * of exactly this request is reported and voids that person's own approval. Statements without any digest in common with
 * the request are about something else and left out.
 *
 * Two names with two keys count as two people: that they are is for people to vouch for, no signature can.
 *
 * @param statements approvals whose signatures verified
 * @param now milliseconds since the epoch
 */
export function judgeApprovals(
  statements: readonly Statement[],
  request: ApprovalRequest,
  now: number,
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
  for (const { signer, keyId, roles, digest, predicate } of sorted) {
    const person = personOf(`name ${signer}`)
    const reason = whyVoid(predicate, request, now, {
      isAuthor: person === author,
      hasRejected: rejecters.has(person),
      isCounted: counted.has(person),
    })
    if (reason !== undefined) voided.push({ signer, reason })
    else {
      counted.add(person)
      approvals.push({ signer, keyId, roles, statement: digest })
    }
  }
  return { approvals, void: voided, rejectedBy: [...new Set(rejections.map(({ signer }) => signer))] }
}

function whyVoid(
  { decision, digests, expires }: Statement['predicate'],
  request: ApprovalRequest,
  now: number,
  person: { readonly isAuthor: boolean; readonly hasRejected: boolean; readonly isCounted: boolean },
): string | undefined {
  const other = differing(digests, request)
  if (other.length > 0) return `names another ${other.join(', ')}`
  if (decision === 'reject') return 'rejected it'
  if (decision !== 'approve') return 'says neither approve nor reject'
  if (person.isAuthor) return 'the author cannot approve'
  if (person.hasRejected) return 'the same person rejected it'
  if (expires !== undefined && isPast(expires, now)) return 'expired'
  if (person.isCounted) return 'the same person or key has approved already'
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
function people(statements: readonly Statement[]): (node: string) => string {
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

/** Approvals over the statements of a run and its workspace. */
export const openApprovals = (statements: StatementStore, clock: Clock): Approvals => ({
  async valid(request) {
    const { approvals, void: voided } = judgeApprovals(await statements.read('approval'), request, clock.now())
    return { approvals, void: voided }
  },
})
