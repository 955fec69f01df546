import { figure, given } from '../format.js'
import { html, uncut, visibleLength, type Markup } from '../markup.js'
import { at, extent, linearScale } from './scale.js'

export interface ChangeRow {
  readonly name: string
  readonly before: number | null
  readonly after: number | null
  readonly limit?: number
}

const width = 420
const rowHeight = 42
const top = 4

/** Two values per row and the way between them: an open circle before, a full one after. */
export function changePlot({ title, rows }: { readonly title: string; readonly rows: readonly ChangeRow[] }): Markup {
  const drawn = rows.slice(0, 24)
  const numbers = drawn.flatMap(({ before, after, limit }) =>
    [before, after, limit ?? null].filter(one => one !== null),
  )
  const x = linearScale(extent([0, ...numbers]), [14, width - 20])
  const bottom = top + drawn.length * rowHeight
  const says = drawn
    .slice(0, 10)
    .map(({ name, before, after }) => `${name.slice(0, 60)} ${told(before)} before, ${told(after)} after`)
  return html`<figure class="plot wide">
<figcaption>${title}: <span>○ before, ● after</span></figcaption>
<svg viewBox="0 0 ${width} ${bottom + 26}" role="img" aria-label="${uncut(`${title}. ${says.join('; ')}`)}">
${x.ticks.map(
  tick => html`<line class="grid" x1="${at(x.at(tick))}" x2="${at(x.at(tick))}" y1="${top}" y2="${bottom}"/>
<text class="tick middle" x="${at(x.at(tick))}" y="${bottom + 16}">${given(tick)}</text>
`,
)}${drawn.map(({ name, before, after, limit }, i) => {
  const y = top + i * rowHeight + 28
  const place = (value: number): number => at(x.at(value))
  return html`<g><title>${name}: ${told(before)} before, ${told(after)} after</title><text class="label over" x="0" y="${y - 14}">${visibleLength(name, 56)}</text>${
    limit !== undefined &&
    html`<line class="limit" x1="${place(limit)}" x2="${place(limit)}" y1="${y - 9}" y2="${y + 9}"/>`
  }${before !== null && after !== null && html`<path class="way" d="M${place(before)} ${y}H${place(after)}"/>`}${
    before !== null && html`<circle class="ring" r="4.5" cx="${place(before)}" cy="${y}"/>`
  }${after !== null && html`<circle class="dot" r="4.5" cx="${place(after)}" cy="${y}"/>`}</g>
`
})}</svg>
</figure>`
}

const told = (value: number | null): string => (value === null ? 'not assessed' : figure(value))
