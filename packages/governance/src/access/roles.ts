import type { Duration } from '@attestry/core'

/** A role that can be granted. What it may do is for the policies to say. */
export interface AccessRole {
  readonly role: string
  readonly title: string
  /** The longest time for which it may be granted at once. */
  readonly longest: Duration
}

const role = (name: string, title: string, longest: Duration = 'P1Y'): AccessRole => ({ role: name, title, longest })

/**
 * Roles that the policies shipped here know. A policy file may name others.
 *
 * `emergency` is the way in when nobody else is there: short, with a reason, and looked at afterwards (45 CFR
 * 164.312(a)(2)(ii)). The periods are this table's own.
 */
export const accessRoles: readonly AccessRole[] = [
  role('admin', 'gives roles, takes them away and reviews them; touches no data and no model'),
  role('data-steward', 'reads data, answers the requests of people, erases, holds and disposes'),
  role('engineer', 'runs a training; reads no raw data'),
  role('approver', 'approves what somebody else made, and attests'),
  role('auditor', 'reads the log and reports, and reviews grants; changes nothing else'),
  role('operator', 'deploys and monitors what others made, and looks after keys'),
  role('emergency', 'runs, deploys and reads data for a day at most, with a reason and a review afterwards', 'P1D'),
]

/** The role whose holders give roles. */
export const adminRole = 'admin'
/** The role whose use must be looked at afterwards. */
export const emergencyRole = 'emergency'

/** How long a grant stands without a review: PCI DSS 7.2.4 asks for one every six months. */
export const reviewPeriod: Duration = 'P6M'

/** The longest period of a role that a policy file names. */
export const longestOf = (name: string): Duration => accessRoles.find(one => one.role === name)?.longest ?? 'P1Y'
