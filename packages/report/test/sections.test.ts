import type { ReportInput, Statement } from '@attestry/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { htmlReport } from '../src/index.js'
import { textOf } from '../src/markup.js'
import { barPlot } from '../src/plots/bar-plot.js'
import { changePlot } from '../src/plots/change-plot.js'
import { curvePlot } from '../src/plots/curve-plot.js'
import { heatMap } from '../src/plots/heat-map.js'
import { stateBars } from '../src/plots/state-bars.js'
import { complete, completeStatements, drop, modelEvidence } from './fixtures/complete.js'
import { explanation, robustness } from './fixtures/measured.js'
import { evidence, failed, input, record, withRecord } from './fixtures/run.js'
import { elements, textIn } from './fixtures/tags.js'

const part = (run: ReportInput, id: string): string => {
  const page = htmlReport(run)
  const at = page.indexOf(`<section id="${id}"`)
  return at < 0 ? '' : page.slice(at, page.indexOf('</section>', at))
}
const told = (run: ReportInput, id: string): string => textIn(part(run, id))
const instead = (type: string, ...statements: readonly Statement[]): ReportInput => ({
  ...complete,
  statements: [...drop(completeStatements, [type]), ...statements],
})

describe('the checklist', () => {
  it('stands before everything but the figures, with a word for each state and why a line is open', () => {
    const page = htmlReport(input)
    expect(page.indexOf('<section id="checklist"')).toBeLessThan(page.indexOf('<section id="limitations"'))
    const text = told(input, 'checklist')
    expect(text).toMatch(/16 done: \d+ present, 0 attested; \d+ missing, 0 stale, \d+ failed/)
    expect(text).toContain("legal review missing nobody has attested 'legal-review'")
    expect(text).toContain('attestry attest --kind legal-review')
  })
})

describe('controls', () => {
  it('are one fold per regulation, with its counts outside', () => {
    const folds = [...part(input, 'controls').matchAll(/<summary>([\s\S]*?)<\/summary>/g)].map(([, text]) =>
      textIn(text!).trim(),
    )
    expect(folds.slice(0, 3)).toEqual([
      'GDPR 6 of 9 present, 2 missing, 1 failed',
      'HIPAA 3 of 5 present, 1 missing, 1 stale',
      'SOX 2 of 4 present, 2 missing',
    ])
  })

  it('that failed or are stale are named before the folds', () => {
    const before = part(input, 'controls').split('<details')[0]!
    expect(textIn(before)).toContain('✕ failed GDPR-5(1)(e) Storage limitation : retention-schedule failed')
    expect(textIn(before)).toContain('◔ stale HIPAA-164.308(a)(1)')
  })

  it('show law text that nobody has looked at for more than twelve months', () => {
    const checked = (checkedOn: string): ReportInput =>
      withRecord({
        plugins: record.plugins.map(plugin => ({
          ...plugin,
          controls: plugin.controls.map(one => ({ ...one, checkedOn })),
        })),
      })
    expect(told(checked('2025-11-22'), 'controls').match(/stale law text/g)).toHaveLength(18)
    expect(told(checked('2025-11-24'), 'controls')).not.toContain('stale law text')
  })
})

describe('explanations', () => {
  it('show importance, curves, trust and what would have changed the answer', () => {
    const text = told(complete, 'explanations')
    expect(text).toContain('Exact interventional Shapley values, for the class urgent : 200 rows explained one by one')
    expect(text).toContain('0.910 [0.890, 0.930]')
    expect(text).toContain('Reasons are withheld: agreement 0.41 is below 0.8')
    expect(text).toContain(
      'For 47 of 50 rows a change was found, of 1.70 columns on average. Never changed: region, age-band.',
    )
    expect(text).toContain('not assessed: too few rows')
    expect(part(complete, 'explanations').match(/<svg /g)).toHaveLength(7)
  })

  it('of another model, or none, are not shown as if they were of this one', () => {
    const none = 'No explanation of this model was computed.'
    expect(told(instead('explanation'), 'explanations')).toContain(none)
    expect(told(instead('explanation', modelEvidence('explanation', { model: 'other' })), 'explanations')).toContain(
      none,
    )
    expect(told(failed, 'explanations')).toContain(none)
  })
})

describe('robustness', () => {
  it('shows the attacker, the attacks, the worst group and what nobody tried', () => {
    const text = told(complete, 'robustness')
    expect(text).toContain('Attacker: white-box, who wants another class than the right one')
    expect(text).toContain('PGD, l2 every column stays inside its declared range 0.05 0.470 [0.440, 0.500]')
    expect(text).toContain('Worst off under the strongest attack: region islands, 0.360')
    expect(text).toContain('attacks on the training data')
    expect(text).not.toContain('A masking check failed')
    expect(part(complete, 'robustness').match(/<svg /g)).toHaveLength(4)
    expect(text).toContain('sex f 120 0.0800 0.880 [0.830, 0.930] 0.680 [0.630, 0.730]')
    expect(text).toContain('sex m 8 – not assessed: fewer than 10 rows')
  })

  it('says that numbers of attacks that were none say nothing', () => {
    const facts = { ...robustness, isValid: false }
    expect(
      told(instead('robustness', modelEvidence('robustness', { facts, outcome: 'fail' })), 'robustness'),
    ).toContain('A masking check failed. The attacks were not real ones')
    expect(told(input, 'robustness')).toContain('No attack was tried on this model.')
  })
})

