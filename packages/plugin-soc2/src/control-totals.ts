import { type DeployQuestion, type Statement, StatementStore } from '@attestry/core'
import { totalsDiffer, totalsMissing } from './errors.js'

/** Row counts of one pass over the data, as the kernel records them. */
export interface IntakeTotals {
  readonly rowsRead: number
  readonly rowsUsed: number
  readonly quarantined: number
  readonly byPlugin: readonly { readonly plugin: string; readonly dropped: number }[]
}

/** Rows that no count explains: read minus used, dropped and quarantined. 0 when the totals reconcile. */
export const unexplainedRows = ({ rowsRead, rowsUsed, quarantined, byPlugin }: IntakeTotals): number =>
  rowsRead - rowsUsed - quarantined - byPlugin.reduce((sum, { dropped }) => sum + dropped, 0)

/** PI1: every row that was read was used, dropped by a plugin that says so, or quarantined. */
export const totalsReconcile: DeployQuestion = async ({ datasetDigest }, context) => {
  const totals = intakeOf(await context.get(StatementStore).read('evidence'), datasetDigest)
  const unexplained = totals && unexplainedRows(totals)
  return {
    type: 'control-totals',
    controls: ['SOC2-PI1.1'],
    subjects: [{ name: 'dataset', digest: datasetDigest }],
    facts: { ...(totals ?? { rowsRead: null }), unexplained },
    open: totals === null ? [totalsMissing()] : unexplained === 0 ? [] : [totalsDiffer(totals.rowsRead, unexplained!)],
    met: `${totals?.rowsRead} rows read are used, dropped or quarantined`,
  }
}

/** The newest totals of a dataset; null when there are none that can be read as numbers. */
function intakeOf(evidence: readonly Statement[], dataset: string): IntakeTotals | null {
  const found = evidence
    .filter(({ predicate, subjects }) => predicate.type === 'data-intake' && subjects[0]?.digest === dataset)
    .sort((a, b) => (String(a.predicate.collectedAt) < String(b.predicate.collectedAt) ? -1 : 1))
    .at(-1)?.predicate.facts as Partial<IntakeTotals> | undefined
  if (!found || !Array.isArray(found.byPlugin)) return null
  const { rowsRead, rowsUsed, quarantined, byPlugin } = found
  const counts = [rowsRead, rowsUsed, quarantined, ...byPlugin.map(({ dropped }) => dropped as unknown)]
  return counts.every(count => Number.isSafeInteger(count)) ? (found as IntakeTotals) : null
}
