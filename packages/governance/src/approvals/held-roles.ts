import type { AccessGrant } from '@attestry/core'

/**
 * Whether a person held a role during the whole of a window, ends included.
 *
 * Grants that follow one another without a gap count as one. A grant counts from its time to its expiry or revocation,
 * whichever comes first; one that the person gave to themselves never counts, nor one whose times cannot be read.
 *
 * @param from milliseconds since the epoch: a grant of this very instant comes too late
 * @param to milliseconds since the epoch
 */
export function heldThroughout(
  grants: readonly AccessGrant[],
  person: string,
  role: string,
  from: number,
  to: number,
): boolean {
  const spans = grants
    .filter(grant => grant.principal === person && grant.role === role && grant.grantedBy !== person)
    .map(({ grantedAt, expires, revokedAt }) => ({
      start: Date.parse(grantedAt),
      end: Math.min(Date.parse(expires), revokedAt === null ? Infinity : Date.parse(revokedAt)),
    }))
    .sort((a, b) => a.start - b.start)
  let heldTo: number | undefined
  for (const { start, end } of spans) {
    if (heldTo === undefined ? start < from && end > from : start <= heldTo) heldTo = Math.max(heldTo ?? end, end)
  }
  return heldTo !== undefined && heldTo > to
}
