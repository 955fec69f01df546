import type { RunRecord } from '@attestry/core'
import { windowSeries, type EvidenceItem, type WindowSeries } from '../evidence-list.js'
import { byText, count, counted, figuresApart, sortedEntries } from '../format.js'
import { html, type Content, type Markup } from '../markup.js'
import { alertPlot } from '../plots/alert-plot.js'
import { linePlot } from '../plots/line-plot.js'
import { codeText, dataTable, metricName, note, notReached, section } from './parts.js'

/** Windows of later predictions and the alerts they raised. */
export function monitoringSection(
  { stages: { monitor }, config }: RunRecord,
  evidence: readonly EvidenceItem[],
): Markup {
  const title = 'Monitoring'
  if (!config.monitoring)
    return section('monitoring', title, html`<p class="none">Not configured: no later data was given to watch.</p>`)
  if (!monitor) return section('monitoring', title, notReached('No window of later predictions was judged.'))
  const { windows, rows, alerts } = monitor
  if (windows === 0) return section('monitoring', title, html`<p class="none">There was no later row to judge.</p>`)
  const ordered = [...alerts].sort((a, b) => a.window - b.window || byText(a.metric, b.metric))
  return section('monitoring', title, [
    html`<p>${counted(rows, 'row')} in ${counted(windows, 'window')} of ${count(config.monitoring.windowRows)}, compared with the test set. ${counted(alerts.length, 'alert')}.</p>
`,
    seriesPlots(windowSeries(evidence)),
    alerts.length > 0 && alertPlot(alerts, windows),
    dataTable(
      'Alerts',
      [
        { name: 'Metric' },
        { name: 'Window', isNumber: true },
        { name: 'Severity' },
        { name: 'Value', isNumber: true },
        { name: 'Threshold', isNumber: true },
        { name: 'About' },
        { name: 'Raised by' },
      ],
      ordered.map(({ metric, window, severity, value, threshold, note: says, slice, plugin }) => {
        const [shown, limit] = figuresApart(value, threshold)
        const about =
          slice &&
          sortedEntries(slice)
            .map(([attribute, group]) => `${attribute} ${group}`)
            .join(', ')
        return [
          metricName(metric),
          count(window),
          html`<span class="${severity}">${severity === 'critical' ? '◆' : '●'} ${severity}</span>`,
          shown,
          limit,
          html`${says}${about && html` <span class="quiet">${about}</span>`}`,
          plugin === undefined ? '' : codeText(plugin),
        ]
      }),
    ),
    note(
      'A window without an alert stayed below its thresholds, differed by no more than chance explains, or had too few rows to be assessed.',
    ),
  ])
}

/** More plots than this tell less; the rest is in the evidence. */
const mostPlots = 8

const seriesPlots = (series: readonly WindowSeries[]): Content =>
  series.length > 0 && [
    html`<div class="plots">
${series.slice(0, mostPlots).map(({ metric, attribute, threshold, values }) =>
  linePlot({
    title: attribute === null ? metricName(metric) : `${metricName(metric)} by ${attribute}`,
    points: values.map(({ window, value }) => ({ x: window, y: value })),
    xName: 'window',
    fromZero: true,
    hasDots: values.length <= 60,
    ...(threshold !== null && { limit: { value: threshold, name: 'threshold' } }),
  }),
)}</div>
`,
    series.length > mostPlots &&
      note(`${mostPlots} of ${series.length} measurements are drawn; all are in the evidence of each window.`),
  ]
