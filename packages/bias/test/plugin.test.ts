import {
  isPluginFactory,
  Reweighing,
  type Assessment,
  type EffectivePolicy,
  type EvaluateInput,
  type Evidence,
  type HookContext,
  type PredictionTable,
} from '@attestry/core'
import { describe, expect, it } from 'vitest'
import { bias, errorCatalogue, type BiasOptions } from '../src/index.js'
import { tableOf } from './tables.js'

const repeat = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value)

/** Two groups of 40: of `a` 30 are selected, of `b` 10; plus two rows of a group that is too small. */
const table = tableOf(
  [...repeat(40, [0, 1]).flat(), 1, 0],
  [...repeat(30, 1), ...repeat(10, 0), ...repeat(10, 1), ...repeat(30, 0), 1, 0],
  { region: [...repeat(40, 'a'), ...repeat(40, 'b'), 'c', 'c'] },
)

const digest = `sha256:${'0'.repeat(64)}` as EvaluateInput['modelDigest']

interface Setting {
  readonly limits?: Readonly<Record<string, number>>
  readonly policy?: readonly { metric: string; max: number; control: string }[]
  readonly options?: BiasOptions
  readonly test?: PredictionTable
}

async function evaluate({ limits = {}, policy = [], options = {}, test = table }: Setting = {}): Promise<{
  assessments: readonly Assessment[]
  evidence: readonly Evidence[]
}> {
  const recorded: Evidence[] = []
  const metrics: EffectivePolicy['metrics'] = policy.map(({ control, ...value }) => ({
    value,
    sources: [{ plugin: 'some-plugin', control }],
  }))
  const handler = bias(options).hooks!.evaluate as (
    input: Partial<EvaluateInput>,
    context: HookContext,
  ) => Promise<readonly Assessment[]>
  const assessments = await handler({ test, positiveClass: 1, modelDigest: digest }, {
    policy: { metrics },
    run: { config: { evaluation: { testFraction: 0.2, limits } } },
    evidence: async (one: Evidence) => void recorded.push(one),
  } as unknown as HookContext)
  return { assessments, evidence: recorded }
}

const find = (
  assessments: readonly Assessment[],
  metric: string,
  about: Pick<Assessment, 'slice' | 'attribute'> = {},
): Assessment | undefined =>
  assessments.find(
    one =>
      one.metric === metric &&
      one.attribute === about.attribute &&
      JSON.stringify(one.slice) === JSON.stringify(about.slice),
  )

describe('the bias plugin', () => {
  it('answers limit-metric and provides reweighing', () => {
    expect(isPluginFactory(bias)).toBe(true)
    const plugin = bias()
    expect(plugin.answers).toEqual(['limit-metric'])
    expect(plugin.provides!.map(({ token }) => token)).toEqual([Reweighing])
    const service = plugin.provides![0]!.factory(undefined as never, undefined as never) as Reweighing
    expect([...service.weights(['y', 'n'], ['a', 'a'])]).toEqual([1, 1])
  })

  it('refuses unknown options and values out of range', () => {
    const refused = expect.objectContaining({ code: 'BIAS-E005' })
    expect(() => bias({ minGroups: 3 } as BiasOptions)).toThrowError(refused)
    expect(() => bias({ minGroup: 0 })).toThrowError(refused)
    expect(() => bias({ confidence: 1 })).toThrowError(refused)
    expect(bias.schema!['~standard'].validate({ minGroups: 3 })).toHaveProperty('issues')
    expect(bias.schema!['~standard'].validate({ minGroup: 3 })).toEqual({ value: { minGroup: 3 } })
  })
})

