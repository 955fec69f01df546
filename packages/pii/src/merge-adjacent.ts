import type { Candidate } from './finding.js'

/** Between two parts of one address, and between two words of one name. */
const inAddress = /^(?:,? |,?[ \t]?\r?\n[ \t]?)$/
const inName = /^ $/

/** Neighbours that are parts of one thing as one finding: an address and the place after it, two pieces of a name. */
export function mergeAdjacent(text: string, found: readonly Candidate[]): readonly Candidate[] {
  const merged: Candidate[] = []
  for (const one of found) {
    const last = merged.at(-1)
    if (last && belongTogether(text.slice(last.end, Math.min(one.start, last.end + 4)), last, one))
      merged[merged.length - 1] = { ...last, end: one.end }
    else merged.push(one)
  }
  return merged
}

function belongTogether(gap: string, a: Candidate, b: Candidate): boolean {
  if (a.type === 'ADDRESS') return (b.type === 'ADDRESS' || b.type === 'LOCATION') && inAddress.test(gap)
  return a.type === 'PERSON' && b.type === 'PERSON' && inName.test(gap)
}
