import type { Candidate } from './finding.js'
import type { IdentifierType } from './identifier-types.js'
import type { Triggers } from './triggers.js'
import type { Words } from './words.js'

/** What scanners read: the folded text and, made on first use, its words. */
export interface ScanText {
  readonly text: string
  words(): Words
  /** The kinds of characters that it holds: a sum of `sign`. */
  readonly signs: number
  /** Where its runs of digits begin. */
  digitRuns(): readonly number[]
  /** Whether it was read before, without the blanks that stand in it now. */
  readonly isReread: boolean
  /** For each word the bits of the scanners of which it is a trigger. */
  triggers(): Int32Array
}

export interface ScanOptions {
  /** ISO 3166 regions whose national telephone numbers count without context. */
  readonly regions: readonly string[]
}

/**
 * Finds candidates of some types.
 *
 * A scanner must be linear: it looks at each character a bounded number of times, and never behind the place where its
 * last search of the same kind ended. It may emit overlapping candidates; which of them stay is decided afterwards. No
 * candidate may cover a blank.
 */
export interface Scanner {
  readonly id: string
  readonly types: readonly IdentifierType[]
  readonly triggers?: Triggers
  /** Signs of which the text must hold one for the scanner to look at all. */
  readonly needs?: number
  scan(source: ScanText, emit: (candidate: Candidate) => void, options: ScanOptions): void
}