describe('assessments', () => {
  it('cover the whole table with intervals and the baseline', async () => {
    const { assessments } = await evaluate()
    const accuracy = find(assessments, 'accuracy')!
    expect(accuracy).toMatchObject({ value: 0.5121951219512195, n: 82, confidence: 0.95 })
    expect(accuracy.interval![0]).toBeLessThan(0.42)
    expect(find(assessments, 'error-rate')!.value).toBeCloseTo(1 - 0.5121951219512195, 12)
    expect(find(assessments, 'selection-rate')!.value).toBe(0.5)
    expect(find(assessments, 'baseline-accuracy')).toMatchObject({ value: 0.5, detail: { majorityClass: 'no' } })
  })

  it('cover each group, and say why a small one is not assessed', async () => {
    const { assessments } = await evaluate()
    expect(find(assessments, 'selection-rate', { slice: { region: 'a' } })).toMatchObject({ value: 0.75, n: 40 })
    expect(find(assessments, 'false-positive-rate', { slice: { region: 'b' } })).toMatchObject({
      value: 0.25,
      n: 20,
      detail: { flag: 'small-n' },
    })
    expect(find(assessments, 'accuracy', { slice: { region: 'c' } })).toMatchObject({
      value: null,
      n: 2,
      detail: { reason: '2 rows with a known class, at least 10 needed' },
    })
  })

  it('give each gap by attribute, and its worst over attributes without one', async () => {
    const even = table.groups['region']!.map((_, row) => (row % 4 < 2 ? 'p' : 'q'))
    const { assessments } = await evaluate({ test: { ...table, groups: { even, ...table.groups } } })
    const metric = 'demographic-parity-difference'
    expect(find(assessments, metric, { attribute: 'region' })!.value).toBe(0.5)
    expect(find(assessments, metric, { attribute: 'even' })!.value).toBeCloseTo(23 / 42 - 18 / 40, 12)
    expect(find(assessments, metric)).toMatchObject({ value: 0.5, detail: { leftOut: [{ group: 'c' }] } })
    expect(find(assessments, 'demographic-parity-ratio')!.value).toBeCloseTo(1 / 3, 12)
    expect(find(assessments, 'equalized-odds-difference')!.value).toBeCloseTo(0.5, 12)
    expect(find(assessments, 'equalized-odds-ratio')!.value).toBeCloseTo(1 / 3, 12)
    expect(find(assessments, `intersectional-${metric}`, { attribute: 'even × region' })!.value).toBeCloseTo(0.6, 12)
    expect(find(assessments, 'selection-rate', { slice: { even: 'p', region: 'a' } })).toMatchObject({ n: 20 })
  })

  it('are not assessed when no group column is named', async () => {
    const { assessments } = await evaluate({ test: { ...table, groups: {} } })
    expect(find(assessments, 'demographic-parity-difference')).toMatchObject({
      value: null,
      detail: { reason: 'no attribute to compare groups by' },
    })
  })

  it('take the minimum group size and the confidence from the options', async () => {
    const { assessments } = await evaluate({ options: { minGroup: 1, confidence: 0.9 } })
    expect(find(assessments, 'selection-rate', { slice: { region: 'c' } })).toMatchObject({
      value: 0.5,
      confidence: 0.9,
    })
  })

  it('add the error of each class when there are more than two', async () => {
    const { assessments } = await evaluate({
      test: tableOf(repeat(20, [0, 1, 2]).flat(), repeat(60, 1), {}, ['a', 'b', 'c']),
    })
    expect(find(assessments, 'class-error-rate', { slice: { class: 'a' } })).toMatchObject({ value: 1, n: 20 })
    expect(find(assessments, 'class-error-rate', { slice: { class: 'b' } })).toMatchObject({ value: 0, n: 20 })
  })

  it('name the control that limits them', async () => {
    const metric = 'equalized-odds-difference'
    const { assessments } = await evaluate({ policy: [{ metric, max: 0.1, control: 'X-1' }] })
    expect(find(assessments, metric)!.control).toBe('X-1')
    expect(find(assessments, 'accuracy')!.control).toBeUndefined()
  })
})

describe('bias evidence', () => {
  const metric = 'demographic-parity-difference'

  it('is info without limits', async () => {
    const { evidence } = await evaluate()
    expect(evidence).toHaveLength(1)
    expect(evidence[0]).toMatchObject({
      type: 'bias-assessment',
      outcome: 'info',
      controls: [],
      subjects: [{ name: 'model', digest }],
    })
  })

  it('passes at the limit and fails just below it', async () => {
    const at = (max: number) => evaluate({ policy: [{ metric, max, control: 'X-1' }] })
    expect((await at(0.5)).evidence[0]).toMatchObject({ outcome: 'pass', controls: ['X-1'] })
    expect((await at(0.4999)).evidence[0]).toMatchObject({ outcome: 'fail', controls: ['X-1'] })
  })

  it('fails on a limit of the config too', async () => {
    const { evidence } = await evaluate({ limits: { [metric]: 0.1 } })
    expect(evidence[0]).toMatchObject({ outcome: 'fail', controls: [], facts: { limits: [{ metric, isMet: false }] } })
  })

  it('fails when one limited assessment has no value', async () => {
    const { evidence } = await evaluate({ limits: { 'error-rate': 1 } })
    expect(evidence[0]).toMatchObject({ outcome: 'fail', facts: { limits: [{ notAssessed: 1, isMet: false }] } })
    const assessable = await evaluate({ limits: { 'error-rate': 1 }, options: { minGroup: 2 } })
    expect(assessable.evidence[0]).toMatchObject({ outcome: 'pass' })
  })

  it('tells controls whose limits are met from those whose are not', async () => {
    const { evidence } = await evaluate({
      policy: [
        { metric, max: 0.1, control: 'X-1' },
        { metric: 'equalized-odds-difference', max: 0.9, control: 'Y-2' },
      ],
    })
    expect(evidence.map(({ outcome, controls }) => [outcome, controls])).toEqual([
      ['fail', ['X-1']],
      ['pass', ['Y-2']],
    ])
  })

  it('leaves limits on metrics of other plugins to them', async () => {
    const { evidence } = await evaluate({ limits: { 'membership-inference-auc': 0.6 } })
    expect(evidence[0]).toMatchObject({ outcome: 'info', facts: { limits: [] } })
  })

  it('holds plain JSON, with every group and no rate of a small one', async () => {
    const { evidence } = await evaluate()
    const { facts } = evidence[0]!
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts)
    expect(facts).toMatchObject({
      rows: 82,
      attributes: [
        {
          attribute: 'region',
          groups: [{ group: 'a', rows: 40 }, { group: 'b' }, { group: 'c', rows: 2, state: 'not-assessed' }],
        },
      ],
    })
    const [, , small] = (facts['attributes'] as { groups: object[] }[])[0]!.groups
    expect(Object.keys(small!)).toEqual(['group', 'rows', 'state'])
  })
})

describe('the error catalogue', () => {
  it('explains every code in at least three sentences, with an example', () => {
    expect(Object.keys(errorCatalogue)).toEqual(Array.from({ length: 9 }, (_, i) => `BIAS-E00${i + 1}`))
    for (const { explanation, example } of Object.values(errorCatalogue)) {
      expect(explanation.split(/[.] /).length).toBeGreaterThanOrEqual(3)
      expect(example).not.toBe('')
    }
  })
})
