import { rowCount, token, type RecordBatch, type ScrubResult, type ServiceToken } from '@attestry/core'
import type { MeasuredRecall } from './sample/measure-recall.js'

export type Counts = Readonly<Record<string, number>>
export type CountsByColumn = Readonly<Record<string, Counts>>

/** What one batch gave. */
export interface BatchRemoval {
  readonly result: ScrubResult
  /** Columns that were scrubbed, and those that were only looked at. */
  readonly scrubbed: readonly string[]
  readonly left: readonly string[]
  /** Found again afterwards, in either. */
  readonly residual: CountsByColumn
  readonly residualLeft: CountsByColumn
}

/** What this process removed in one run so far. */
export interface RemovalTotals {
  readonly rowsScanned: number
  readonly rowsChanged: number
  readonly columns: readonly string[]
  readonly columnsLeft: readonly string[]
  readonly found: Counts
  readonly foundByColumn: CountsByColumn
  readonly foundByRule: Counts
  readonly residual: Counts
  readonly residualLeft: Counts
  /** Of both, where something was found again. */
  readonly residualByColumn: CountsByColumn
}

/** One per run, kept as a service so that two runs in one process never share a count. */
export interface RemovalTally {
  add(batch: BatchRemoval): void
  totals(): RemovalTotals
  /** What the function gave for the first caller; it is called once. */
  recall(measure: () => Promise<MeasuredRecall>): Promise<MeasuredRecall>
  /** True for the first caller only: evidence is recorded once. */
  claimRecording(): boolean
}

export const RemovalTally: ServiceToken<RemovalTally> = token<RemovalTally>('PiiRemovalTally')

export function createRemovalTally(): RemovalTally {
  let rowsScanned = 0
  let rowsChanged = 0
  let isRecorded = false
  const columns = new Set<string>()
  const columnsLeft = new Set<string>()
  let measured: Promise<MeasuredRecall> | undefined
  const found: Record<string, number> = {}
  const foundByRule: Record<string, number> = {}
  const residual: Record<string, number> = {}
  const residualLeft: Record<string, number> = {}
  const foundByColumn: Record<string, Record<string, number>> = {}
  const residualByColumn: Record<string, Record<string, number>> = {}
  return {
    add({ result, scrubbed, left, residual: again, residualLeft: againLeft }) {
      rowsScanned += rowCount(result.batch satisfies RecordBatch)
      rowsChanged += result.rowsChanged
      for (const name of scrubbed) columns.add(name)
      for (const name of left) columnsLeft.add(name)
      addCounts(found, result.found)
      addCounts(foundByRule, result.foundByRule ?? {})
      addByColumn(foundByColumn, result.foundByColumn ?? {})
      for (const counts of Object.values(again)) addCounts(residual, counts)
      for (const counts of Object.values(againLeft)) addCounts(residualLeft, counts)
      addByColumn(residualByColumn, again)
      addByColumn(residualByColumn, againLeft)
    },
    totals: () => ({
      rowsScanned,
      rowsChanged,
      columns: [...columns].sort(),
      columnsLeft: [...columnsLeft].sort(),
      found: { ...found },
      foundByColumn: structuredClone(foundByColumn),
      foundByRule: { ...foundByRule },
      residual: { ...residual },
      residualLeft: { ...residualLeft },
      residualByColumn: structuredClone(residualByColumn),
    }),
    recall: measure => (measured ??= measure()),
    claimRecording() {
      if (isRecorded) return false
      return (isRecorded = true)
    },
  }
}

function addCounts(into: Record<string, number>, more: Counts): void {
  for (const [type, count] of Object.entries(more)) into[type] = (into[type] ?? 0) + count
}

/** Columns without counts are left out. */
function addByColumn(into: Record<string, Record<string, number>>, more: CountsByColumn): void {
  for (const [column, counts] of Object.entries(more))
    if (Object.keys(counts).length > 0) addCounts((into[column] ??= {}), counts)
}