describe('debiasing', () => {
  it('is shown when two analyses are in evidence, each gap before and after', () => {
    expect(told(complete, 'debiasing')).toContain('Demographic parity difference, region 0.140 0.0420 0.100')
    expect(told(complete, 'debiasing')).toContain('0.870 before, 0.863 after')
  })

  it('is not shown for one analysis in two statements', () => {
    const twice = [
      modelEvidence('bias-assessment', { outcome: 'fail', file: 'a' }),
      modelEvidence('bias-assessment', { file: 'b' }),
    ]
    expect(part(instead('bias-assessment', ...twice), 'debiasing')).toBe('')
    expect(part(input, 'debiasing')).toBe('')
  })
})

describe('people', () => {
  it('shows counts of consent, requests, retention and access, and says what has no evidence', () => {
    const text = told(complete, 'people')
    expect(text).toContain('withdrawn 214')
    expect(text).toContain('retraining due 1 entry')
    expect(text).toContain('deny by default yes')
    expect(told(input, 'people')).toContain('No evidence subject-requests .')
    const fails = instead(
      'access-control',
      evidence('access-control', '2026-11-23T09:15:43.000Z', 'fail', { expired: 1 }),
    )
    expect(told(fails, 'people')).toContain('✕ fail')
  })
})

describe('network', () => {
  it('shows what the run was kept from', () => {
    expect(told(complete, 'network')).toContain('3 attempts to reach something else were refused')
    expect(told(complete, 'network')).toContain('telemetry.example fetch')
    expect(told(complete, 'network')).toContain('The first 2 of 3 are listed.')
  })

  it('claims nothing where no guard was closed', () => {
    expect(told(input, 'network')).toContain('No guard was closed, so nothing tells what the run connected to.')
  })
})

describe('facts of another shape', () => {
  it('never break the page: what cannot be read is left out', () => {
    const shapes = [{ ...explanation }, { ...robustness }] as const
    const broken = fc
      .tuple(fc.constantFrom(...shapes), fc.jsonValue({ maxDepth: 3 }), fc.nat(30))
      .map(([facts, value, at]) => {
        const keys = Object.keys(facts)
        return { ...facts, [keys[at % keys.length]!]: value } as Statement['predicate']
      })
    fc.assert(
      fc.property(broken, facts => {
        const types = [
          'explanation',
          'robustness',
          'local-processing',
          'bias-assessment',
          'retention-state',
          'scheduled-checks',
        ]
        const statements = types.map(type => modelEvidence(type, { facts }))
        const page = htmlReport({ ...complete, statements })
        expect(elements(page).length).toBeGreaterThan(100)
        expect(page).not.toMatch(/NaN|undefined|\[object/)
      }),
      { numRuns: 60 },
    )
  })
})

describe('plots', () => {
  it('draw a bar on the side of its sign, and words where nothing was assessed', () => {
    const plot = textOf(
      barPlot({
        title: 'x',
        rows: [
          { name: 'up', value: 2 },
          { name: 'down', value: -1 },
          { name: 'none', value: null },
        ],
      }),
    )
    const bars = elements(plot).filter(({ tag }) => tag === 'rect')
    expect(bars.map(({ attributes }) => attributes['class'])).toEqual(['bar total', 'bar loss'])
    const [up, down] = bars.map(({ attributes }) => Number(attributes['x'])) as [number, number]
    expect(down).toBeLessThan(up)
    expect(textIn(plot)).toContain('not assessed')
  })

  it('leave a gap in a curve, and name the ends of each', () => {
    const points = [0, 1, 2, 3].map(x => ({ x, y: x === 2 ? null : x, low: 0, high: 3 }))
    const plot = textOf(curvePlot({ title: 'x', xName: 'step', curves: [{ name: 'a', points }] }))
    expect(/class="line line-1" d="([^"]*)"/.exec(plot)![1]!.match(/M/g)).toHaveLength(2)
    expect(plot).toContain('a: 0 at step 0, 3.00 at step 3')
  })

  it('draw no colour for a cell that was not assessed', () => {
    const plot = textOf(heatMap({ title: 'x', rows: ['a'], columns: ['b', 'c'], values: [[0.5, null]] }))
    const cells = elements(plot).filter(({ tag }) => tag === 'rect')
    expect(cells.map(({ attributes }) => attributes['class'])).toEqual(['heat-cell', 'empty'])
    expect(plot).toContain('a: b 0.500, c not assessed')
  })

  it('tell before from after by shape, and draw no way from nowhere', () => {
    const plot = textOf(
      changePlot({
        title: 'x',
        rows: [
          { name: 'a', before: 0.2, after: 0.1 },
          { name: 'b', before: null, after: 0.1 },
        ],
      }),
    )
    const count = (name: string): number =>
      elements(plot).filter(({ attributes }) => attributes['class'] === name).length
    expect([count('ring'), count('dot'), count('way')]).toEqual([1, 2, 1])
  })

  it('draw a bar of states as long as there are controls', () => {
    const plot = textOf(stateBars([{ name: 'GDPR', present: 4, failed: 0, stale: 0, missing: 2 }]))
    const widths = elements(plot).flatMap(({ tag, attributes }) =>
      tag === 'rect' ? [Number(attributes['width']) + 1.5] : [],
    )
    expect(widths).toHaveLength(2)
    expect(widths[0]! / widths[1]!).toBeCloseTo(2)
    expect(plot).toContain('GDPR: 4 present, 0 failed, 0 stale, 2 missing')
  })
})
