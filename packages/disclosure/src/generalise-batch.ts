import { isAttestryError, rowCount, takeRows, type Handler, type RecordBatch } from '@attestry/core'
import type { Demands } from './demands.js'
import { enforceDisclosure, type EnforceOptions } from './enforce.js'
import { EnforcedTally } from './enforced-tally.js'
import { notKept } from './errors.js'
import { generalisationOf, sensitiveOf, type DisclosureOptions, type EnforceOption } from './options.js'

/**
 * The `preprocess` handler: sees that the run keeps what is to be measured and, where asked, generalises each batch.
 *
 * Batches that each keep k or a diversity keep it together: rows with equal labels join classes, and merging takes neither away.
 * What may be suppressed is counted over the run, so that the last, short batch is not refused for its size.
 *
 * @throws DISCLOSURE-E011 when a declared column is not kept, DISCLOSURE-E006 when a batch cannot keep the demand
 */
export function generaliseBatch(options: DisclosureOptions): Handler<'preprocess'> {
  const { demand, enforce } = options
  const rules =
    enforce && Object.entries(enforce.generalise).map(([name, how]) => [name, generalisationOf(how)] as const)
  return (batch, context) => {
    const { label, text, features = {}, groups = [], keep = [] } = context.run.config.data
    const kept = new Set([label, text, ...Object.keys(features), ...groups, ...keep])
    for (const name of [...options.quasiIdentifiers, ...Object.keys(sensitiveOf(options))])
      if (!kept.has(name)) throw notKept(name)
    if (rules === undefined || rowCount(batch) === 0) return batch
    const quasiIdentifiers = Object.fromEntries(rules)
    return within(batch, demand!, enforce!, quasiIdentifiers, context.get(EnforcedTally))
  }
}

function within(
  batch: RecordBatch,
  demands: Demands,
  { algorithm, suppressionLimit = 0, numbers = 'labels' }: EnforceOption,
  quasiIdentifiers: EnforceOptions['quasiIdentifiers'],
  tally: EnforcedTally,
): RecordBatch {
  const rows = rowCount(batch)
  const before = tally.totals()
  const allowed = Math.floor(suppressionLimit * (before.rows + rows) + 1e-9) - before.suppressedRows
  const common = { ...demands, quasiIdentifiers, numbers }
  try {
    const release = enforceDisclosure(
      batch,
      algorithm === 'mondrian'
        ? { algorithm, ...common }
        : { algorithm, ...common, suppressionLimit: Math.min(allowed, rows - 1) / rows },
    )
    tally.add(rows, release.loss)
    return release.batch
  } catch (error) {
    if (!(isAttestryError(error) && error.code === 'DISCLOSURE-E006') || allowed < rows) throw error
    tally.add(rows, { suppressedRows: rows, certainty: 1, generalisation: 1, entropy: 1 })
    return takeRows(batch, [])
  }
}
