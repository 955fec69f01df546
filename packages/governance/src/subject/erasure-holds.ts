import type { EffectivePolicy } from '@attestry/core'
import { holdsOf } from '../retention/holds.js'
import { retentionItems } from '../retention/items.js'
import { readRetentionFacts } from '../retention/retention-facts.js'
import type { SubjectRecord } from './find-subject.js'
import type { SubjectContext, SubjectRun } from './subject-context.js'

/** Classes of data that the erasure of a person reaches. */
const erased: readonly string[] = ['*', 'training-data', 'subject-exports']

/**
 * What forbids to erase a person's rows: ids of holds, and minimum periods that have not passed as
 * `retain:training-data until 2033-01-31`.
 *
 * A hold that a person placed forbids it always. One that the policy of a run demands, and a minimum of that run, forbid it
 * unless the run was made under a signed resolution that puts erasure first and has not expired.
 *
 * @throws GOV-E201 when the facts of retention are damaged: then nobody knows what is held
 */
export async function holdsAgainstErasure(
  context: SubjectContext,
  record: Pick<SubjectRecord, 'shards'>,
): Promise<readonly string[]> {
  const { workspace, clock, runs } = context
  const now = clock.now()
  const facts = await readRetentionFacts(workspace)
  const bound = runs.filter(run => !isErasureFirst(run.folded.record.policy, now))
  const demanded = bound.flatMap(({ folded }) => folded.record.policy.holds)
  const open = holdsOf(facts, { holds: demanded }).filter(
    ({ dataClass, releasedAt }) => erased.includes(dataClass) && (releasedAt === null || releasedAt.getTime() > now),
  )
  return [...new Set([...open.map(({ id }) => id), ...(await duties(context, bound, record))])].sort()
}

/** Minimum periods, not passed, of the shards that hold rows of the person. */
async function duties(
  { workspace, clock }: SubjectContext,
  bound: readonly SubjectRun[],
  { shards }: Pick<SubjectRecord, 'shards'>,
): Promise<readonly string[]> {
  const ended = new Map(bound.map(({ folded }) => [folded.record.id, folded.record.endedAt]))
  const objects = new Set(
    shards
      .filter(({ run }) => ended.has(run))
      .map(({ run, shard }) => `runs/${run}/data/${shard.digest.slice(7)}.shard`),
  )
  if (objects.size === 0) return []
  const items = await retentionItems({ workspace, clock, runEnded: async run => ended.get(run) ?? null })
  return items
    .filter(({ object, min, state }) => objects.has(object) && min !== null && waiting.includes(state))
    .map(({ dataClass, keepUntil }) => `retain:${dataClass}${keepUntil === null ? '' : ` until ${keepUntil}`}`)
}

const waiting: readonly string[] = ['keep', 'no-trigger', 'conflict']

/** Whether people decided, in a resolution that still counts, that erasure goes before holds on training data. */
function isErasureFirst({ conflicts }: Pick<EffectivePolicy, 'conflicts'>, now: number): boolean {
  const resolution = conflicts.find(({ id }) => id === 'erase:training-data')?.resolution
  if (!resolution || new Date(resolution.expires).getTime() <= now) return false
  return 'first' in resolution.decision && resolution.decision.first === 'erasure'
}
