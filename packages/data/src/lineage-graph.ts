import type { Digest, LineageNode } from '@attestry/core'

/**
 * The nodes that content was made by, nearest first: what produced it, what produced the inputs of that, and so on.
 * A graph with a cycle, which honest lineage never has, still ends.
 */
export const ancestors = (nodes: readonly LineageNode[], digest: Digest): readonly LineageNode[] =>
  walk(
    nodes,
    digest,
    ({ outputs }) => outputs,
    ({ inputs }) => inputs,
  )

/** The nodes that content went into, nearest first: what used it, what used the outputs of that, and so on. */
export const descendants = (nodes: readonly LineageNode[], digest: Digest): readonly LineageNode[] =>
  walk(
    nodes,
    digest,
    ({ inputs }) => inputs,
    ({ outputs }) => outputs,
  )

type Ends = (node: LineageNode) => readonly Digest[]

function walk(nodes: readonly LineageNode[], start: Digest, near: Ends, far: Ends): readonly LineageNode[] {
  const byNearEnd = new Map<Digest, LineageNode[]>()
  for (const node of nodes)
    for (const digest of near(node)) {
      const some = byNearEnd.get(digest)
      if (some) some.push(node)
      else byNearEnd.set(digest, [node])
    }
  const found = new Set<LineageNode>()
  const seen = new Set([start])
  const queue = [start]
  for (const digest of queue)
    for (const node of byNearEnd.get(digest) ?? []) {
      found.add(node)
      for (const next of far(node)) {
        if (seen.has(next)) continue
        seen.add(next)
        queue.push(next)
      }
    }
  return [...found]
}
