/** Metrics of one name, for the text format of Prometheus. */
export interface MetricFamily {
  /** `[a-zA-Z_][a-zA-Z0-9_]*`; a counter ends in `_total`. */
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge'
  readonly samples: readonly MetricSample[]
}

export interface MetricSample {
  /** Names as those of metrics; values are any text. */
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

/** What `prometheusText` returns, as a content type. */
export const prometheusType = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * Metrics in the text format 0.0.4. Of samples with the same labels the last counts; a family without samples is left out.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export const prometheusText = (families: readonly MetricFamily[]): string =>
  families
    .filter(({ samples }) => samples.length > 0)
    .map(
      ({ name, help, type, samples }) =>
        `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}\n${lines(name, samples).join('')}`,
    )
    .join('')

function lines(name: string, samples: readonly MetricSample[]): readonly string[] {
  const byLabels = new Map(samples.map(({ labels = {}, value }) => [labelText(labels), value]))
  return [...byLabels].map(([labels, value]) => `${name}${labels} ${numberText(value)}\n`)
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')

const numberText = (value: number): string =>
  Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
