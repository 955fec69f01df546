import { Retention } from '@attestry/core'
import type { DeployCheck } from './deploy-checks.js'
import { heldAndDestroyed, holdNotInForce, holdsNotWatched } from './errors.js'

/**
 * SOX-802: every hold that the policy names lies on everything of its class, and nothing that is held was destroyed.
 * Without a hold there is nothing to judge.
 */
export const holdsAreKept: DeployCheck = async (_, context) => {
  const retention = context.find(Retention)
  const holds = context.policy.holds.map(({ value }) => value)
  const items = (await retention?.items()) ?? []
  const held = items.filter(({ heldBy }) => heldBy.length > 0)
  if (holds.length + held.length === 0) return null
  const notHeld = holds.flatMap(({ id, dataClass }) => {
    const count = items.filter(item => item.dataClass === dataClass && !item.heldBy.includes(id)).length
    return count > 0 ? [{ id, dataClass, items: count }] : []
  })
  const heldObjects = new Set(held.map(({ object }) => object))
  const destroyed = ((await retention?.receipts()) ?? []).filter(({ object }) => heldObjects.has(object)).length
  return {
    type: 'holds-kept',
    controls: ['SOX-802'],
    facts: { holds, held: held.length, notHeld, destroyed },
    open: [
      ...(retention ? [] : [holdsNotWatched()]),
      ...notHeld.map(holdNotInForce),
      ...(destroyed > 0 ? [heldAndDestroyed(destroyed)] : []),
    ],
    met: `${held.length} objects are held, and none of them was destroyed`,
  }
}
