import { count, words } from '../format.js'
import { html, uncut, visibleLength, type Markup } from '../markup.js'
import { at, linearScale } from './scale.js'

export interface AlertMark {
  readonly metric: string
  /** 0-based. */
  readonly window: number
  readonly severity: 'warning' | 'critical'
}

const width = 420
const rowHeight = 40

/** Alerts over windows, one row per metric. A window without a mark raised no alert. */
export function alertPlot(alerts: readonly AlertMark[], windows: number): Markup {
  const metrics = [...new Set(alerts.map(({ metric }) => metric))].sort().slice(0, 30)
  const bottom = metrics.length * rowHeight + 6
  const x = linearScale([0, Math.max(windows - 1, 1)], [10, width - 18], 'tight')
  const critical = alerts.filter(({ severity }) => severity === 'critical').length
  // One mark per place, the worst: ten thousand alerts in one window are one dot.
  const marks = new Map<string, AlertMark>()
  for (const one of alerts) {
    const place = `${one.metric} ${one.window}`
    if (marks.get(place)?.severity !== 'critical') marks.set(place, one)
  }
  return html`<figure class="plot wide">
<figcaption>Alerts by window: <span class="warning">● warning</span>, <span class="critical">◆ critical</span></figcaption>
<svg viewBox="0 0 ${width} ${bottom + 42}" role="img" aria-label="${uncut(summary(alerts.length, windows, critical, metrics))}">
${metrics.map(
  (metric, i) => html`<text class="label" x="0" y="${i * rowHeight + 14}">${visibleLength(words(metric), 56)}</text>
<line class="grid" x1="10" x2="${width - 18}" y1="${i * rowHeight + 28}" y2="${i * rowHeight + 28}"/>
`,
)}${x.ticks.filter(Number.isInteger).map(
  tick => html`<text class="tick middle" x="${at(x.at(tick))}" y="${bottom + 16}">${count(tick)}</text>
`,
)}<text class="axis middle" x="${width / 2}" y="${bottom + 36}">window</text>
${[...marks.values()].slice(0, 2000).map(({ metric, window, severity }) => {
  const row = metrics.indexOf(metric)
  if (row < 0) return null
  const [cx, cy] = [at(x.at(window)), row * rowHeight + 28]
  return severity === 'critical'
    ? html`<path class="critical" d="M${cx} ${cy - 6}l6 6l-6 6l-6 -6z"/>`
    : html`<circle class="warning" r="4" cx="${cx}" cy="${cy}"/>`
})}
</svg>
</figure>`
}

const summary = (alerts: number, windows: number, critical: number, metrics: readonly string[]): string =>
  `Alerts by window: ${count(alerts)} alerts in ${count(windows)} windows, ${count(critical)} of them critical; metrics ` +
  metrics.map(words).join(', ')
