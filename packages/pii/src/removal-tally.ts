import { rowCount, token, type RecordBatch, type ScrubResult, type ServiceToken } from '@attestry/core'

type Counts = Readonly<Record<string, number>>

/** What one batch gave. */
export interface BatchRemoval {
  readonly result: ScrubResult
  /** Columns that were scrubbed, and those that were only looked at. */
  readonly scrubbed: readonly string[]
  readonly left: readonly string[]
  /** Found again afterwards, in either. */
  readonly residual: Counts
  readonly residualLeft: Counts
}

/** What this process removed in one run so far. */
export interface RemovalTotals {
  readonly rowsScanned: number
  readonly rowsChanged: number
  readonly columns: readonly string[]
  readonly columnsLeft: readonly string[]
  readonly found: Counts
  readonly residual: Counts
  readonly residualLeft: Counts
}

/** One per run, kept as a service so that two runs in one process never share a count. */
export interface RemovalTally {
  add(batch: BatchRemoval): void
  totals(): RemovalTotals
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
  const found: Record<string, number> = {}
  const residual: Record<string, number> = {}
  const residualLeft: Record<string, number> = {}
  return {
    add({ result, scrubbed, left, residual: again, residualLeft: againLeft }) {
      rowsScanned += rowCount(result.batch satisfies RecordBatch)
      rowsChanged += result.rowsChanged
      for (const name of scrubbed) columns.add(name)
      for (const name of left) columnsLeft.add(name)
      addCounts(found, result.found)
      addCounts(residual, again)
      addCounts(residualLeft, againLeft)
    },
    totals: () => ({
      rowsScanned,
      rowsChanged,
      columns: [...columns].sort(),
      columnsLeft: [...columnsLeft].sort(),
      found: { ...found },
      residual: { ...residual },
      residualLeft: { ...residualLeft },
    }),
    claimRecording() {
      if (isRecorded) return false
      return (isRecorded = true)
    },
  }
}

function addCounts(into: Record<string, number>, more: Counts): void {
  for (const [type, count] of Object.entries(more)) into[type] = (into[type] ?? 0) + count
}
