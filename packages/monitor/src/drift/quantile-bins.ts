/**
 * Interior edges of quantile bins: the quantiles 1/bins … (bins-1)/bins of the values, interpolated linearly between order
 * statistics, without repetitions. Ties therefore give fewer bins.
 *
 * @param values finite numbers in any order; not changed
 */
export function quantileEdges(values: ArrayLike<number>, bins: number): readonly number[] {
  const sorted = Float64Array.from(values).sort()
  if (sorted.length === 0) return []
  const edges: number[] = []
  for (let k = 1; k < bins; k++) {
    const place = (k / bins) * (sorted.length - 1)
    const below = Math.floor(place)
    const low = sorted[below]!
    const high = sorted[Math.min(below + 1, sorted.length - 1)]!
    const share = place - below
    // From the nearer end, as NumPy does: another rounding would move values across an edge.
    const edge = share < 0.5 ? low + (high - low) * share : high - (high - low) * (1 - share)
    if (edge !== edges.at(-1)) edges.push(edge)
  }
  return edges
}

/** The bin of a value among `edges.length + 1`: a value equal to an edge goes right. */
export function binOf(edges: readonly number[], value: number): number {
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (edges[middle]! <= value) low = middle + 1
    else high = middle
  }
  return low
}
