import type { Candidate } from './finding.js'
import type { ScanText } from './scanner.js'

/** What was found so far in one document, so that every mention of it gets the same answer. */
export interface DocumentMemory {
  /** Remembers values from findings (sorted and disjoint). */
  learn(source: ScanText, found: readonly Candidate[]): void
  /** Emits every mention of a remembered value that is not yet in one of the findings. */
  recall(source: ScanText, found: readonly Candidate[], emit: (candidate: Candidate) => void): void
}
