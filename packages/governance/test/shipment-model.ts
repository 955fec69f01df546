import { sha256, type AccessGrant, type Digest, type Statement } from '@attestry/core'
import type { Shipment } from '../src/approvals/shipment.js'

/** Three people, of whom `ana` made the first candidate. */
export const persons = ['ana', 'bo', 'cy'] as const
type Person = (typeof persons)[number]
type Role = 'approver' | 'deployer'

/** What can happen: 24 kinds of events. */
export type ModelEvent =
  | { readonly kind: 'grant' | 'revoke'; readonly who: Person; readonly role: Role }
  | { readonly kind: 'approve' | 'reject' | 'change' | 'deploy'; readonly who: Person }

export const alphabet: readonly ModelEvent[] = persons.flatMap((who): ModelEvent[] => [
  ...(['grant', 'revoke'] as const).flatMap(kind =>
    (['approver', 'deployer'] as const).map(role => ({ kind, who, role })),
  ),
  ...(['approve', 'reject', 'change', 'deploy'] as const).map(kind => ({ kind, who })),
])

export type Roles = Readonly<Record<Person, readonly Role[]>>

const start = Date.parse('2026-06-01T00:00:00Z')
const instant = (step: number): string => new Date(start + step * 60_000).toISOString()
const times = Array.from({ length: 9 }, (_, i) => instant(i - 1))
const timeOf = (step: number): string => times[step + 1]!

const digestsOf: readonly Readonly<Record<string, Digest>>[] = Array.from({ length: 7 }, (_, version) => ({
  dataset: sha256('dataset'),
  model: sha256(`model ${version}`),
}))
const signed = new Map<string, Statement>()
function statementOf(who: Person, decision: string, version: number): Statement {
  const key = `${who} ${decision} ${version}`
  const known = signed.get(key)
  if (known) return known
  const made: Statement = {
    type: 'approval',
    subjects: [],
    predicate: { decision, digests: digestsOf[version], reason: '', role: 'approver' },
    digest: sha256(key),
    signer: who,
    keyId: `key-${who}`,
    roles: [],
    file: key,
  }
  signed.set(key, made)
  return made
}

/** Everything that happened so far, as the judge sees it and, apart from that, as the model counts it. */
interface World {
  readonly statements: readonly Statement[]
  readonly grants: readonly AccessGrant[]
  readonly author: Person
  readonly version: number
  readonly step: number
  readonly windowStep: number
  /** Since which step each role is held without a break, by `person role`. */
  readonly heldSince: Readonly<Record<string, number>>
  readonly approvedBy: ReadonlySet<Person>
  readonly rejectedBy: ReadonlySet<Person>
}

const worldWith = (roles: Roles): World => ({
  statements: [],
  grants: persons.flatMap(who => roles[who].map(role => grantOf(who, role, -1))),
  author: 'ana',
  version: 0,
  step: 0,
  windowStep: 0,
  heldSince: Object.fromEntries(persons.flatMap(who => roles[who].map(role => [`${who} ${role}`, -1]))),
  approvedBy: new Set(),
  rejectedBy: new Set(),
})

const grantOf = (principal: Person, role: Role, step: number): AccessGrant => ({
  principal,
  role,
  grantedBy: principal === 'ana' ? 'bo' : 'ana',
  grantedAt: timeOf(step),
  expires: '2030-01-01T00:00:00Z',
  revokedAt: null,
  reviewedAt: null,
})

function after(world: World, event: ModelEvent): World {
  const step = world.step + 1
  const { who } = event
  const next = { ...world, step }
  if (event.kind === 'grant') {
    const key = `${who} ${event.role}`
    return {
      ...next,
      grants: [...world.grants, grantOf(who, event.role, step)],
      heldSince: { ...world.heldSince, [key]: world.heldSince[key] ?? step },
    }
  }
  if (event.kind === 'revoke') {
    const { [`${who} ${event.role}`]: _, ...heldSince } = world.heldSince
    const grants = world.grants.map(grant =>
      grant.principal === who && grant.role === event.role && grant.revokedAt === null
        ? { ...grant, revokedAt: timeOf(step) }
        : grant,
    )
    return { ...next, grants, heldSince }
  }
  if (event.kind === 'change')
    return {
      ...next,
      author: who,
      version: world.version + 1,
      windowStep: step,
      approvedBy: new Set(),
      rejectedBy: new Set(),
    }
  if (event.kind === 'deploy') return next
  const statements = [...world.statements, statementOf(who, event.kind, world.version)]
  return event.kind === 'approve'
    ? { ...next, statements, approvedBy: new Set([...world.approvedBy, who]) }
    : { ...next, statements, rejectedBy: new Set([...world.rejectedBy, who]) }
}

/** The rule, counted from the events alone: nobody makes and ships, and every role was held before the window opened. */
function mayShip(world: World, deployer: Person): boolean {
  const held = (who: Person, role: Role): boolean => {
    const since = world.heldSince[`${who} ${role}`]
    return since !== undefined && since < world.windowStep
  }
  const approvers = [...world.approvedBy].filter(who => who !== world.author && held(who, 'approver'))
  return (
    world.rejectedBy.size === 0 &&
    deployer !== world.author &&
    held(deployer, 'deployer') &&
    approvers.length > 0 &&
    !approvers.includes(deployer)
  )
}

/** What a search over all sequences found. */
export interface Search {
  /** Sequences of 1 to `depth` events. */
  readonly sequences: number
  /** Deployments that were judged. */
  readonly judged: number
  readonly shipped: number
  /** The first sequence whose verdict is not the model's; null when there is none. */
  readonly wrong: readonly ModelEvent[] | null
}

/**
 * Every sequence of up to `depth` events, the shorter ones first within each branch. Each deployment is judged.
 *
 * @param judge whether it ships
 */
export function searchAll(roles: Roles, depth: number, judge: (shipment: Shipment) => boolean): Search {
  let sequences = 0
  let judged = 0
  let shipped = 0
  let wrong: readonly ModelEvent[] | null = null
  const path: ModelEvent[] = []
  const extend = (world: World): void => {
    for (const event of alphabet) {
      if (wrong) return
      sequences++
      path.push(event)
      const isLast = path.length === depth
      if (!isLast || event.kind === 'deploy') {
        const next = after(world, event)
        if (event.kind === 'deploy') {
          const ships = judge(shipmentOf(next, event.who))
          judged++
          if (ships) shipped++
          if (ships !== mayShip(next, event.who)) wrong = [...path]
        }
        if (!isLast) extend(next)
      }
      path.pop()
    }
  }
  extend(worldWith(roles))
  return { sequences, judged, shipped, wrong }
}

const shipmentOf = ({ statements, grants, author, version, step, windowStep }: World, deployer: string): Shipment => ({
  statements,
  request: { digests: digestsOf[version]!, author },
  deployer,
  needed: 1,
  roles: { grants, from: start + windowStep * 60_000 },
  now: start + step * 60_000,
})
