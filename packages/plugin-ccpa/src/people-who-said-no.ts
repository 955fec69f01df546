import {
  ConsentRegistry,
  filterRows,
  rowCount,
  SubjectRequests,
  type HookContext,
  type RecordBatch,
  type SubjectCase,
} from '@attestry/core'
import { datasetSubject } from './dataset-subject.js'
import type { CcpaOptions } from './options.js'

/** How the consent registry calls the opt-out of 1798.120. A signal of the browser (GPC) is recorded under the same name. */
export const saleOrSharing = 'sale-or-sharing'

/** Leaves out, when the run is a disclosure, the rows of people who opted out of sale or sharing. */
export async function withoutOptedOut(
  batch: RecordBatch,
  context: HookContext,
  { disclosure }: CcpaOptions,
): Promise<RecordBatch> {
  const registry = context.get(ConsentRegistry)
  const optedOut = batch.subjects.map(subject => registry.hasOptedOut(subject, saleOrSharing))
  const kept = disclosure ? filterRows(batch, row => !optedOut[row]) : batch
  await context.evidence({
    type: 'opt-out',
    controls: ['CCPA-1798.120', 'CCPA-1798.135'],
    outcome: 'pass',
    subjects: datasetSubject(batch, context),
    facts: {
      disclosure,
      rows: rowCount(batch),
      optedOut: optedOut.filter(Boolean).length,
      dropped: rowCount(batch) - rowCount(kept),
    },
  })
  return kept
}

/**
 * Leaves out the rows of people who asked for deletion, unless a person refused with an exception, and of people whose data
 * is stored and not used. A source that was not cleaned, or came back from a backup, brings nobody back.
 */
export async function withoutDeleted(batch: RecordBatch, context: HookContext): Promise<RecordBatch> {
  const registry = context.get(ConsentRegistry)
  const cases = await context.find(SubjectRequests)?.cases()
  const deleted = deletedSubjects(cases ?? [])
  const isOut = (row: number): boolean =>
    deleted.has(batch.subjects[row]!) || registry.isRestricted(batch.subjects[row]!)
  const kept = filterRows(batch, row => !isOut(row))
  await context.evidence({
    type: 'deletion',
    controls: ['CCPA-1798.105'],
    // Without a list of requests nobody can tell who asked: that is recorded and supports nothing.
    outcome: cases === undefined ? 'fail' : 'pass',
    subjects: datasetSubject(batch, context),
    facts: {
      knowsRequests: cases !== undefined,
      rows: rowCount(batch),
      dropped: rowCount(batch) - rowCount(kept),
    },
  })
  return kept
}

/** Handles with a request for deletion that is open, held or done. The latest request of a person counts. */
export function deletedSubjects(cases: readonly SubjectCase[]): ReadonlySet<string> {
  const latest = new Map<string, SubjectCase>()
  for (const one of cases) if (one.kind === 'erasure') latest.set(one.subject, one)
  return new Set([...latest].filter(([, { outcome }]) => outcome !== 'refused').map(([subject]) => subject))
}
