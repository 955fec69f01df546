import { count, percent } from '../format.js'
import { html, uncut, visibleLength, type Markup } from '../markup.js'
import { at } from './scale.js'

export interface WaterfallBar {
  readonly name: string
  /** Rows where the bar starts and ends. */
  readonly from: number
  readonly to: number
  readonly kind: 'total' | 'loss'
}

const width = 420
const barHeight = 14
const rowHeight = 42

/** Where the rows went: totals stand on the left edge, losses hang where they were taken away. */
export function waterfall(title: string, bars: readonly WaterfallBar[], whole: number): Markup {
  const height = bars.length * rowHeight + 4
  const x = (rows: number): number => at(whole === 0 ? 0 : (rows / whole) * width)
  const amount = ({ from, to, kind }: WaterfallBar): string =>
    kind === 'total' ? count(to) : `\u2212${count(from - to)}`
  const says = bars.map(bar => `${bar.name} ${amount(bar)}`).join(', ')
  return html`<figure class="plot wide">
<figcaption>${title}</figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${uncut(`${title}: ${says}`)}">
${bars.map((bar, i) => {
  const y = i * rowHeight
  const [low, high] = bar.kind === 'total' ? [0, bar.to] : [bar.to, bar.from]
  return html`<text class="label" x="0" y="${y + 16}">${visibleLength(bar.name, 40)}</text>
<text class="label strong end" x="${width}" y="${y + 16}">${amount(bar)}  (${percent(Math.abs(bar.kind === 'total' ? bar.to : bar.from - bar.to), whole)})</text>
<rect class="track" x="0" y="${y + 22}" width="${width}" height="${barHeight}" rx="2"/>
<rect class="bar ${bar.kind}" x="${x(low)}" y="${y + 22}" width="${at(Math.max(x(high) - x(low), high > low ? 1.5 : 0))}" height="${barHeight}" rx="2"/>
`
})}</svg>
</figure>`
}
