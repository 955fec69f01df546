import type { Digest, LineageNode } from '@attestry/core'
import type { LineageGraph } from './lineage-graph.js'

/** Levels that are drawn. */
const deepest = 40

/**
 * Where content comes from, or what came of it, as an indented tree for a terminal. A node that stands above already is
 * named again without its branches. Names are shortened, and control characters in them are replaced.
 *
 * @throws GOV-E301 when no node names the digest
 */
export function lineageText(graph: LineageGraph, digest: Digest, direction: 'upstream' | 'downstream'): string {
  const answer = graph[direction](digest)
  const lines: string[] = [digest]
  const shown = new Set<LineageNode>()
  const near = (node: LineageNode): readonly Digest[] => (direction === 'upstream' ? node.outputs : node.inputs)
  const far = (node: LineageNode): readonly Digest[] => (direction === 'upstream' ? node.inputs : node.outputs)
  const branch = (from: readonly Digest[], depth: number): void => {
    const next = answer.nodes.filter(one => near(one).some(end => from.includes(end)))
    if (depth > deepest && next.length > 0) {
      lines.push(`${'  '.repeat(depth)}… and what is behind it`)
      return
    }
    for (const node of next) {
      const isAgain = shown.has(node)
      lines.push(
        `${'  '.repeat(depth)}${direction === 'upstream' ? '<-' : '->'} ${lineOf(node)}${isAgain ? ' (above)' : ''}`,
      )
      if (isAgain) continue
      shown.add(node)
      branch(far(node), depth + 1)
    }
  }
  branch([digest], 1)
  if (answer.nodes.length === 0) lines.push(`  nothing ${direction}`)
  return `${lines.join('\n')}\n`
}

const lineOf = ({ kind, name, inputs, outputs, plugin, rowsIn, rowsOut }: LineageNode): string =>
  [
    kind,
    shown(name),
    `(${inputs.length} in, ${outputs.length} out)`,
    plugin === undefined ? null : `by ${shown(plugin)}`,
    rowsIn === undefined ? null : `${rowsIn} rows in`,
    rowsOut === undefined ? null : `${rowsOut} rows out`,
  ]
    .filter(part => part !== null)
    .join(' ')

const shown = (text: string): string =>
  text.slice(0, 80).replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g, '\ufffd')
