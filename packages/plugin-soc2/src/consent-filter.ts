import {
  ConsentRegistry,
  filterRows,
  rowCount,
  type ConsentState,
  type Handler,
  type RecordBatch,
  type StatementSubject,
} from '@attestry/core'
import type { Soc2Options } from './options.js'

/**
 * The `preprocess` handler when the privacy category is in scope: leaves out the rows of people whose choice does not let
 * them be used for this purpose, and of those whose data is restricted. Records how many, by state.
 */
export const filterByConsent =
  ({ consent }: NonNullable<Soc2Options['privacy']>): Handler<'preprocess'> =>
  async (batch, context) => {
    const registry = context.get(ConsentRegistry)
    const { purpose } = context.run.config
    const states = batch.subjects.map(subject =>
      registry.isRestricted(subject) ? 'restricted' : registry.state(subject, purpose),
    )
    const kept = filterRows(batch, row => mayBeUsed(states[row]!, consent))
    const dropped = rowCount(batch) - rowCount(kept)
    await context.evidence({
      type: 'purpose-and-consent',
      controls: ['SOC2-P2.1', 'SOC2-P3.1', 'SOC2-P4.1'],
      outcome: 'pass',
      subjects: datasetSubject(batch, context.datasetDigest),
      facts: { purpose, consent, rows: rowCount(batch), dropped, byState: countBy(states) },
    })
    return dropped === 0 ? batch : kept
  }

type State = ConsentState | 'restricted'

const implicitly: readonly State[] = ['given', 'unknown']

const mayBeUsed = (state: State, consent: 'explicit' | 'implicit'): boolean =>
  consent === 'explicit' ? state === 'given' : implicitly.includes(state)

function countBy(states: readonly State[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const state of states) counts[state] = (counts[state] ?? 0) + 1
  return counts
}

/** The run's dataset, unless the batch comes from elsewhere, such as from data that a deployed model met later. */
function datasetSubject(batch: RecordBatch, dataset: `sha256:${string}` | null): readonly StatementSubject[] {
  if (dataset === null) return []
  const source = `${dataset.slice('sha256:'.length, 'sha256:'.length + 12)}:`
  return batch.rowIds.every(id => id.startsWith(source)) ? [{ name: 'dataset', digest: dataset }] : []
}
