import { StatementStore, type Statement } from '@attestry/core'
import type { DeployCheck } from './deploy-checks.js'
import { totalsDiffer, totalsMissing } from './errors.js'

/** Row counts of one pass over the data, as the kernel records them. */
interface IntakeTotals {
  readonly rowsRead: number
  readonly rowsUsed: number
  readonly quarantined: number
  readonly byPlugin: readonly { readonly plugin: string; readonly dropped: number }[]
}

/** ITGC-DI-1, AS 1105: every row of the source was used, dropped by a plugin that says so, or quarantined. */
export const totalsReconcile: DeployCheck = async ({ datasetDigest }, context) => {
  const totals = intakeOf(await context.get(StatementStore).read('evidence'), datasetDigest)
  const unexplained = totals && unexplainedRows(totals)
  return {
    type: 'control-totals',
    controls: ['ITGC-DI-1', 'PCAOB-AS-1105'],
    facts: { dataset: datasetDigest, config: context.run.configDigest, ...totals, unexplained },
    open:
      totals === null ? [totalsMissing()] : unexplained === 0 ? [] : [totalsDiffer(totals.rowsRead, unexplained ?? 0)],
    met: `${totals?.rowsRead} rows of the source are used, dropped or quarantined`,
  }
}

const unexplainedRows = ({ rowsRead, rowsUsed, quarantined, byPlugin }: IntakeTotals): number =>
  rowsRead - rowsUsed - quarantined - byPlugin.reduce((sum, { dropped }) => sum + dropped, 0)

/** The newest totals of a dataset; null when there are none that can be read as counts. */
function intakeOf(evidence: readonly Statement[], dataset: string): IntakeTotals | null {
  const found = evidence
    .filter(({ predicate, subjects }) => predicate.type === 'data-intake' && subjects[0]?.digest === dataset)
    .sort((a, b) => (String(a.predicate.collectedAt) < String(b.predicate.collectedAt) ? -1 : 1))
    .at(-1)?.predicate.facts as Partial<IntakeTotals> | undefined
  if (!found || !Array.isArray(found.byPlugin)) return null
  const { rowsRead, rowsUsed, quarantined, byPlugin } = found
  const counts = [rowsRead, rowsUsed, quarantined, ...byPlugin.map(({ dropped }) => dropped as unknown)]
  const isCounted = counts.every(count => Number.isSafeInteger(count) && Number(count) >= 0)
  return isCounted ? ({ rowsRead, rowsUsed, quarantined, byPlugin } as IntakeTotals) : null
}
