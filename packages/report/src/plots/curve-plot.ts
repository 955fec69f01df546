import { figure, given } from '../format.js'
import { html, trusted, uncut, visibleLength, type Markup } from '../markup.js'
import { at, extent, linearScale } from './scale.js'

export interface CurvePoint {
  readonly x: number
  /** Null leaves a gap. */
  readonly y: number | null
  /** Ends of a band around the curve. */
  readonly low?: number | null
  readonly high?: number | null
}

export interface Curve {
  readonly name: string
  readonly points: readonly CurvePoint[]
}

export interface CurvePlot {
  readonly title: string
  /** Up to three; each has its own stroke, so that none is told by colour alone. */
  readonly curves: readonly Curve[]
  readonly xName: string
  /** What the vertical axis shows at least. */
  readonly shows?: readonly [number, number]
  /** Names of the places 0, 1, 2 … where x is no number. */
  readonly places?: readonly string[]
}

const size = { width: 420, height: 236, left: 52, right: 24, top: 14, bottom: 40 } as const

/** Curves over a number or over named places, each with its band. */
export function curvePlot({ title, curves, xName, shows, places }: CurvePlot): Markup {
  const drawn = curves.slice(0, 3)
  const points = drawn.flatMap(curve => curve.points)
  const numbers = points.flatMap(({ y, low, high }) => [y, low, high].filter(one => typeof one === 'number'))
  if (numbers.length === 0)
    return html`<figure class="plot"><figcaption>${title}</figcaption><p class="none">No value was recorded.</p></figure>`
  const { width, height, left, right, top, bottom } = size
  const x = linearScale(
    places ? [-0.5, places.length - 0.5] : extent(points.map(point => point.x)),
    [left, width - right],
    'tight',
  )
  const y = linearScale(extent([...numbers, ...(shows ?? [])]), [height - bottom, top])
  const named = places
    ? places.map((name, i) => ({ at: i, name: visibleLength(name, Math.max(3, Math.floor(50 / places.length))) }))
    : x.ticks.map(tick => ({ at: tick, name: given(tick) }))
  return html`<figure class="plot">
<figcaption>${title}</figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${uncut(summary(title, xName, drawn, places))}">
${y.ticks.map(
  tick => html`<line class="grid" x1="${left}" x2="${width - right}" y1="${at(y.at(tick))}" y2="${at(y.at(tick))}"/>
<text class="tick end" x="${left - 6}" y="${at(y.at(tick) + 4)}">${given(tick)}</text>
`,
)}${named.map(
  one => html`<text class="tick middle" x="${at(x.at(one.at))}" y="${height - bottom + 18}">${one.name}</text>
`,
)}<text class="axis middle" x="${(left + width - right) / 2}" y="${height - 5}">${visibleLength(xName, 48)}</text>
${drawn.map(
  (curve, i) => html`<path class="band band-${i + 1}" d="${trusted(bandOf(curve.points, x.at, y.at))}"/>
`,
)}${drawn.map(
  (curve, i) => html`<path class="line line-${i + 1}" d="${trusted(pathOf(curve.points, x.at, y.at))}"/>
${curve.points.length <= 40 && curve.points.map(({ x: place, y: value }) => value !== null && html`<circle class="dot dot-${i + 1}" r="3" cx="${at(x.at(place))}" cy="${at(y.at(value))}"/>`)}
`,
)}</svg>
${drawn.length > 1 && html`<p class="legend">${drawn.map((curve, i) => html`<span class="key"><span class="swatch swatch-${i + 1}" aria-hidden="true"></span> ${curve.name}</span> `)}</p>`}
</figure>`
}

type At = (value: number) => number

function pathOf(points: readonly CurvePoint[], x: At, y: At): string {
  let isDown = false
  return points
    .map(({ x: place, y: value }) => {
      const command = isDown ? 'L' : 'M'
      isDown = value !== null
      return value === null ? '' : `${command}${at(x(place))} ${at(y(value))}`
    })
    .join('')
}

function bandOf(points: readonly CurvePoint[], x: At, y: At): string {
  const known = points.filter(
    (point): point is { x: number; y: number; low: number; high: number } =>
      typeof point.low === 'number' && typeof point.high === 'number',
  )
  if (known.length < 2)
    return known.map(({ x: place, low, high }) => `M${at(x(place))} ${at(y(low))}V${at(y(high))}`).join('')
  const upper = known.map(point => `${at(x(point.x))} ${at(y(point.high))}`)
  const lower = [...known].reverse().map(point => `${at(x(point.x))} ${at(y(point.low))}`)
  return `M${[...upper, ...lower].join('L')}Z`
}

function summary(title: string, xName: string, curves: readonly Curve[], places: CurvePlot['places']): string {
  const one = ({ name, points }: Curve): string => {
    const known = points.filter(({ y }) => y !== null)
    const [first, last] = [known[0], known.at(-1)]
    if (!first || !last) return `${name}: nothing recorded`
    const where = (x: number): string => (places ? (places[x] ?? '').slice(0, 24) : `${xName} ${given(x)}`)
    return `${name.slice(0, 40)}: ${figure(first.y!)} at ${where(first.x)}, ${figure(last.y!)} at ${where(last.x)}`
  }
  return `${title}. ${curves.map(one).join('; ')}`
}
