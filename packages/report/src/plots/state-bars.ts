import { count } from '../format.js'
import { html, uncut, visibleLength, type Markup } from '../markup.js'
import { at } from './scale.js'

export interface StateRow {
  readonly name: string
  readonly present: number
  readonly failed: number
  readonly stale: number
  readonly missing: number
}

const states = ['present', 'failed', 'stale', 'missing'] as const
const width = 420
const label = 92
const rowHeight = 30

/** How many controls of each regulation are in each state: one bar per regulation, as long as it has controls. */
export function stateBars(rows: readonly StateRow[]): Markup {
  const total = (row: StateRow): number => states.reduce((sum, state) => sum + row[state], 0)
  const most = Math.max(...rows.map(total), 1)
  const scale = (width - label - 44) / most
  const says = rows.map(row => `${row.name.slice(0, 40)}: ${states.map(state => `${row[state]} ${state}`).join(', ')}`)
  return html`<figure class="plot states">
<figcaption>Controls by state: ${states.map((state, i) => html`${i > 0 && ', '}<span class="key-${state}">${marks[state]} ${state}</span>`)}</figcaption>
<svg viewBox="0 0 ${width} ${rows.length * rowHeight + 4}" role="img" aria-label="${uncut(`Controls by state. ${says.join('; ')}`)}">
${rows.map((row, i) => {
  const y = i * rowHeight + 4
  let from = label + 8
  return html`<text class="label end" x="${label}" y="${y + 15}">${visibleLength(row.name, 12)}</text>
${states.map(state => {
  const length = row[state] * scale
  const x = from
  from += length
  return (
    row[state] > 0 &&
    html`<g><title>${row.name}: ${count(row[state])} ${state}</title><rect class="state-${state}" x="${at(x)}" y="${y}" width="${at(Math.max(length - 1.5, 1))}" height="20" rx="2"/>${length > 20 && html`<text class="on-bar middle" x="${at(x + length / 2)}" y="${y + 15}">${count(row[state])}</text>`}</g>
`
  )
})}<text class="tick" x="${at(from + 6)}" y="${y + 15}">${count(total(row))}</text>
`
})}</svg>
</figure>`
}

const marks = { present: '✓', failed: '✕', stale: '◔', missing: '○' } as const
