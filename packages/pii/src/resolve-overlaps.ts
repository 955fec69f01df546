import { isLetterOrDigit } from './char-class.js'
import type { Candidate } from './finding.js'
import { identifierTags, identifierTypes, tiers } from './identifier-types.js'

/** What needs company comes after everything that does not, and a guess after both. */
const tier = ({ type, needsCompany, isGuess }: Candidate): number =>
  tiers.indexOf(identifierTags[type].tier) + (isGuess ? 2 * tiers.length : needsCompany ? tiers.length : 0)

const compareRank = (a: Candidate, b: Candidate): number =>
  tier(a) - tier(b) ||
  b.end - b.start - (a.end - a.start) ||
  a.start - b.start ||
  identifierTypes.indexOf(a.type) - identifierTypes.indexOf(b.type) ||
  b.score - a.score ||
  (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0)

/**
 * The candidates without overlaps, sorted by start. Independent of the order in which they were found.
 *
 * The stronger tier first (see `tiers`); among equals the longest, then the first, then the order of `identifierTypes`. Where a weaker candidate overlaps a stronger one, what remains of it stays, as long as it holds a
 * letter or a digit: nothing that any rule found is left standing.
 */
export function resolveOverlaps(text: string, candidates: readonly Candidate[]): readonly Candidate[] {
  const sorted = [...candidates].sort((a, b) => a.start - b.start || a.end - b.end)
  if (sorted.every((one, i) => i === 0 || sorted[i - 1]!.end <= one.start)) return sorted
  const taken = new Uint8Array(text.length)
  const kept: Candidate[] = []
  for (const candidate of sorted.sort(compareRank)) {
    if (candidate.isGuess && taken.subarray(candidate.start, candidate.end).includes(1)) continue
    for (const { start, end } of freePieces(text, taken, candidate))
      kept.push(end - start === candidate.end - candidate.start ? candidate : piece(candidate, start, end))
    taken.fill(1, candidate.start, candidate.end)
  }
  return kept.sort((a, b) => a.start - b.start)
}

/** A part of a candidate does not mean what the whole meant. */
function piece({ meaning: _, ...candidate }: Candidate, start: number, end: number): Candidate {
  return { ...candidate, start, end }
}

/** The parts of a candidate that nothing stronger took, without punctuation at their ends. */
function* freePieces(text: string, taken: Uint8Array, whole: Candidate): Generator<{ start: number; end: number }> {
  if (!taken.subarray(whole.start, whole.end).includes(1)) return yield whole
  for (let start = whole.start; start < whole.end; ) {
    if (taken[start] === 1 || !isLetterOrDigit(text.charCodeAt(start))) {
      start++
      continue
    }
    let free = start
    while (free < whole.end && taken[free] === 0) free++
    let end = free
    while (!isLetterOrDigit(text.charCodeAt(end - 1))) end--
    yield { start, end }
    start = free
  }
}
