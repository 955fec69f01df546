import type { AccessControl } from '@attestry/core'
import type { RoleWindow } from '../approvals/approvals.js'

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * Roles as they were granted, and since when an approver of a run must have held one: since before the run began, which its id
 * tells. Null where nobody ever granted anything. A run whose id tells no time began before all grants: nobody's role counts.
 */
export async function roleWindow(access: AccessControl | undefined, runId: string): Promise<RoleWindow | null> {
  const grants = (await access?.grants()) ?? []
  return grants.length === 0 ? null : { grants, from: beginningOf(runId) }
}

/** The milliseconds in the first ten characters of a ULID. */
const beginningOf = (runId: string): number =>
  /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(runId)
    ? [...runId.slice(0, 10)].reduce((time, letter) => time * 32 + crockford.indexOf(letter), 0)
    : -Infinity
