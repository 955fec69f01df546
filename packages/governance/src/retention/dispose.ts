import { lstat, mkdir, rename, rm, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  isoTime,
  syncDirectory,
  ulid,
  type AuditEvent,
  type AuditLog,
  type DisposalReceipt,
  type StatementDraft,
} from '@attestry/core'
import type { FactFile } from '../facts/fact-file.js'
import { contentOf } from './content-digest.js'
import { isDue, itemsWith, type ItemFacts, type RetentionView } from './items.js'
import { readRetentionFacts, withRetentionFacts, type DisposalFact, type RetentionFact } from './retention-facts.js'

/**
 * Signs a receipt with the key of the log and writes it durably: for an object of a run below that run's folder, else below
 * the workspace. Called again with the same draft after a crash, it must leave one receipt.
 */
export type ReceiptWriter = (run: string | null, draft: StatementDraft) => Promise<unknown>

export interface DisposalContext extends RetentionView {
  readonly log: AuditLog
  /** The run whose log it is; `workspace` for the log of a workspace. */
  readonly run?: string
  /** The principal on whose word it is done. */
  readonly actor: string
  readonly writeReceipt: ReceiptWriter
  readonly onProgress?: (progress: DisposalProgress) => void
  /** Stops before the next object. */
  readonly signal?: AbortSignal
}

export interface DisposalProgress {
  readonly done: number
  readonly total: number
  readonly bytes: number
}

export interface DisposalReport {
  /** What was destroyed now, and what a crash had left without receipt. */
  readonly receipts: readonly DisposalReceipt[]
  /** What stays, by state. */
  readonly kept: Readonly<Record<RetentionState, number>>
  /** Due, and left because the signal came. */
  readonly left: number
}

type RetentionState = ItemFacts['state']

/**
 * Deletes what is due: every object of a class with a maximum whose minimum has passed. Never what is held, in conflict,
 * without a trigger, or within its minimum.
 *
 * For each object: an intent in the log, a fact on disk, the deletion, a signed receipt, an outcome in the log, a fact on
 * disk; each is durable before the next begins. A run of it after a crash finishes what was begun, and does nothing twice.
 * While it works no hold can be placed, so none comes too late unnoticed.
 *
 * Deleting a file gives its blocks back to the file system; it does not overwrite them, and reaches no backup. Data under
 * a key are gone everywhere once the key is.
 *
 * @throws GOV-E201 when the facts are damaged, GOV-E202 when another process is at it
 */
export const disposeDue = (context: DisposalContext): Promise<DisposalReport> =>
  withRetentionFacts(context.workspace, async file => {
    const receipts = await finishBegun(context, file)
    const items = await itemsWith(context, file.facts())
    const due = items.filter(isDue)
    const kept = { 'no-trigger': 0, keep: 0, disposable: 0, overdue: 0, held: 0, conflict: 0 }
    for (const item of items) if (!isDue(item)) kept[item.state]++
    let done = 0
    let bytes = 0
    for (const item of due) {
      if (context.signal?.aborted) break
      const { receipt, sizeBytes } = await disposeOne(context, file, item)
      receipts.push(receipt)
      bytes += sizeBytes
      context.onProgress?.({ done: ++done, total: due.length, bytes })
    }
    return { receipts, kept, left: due.length - done }
  })

async function disposeOne(
  context: DisposalContext,
  file: FactFile<RetentionFact>,
  item: ItemFacts,
): Promise<{ readonly receipt: DisposalReceipt; readonly sizeBytes: number }> {
  const { workspace, clock } = context
  const { object, dataClass, isFolder } = item
  const path = join(workspace, object)
  const { digest, sizeBytes } = await contentOf(path, isFolder)
  const intent = ulid(clock)
  const fact: DisposalFact = { kind: 'disposing', object, dataClass, digest, sizeBytes, intent, at: isoTime(clock) }
  await context.log.append(eventOf(context, fact, { id: intent, phase: 'intent' }))
  await file.append(fact)
  if (isFolder) await removeFolder(workspace, path, intent)
  else await unlink(path)
  await syncDirectory(dirname(path))
  return { receipt: await finish(context, file, fact), sizeBytes }
}

