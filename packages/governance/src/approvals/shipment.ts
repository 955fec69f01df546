import type { ApprovalRequest, Statement } from '@attestry/core'
import {
  approvalGuards,
  judgeApprovals,
  people,
  type ApprovalGuard,
  type JudgedApprovals,
  type RoleWindow,
} from './approvals.js'
import { heldThroughout } from './held-roles.js'

/** What is to be shipped, by whom, and what is known about it. */
export interface Shipment {
  /** Approvals whose signatures verified. */
  readonly statements: readonly Statement[]
  readonly request: ApprovalRequest
  /** Who deploys: a principal's name. */
  readonly deployer: string
  /** How many approvals are needed, at least 1. */
  readonly needed: number
  readonly roles: RoleWindow
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** A shipment and what its approvals come to. */
export interface ShipmentCase extends Shipment, JudgedApprovals {
  /** Whether two names are one person, as far as keys tell. */
  isSamePerson(a: string, b: string): boolean
}

/** Why it must not ship; undefined when this rule has nothing against it. */
export type ShipmentGuard = (one: ShipmentCase) => string | undefined

/** The rules that a shipment must pass beside those of its approvals. All are tried. */
export const shipmentGuards: Readonly<Record<string, ShipmentGuard>> = {
  isApproved: ({ approvals, needed }) =>
    approvals.length < Math.max(1, needed) ? `${approvals.length} of ${Math.max(1, needed)} approvals` : undefined,
  isNotRejected: ({ rejectedBy }) => (rejectedBy.length > 0 ? `rejected by ${rejectedBy.join(', ')}` : undefined),
  deployerIsNotTheAuthor: ({ deployer, request, isSamePerson }) =>
    isSamePerson(deployer, request.author) ? 'the author cannot deploy' : undefined,
  deployerDidNotApprove: ({ deployer, approvals, isSamePerson }) =>
    approvals.some(({ signer }) => isSamePerson(signer, deployer)) ? 'an approver cannot deploy' : undefined,
  deployerHeldTheRole: ({ deployer, roles, now }) =>
    heldThroughout(roles.grants, deployer, 'deployer', roles.from, now)
      ? undefined
      : 'the deployer did not hold the role deployer all the time since it came into being',
}

/** Whether something may ship; every reason against it. */
export interface ShipmentVerdict {
  readonly decision: 'ship' | 'refuse'
  readonly reasons: readonly string[]
  readonly judged: JudgedApprovals
}

/**
 * Whether author, approvers and deployer are different people, each in the role for it since before the thing came into
 * being, and nobody rejected it.
 *
 * @param guards which rules apply; others than all of them are for tests that look whether each one is needed
 */
export function judgeShipment(
  shipment: Shipment,
  guards: { readonly approval: readonly ApprovalGuard[]; readonly shipment: readonly ShipmentGuard[] } = all,
): ShipmentVerdict {
  const { statements, request, now, roles } = shipment
  const judged = judgeApprovals(statements, request, now, roles, guards.approval)
  const personOf = people(statements)
  const isSamePerson = (a: string, b: string): boolean => personOf(`name ${a}`) === personOf(`name ${b}`)
  const one: ShipmentCase = { ...shipment, ...judged, isSamePerson }
  const reasons = guards.shipment.flatMap(guard => guard(one) ?? [])
  return { decision: reasons.length === 0 ? 'ship' : 'refuse', reasons, judged }
}

const all = { approval: Object.values(approvalGuards), shipment: Object.values(shipmentGuards) }
