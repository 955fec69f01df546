import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  monitorMetrics,
  openPredictionServer,
  openRecorder,
  prometheusText,
  schemaOf,
  type Finding,
} from '../src/index.js'

interface Parsed {
  readonly type: string
  readonly help: string
  readonly samples: Readonly<Record<string, number>>
}

/** A strict reader of the text format: every line is a HELP, its TYPE, or a sample of the family that they name. */
function parsed(text: string): Readonly<Record<string, Parsed>> {
  const families: Record<string, { type: string; help: string; samples: Record<string, number> }> = {}
  expect(text === '' || text.endsWith('\n')).toBe(true)
  const lines = text.split('\n').slice(0, -1)
  let open = ''
  while (lines.length > 0) {
    const line = lines.shift()!
    const help = /^# HELP ([a-zA-Z_]\w*) ((?:[^\\\n]|\\\\|\\n)*)$/.exec(line)
    if (help) {
      const type = /^# TYPE ([a-zA-Z_]\w*) (counter|gauge)$/.exec(lines.shift()!)
      expect(type?.[1]).toBe(help[1])
      expect(families[help[1]!]).toBeUndefined()
      open = help[1]!
      families[open] = { type: type![2]!, help: help[2]!, samples: {} }
      continue
    }
    const pair = '[a-zA-Z_]\\w*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"'
    const sample = new RegExp(`^([a-zA-Z_]\\w*)(\\{${pair}(?:,${pair})*\\})? (\\S+)$`).exec(line)
    expect(sample, line).not.toBeNull()
    expect(sample![1]).toBe(open)
    const { samples } = families[open]!
    expect(Object.hasOwn(samples, sample![2] ?? '')).toBe(false)
    samples[sample![2] ?? ''] = Number(sample![3]!.replace('Inf', 'Infinity'))
  }
  return families
}

const finding = (change: Partial<Finding>): Finding => ({
  metric: 'feature-psi',
  state: 'alert',
  value: 0.3,
  threshold: 0.2,
  p: 0,
  rows: 100,
  ...change,
})

describe('metrics for Prometheus', () => {
  it('are written as the format says', () => {
    const families = [
      { name: 'a_total', help: 'Things.\nMany \\.', type: 'counter', samples: [{ value: 3 }] },
      {
        name: 'b',
        help: 'Others.',
        type: 'gauge',
        samples: [{ labels: { path: 'C:\\x', said: '"no"\n' }, value: Number.POSITIVE_INFINITY }],
      },
      { name: 'none', help: '', type: 'gauge', samples: [] },
    ] as const
    expect(prometheusText(families)).toBe(
      '# HELP a_total Things.\\nMany \\\\.\n# TYPE a_total counter\na_total 3\n' +
        '# HELP b Others.\n# TYPE b gauge\nb{path="C:\\\\x",said="\\"no\\"\\n"} +Inf\n',
    )
  })

  it('can be read back, whatever the labels and values', () => {
    const sample = fc.record({
      labels: fc.record({ a: fc.string({ unit: 'binary' }), b: fc.string() }),
      value: fc.double(),
    })
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 6 }), fc.string(), (samples, help) => {
        const { x } = parsed(prometheusText([{ name: 'x', help: help.replaceAll('\r', ''), type: 'gauge', samples }]))
        const unescape = (text: string): string =>
          text.replace(/\\(.)/g, (_, one: string) => (one === 'n' ? '\n' : one))
        const { labels, value } = samples.at(-1)!
        const text = Object.entries(x!.samples).find(([key]) => unescape(key) === `{a="${labels.a}",b="${labels.b}"}`)
        expect(text?.[1]).toBe(value + 0)
      }),
      { numRuns: 40 },
    )
  })

  it('tell what was recorded and found', async () => {
    const schema = schemaOf({ classes: ['no', 'yes'] })
    const recorder = openRecorder({ schema, window: { rows: 2 }, store: async () => undefined })
    for (const score of [0.1, 0.2, Number.NaN]) recorder.record({ score })
    const findings = [
      finding({ attribute: 'age' }),
      finding({ metric: 'accuracy-drop', state: 'calm', value: -0.1, attribute: 'region', slice: { region: 'a "b"' } }),
      finding({ metric: 'membership-auc', state: 'not-assessed', value: null }),
    ]
    const server = await openPredictionServer({ recorder, findings: () => findings })
    const response = await fetch(`${server.url}/metrics`)
    const families = parsed(await response.text())
    await server.close()
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(families['attestry_predictions_total']).toMatchObject({ type: 'counter', samples: { '': 2 } })
    expect(families['attestry_predictions_rejected_total']?.samples['{reason="unknown-class"}']).toBe(1)
    expect(families['attestry_windows_stored_total']?.samples['']).toBe(1)
    expect(families['attestry_finding_value']?.samples).toEqual({
      '{metric="feature-psi",attribute="age",group=""}': 0.3,
      '{metric="accuracy-drop",attribute="region",group="a \\"b\\""}': -0.1,
    })
    const { samples } = families['attestry_finding_state']!
    expect(samples['{metric="membership-auc",attribute="",group="",state="not-assessed"}']).toBe(1)
    expect(samples['{metric="membership-auc",attribute="",group="",state="calm"}']).toBe(0)
    expect(Object.keys(samples).length).toBe(9)
  })

  it('have one sample for findings that look alike', () => {
    const status = openRecorder({
      schema: schemaOf({ classes: ['no', 'yes'] }),
      window: { rows: 2 },
      store: async () => undefined,
    }).status()
    const text = prometheusText(monitorMetrics(status, [finding({ value: 1 }), finding({ value: 2 })]))
    expect(Object.values(parsed(text)['attestry_finding_value']!.samples)).toEqual([2])
  })
})
