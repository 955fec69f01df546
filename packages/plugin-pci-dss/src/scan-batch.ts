import { rowCount, textValues, type RecordBatch } from '@attestry/core'
import { accountDataIn, type AccountDataKind } from './account-data.js'

/** Account data in one column: how many rows of each kind, never which digits. */
export interface AccountDataFinding {
  readonly column: string
  readonly kind: AccountDataKind
  readonly rows: number
}

/**
 * Every column of a batch, numbers too: a card number is often stored as one. Up to 2^53 (9007199254740991) a number column
 * holds 16 digits exactly; longer ones lose digits, and their check digit with them.
 */
export function scanBatch(batch: RecordBatch): readonly AccountDataFinding[] {
  const findings: AccountDataFinding[] = []
  for (const column of Object.keys(batch.columns)) {
    const counts = new Map<AccountDataKind, number>()
    const values = textValues(batch, column)
    for (let row = 0; row < rowCount(batch); row++)
      for (const kind of accountDataIn(values[row] ?? '', column)) counts.set(kind, (counts.get(kind) ?? 0) + 1)
    for (const [kind, rows] of counts) findings.push({ column, kind, rows })
  }
  return findings
}

/** Data that may not be kept after authorisation, not even encrypted (3.3.1). */
export const isAuthenticationData = ({ kind }: AccountDataFinding): boolean => kind !== 'pan'
