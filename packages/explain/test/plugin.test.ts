import {
  seededRandom,
  isPluginFactory,
  rowCount,
  type Assessment,
  type EvaluateInput,
  type Evidence,
  type ExplanationFacts,
  type FeatureView,
  type HookContext,
  type RecordBatch,
} from '@attestry/core'
import { describe, expect, it } from 'vitest'
import { explain, type ExplainOptions } from '../src/index.js'
import { sigmoid } from './models.js'

const random = seededRandom(3)
const tableOf = (rows: number): RecordBatch => {
  const ids = Array.from({ length: rows }, (_, i) => `row:${i}`)
  const amount = Float64Array.from(ids, () => 100 * random())
  const region = ids.map(() => (random() < 0.5 ? 'north' : 'south'))
  return {
    rowIds: ids,
    subjects: ids,
    columns: {
      amount: { kind: 'number', values: amount },
      region: { kind: 'text', values: region },
      note: { kind: 'text', values: ids.map((_, i) => (i % 2 ? 'pay Kowalczyk now' : 'hello dear friend')) },
    },
  }
}
const test = tableOf(120)
const train = tableOf(50)
const names = ['amount', 'amount=(missing)', 'region=north', 'region=south', 'region=(missing)']

/** Amount in [-1, 1] weighs 2, north 1. */
const view = (score: (row: ArrayLike<number>) => number): FeatureView => ({
  names,
  columns: ['amount', 'amount', 'region', 'region', 'region'],
  encode: async batch => {
    const amount = batch.columns['amount']!.values as Float64Array
    const region = batch.columns['region']!.values
    return Float32Array.from(
      Array.from(amount).flatMap((x, i) => [
        x / 50 - 1,
        0,
        region[i] === 'north' ? 1 : 0,
        region[i] === 'south' ? 1 : 0,
        0,
      ]),
    )
  },
  probabilities: async matrix =>
    Float32Array.from({ length: (matrix.length / 5) * 2 }, (_, at) => {
      const row = Math.floor(at / 2)
      const p = score(matrix.subarray(row * 5, row * 5 + 5))
      return at % 2 === 1 ? p : 1 - p
    }),
  lossGradient: async matrix => matrix,
})
const additive = (row: ArrayLike<number>): number => sigmoid(2 * row[0]! + row[2]!)

const digest = `sha256:${'0'.repeat(64)}` as EvaluateInput['modelDigest']
const stream = async function* (batch: RecordBatch): AsyncIterable<RecordBatch> {
  yield batch
}

interface Setting {
  readonly features?: FeatureView | null
  readonly text?: string
  readonly options?: ExplainOptions
  readonly rows?: RecordBatch
}

async function evaluate({ features = view(additive), text, options, rows = test }: Setting = {}): Promise<{
  assessments: readonly Assessment[]
  evidence: readonly Evidence[]
  facts: ExplanationFacts
}> {
  const recorded: Evidence[] = []
  const { values } = rows.columns['amount'] as { values: Float64Array }
  const table = { rowIds: rows.rowIds, classes: ['no', 'yes'], labels: Int32Array.from(values, x => (x > 50 ? 1 : 0)) }
  const input = {
    test: table,
    train: { rowIds: train.rowIds, classes: ['no', 'yes'] },
    positiveClass: 1,
    modelDigest: digest,
    testRows: () => stream(rows),
    trainRows: () => stream(train),
    predict: async (batch: RecordBatch) => ({
      classes: ['no', 'yes'],
      probabilities: Float32Array.from({ length: 2 * rowCount(batch) }, (_, at) =>
        /pay/.test(String(batch.columns['note']!.values[Math.floor(at / 2)])) === (at % 2 === 1) ? 0.9 : 0.1,
      ),
    }),
    ...(features && { features }),
  }
  const config = {
    data: {
      groups: ['region'],
      features: { amount: { min: 0, max: 100 }, region: { values: ['north', 'south'] } },
      ...(text !== undefined && { text }),
    },
    training: { seed: 7 },
  }
  const handler = explain(options).hooks!.evaluate as unknown as (
    input: object,
    context: HookContext,
  ) => Promise<readonly Assessment[]>
  const assessments = await handler(input, {
    run: { config },
    evidence: async (one: Evidence) => void recorded.push(one),
  } as unknown as HookContext)
  return { assessments, evidence: recorded, facts: recorded[0]?.facts as unknown as ExplanationFacts }
}

