/** The first cycle in a directed graph, as `[a, b, a]`, or null. Deterministic in the order of `nodes`. */
export function findCycle(nodes: readonly string[], next: (node: string) => readonly string[]): string[] | null {
  const done = new Set<string>()
  const visit = (node: string, path: readonly string[]): string[] | null => {
    const start = path.indexOf(node)
    if (start >= 0) return [...path.slice(start), node]
    if (done.has(node)) return null
    for (const child of next(node)) {
      const cycle = visit(child, [...path, node])
      if (cycle) return cycle
    }
    done.add(node)
    return null
  }
  for (const node of nodes) {
    const cycle = visit(node, [])
    if (cycle) return cycle
  }
  return null
}
