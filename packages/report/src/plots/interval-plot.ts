import { figure, given, interval as ends } from '../format.js'
import { html, uncut, visibleLength, type Markup } from '../markup.js'
import { at, extent, linearScale } from './scale.js'

export interface IntervalRow {
  readonly name: string
  /** Null is drawn as words, never as a dot at 0. */
  readonly value: number | null
  readonly interval?: readonly [number, number]
  readonly n: number
}

export interface IntervalPlot {
  readonly title: string
  readonly rows: readonly IntervalRow[]
  /** A vertical line that the dots are read against. */
  readonly reference?: { readonly value: number; readonly name: string }
  /** What the axis shows at least. Rates stay within 0 and 1 all the same. */
  readonly shows?: readonly [number, number]
}

const width = 420
const label = 128
const rowHeight = 24
const top = 6

/** Rows that are drawn at most; the table beneath holds all. */
export const mostRows = 40

/** A dot per group with its interval. */
export function intervalPlot({ title, rows, reference, shows }: IntervalPlot): Markup {
  const drawn = rows.slice(0, mostRows)
  const numbers = drawn.flatMap(({ value, interval }) => [...(value === null ? [] : [value]), ...(interval ?? [])])
  const [low, high] = extent([...numbers, ...(reference ? [reference.value] : []), ...(shows ?? [])])
  const x = linearScale([Math.max(low, 0), Math.min(high, 1)], [label + 8, width - 26])
  const bottom = top + drawn.length * rowHeight
  const height = bottom + (reference ? 44 : 26)
  const within = (value: number): number => at(x.at(Math.min(Math.max(value, x.domain[0]), x.domain[1])))
  return html`<figure class="plot">
<figcaption>${title}</figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${uncut(summary(title, rows, reference))}">
${x.ticks.map(
  tick => html`<line class="grid" x1="${at(x.at(tick))}" x2="${at(x.at(tick))}" y1="${top}" y2="${bottom}"/>
<text class="tick middle" x="${at(x.at(tick))}" y="${bottom + 16}">${given(tick)}</text>
`,
)}${
  reference &&
  html`<line class="limit" x1="${within(reference.value)}" x2="${within(reference.value)}" y1="${top}" y2="${bottom}"/>
<text class="limit-name middle" x="${at(Math.min(Math.max(within(reference.value), label + 50), width - 60))}" y="${bottom + 34}">${reference.name} ${short(reference.value)}</text>
`
}${drawn.map((row, i) => drawRow(row, top + i * rowHeight + rowHeight / 2, within))}
</svg>
${rows.length > mostRows && html`<p class="note">${mostRows} of ${rows.length} rows are drawn; all are in the table.</p>`}
</figure>`
}

const drawRow = ({ name, value, interval, n }: IntervalRow, y: number, x: (value: number) => number): Markup =>
  html`<g><title>${name}: ${value === null ? 'not assessed' : `${figure(value)}${interval ? ` ${ends(interval)}` : ''}`}, n ${n}</title>
<text class="label end" x="${label}" y="${y + 4}">${visibleLength(name, 18)}</text>
${
  value === null
    ? html`<text class="tick over" x="${label + 14}" y="${y + 4}">not assessed</text>`
    : html`${interval && html`<path class="whisker" d="M${x(interval[0])} ${y}H${x(interval[1])}M${x(interval[0])} ${y - 4}v8M${x(interval[1])} ${y - 4}v8"/>`}<circle class="dot" r="4" cx="${x(value)}" cy="${y}"/>`
}</g>
`

const summary = (title: string, rows: readonly IntervalRow[], reference: IntervalPlot['reference']): string =>
  `${title}. ${rows
    .slice(0, 12)
    .map(
      ({ name, value, interval }) =>
        `${name.slice(0, 24)} ${value === null ? 'not assessed' : `${figure(value)}${interval ? ` ${ends(interval)}` : ''}`}`,
    )
    .join(
      '; ',
    )}${rows.length > 12 ? `; and ${rows.length - 12} more` : ''}${reference ? `. ${reference.name} ${short(reference.value)}` : ''}`

/** Three digits, without zeros at the end: the line may stand at a chosen value or at a measured one. */
const short = (value: number): string => given(Number(value.toPrecision(3)))
