import { token, type ServiceToken } from '../services.js'
import type { RecordBatch } from '../record-batch.js'
import type { IdentifierRule } from '../obligations.js'

export interface ScrubResult {
  readonly batch: RecordBatch
  /** Findings by identifier type. */
  readonly found: Readonly<Record<string, number>>
  readonly rowsChanged: number
  /** Findings by column, then type. Absent where the scrubber does not tell. */
  readonly foundByColumn?: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** Findings by the rule that found them. Absent where the scrubber does not tell. */
  readonly foundByRule?: Readonly<Record<string, number>>
}

export interface PiiScrubber {
  /** Identifier types that this detector knows. */
  readonly types: readonly string[]
  /** Applies each rule's operator to what it finds in the named text columns. */
  scrub(batch: RecordBatch, columns: readonly string[], rules: readonly IdentifierRule[]): Promise<ScrubResult>
  /** Counts what `scrub` with these rules would still change. */
  residue(
    batch: RecordBatch,
    columns: readonly string[],
    rules: readonly IdentifierRule[],
  ): Promise<Readonly<Record<string, number>>>
  /** Counts what is found, changing nothing. */
  scan(
    batch: RecordBatch,
    columns: readonly string[],
    types: readonly string[],
  ): Promise<Readonly<Record<string, number>>>
}

export const PiiScrubber: ServiceToken<PiiScrubber> = token<PiiScrubber>('PiiScrubber')
