import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock, EffectivePolicy, RetentionItem, RetentionRule } from '@attestry/core'
import { holdsOf, holdsOn } from './holds.js'
import { findObjects, objectClasses, type ObjectClass } from './object-classes.js'
import { retentionState } from './retention.js'
import { readRetentionFacts, triggerOf, type RetentionFact } from './retention-facts.js'

type Policy = Pick<EffectivePolicy, 'retention' | 'conflicts' | 'holds'>

/** Where to look, and by which rules. */
export interface RetentionView {
  readonly workspace: string
  readonly clock: Clock
  /** The policy in force. A class of which it says nothing goes by the policy that its run was made under. */
  readonly policy?: Policy
  /**
   * When a run ended, ISO; null while it goes on. Begins the periods of its objects when nobody recorded a trigger. Without
   * it only recorded triggers count.
   */
  readonly runEnded?: (run: string) => Promise<string | null>
  /** What lies where. Default: what Attestry writes. */
  readonly classes?: readonly ObjectClass[]
}

/** An object with its rule and how it stands. */
export interface ItemFacts extends RetentionItem {
  readonly isFolder: boolean
  /** The run that it belongs to; null for what belongs to the workspace. */
  readonly run: string | null
  /** UTC instant of the trigger, ISO; null while it has not happened or is not known. */
  readonly triggeredAt: string | null
}

/**
 * Every object that a workspace keeps, with its data class, its period and how it stands today, in order of its path.
 *
 * An object of a class without a rule has neither minimum nor maximum. A class about whose period demands disagree, without
 * a signed resolution, is in conflict.
 *
 * @throws GOV-E201 when the facts are damaged
 */
export async function retentionItems(view: RetentionView): Promise<readonly ItemFacts[]> {
  return itemsWith(view, await readRetentionFacts(view.workspace))
}

/** The same, over facts that were read already. */
export async function itemsWith(
  { workspace, clock, policy, runEnded, classes = objectClasses }: RetentionView,
  facts: readonly RetentionFact[],
): Promise<readonly ItemFacts[]> {
  const now = new Date(clock.now())
  const policyOf = cached((run: string) => policyOfRun(workspace, run))
  const endOf = cached(async (run: string) => (await runEnded?.(run)) ?? null)
  const items: ItemFacts[] = []
  for (const { dataClass, object, isFolder, run } of await findObjects(workspace, classes)) {
    const own = run === null ? undefined : await policyOf(run)
    const [ruling, rule] = ruleFor(dataClass, [policy, own])
    const ended = run === null ? null : await endOf(run)
    const trigger = triggerOf(facts, dataClass, object) ?? (ended === null ? null : new Date(ended))
    const holds = holdsOn([...holdsOf(facts, policy), ...holdsOf([], own)], dataClass)
    const { state, keepUntil, disposeBy, heldBy } = retentionState({
      min: rule?.min ?? null,
      max: rule?.max ?? null,
      trigger,
      holds: holds.map(hold => ({ ...hold, releasedAt: hold.releasedAt ?? releaseOf(facts, hold.id) })),
      now,
    })
    const isDisputed = ruling?.conflicts.some(({ id, resolution }) => id === `retain:${dataClass}` && !resolution)
    items.push({
      dataClass,
      object,
      isFolder,
      run,
      min: rule?.min ?? null,
      max: rule?.max ?? null,
      state: isDisputed && heldBy.length === 0 ? 'conflict' : state,
      keepUntil,
      disposeBy: isDisputed ? null : disposeBy,
      heldBy: [...new Set(heldBy)],
      triggeredAt: trigger === null ? null : trigger.toISOString(),
    })
  }
  return items
}

const releaseOf = (facts: readonly RetentionFact[], id: string): Date | null => {
  const fact = facts.find(one => one.kind === 'hold-released' && one.id === id)
  return fact ? new Date(fact.at) : null
}

/** The first policy that has a rule for a class, with the rule. */
function ruleFor(
  dataClass: string,
  policies: readonly (Policy | undefined)[],
): readonly [Policy, RetentionRule] | readonly [undefined, undefined] {
  for (const policy of policies) {
    const rule = policy?.retention.find(({ value }) => value.dataClass === dataClass)
    if (policy && rule) return [policy, rule.value]
  }
  return [undefined, undefined]
}

/** What a run was made under. One that cannot be read gives no rule: then nothing of the run is deleted by it. */
async function policyOfRun(workspace: string, run: string): Promise<Policy | undefined> {
  try {
    const { policy } = JSON.parse(await readFile(join(workspace, 'runs', run, 'policy.json'), 'utf8')) as {
      policy?: Partial<Policy>
    }
    return policy && { retention: policy.retention ?? [], conflicts: policy.conflicts ?? [], holds: policy.holds ?? [] }
  } catch {
    return undefined
  }
}

function cached<T>(ask: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const known = new Map<string, Promise<T>>()
  return key => {
    const answer = known.get(key) ?? ask(key)
    known.set(key, answer)
    return answer
  }
}

/** Whether an object may be deleted now: its class has a maximum, its minimum has passed, nobody holds it. */
export const isDue = ({ state, max, min, dataClass }: ItemFacts): boolean =>
  max !== null &&
  (state === 'disposable' || state === 'overdue') &&
  // A log proves what happened to everything else: without a minimum nobody said how long that must be provable.
  (dataClass !== 'audit-log' || min !== null)
