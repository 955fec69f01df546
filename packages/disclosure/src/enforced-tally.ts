import { token, type ServiceToken } from '@attestry/core'
import type { InformationLoss } from './information-loss.js'

/** What generalisation cost in the batches that went through this process, so far. */
export interface EnforcedTotals {
  readonly batches: number
  readonly rows: number
  readonly suppressedRows: number
  /** Means over rows of what each batch lost; see `InformationLoss`. */
  readonly certainty: number
  readonly generalisation: number
  readonly entropy: number
}

/** One per run, kept as a service so that two runs in one process never share a count. */
export interface EnforcedTally {
  add(rows: number, loss: Omit<InformationLoss, 'discernibility' | 'averageClassSize' | 'suppressedShare'>): void
  totals(): EnforcedTotals
}

export const EnforcedTally: ServiceToken<EnforcedTally> = token<EnforcedTally>('DisclosureEnforcedTally')

export function createEnforcedTally(): EnforcedTally {
  let [batches, rows, suppressedRows, certainty, generalisation, entropy] = [0, 0, 0, 0, 0, 0]
  return {
    add(more, loss) {
      batches++
      rows += more
      suppressedRows += loss.suppressedRows
      certainty += more * loss.certainty
      generalisation += more * loss.generalisation
      entropy += more * loss.entropy
    },
    totals: () => ({
      batches,
      rows,
      suppressedRows,
      certainty: rows === 0 ? 0 : certainty / rows,
      generalisation: rows === 0 ? 0 : generalisation / rows,
      entropy: rows === 0 ? 0 : entropy / rows,
    }),
  }
}
