import { count, figure, given } from '../format.js'
import { html, trusted, uncut, type Markup } from '../markup.js'
import { at, extent, linearScale } from './scale.js'

export interface LinePoint {
  readonly x: number
  /** Null leaves a gap in the line. */
  readonly y: number | null
}

export interface LinePlot {
  readonly title: string
  readonly points: readonly LinePoint[]
  readonly xName: string
  /** A horizontal line that the values are read against. */
  readonly limit?: { readonly value: number; readonly name: string }
  /** Whether the vertical axis starts at 0. */
  readonly fromZero?: boolean
  /** Whether each point gets a dot: for few points. */
  readonly hasDots?: boolean
}

const size = { width: 420, height: 220, left: 52, right: 24, top: 14, bottom: 40 } as const

/** Points that are drawn at most; of more, the lowest and highest of each stretch are kept, so that no spike is lost. */
const mostPoints = 600

/** One value over steps, with a sentence that says the same to whoever cannot see it. */
export function linePlot({ title, points, xName, limit, fromZero = false, hasDots = false }: LinePlot): Markup {
  const known = points.filter(
    (point): point is { x: number; y: number } => point.y !== null && Number.isFinite(point.y),
  )
  if (known.length === 0)
    return html`<figure class="plot"><figcaption>${title}</figcaption><p class="none">No value was recorded.</p></figure>`
  const values = known.map(({ y }) => y)
  const [low, high] = extent([...values, ...(limit ? [limit.value] : []), ...(fromZero ? [0] : [])])
  const { width, height, left, right, top, bottom } = size
  const x = linearScale(extent(points.map(point => point.x)), [left, width - right], 'tight')
  const y = linearScale([low, high], [height - bottom, top])
  return html`<figure class="plot">
<figcaption>${title}</figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${uncut(summary(title, xName, known, limit))}">
${y.ticks.map(
  tick => html`<line class="grid" x1="${left}" x2="${width - right}" y1="${at(y.at(tick))}" y2="${at(y.at(tick))}"/>
<text class="tick end" x="${left - 6}" y="${at(y.at(tick) + 4)}">${given(tick)}</text>
`,
)}${x.ticks.filter(Number.isInteger).map(
  tick => html`<text class="tick middle" x="${at(x.at(tick))}" y="${height - bottom + 18}">${count(tick)}</text>
`,
)}<text class="axis middle" x="${(left + width - right) / 2}" y="${height - 5}">${xName}</text>
${
  limit &&
  html`<line class="limit" x1="${left}" x2="${width - right}" y1="${at(y.at(limit.value))}" y2="${at(y.at(limit.value))}"/>
`
}<path class="line" d="${trusted(pathOf(thinned(points), x.at, y.at))}"/>
${(hasDots || known.length === 1) && known.map(point => html`<circle class="dot" r="3" cx="${at(x.at(point.x))}" cy="${at(y.at(point.y))}"/>`)}
${limit && html`<text class="limit-name over" x="${left + 6}" y="${at(y.at(limit.value) + 13)}">${limit.name} ${given(limit.value)}</text>`}
</svg>
</figure>`
}

function summary(
  title: string,
  xName: string,
  known: readonly { x: number; y: number }[],
  limit: LinePlot['limit'],
): string {
  const first = known[0]!
  const last = known.at(-1)!
  const [low, high] = extent(known.map(({ y }) => y))
  return (
    `${title}: ${figure(first.y)} at ${xName} ${count(first.x)}, ${figure(last.y)} at ${xName} ${count(last.x)}, ` +
    `between ${figure(low)} and ${figure(high)}${limit ? `; ${limit.name} ${given(limit.value)}` : ''}`
  )
}

function pathOf(points: readonly LinePoint[], x: (value: number) => number, y: (value: number) => number): string {
  let isDown = false
  const parts: string[] = []
  for (const point of points) {
    if (point.y === null || !Number.isFinite(point.y)) {
      isDown = false
      continue
    }
    parts.push(`${isDown ? 'L' : 'M'}${at(x(point.x))} ${at(y(point.y))}`)
    isDown = true
  }
  return parts.join('')
}

/** At most 600 points, among them the first, the last, and both extremes of every stretch. */
export function thinned(points: readonly LinePoint[]): readonly LinePoint[] {
  if (points.length <= mostPoints) return points
  const stretches = mostPoints / 2 - 1
  const kept = new Set([0, points.length - 1])
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = Math.floor((stretch * points.length) / stretches)
    const to = Math.floor(((stretch + 1) * points.length) / stretches)
    let [lowest, highest] = [from, from]
    for (let i = from; i < to; i++) {
      if ((points[i]!.y ?? Infinity) < (points[lowest]!.y ?? Infinity)) lowest = i
      if ((points[i]!.y ?? -Infinity) > (points[highest]!.y ?? -Infinity)) highest = i
    }
    kept.add(lowest).add(highest)
  }
  return [...kept].sort((a, b) => a - b).map(i => points[i]!)
}
