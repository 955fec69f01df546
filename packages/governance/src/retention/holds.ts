import {
  isoTime,
  ulid,
  type AuditLog,
  type Clock,
  type EffectivePolicy,
  type Statement,
  type StatementStore,
} from '@attestry/core'
import { people } from '../approvals/approvals.js'
import { instantOf } from '../dates.js'
import { attestationProblem } from '../register/check-attestation.js'
import { holdRefused, releaseRefused } from './errors.js'
import type { Hold } from './retention.js'
import { withRetentionFacts, type HoldPlacedFact, type RetentionFact } from './retention-facts.js'

/** A hold with what it protects. */
export interface PlacedHold extends Hold {
  /** `*` for every class. */
  readonly dataClass: string
  /** Null for a hold that a plugin demands. */
  readonly by: string | null
  readonly reason: string
}

/** What changes of holds need: where, when, and a log that is told before it happens. */
export interface HoldContext {
  readonly workspace: string
  readonly clock: Clock
  readonly log: AuditLog
  /** The run whose log it is; `workspace` for the log of a workspace. */
  readonly run?: string
  /** The principal who acts. */
  readonly actor: string
}

/** Holds of the facts and of the policy, oldest first. A hold that the policy demands is open until its id is released. */
export function holdsOf(
  facts: readonly RetentionFact[],
  policy?: Pick<EffectivePolicy, 'holds'>,
): readonly PlacedHold[] {
  const releasedAt = (id: string): Date | null => {
    const fact = facts.find(one => one.kind === 'hold-released' && one.id === id)
    return fact ? new Date(fact.at) : null
  }
  const placed = facts.filter((fact): fact is HoldPlacedFact => fact.kind === 'hold-placed')
  return [
    ...placed.map(({ id, dataClass, by, reason, at }) => ({
      id,
      dataClass,
      by,
      reason,
      from: new Date(at),
      releasedAt: releasedAt(id),
    })),
    ...(policy?.holds ?? [])
      .filter(({ value }) => !placed.some(({ id }) => id === value.id))
      .map(({ value: { id, dataClass }, sources }) => ({
        id,
        dataClass,
        by: null,
        reason: sources.map(({ control }) => control).join(', '),
        from: new Date(0),
        releasedAt: releasedAt(id),
      })),
  ]
}

export const holdsOn = (holds: readonly PlacedHold[], dataClass: string): readonly PlacedHold[] =>
  holds.filter(hold => hold.dataClass === '*' || hold.dataClass === dataClass)

/**
 * Places a hold: nothing of the class is deleted until it is released. Waits for a disposal that is at work.
 *
 * @throws GOV-E204 when the id was used before, or something is missing
 */
export async function placeHold(
  context: HoldContext,
  { id, dataClass, reason }: { readonly id: string; readonly dataClass: string; readonly reason: string },
): Promise<void> {
  const { workspace, clock, actor } = context
  if ([id, dataClass, actor].some(value => value.trim() === '')) throw holdRefused('id, data class or person is empty')
  await withRetentionFacts(workspace, async file => {
    if (file.facts().some(fact => fact.kind === 'hold-placed' && fact.id === id))
      throw holdRefused(`the id ${id} was used before`)
    await note(context, 'attestry.retention.hold-placed', { id, dataClass })
    await file.append({ kind: 'hold-placed', id, dataClass, reason, by: actor, at: isoTime(clock) })
  })
}

/**
 * Releases a hold when two different people signed that it may go.
 *
 * @param statements gives the attestations of people: those of kind `hold-release` whose predicate names the hold count,
 *   signed after it was placed, by somebody with a role that may
 * @param policy the policy in force, when the hold is one that a plugin demands
 * @throws GOV-E205 with how many signatures count
 */
export async function releaseHold(
  context: HoldContext,
  id: string,
  statements: Pick<StatementStore, 'read'>,
  policy?: Pick<EffectivePolicy, 'holds'>,
): Promise<void> {
  const { workspace, clock } = context
  const signed = await statements.read('attestation')
  await withRetentionFacts(workspace, async file => {
    const hold = holdsOf(file.facts(), policy).find(one => one.id === id)
    if (!hold) throw releaseRefused(id, 'there is no such hold')
    if (hold.releasedAt !== null) throw releaseRefused(id, 'it was released already')
    const counted = signersOf(signed, hold, clock.now())
    if (counted.length < 2) throw releaseRefused(id, `${counted.length} of 2 signatures count`)
    await note(context, 'attestry.retention.hold-released', { id, dataClass: hold.dataClass })
    await file.append({
      kind: 'hold-released',
      id,
      statements: counted.map(({ signer, digest }) => ({ signer, statement: digest })),
      at: isoTime(clock),
    })
  })
}

/** One statement per person. Names and keys that ever signed together are one person. */
function signersOf(signed: readonly Statement[], { id, from }: PlacedHold, now: number): readonly Statement[] {
  const personOf = people(signed)
  const counted = new Map<string, Statement>()
  for (const statement of signed) {
    const { predicate, roles, signer } = statement
    if (predicate.kind !== 'hold-release' || predicate.hold !== id) continue
    if (attestationProblem({ predicate, roles }) !== undefined) continue
    if (instantOf(predicate.attestedAt)! < from.getTime() || instantOf(predicate.expires)! <= now) continue
    const person = personOf(`name ${signer}`)
    if (!counted.has(person)) counted.set(person, statement)
  }
  return [...counted.values()]
}

const note = (
  { clock, log, run = 'workspace', actor }: HoldContext,
  type: 'attestry.retention.hold-placed' | 'attestry.retention.hold-released',
  payload: { readonly id: string; readonly dataClass: string },
): Promise<number> =>
  log.append({ id: ulid(clock), time: isoTime(clock), type, phase: 'note', actor, run, result: 'ok', payload })