describe('the explain plugin', () => {
  it('refuses unknown options and values out of range', () => {
    expect(isPluginFactory(explain)).toBe(true)
    const refused = expect.objectContaining({ code: 'EXPLAIN-E001' })
    expect(() => explain({ fixd: ['age'] } as ExplainOptions)).toThrowError(refused)
    expect(() => explain({ rows: 0 })).toThrowError(refused)
    expect(() => explain({ minimumAgreement: 1.1 })).toThrowError(refused)
    expect(explain.schema!['~standard'].validate({ row: 3 })).toHaveProperty('issues')
  })

  it('explains a table exactly and passes when explanations agree with the model', async () => {
    const { assessments, evidence, facts } = await evaluate()
    expect(evidence).toMatchObject([
      { type: 'explanation', controls: [], outcome: 'pass', subjects: [{ name: 'model', digest }] },
    ])
    expect(facts).toMatchObject({
      kind: 'tabular',
      method: 'exact interventional Shapley values',
      class: 'yes',
      rows: { test: 120, global: 120, explained: 20, background: 16 },
      seed: 7,
    })
    expect(facts.importance[0]!.rows.map(({ feature }) => feature)).toEqual(['amount', 'region'])
    expect(facts.importance[1]!.rows[0]).toMatchObject({ feature: 'amount', n: 120 })
    expect(facts.fidelity.agreement.value).toBeGreaterThan(0.9)
    expect(facts.fidelity.additivityError).toBeLessThanOrEqual(1e-6)
    expect(assessments.map(({ metric }) => metric)).toEqual(['explanation-fidelity', 'explanation-infidelity'])
    expect(assessments[0]).toMatchObject({ value: facts.fidelity.agreement.value, n: 20, confidence: 0.95 })
    expect(assessments[1]!.value).toBeCloseTo(1 - assessments[0]!.value!, 12)
  })

  it('draws dependence over declared bounds and declared values', async () => {
    const { facts } = await evaluate()
    const [amount, region] = facts.partialDependence
    expect(amount!.points.map(({ at }) => at)).toEqual([0, 12.5, 25, 37.5, 50, 62.5, 75, 87.5, 100])
    expect(amount!.points[8]!.mean).toBeGreaterThan(amount!.points[0]!.mean + 0.5)
    expect(region!.points.map(({ at }) => at)).toEqual(['north', 'south'])
    expect(region!.points[0]!.mean).toBeGreaterThan(region!.points[1]!.mean)
  })

  it('leaves protected columns as they are in counterfactuals, unless told others', async () => {
    const { counterfactuals } = (await evaluate()).facts
    expect(counterfactuals).toMatchObject({ rows: 10, fixed: ['region'] })
    expect(counterfactuals!.found).toBeGreaterThan(5)
    expect(counterfactuals!.changed.map(({ feature }) => feature)).toEqual(['amount'])
    const other = (await evaluate({ options: { fixed: ['amount'] } })).facts.counterfactuals!
    expect(other.changed.every(({ feature }) => feature === 'region')).toBe(true)
    expect((await evaluate({ options: { counterfactualRows: 0 } })).facts.counterfactuals).toBeNull()
  })

  it('fails and gives no reasons below the agreement asked for', async () => {
    const { evidence, facts } = await evaluate({ options: { minimumAgreement: 1 } })
    expect(evidence[0]!.outcome).toBe('fail')
    expect(facts.fidelity.withheld).toBeGreaterThan(0)
    expect(facts.local.some(({ withheld }) => withheld !== null)).toBe(true)
    for (const { withheld, reasons } of facts.local) expect(reasons.length === 0).toBe(withheld !== null)
  })

  it('fails for a model that answers the same to everybody', async () => {
    const { assessments, evidence } = await evaluate({ features: view(() => 0.7) })
    expect(evidence[0]!.outcome).toBe('fail')
    expect(assessments[0]).toMatchObject({ value: null, detail: { reason: expect.stringContaining('does not react') } })
  })

  it('samples orders and takes fewer rows when exact values would cost too much', async () => {
    const { facts } = await evaluate({ options: { maxPredictions: 5000, background: 40, rows: 30 } })
    expect(facts.method).toBe('interventional Shapley values from 16 random orders and their reverses')
    expect(facts.rows.explained).toBe(2)
  })

  it('gives the same facts for the same seed, and others for another', async () => {
    const [first, second] = [await evaluate(), await evaluate()]
    expect(second.facts).toEqual(first.facts)
    expect((await evaluate({ options: { seed: 8 } })).facts.local).not.toEqual(first.facts.local)
  })

  it('records plain JSON without values of rows', async () => {
    const { facts } = await evaluate()
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts)
    const written = JSON.stringify(facts)
    for (const id of test.rowIds.slice(0, 50)) expect(written).not.toContain(`"${id}"`)
  })

  it('explains a model of texts by its tokens, and quotes nothing', async () => {
    const { evidence, facts } = await evaluate({ features: null, text: 'note' })
    expect(evidence[0]!.outcome).toBe('pass')
    expect(facts).toMatchObject({ kind: 'text', counterfactuals: null, rows: { global: 120, background: 16 } })
    expect(JSON.stringify(facts)).not.toMatch(/Kowalczyk|pay|hello/)
  })

  it('is not assessed, and records nothing, when there is nothing to explain', async () => {
    for (const [setting, reason] of [
      [{ features: null }, 'shows no inputs'],
      [{ rows: tableOf(0) }, 'no held-out rows'],
    ] as const) {
      const { assessments, evidence } = await evaluate(setting)
      expect(evidence).toEqual([])
      expect(assessments).toMatchObject([
        { metric: 'explanation-fidelity', value: null, n: 0, detail: { reason: expect.stringContaining(reason) } },
        { metric: 'explanation-infidelity', value: null },
      ])
    }
  })
})
