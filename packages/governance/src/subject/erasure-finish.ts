import { join } from 'node:path'
import { digestOf, isoTime, ulid } from '@attestry/core'
import { answerOnce } from './erasure-case.js'
import { erasureReceipts, mergeItems, outcomeOf, writeReceipt, type ErasureReceipt } from './erasure-receipt.js'
import type { SubjectContext } from './subject-context.js'
import { forgetHandle } from './subject-handles.js'

/** Answers the case, forgets whom the handle stood for, and says so: in that order, since nobody finds the person afterwards. */
export async function finishErasure(context: SubjectContext, receipt: ErasureReceipt): Promise<ErasureReceipt> {
  const { workspace, clock } = context
  const handle = { kind: 'handle', object: 'keys/subjects.jsonl', digest: null, action: 'removed' } as const
  const items = mergeItems(receipt.items, [handle])
  const retrainingDue = [
    ...new Set(items.flatMap(({ action, digest }) => (action === 'retraining-due' && digest ? [digest] : []))),
  ].sort()
  await answerOnce(context, receipt.case, { outcome: outcomeOf(items), retrainingDue })
  const ready: ErasureReceipt = { ...receipt, items, retrainingDue, finishedAt: isoTime(clock) }
  await writeReceipt(workspace, ready)
  return close(context, ready)
}

/** Finishes erasures that a crash cut off when nothing was left but to forget the handle. */
export async function finishErasures(context: SubjectContext): Promise<void> {
  for (const receipt of await erasureReceipts(context.workspace))
    if (receipt.outcome === 'open' && receipt.finishedAt !== null) await close(context, receipt)
}

async function close(context: SubjectContext, ready: ErasureReceipt): Promise<ErasureReceipt> {
  const { workspace, log, clock, run = 'workspace', actor, record } = context
  await forgetHandle(join(workspace, 'keys'), ready.subject)
  const receipt: ErasureReceipt = { ...ready, outcome: outcomeOf(ready.items) }
  const { subject, intent, outcome, case: id, finishedAt, retrainingDue } = receipt
  const digest = digestOf(receipt)
  await record?.(
    intent,
    {
      type: 'evidence',
      subjects: [{ name: `governance/erasures/${subject}.json`, digest }],
      predicate: {
        type: 'erasure-receipt',
        controls: [],
        outcome: 'info',
        facts: { ...receipt },
        collectedAt: finishedAt,
      },
    },
    actor,
  )
  await log?.append({
    id: ulid(clock),
    time: isoTime(clock),
    type: 'attestry.subject.erased',
    phase: 'outcome',
    ref: intent,
    actor,
    run,
    result: 'ok',
    objects: [digest],
    subjects: [subject],
    payload: { case: id, outcome, retrainingDue },
  })
  await writeReceipt(workspace, receipt)
  return receipt
}
