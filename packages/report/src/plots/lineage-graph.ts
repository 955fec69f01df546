import type { LineageNode } from '@attestry/core'
import { count, shortDigest } from '../format.js'
import { html, trusted, uncut, visibleLength, type Markup } from '../markup.js'
import { at } from './scale.js'

const width = 420
const boxHeight = 74
const gap = 40
const most = 2

/** One drawn box; several nodes of a layer beyond the second share a box that counts them. */
interface Box {
  readonly node: LineageNode | null
  readonly more: number
  readonly x: number
  readonly y: number
  readonly width: number
}

/**
 * Layers of nodes: a node stands below everything whose outputs it takes in. Nodes of a cycle, which no honest lineage
 * has, end up in the layer after the last that could be placed.
 */
export function layersOf(nodes: readonly LineageNode[]): readonly (readonly LineageNode[])[] {
  const producers = producersOf(nodes)
  const layers: LineageNode[][] = []
  const placed = new Set<LineageNode>()
  while (placed.size < nodes.length) {
    const ready = nodes.filter(
      node => !placed.has(node) && parentsOf(node, producers).every(parent => parent === node || placed.has(parent)),
    )
    const layer = ready.length > 0 ? ready : nodes.filter(node => !placed.has(node))
    for (const node of layer) placed.add(node)
    layers.push(layer)
  }
  return layers
}

type Producers = ReadonlyMap<string, readonly LineageNode[]>

function producersOf(nodes: readonly LineageNode[]): Producers {
  const producers = new Map<string, LineageNode[]>()
  for (const node of nodes)
    for (const digest of node.outputs) producers.set(digest, [...(producers.get(digest) ?? []), node])
  return producers
}

const parentsOf = (node: LineageNode, producers: Producers): readonly LineageNode[] => [
  ...new Set(node.inputs.flatMap(digest => producers.get(digest) ?? [])),
]

/** Where the model comes from, top to bottom. */
export function lineageGraph(nodes: readonly LineageNode[]): Markup {
  const layers = layersOf(nodes).slice(0, 12)
  const boxes = layers.map((layer, row) => place(layer, row))
  const boxOf = new Map<LineageNode, Box>()
  layers.forEach((layer, row) =>
    layer.forEach((node, column) => boxOf.set(node, boxes[row]![Math.min(column, boxes[row]!.length - 1)]!)),
  )
  const producers = producersOf(nodes)
  const edges = new Set<string>()
  for (const [node, box] of boxOf)
    for (const parent of parentsOf(node, producers)) {
      const from = boxOf.get(parent)
      if (from && from.y < box.y) edges.add(edge(from, box))
    }
  const height = boxes.length * (boxHeight + gap) - gap + 4
  const says = nodes.slice(0, 12).map(({ kind, name }) => `${kind} ${name.slice(0, 40)}`)
  return html`<figure class="plot wide">
<figcaption>From the source to the model</figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${uncut(`Lineage, ${nodes.length} nodes: ${says.join('; then ')}`)}">
<path class="edge" d="${trusted([...edges].join(''))}"/>
${boxes.flat().map(draw)}</svg>
</figure>`
}

function place(layer: readonly LineageNode[], row: number): readonly Box[] {
  const shown = layer.length <= most ? layer.length : most
  const boxWidth = shown === 1 ? 300 : (width - (shown - 1) * 16) / shown
  const start = (width - (shown * boxWidth + (shown - 1) * 16)) / 2
  return Array.from({ length: shown }, (_, column) => {
    const isRest = layer.length > most && column === most - 1
    return {
      node: isRest ? null : layer[column]!,
      more: isRest ? layer.length - most + 1 : 0,
      x: at(start + column * (boxWidth + 16)),
      y: row * (boxHeight + gap) + 2,
      width: at(boxWidth),
    }
  })
}

function edge(from: Box, to: Box): string {
  const [x1, y1, x2, y2] = [from.x + from.width / 2, from.y + boxHeight, to.x + to.width / 2, to.y - 5]
  const middle = (y1 + y2) / 2
  const arrow = `M${at(x2 - 4)} ${at(y2 - 5)}L${at(x2)} ${at(y2 + 4)}L${at(x2 + 4)} ${at(y2 - 5)}`
  return `M${at(x1)} ${at(y1)}C${at(x1)} ${at(middle)} ${at(x2)} ${at(middle)} ${at(x2)} ${at(y2)}${arrow}`
}

function draw({ node, more, x, y, width: boxWidth }: Box): Markup {
  const [letters, left] = [Math.floor((boxWidth - 24) / 7.2), at(x + 12)]
  const box = html`<rect class="box ${node?.kind}" x="${x}" y="${y}" width="${boxWidth}" height="${boxHeight}" rx="6"/>`
  if (!node)
    return html`${box}<text class="label middle" x="${at(x + boxWidth / 2)}" y="${y + 42}">and ${count(more)} more</text>
`
  return html`${box}<text class="tick" x="${left}" y="${y + 21}">${node.kind}</text>
<text class="label strong" x="${left}" y="${y + 40}">${visibleLength(node.name, letters)}</text>
<text class="tick" x="${left}" y="${y + 60}">${visibleLength(outcomeOf(node), letters)}</text>
`
}

const outcomeOf = ({ outputs, rowsOut }: LineageNode): string =>
  [
    outputs.length === 1 ? shortDigest(outputs[0]!) : `${count(outputs.length)} outputs`,
    rowsOut === undefined ? null : `${count(rowsOut)} rows`,
  ]
    .filter(part => part !== null)
    .join(', ')
