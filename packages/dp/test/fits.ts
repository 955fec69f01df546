/**
 * How far counts lie from what a distribution says, as a chi-square statistic in standard errors above its mean (by Wilson
 * and Hilferty's cube root). True draws exceed 5 with probability 3e-7. Outcomes that are expected fewer than 20 times are
 * counted together.
 */
export function misfit(counts: ReadonlyMap<string, number>, probabilities: ReadonlyMap<string, number>): number {
  const n = [...counts.values()].reduce((a, b) => a + b, 0)
  let chi = 0
  let cells = 0
  let rareSeen = n
  let rareExpected = n
  for (const [outcome, probability] of probabilities) {
    const expected = n * probability
    if (expected < 20) continue
    const seen = counts.get(outcome) ?? 0
    chi += (seen - expected) ** 2 / expected
    cells++
    rareSeen -= seen
    rareExpected -= expected
  }
  if (rareExpected >= 20) {
    chi += (rareSeen - rareExpected) ** 2 / rareExpected
    cells++
  } else if (rareSeen > 80) return Infinity
  const freedom = cells - 1
  if (freedom === 0) return 0
  const spread = 2 / (9 * freedom)
  return (Math.cbrt(chi / freedom) - (1 - spread)) / Math.sqrt(spread)
}

/** Counts of n draws. */
export function tally(n: number, draw: () => unknown): Map<string, number> {
  const counts = new Map<string, number>()
  for (let i = 0; i < n; i++) {
    const outcome = String(draw())
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  }
  return counts
}

/** Probabilities of the whole numbers from -reach to reach, proportional to a weight. */
export function massOf(reach: number, weight: (x: number) => number): Map<string, number> {
  const xs = Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach)
  const total = xs.reduce((sum, x) => sum + weight(x), 0)
  return new Map(xs.map(x => [String(x), weight(x) / total]))
}
