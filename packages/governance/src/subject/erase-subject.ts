import { join } from 'node:path'
import { isoTime, ulid, type AuditEvent } from '@attestry/core'
import { withLock } from '../facts/lock.js'
import { caseFor, type EraseOptions } from './erasure-case.js'
import { restrictInstead } from './erasure-held.js'
import { erasureLock } from './erasure-at-work.js'
import { runsAreAtWork } from './erasure-errors.js'
import { finishErasure, finishErasures } from './erasure-finish.js'
import { holdsAgainstErasure } from './erasure-holds.js'
import { planErasure, refuseTooMuch } from './erasure-plan.js'
import {
  erasureLimits,
  mergeItems,
  readReceipt,
  writeReceipt,
  type ErasureItem,
  type ErasureReceipt,
} from './erasure-receipt.js'
import { clearDatasets, clearSources, closeShards, destroyKey, forgetConsent, removeExports } from './erasure-steps.js'
import { leftOvers } from './erasure-left-overs.js'
import { subjectUnknown } from './errors.js'
import { isNothing } from './export-subject.js'
import { findSubject, type SubjectRecord } from './find-subject.js'
import type { SubjectContext } from './subject-context.js'
import { openSubjectHandles } from './subject-handles.js'

/**
 * Erases a person: destroys their key, so that sealed rows of shards are unreadable wherever copies lie; deletes shards whose
 * rows are not sealed for people; takes their rows out of the files of runs and out of prepared datasets, and their events
 * out of the file of consent events; deletes what was exported for them; names every model that saw their rows as due for
 * retraining; looks through all files for letters of the identifier that are left; answers the case; and last forgets whom
 * the handle stood for. Leaves a receipt with handles and digests alone.
 *
 * A hold, or a minimum period that has not passed, is stronger: then nothing is destroyed, and the person is restricted.
 *
 * What will be done is written before it is, and called again after a crash it goes on where it was cut off. It is
 * refused while a run of the workspace is at work, and a run with this plugin is refused while it works.
 *
 * @throws GOV-E110 when a run is at work, GOV-E106 when nothing is held, GOV-E107 when it would reach most of the data, GOV-E108 when the data are held and the
 *   person cannot be restricted, GOV-E103 for a case that is not open and theirs, GOV-E202 when another process erases
 * @see Regulation (EU) 2016/679, Art. 17, Art. 18
 */
export async function eraseSubject(
  context: SubjectContext,
  identifier: string,
  options: EraseOptions = {},
): Promise<ErasureReceipt> {
  const { workspace } = context
  return withLock(erasureLock(workspace), async () => {
    const atWork = (await context.runsAtWork?.()) ?? []
    if (atWork.length > 0) throw runsAreAtWork(atWork)
    await finishErasures(context)
    const record = await findSubject(context, identifier)
    if (isNothing(record)) throw subjectUnknown()
    if (options.acceptsMost !== true) refuseTooMuch(record, identifier)
    const handle = record.handle ?? (await newHandle(workspace, identifier))
    const known = await readReceipt(workspace, handle)
    const holds = await holdsAgainstErasure(context, record)
    if (holds.length > 0) return restrictInstead(context, { identifier, handle, record, known, holds, options })
    return erase(context, { identifier, handle, record, known, options })
  })
}

interface Work {
  readonly identifier: string
  readonly handle: string
  readonly record: SubjectRecord
  readonly known: ErasureReceipt | null
  readonly options: EraseOptions
}

async function erase(context: SubjectContext, work: Work): Promise<ErasureReceipt> {
  const { identifier, handle, record } = work
  const { workspace } = context
  let receipt = await begin(context, work)
  const note = async (items: readonly ErasureItem[]): Promise<void> => {
    receipt = { ...receipt, items: mergeItems(receipt.items, items) }
    await writeReceipt(workspace, receipt)
  }
  await note(await destroyKey(context, handle))
  await note(await closeShards(context, handle, receipt.items))
  await note(await clearSources(context, record, identifier))
  await note(await clearDatasets(context, record, receipt.items, identifier))
  await note(await removeExports(context, receipt.items))
  await note(await forgetConsent(context, receipt.items, identifier))
  await note(lost(receipt.items, record))
  await note(await leftOvers(context, record, identifier))
  return finishErasure(context, receipt)
}

/** Everything that is to be done, in the log and on disk before any of it is. */
async function begin(
  context: SubjectContext,
  { identifier, handle, record, known, options }: Work,
): Promise<ErasureReceipt> {
  const { workspace, clock } = context
  const planned = planErasure(context, record, handle, identifier)
  const isGoingOn = known !== null && known.outcome === 'open'
  // A shard that an erasure deleted is not there, and nobody has to look for it.
  const gone = new Set(known?.items.flatMap(({ kind, object }) => (kind === 'shard' ? [object] : [])))
  const items = mergeItems(
    known?.items ?? [],
    planned.filter(({ kind, object }) => kind !== 'file' || !gone.has(object)),
  )
  const receipt: ErasureReceipt = {
    version: 1,
    subject: handle,
    outcome: 'open',
    case: isGoingOn ? known.case : await caseFor(context, handle, options),
    intent: isGoingOn ? known.intent : ulid(clock),
    begunAt: isGoingOn ? known.begunAt : isoTime(clock),
    finishedAt: null,
    items,
    holds: [],
    retrainingDue: [],
    limits: erasureLimits,
  }
  if (!isGoingOn) await context.log?.append(intentOf(context, receipt))
  await writeReceipt(workspace, receipt)
  return receipt
}

const intentOf = (
  { clock, actor, run = 'workspace' }: SubjectContext,
  { intent, subject, case: id }: ErasureReceipt,
): AuditEvent => ({
  id: intent,
  time: isoTime(clock),
  type: 'attestry.subject.erased',
  phase: 'intent',
  actor,
  run,
  subjects: [subject],
  payload: { case: id },
})

/** A crash came between a deed and its note: what was found before, and is not found any more, was done. */
const lost = (items: readonly ErasureItem[], { unsearched }: SubjectRecord): readonly ErasureItem[] =>
  items.flatMap((item): ErasureItem[] => {
    if (item.action !== 'open' || item.kind === 'handle') return []
    const reason = unsearched.find(({ object }) => object === item.object)?.reason
    if (reason !== undefined) return [{ ...item, action: 'person-decides', note: reason }]
    return item.kind === 'source' || item.kind === 'consent'
      ? [{ ...item, action: 'rewritten', note: 'it was done before, and its new digest was not noted' }]
      : [{ ...item, action: 'person-decides', note: 'it was there before, and is not known any more' }]
  })

async function newHandle(workspace: string, identifier: string): Promise<string> {
  const handles = openSubjectHandles(join(workspace, 'keys'))
  const handle = handles.handleOf(identifier)
  await handles.flush()
  return handle
}
