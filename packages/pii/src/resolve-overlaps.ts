import { isLetterOrDigit } from './char-class.js'
import type { Candidate } from './finding.js'
import { identifierTags, identifierTypes, tiers, type IdentifierType } from './identifier-types.js'
import { scratchBytes } from './scratch.js'

const ranks: ReadonlyMap<IdentifierType, { readonly tier: number; readonly place: number }> = new Map(
  identifierTypes.map((type, place) => [type, { tier: tiers.indexOf(identifierTags[type].tier), place }] as const),
)

/** What needs company comes after everything that does not, and a guess after both. */
const tier = ({ type, needsCompany, isGuess }: Candidate): number =>
  ranks.get(type)!.tier + (isGuess ? 2 * tiers.length : needsCompany ? tiers.length : 0)

const compareRank = (a: Candidate, b: Candidate): number =>
  tier(a) - tier(b) ||
  b.end - b.start - (a.end - a.start) ||
  a.start - b.start ||
  ranks.get(a.type)!.place - ranks.get(b.type)!.place ||
  b.score - a.score ||
  (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0)

/**
 * The candidates without overlaps, sorted by start. Independent of the order in which they were found.
 *
 * The stronger tier first (see `tiers`); among equals the longest, then the first, then the order of `identifierTypes`. Where a weaker candidate overlaps a stronger one, what remains of it stays, as long as it holds a
 * letter or a digit: nothing that any rule found is left standing.
 */
export function resolveOverlaps(text: string, candidates: readonly Candidate[]): readonly Candidate[] {
  if (candidates.length < 2) return [...candidates]
  const sorted = [...candidates].sort((a, b) => a.start - b.start || a.end - b.end)
  if (sorted.every((one, i) => i === 0 || sorted[i - 1]!.end <= one.start)) return sorted
  const taken = scratchBytes(text.length)
  const kept: Candidate[] = []
  for (const candidate of sorted.sort(compareRank)) {
    const isOverlapped = isTaken(taken, candidate)
    if (isOverlapped && candidate.isGuess) continue
    if (isOverlapped) keepPieces(text, taken, candidate, kept)
    else kept.push(candidate)
    taken.fill(1, candidate.start, candidate.end)
  }
  return kept.sort((a, b) => a.start - b.start)
}

// By hand, for `includes` of a typed array takes longer on so few bytes.
function isTaken(taken: Uint8Array, { start, end }: Candidate): boolean {
  for (let i = start; i < end; i++) if (taken[i] === 1) return true
  return false
}

/** The parts of a candidate that nothing stronger took, without punctuation at their ends. A part does not mean what the whole meant. */
function keepPieces(text: string, taken: Uint8Array, { meaning: _, ...whole }: Candidate, kept: Candidate[]): void {
  for (let start = whole.start; start < whole.end; ) {
    if (taken[start] === 1 || !isLetterOrDigit(text.charCodeAt(start))) {
      start++
      continue
    }
    let free = start
    while (free < whole.end && taken[free] === 0) free++
    let end = free
    while (!isLetterOrDigit(text.charCodeAt(end - 1))) end--
    kept.push({ ...whole, start, end })
    start = free
  }
}
