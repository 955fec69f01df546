/** Counts of the values of a sensitive attribute within one class; zeros may be among them. */
export type Counts = ArrayLike<number>

/** How many different values a class holds (Machanavajjhala et al. 2007, section 4). */
export function distinctValues(counts: Counts): number {
  let distinct = 0
  for (let value = 0; value < counts.length; value++) if (counts[value]! > 0) distinct++
  return distinct
}

/**
 * Entropy l-diversity: exp of the entropy, the number of equally frequent values that would be as hard to guess
 * (Machanavajjhala et al. 2007, definition 4.1). Between 1 and the number of distinct values.
 */
export function entropyDiversity(counts: Counts): number {
  let rows = 0
  for (let value = 0; value < counts.length; value++) rows += counts[value]!
  let entropy = 0
  for (let value = 0; value < counts.length; value++) {
    const share = counts[value]! / rows
    if (share > 0) entropy -= share * Math.log(share)
  }
  return Math.exp(entropy)
}

/**
 * Recursive (c, l)-diversity: the largest l for which the most frequent value is rarer than c times all from the l-th most
 * frequent on: r1 < c (r_l + … + r_m) (Machanavajjhala et al. 2007, definition 4.2). 0 when even l = 1 does not hold.
 *
 * @param c above 0; the smaller, the stricter
 */
export function recursiveDiversity(counts: Counts, c: number): number {
  const sorted = Array.from(counts)
    .filter(count => count > 0)
    .sort((a, b) => b - a)
  let tail = 0
  for (let l = sorted.length; l >= 1; l--) {
    tail += sorted[l - 1]!
    if (sorted[0]! < c * tail) return l
  }
  return 0
}