/** Receipt, outcome, fact. Safe to be done again. */
async function finish(
  context: DisposalContext,
  file: FactFile<RetentionFact>,
  fact: DisposalFact,
): Promise<DisposalReceipt> {
  const { object, dataClass, digest, intent, at } = fact
  const [, run = null, inRun = object] = /^runs\/([^/]+)\/(.+)$/.exec(object) ?? []
  await context.writeReceipt(run, {
    type: 'evidence',
    subjects: [{ name: inRun, digest }],
    predicate: {
      type: 'disposal-receipt',
      controls: [],
      outcome: 'info',
      facts: { object, dataClass, digest, sizeBytes: fact.sizeBytes, method: 'removed', at, intent },
      collectedAt: at,
    },
  })
  await context.log.append(
    eventOf(context, fact, { id: ulid(context.clock), phase: 'outcome', ref: intent, result: 'ok' }),
  )
  await file.append({ ...fact, kind: 'disposed' })
  return { object, digest, dataClass, method: 'removed', at }
}

/** Finishes deletions that a crash cut off; what is still there is looked at afresh, by today's rules and holds. */
async function finishBegun(context: DisposalContext, file: FactFile<RetentionFact>): Promise<DisposalReceipt[]> {
  await rm(trashOf(context.workspace), { recursive: true, force: true })
  const closed = new Set(
    file.facts().flatMap(one => (one.kind === 'disposed' || one.kind === 'not-disposed' ? [one.intent] : [])),
  )
  const begun = file.facts().filter((one): one is DisposalFact => one.kind === 'disposing' && !closed.has(one.intent))
  const receipts: DisposalReceipt[] = []
  for (const fact of begun) {
    const isThere = await lstat(join(context.workspace, fact.object)).then(
      () => true,
      (failure: NodeJS.ErrnoException) => {
        if (failure.code === 'ENOENT' || failure.code === 'ENOTDIR') return false
        throw failure
      },
    )
    if (isThere) {
      await context.log.append(
        eventOf(context, fact, { id: ulid(context.clock), phase: 'outcome', ref: fact.intent, result: 'failed' }),
      )
      await file.append({ ...fact, kind: 'not-disposed' })
    } else receipts.push(await finish(context, file, fact))
  }
  return receipts
}

const trashOf = (workspace: string): string => join(workspace, 'retention', 'trash')

/** Moves a folder away in one step first, so that a crash never leaves half of it in its place. */
async function removeFolder(workspace: string, path: string, unique: string): Promise<void> {
  const trash = trashOf(workspace)
  await mkdir(trash, { recursive: true })
  await rename(path, join(trash, unique))
  await syncDirectory(dirname(path))
  await rm(trash, { recursive: true, force: true })
}

const eventOf = (
  { clock, actor, run = 'workspace' }: DisposalContext,
  { object, dataClass, digest, at }: DisposalFact,
  fields: Pick<AuditEvent, 'id' | 'phase' | 'ref' | 'result'>,
): AuditEvent => ({
  time: isoTime(clock),
  type: 'attestry.retention.disposed',
  actor,
  run,
  objects: [digest],
  payload: { object, dataClass, method: 'removed', at },
  ...fields,
})

/** Receipts of everything that was destroyed, oldest first. @throws GOV-E201 when the facts are damaged */
export async function disposalReceipts(workspace: string): Promise<readonly DisposalReceipt[]> {
  const facts = await readRetentionFacts(workspace)
  return facts.flatMap((fact): DisposalReceipt[] => {
    if (fact.kind !== 'disposed') return []
    const { object, digest, dataClass, at } = fact
    return [{ object, digest, dataClass, method: 'removed', at }]
  })
}
