import { join } from 'node:path'
import { digestOf, isoTime, ulid } from '@attestry/core'
import { recordConsent } from '../consent/record-consent.js'
import { answerOnce, caseFor, openErasures, type EraseOptions } from './erasure-case.js'
import { cannotRestrict } from './erasure-errors.js'
import { erasureLimits, writeReceipt, type ErasureReceipt } from './erasure-receipt.js'
import type { SubjectRecord } from './find-subject.js'
import { consentPath, type SubjectContext } from './subject-context.js'
import { openSubjectHandles } from './subject-handles.js'

/** An erasure that something forbids. */
export interface HeldErasure {
  readonly identifier: string
  readonly handle: string
  readonly record: SubjectRecord
  /** What an earlier attempt left. */
  readonly known: ErasureReceipt | null
  readonly holds: readonly string[]
  readonly options: EraseOptions
}

/**
 * Keeps the data of a person out of every use, because nothing of it may be destroyed, and answers the case as held.
 *
 * What an erasure that was cut off had destroyed before the hold came stands in the receipt.
 *
 * @throws GOV-E108 when there is no file of consent events
 */
export async function restrictInstead(
  context: SubjectContext,
  { identifier, handle, record, known, holds, options }: HeldErasure,
): Promise<ErasureReceipt> {
  const { workspace, clock, log, run = 'workspace', actor } = context
  const file = consentPath(context)
  if (file === null) throw cannotRestrict(holds)
  const at = isoTime(clock)
  if (!isRestricted(record))
    await recordConsent(
      file,
      { subject: identifier, purpose: '*', state: 'restricted', at, notice: 'hold', source: 'erasure' },
      { ...context, handles: openSubjectHandles(join(workspace, 'keys')) },
    )
  if (known && (await isAnswered(context, { handle, known, holds, options }))) return known
  const id = known?.outcome === 'open' ? known.case : await caseFor(context, handle, options)
  const receipt: ErasureReceipt = {
    version: 1,
    subject: handle,
    outcome: 'held',
    case: id,
    intent: known?.outcome === 'open' ? known.intent : ulid(clock),
    begunAt: known?.begunAt ?? at,
    finishedAt: at,
    items: known?.items ?? [],
    holds,
    retrainingDue: [],
    limits: erasureLimits,
  }
  await writeReceipt(workspace, receipt)
  await log?.append({
    id: ulid(clock),
    time: at,
    type: 'attestry.subject.erased',
    ...(known?.outcome === 'open' ? { phase: 'outcome' as const, ref: known.intent } : { phase: 'note' as const }),
    actor,
    run,
    result: 'denied',
    objects: [digestOf(receipt)],
    subjects: [handle],
    payload: { case: id, outcome: 'held', holds },
  })
  await answerOnce(context, id, { outcome: 'held' })
  return receipt
}

/** Whether the same was said before, and nobody asked again since. */
const isAnswered = async (
  { workspace }: SubjectContext,
  {
    handle,
    known,
    holds,
    options,
  }: Pick<HeldErasure, 'handle' | 'holds' | 'options'> & { readonly known: ErasureReceipt },
): Promise<boolean> =>
  known.outcome === 'held' &&
  known.holds.join() === holds.join() &&
  options.case === undefined &&
  (await openErasures(workspace, handle)).length === 0

/** By their newest event: what was restricted and not released. */
const isRestricted = ({ consent }: SubjectRecord): boolean =>
  consent.findLast(({ state }) => state === 'restricted' || state === 'released')?.state === 'restricted'
