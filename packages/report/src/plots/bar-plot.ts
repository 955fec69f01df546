import { figure, given, interval as ends } from '../format.js'
import { html, uncut, visibleLength, type Markup } from '../markup.js'
import { at, extent, linearScale } from './scale.js'

export interface BarRow {
  readonly name: string
  /** Null is drawn as words, never as a bar of no length. */
  readonly value: number | null
  readonly interval?: readonly [number, number] | null
}

const width = 420
/** Of a letter of a label, as browsers draw it; and how many letters a label has, at least and at most. */
const letter = 8.1
const [fewestLetters, mostLetters] = [17, 28]
const rowHeight = 24
const top = 6

/** Bars that are drawn at most; the table beneath holds all. */
const mostBars = 20

/** A bar from zero per row, with its interval. Bars to the left of zero are drawn in another colour. */
export function barPlot({ title, rows }: { readonly title: string; readonly rows: readonly BarRow[] }): Markup {
  const drawn = rows.slice(0, mostBars)
  const numbers = drawn.flatMap(({ value, interval }) => [...(value === null ? [] : [value]), ...(interval ?? [])])
  const [low, high] = extent([0, ...numbers])
  const letters = Math.min(mostLetters, Math.max(fewestLetters, ...drawn.map(({ name }) => name.length)))
  const label = Math.round(letters * letter)
  const x = linearScale([low, high], [label + 8, width - 46])
  const bottom = top + drawn.length * rowHeight
  const says = drawn.slice(0, 12).map(row => `${row.name.slice(0, 24)} ${told(row)}`)
  return html`<figure class="plot">
<figcaption>${title}</figcaption>
<svg viewBox="0 0 ${width} ${bottom + 26}" role="img" aria-label="${uncut(`${title}. ${says.join('; ')}`)}">
${x.ticks.map(
  tick => html`<line class="grid" x1="${at(x.at(tick))}" x2="${at(x.at(tick))}" y1="${top}" y2="${bottom}"/>
<text class="tick middle" x="${at(x.at(tick))}" y="${bottom + 16}">${given(tick)}</text>
`,
)}${drawn.map((row, i) =>
  draw(row, { y: top + i * rowHeight + rowHeight / 2, label, letters }, value => at(x.at(value))),
)}
</svg>
${rows.length > mostBars && html`<p class="note">${mostBars} of ${rows.length} rows are drawn; all are in the table.</p>`}
</figure>`
}

function draw(
  { name, value, interval }: BarRow,
  { y, label, letters }: { readonly y: number; readonly label: number; readonly letters: number },
  x: (value: number) => number,
): Markup {
  const named = html`<text class="label end" x="${label}" y="${y + 4}">${visibleLength(name, letters)}</text>`
  if (value === null)
    return html`<g><title>${name}: not assessed</title>${named}<text class="tick over" x="${label + 14}" y="${y + 4}">not assessed</text></g>
`
  const [from, to] = [Math.min(x(0), x(value)), Math.max(x(0), x(value))]
  return html`<g><title>${name}: ${told({ name, value, interval: interval ?? null })}</title>${named}<rect class="bar ${value < 0 ? 'loss' : 'total'}" x="${from}" y="${y - 7}" width="${at(to - from)}" height="14" rx="2"/>${
    interval &&
    html`<path class="whisker dark" d="M${x(interval[0])} ${y}H${x(interval[1])}M${x(interval[0])} ${y - 4}v8M${x(interval[1])} ${y - 4}v8"/>`
  }</g>
`
}

const told = ({ value, interval }: BarRow): string =>
  value === null ? 'not assessed' : `${figure(value)}${interval ? ` ${ends(interval)}` : ''}`
