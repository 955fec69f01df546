import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LineageNode } from '@attestry/core'
import { textOf } from '../src/markup.js'
import { alertPlot } from '../src/plots/alert-plot.js'
import { intervalPlot } from '../src/plots/interval-plot.js'
import { layersOf, lineageGraph } from '../src/plots/lineage-graph.js'
import { linePlot, thinned } from '../src/plots/line-plot.js'
import { linearScale } from '../src/plots/scale.js'
import { waterfall } from '../src/plots/waterfall.js'
import { modelCard } from '../src/model-card.js'
import { barsOf } from '../src/sections/data.js'
import { digest, input, lineage } from './fixtures/run.js'
import { elements } from './fixtures/tags.js'

describe('linearScale', () => {
  it('puts round ticks on the ends of the axis', () => {
    expect(linearScale([0.13, 0.41], [0, 100]).ticks).toEqual([0.1, 0.2, 0.3, 0.4, 0.5])
    expect(linearScale([1, 1000], [0, 100], 'tight').ticks).toEqual([200, 400, 600, 800, 1000])
  })

  it('keeps every value of its domain inside its range', () => {
    const value = fc.double({ min: -1e9, max: 1e9, noNaN: true })
    fc.assert(
      fc.property(value, value, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, share) => {
        const domain = [Math.min(a, b), Math.max(a, b)] as const
        const scale = linearScale(domain, [10, 90])
        const at = scale.at(domain[0] + share * (domain[1] - domain[0]))
        expect(at).toBeGreaterThanOrEqual(10 - 1e-6)
        expect(at).toBeLessThanOrEqual(90 + 1e-6)
        expect(scale.ticks.length).toBeLessThanOrEqual(7)
      }),
    )
  })

  it('draws one value, and none, without dividing by zero', () => {
    for (const domain of [
      [3, 3],
      [0, 0],
      [Number.NaN, 1],
      [-Infinity, Infinity],
    ] as const)
      expect(Number.isFinite(linearScale(domain, [0, 1]).at(1)), String(domain)).toBe(true)
  })
})

describe('linePlot', () => {
  const points = Array.from({ length: 50_000 }, (_, i) => ({ x: i + 1, y: i === 31_234 ? 99 : Math.sin(i / 100) }))

  it('keeps a single spike among fifty thousand steps, and both ends', () => {
    const kept = thinned(points)
    expect(kept.length).toBeLessThanOrEqual(600)
    expect(kept.map(({ x }) => x)).toContain(31_235)
    expect([kept[0]!.x, kept.at(-1)!.x]).toEqual([1, 50_000])
  })

  it('says in words what it shows', () => {
    const plot = textOf(
      linePlot({
        title: 'Loss',
        points: [
          { x: 1, y: 0.7 },
          { x: 2, y: null },
          { x: 3, y: 0.3 },
        ],
        xName: 'step',
      }),
    )
    expect(plot).toContain('aria-label="Loss: 0.700 at step 1, 0.300 at step 3, between 0.300 and 0.700"')
  })

  it('leaves a gap where nothing was measured', () => {
    const plot = textOf(
      linePlot({
        title: 'Loss',
        points: [
          { x: 1, y: 1 },
          { x: 2, y: null },
          { x: 3, y: 1 },
        ],
        xName: 'step',
      }),
    )
    expect(/class="line" d="([^"]*)"/.exec(plot)![1]!.match(/M/g)).toHaveLength(2)
  })

  it('says so when no value was recorded', () => {
    expect(textOf(linePlot({ title: 'Loss', points: [{ x: 1, y: null }], xName: 'step' }))).toContain(
      'No value was recorded',
    )
  })
})

describe('intervalPlot', () => {
  it('writes not assessed where there is no value, and draws no dot', () => {
    const plot = textOf(intervalPlot({ title: 'Error', rows: [{ name: 'a', value: null, n: 3 }] }))
    expect(plot).toContain('not assessed')
    expect(plot).not.toContain('<circle')
  })

  it('orders dots by value from left to right', () => {
    const rows = [0.1, 0.5, 0.3].map(value => ({ name: String(value), value, n: 10 }))
    const dots = elements(textOf(intervalPlot({ title: 'Error', rows }))).filter(({ tag }) => tag === 'circle')
    const x = dots.map(({ attributes }) => Number(attributes['cx']))
    expect(x[0]).toBeLessThan(x[2]!)
    expect(x[2]).toBeLessThan(x[1]!)
  })
})

describe('waterfall', () => {
  it('starts each loss where the one before ended', () => {
    const bars = barsOf(modelCard(input).trainingData!)
    expect(bars.map(({ name, from, to }) => [name, from, to])).toEqual([
      ['read', 0, 10_000],
      ['could not be read (quarantine)', 10_000, 9_874],
      ['dropped by @attestry/plugin-gdpr', 9_874, 9_660],
      ['used', 0, 9_660],
      ['used, train split', 0, 7_728],
      ['used, test split', 0, 1_932],
    ])
    expect(textOf(waterfall('Rows', bars, 10_000))).toContain('read 10,000, could not be read (quarantine) \u2212126')
  })
})

describe('lineageGraph', () => {
  const node = (name: string, inputs: readonly string[], outputs: readonly string[]): LineageNode => ({
    kind: 'transformation',
    name,
    inputs: inputs.map(digest),
    outputs: outputs.map(digest),
  })

  it('puts a node below everything that it takes in', () => {
    const nodes = [node('c', ['x', 'y'], ['z']), node('a', [], ['x']), node('b', ['x'], ['y'])]
    expect(layersOf(nodes).map(layer => layer.map(({ name }) => name))).toEqual([['a'], ['b'], ['c']])
    expect(layersOf(lineage)).toHaveLength(3)
  })

  it('ends on a lineage that goes in a circle', () => {
    expect(layersOf([node('a', ['y'], ['x']), node('b', ['x'], ['y'])])).toHaveLength(1)
    expect(layersOf([node('a', ['x'], ['x'])])).toHaveLength(1)
  })

  it('draws one line per step of the way', () => {
    const path = /class="edge" d="([^"]*)"/.exec(textOf(lineageGraph(lineage)))![1]!
    expect(path.match(/C/g)).toHaveLength(2)
  })
})

describe('alertPlot', () => {
  it('tells warnings from critical alerts by shape', () => {
    const alerts = [
      { metric: 'psi', window: 1, severity: 'warning' as const },
      { metric: 'psi', window: 2, severity: 'critical' as const },
    ]
    const found = elements(textOf(alertPlot(alerts, 4)))
    expect(found.filter(({ tag, attributes }) => tag === 'circle' && attributes['class'] === 'warning')).toHaveLength(1)
    expect(found.filter(({ tag, attributes }) => tag === 'path' && attributes['class'] === 'critical')).toHaveLength(1)
  })
})
