import { figure } from '../format.js'
import { html, uncut, visibleLength, type Markup } from '../markup.js'
import { at, extent } from './scale.js'

export interface HeatMap {
  readonly title: string
  readonly rows: readonly string[]
  readonly columns: readonly string[]
  /** By row, then column. Null is drawn as a dash on no colour. */
  readonly values: readonly (readonly (number | null)[])[]
}

const width = 420
const label = 100
const rowHeight = 30
const top = 26

/** Cells that are drawn at most. */
export const mostCells = 120

/** A rate in every cell of two attributes: the darker, the higher. The number stands in the cell. */
export function heatMap({ title, rows, columns, values }: HeatMap): Markup {
  const known = values.flat().filter(value => value !== null)
  const [low, high] = extent(known)
  const cell = (width - label - 8) / columns.length
  const height = top + rows.length * rowHeight + 4
  const strength = (value: number): number => at(high === low ? 0.3 : 0.08 + (0.52 * (value - low)) / (high - low))
  const says = rows.map(
    (row, i) =>
      `${row.slice(0, 24)}: ${columns.map((column, j) => `${column.slice(0, 24)} ${told(values[i]?.[j])}`).join(', ')}`,
  )
  return html`<figure class="plot heat">
<figcaption>${title}</figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${uncut(`${title}. ${says.slice(0, 12).join('; ')}`)}">
${columns.map(
  (
    name,
    j,
  ) => html`<text class="tick middle" x="${at(label + 8 + (j + 0.5) * cell)}" y="16">${visibleLength(name, Math.floor(cell / 7))}</text>
`,
)}${rows.map(
  (
    name,
    i,
  ) => html`<text class="label end" x="${label}" y="${top + i * rowHeight + 20}">${visibleLength(name, 14)}</text>
${columns.map((column, j) => {
  const value = values[i]?.[j] ?? null
  const [x, y] = [at(label + 8 + j * cell), top + i * rowHeight]
  return html`<g><title>${name}, ${column}: ${told(value)}</title><rect class="${value === null ? 'empty' : 'heat-cell'}" x="${at(x + 1)}" y="${y + 1}" width="${at(cell - 2)}" height="${rowHeight - 2}" rx="3" fill-opacity="${value === null ? 1 : strength(value)}"/><text class="cell middle" x="${at(x + cell / 2)}" y="${y + 20}">${value === null ? '–' : figure(value, 2)}</text></g>
`
})}`,
)}</svg>
</figure>`
}

const told = (value: number | null | undefined): string => (typeof value === 'number' ? figure(value) : 'not assessed')
