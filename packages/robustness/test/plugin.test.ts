import {
  isPluginFactory,
  seededRandom,
  type Assessment,
  type DataConfig,
  type EvaluateInput,
  type Evidence,
  type FeatureView,
  type HookContext,
  type PredictionTable,
  type RecordBatch,
  type RobustnessFacts,
} from '@attestry/core'
import { describe, expect, it } from 'vitest'
import { robustness, type RobustnessOptions } from '../src/index.js'
import { logistic, tableOf, wide } from './models.js'

const random = seededRandom(9)
const count = 300
const columns = { a: many(), b: many() }
function many(): number[] {
  return Array.from({ length: count }, () => 20 * random() - 10)
}
const rows = tableOf(columns)
/** People of the south are near the plane, those of the north far from it. */
const view = logistic(['a', 'b'], [1, 1])
const labels = Int32Array.from(rows.rowIds, (_, i) => (columns.a[i]! + columns.b[i]! > 0 ? 1 : 0))
const regions = rows.rowIds.map((_, i) => (Math.abs(columns.a[i]! + columns.b[i]!) < 3 ? 'south' : 'north'))

interface Given {
  readonly features?: FeatureView
  readonly data?: DataConfig
  readonly batch?: RecordBatch
  readonly labels?: Int32Array
  readonly options?: RobustnessOptions
  readonly predict?: EvaluateInput['predict']
}

async function evaluate(given: Given = {}): Promise<{
  facts: RobustnessFacts | undefined
  assessments: readonly Assessment[]
  evidence: readonly Evidence[]
}> {
  const batch = given.batch ?? rows
  const features = 'features' in given ? given.features : view
  const evidence: Evidence[] = []
  const test: PredictionTable = {
    rowIds: batch.rowIds,
    classes: ['no', 'yes'],
    labels: given.labels ?? labels,
    predicted: given.labels ?? labels,
    probabilities: new Float32Array(batch.rowIds.length * 2),
    groups: { region: regions.slice(0, batch.rowIds.length) },
  }
  const predict: EvaluateInput['predict'] =
    given.predict ??
    (async one =>
      ({ classes: ['no', 'yes'], probabilities: await view.probabilities(await view.encode(one)) }) as never)
  const input = {
    modelDigest: `sha256:${'0'.repeat(64)}`,
    positiveClass: 1,
    test,
    train: test,
    testRows: async function* () {
      yield batch
    },
    predict,
    ...(features && { features }),
  } as unknown as EvaluateInput
  const context = {
    run: { config: { data: given.data ?? wide(['a', 'b']), training: { seed: 1 } } },
    evidence: async (one: Evidence) => void evidence.push(one),
  } as unknown as HookContext
  const hook = robustness(given.options ?? { radiusRows: 10, samples: 100 }).hooks!.evaluate as unknown as (
    input: EvaluateInput,
    context: HookContext,
  ) => Promise<readonly Assessment[]>
  const assessments = await hook(input, context)
  return { facts: evidence[0]?.facts as unknown as RobustnessFacts | undefined, assessments, evidence }
}

describe('the robustness plugin', () => {
  it('refuses options that it does not know or that are out of range', () => {
    expect(isPluginFactory(robustness)).toBe(true)
    const refused = expect.objectContaining({ code: 'ROBUST-E001' })
    expect(() => robustness({ epsilons: [0.1] } as RobustnessOptions)).toThrowError(refused)
    expect(() => robustness({ epsilon: 5 })).toThrowError(refused)
    expect(() => robustness({ curve: [] })).toThrowError(refused)
  })

  it('finds what a linear model loses, as its distances say, for each group', async () => {
    const { facts, assessments, evidence } = await evaluate()
    expect(evidence).toMatchObject([{ type: 'robustness', outcome: 'pass', subjects: [{ name: 'model' }] }])
    expect(facts!.clean.value).toBe(1)
    // Strength 0.05 of a range of 20 in two columns: everything nearer than 2 to the plane turns.
    const near = (limit: number) =>
      rows.rowIds.filter((_, i) => Math.abs(columns.a[i]! + columns.b[i]!) <= limit).length
    expect(facts!.rows).toEqual({ test: count, attacked: 200 })
    const pgd = facts!.attacks.find(({ attack }) => attack === 'PGD, l-infinity')!
    expect(Math.abs(pgd.success.value! - near(2) / count)).toBeLessThan(0.06)
    expect(facts!.worstGroup).toMatchObject({ attribute: 'region', group: 'south' })
    const groups = new Map(pgd.groups.map(({ group, attacked }) => [group, attacked.value]))
    expect(groups.get('north')).toBe(1)
    expect(groups.get('south')).toBeLessThan(0.5)
    expect(facts!.maskingChecks.every(({ isPassed }) => isPassed)).toBe(true)
    for (const { points, randomNoise } of facts!.curves)
      for (const [i, { accuracy }] of points.entries()) {
        expect(accuracy.value).toBeLessThanOrEqual(randomNoise[i]!.accuracy.value!)
        if (i > 0) expect(accuracy.value).toBeLessThanOrEqual(points[i - 1]!.accuracy.value!)
      }
    const [left, turned, ...groupwise] = assessments
    expect(left).toMatchObject({ metric: 'adversarial-accuracy', n: 200, confidence: 0.95 })
    expect(left!.value).toBe(facts!.attacks.at(-1)!.accuracy.value)
    expect(left!.value! + turned!.value!).toBeCloseTo(1, 12)
    const attackedOf = new Map(facts!.attacks.at(-1)!.groups.map(({ group, attacked }) => [group, attacked]))
    expect(groupwise).toMatchObject([
      { metric: 'adversarial-accuracy', slice: { region: 'north' }, value: 1 },
      { metric: 'adversarial-accuracy', slice: { region: 'south' }, value: attackedOf.get('south')!.value },
      { metric: 'worst-group-adversarial-error', attribute: 'region', slice: { region: 'south' } },
    ])
    const { value: error, interval } = groupwise[2]!
    expect(error).toBeCloseTo(1 - attackedOf.get('south')!.value!, 12)
    expect(interval![0]).toBeCloseTo(1 - attackedOf.get('south')!.interval![1], 12)
    expect(error).toBeGreaterThan(interval![0])
    expect(error).toBeLessThan(interval![1])
    expect(facts!.notTested.length).toBeGreaterThan(2)
  })

  it('says nothing about robustness when the gradient leads nowhere', async () => {
    const { facts, assessments, evidence } = await evaluate({
      features: { ...view, lossGradient: async matrix => new Float32Array(matrix.length) },
    })
    expect(evidence[0]!.outcome).toBe('fail')
    expect(facts!.isValid).toBe(false)
    expect(facts!.maskingChecks.find(({ check }) => check.includes('search'))!.isPassed).toBe(false)
    for (const { value, detail } of assessments) {
      expect(value).toBeNull()
      expect(JSON.stringify(detail)).toContain('masking checks failed')
    }
  })

  it('does not pass for a group when every group is small', async () => {
    const { assessments } = await evaluate({ options: { minGroup: 1000, radiusRows: 0 } })
    expect(assessments.slice(2)).toMatchObject([
      { metric: 'adversarial-accuracy', slice: { region: 'north' }, value: null },
      { metric: 'adversarial-accuracy', slice: { region: 'south' }, value: null },
      { metric: 'worst-group-adversarial-error', value: null, detail: { reason: 'every group is too small' } },
    ])
  })

  it('takes a constant model for what it is: it turns for nobody, and is right for half of the people', async () => {
    const constant = logistic(['a', 'b'], [0, 0], 3)
    const { facts } = await evaluate({ features: constant, options: { radiusRows: 0 } })
    expect(facts!.isValid).toBe(true)
    expect(facts!.attacks.at(-1)!.success.value).toBe(0)
    expect(facts!.clean.value).toBeLessThan(0.7)
    expect(facts!.chance! - facts!.clean.value!).toBeLessThan(0.1)
  })

  it('gives the same numbers for the same seed, and others for another', async () => {
    const [one, same, other] = [await evaluate(), await evaluate(), await evaluate({ options: { seed: 7 } })]
    expect(same.facts).toEqual(one.facts)
    expect(other.facts).not.toEqual(one.facts)
  })

  it('tells what the model does with inputs that nobody declared', async () => {
    const { facts } = await evaluate({
      predict: async one => {
        const values = one.columns['a']!.values as Float64Array
        if (values.some(Number.isNaN)) throw new Error('refused')
        return { classes: ['no', 'yes'], probabilities: await view.probabilities(await view.encode(one)) } as never
      },
    })
    const cases = new Map(facts!.edgeCases.map(one => [one.name, one]))
    expect(cases.get('number missing')).toMatchObject({ rows: 20, refused: 20, changed: null })
    // Infinity minus infinity is no number, and no probability.
    expect(cases.get('number far above its range')).toMatchObject({ defined: 20, refused: 0 })
    expect(cases.get('number in another unit (a thousandth)')!.changed).not.toBeNull()
  })

  it('has nothing to attack without numbers, texts or known classes, and says which', async () => {
    const reasonOf = async (given: Given): Promise<unknown> => {
      const { assessments, evidence } = await evaluate(given)
      expect(evidence).toEqual([])
      return (assessments[0]!.detail as { reason: string }).reason
    }
    expect(await reasonOf({ labels: new Int32Array(count).fill(-1) })).toContain('known class')
    expect(await reasonOf({ data: { ...wide([]), features: { a: { values: ['x'] } } } })).toContain('number')
    // Declared, and not seen by the model.
    expect(await reasonOf({ data: wide(['c']) })).toContain('number')
    expect(await reasonOf({ features: undefined as never })).toContain('no text')
  })
})

describe('the robustness plugin on texts', () => {
  const batch: RecordBatch = {
    rowIds: rows.rowIds.slice(0, 60),
    subjects: rows.rowIds.slice(0, 60),
    columns: {
      note: {
        kind: 'text',
        values: rows.rowIds
          .slice(0, 60)
          .map((_, i) => `Kowalczyk asks about order ${i} ${i % 2 ? 'urgent refund' : 'thanks'}`),
      },
    },
  }
  const data: DataConfig = { source: 'memory', label: 'label', classes: ['no', 'yes'], text: 'note' }
  const predict = async (one: RecordBatch) =>
    ({
      classes: ['no', 'yes'],
      probabilities: Float32Array.from(
        (one.columns['note']!.values as (string | null)[]).flatMap(text =>
          /refund/.test(text ?? '') ? [0.1, 0.9] : [0.9, 0.1],
        ),
      ),
    }) as never
  const given = {
    features: undefined as never,
    batch,
    data,
    predict,
    labels: Int32Array.from({ length: 60 }, (_, i) => i % 2),
  }

  it('turns the word that matters, and quotes nothing', async () => {
    const { facts, assessments } = await evaluate(given)
    expect(facts).toMatchObject({ kind: 'text', isValid: true, clean: { value: 1, n: 60 }, radii: null, curves: [] })
    expect(facts!.threatModel).toMatchObject({ knowledge: 'black-box', attacked: ['note'] })
    const of = (name: string) => facts!.attacks.find(({ attack }) => attack === name)!
    // Every second text hangs on one word.
    expect(of('letter left out, weightiest words').success.value).toBe(0.5)
    expect(of('word left out, weightiest words').success.value).toBeGreaterThan(0)
    expect(of('upper case').success.value).toBe(0.5)
    expect(of('lower case').success.value).toBe(0)
    const random = of('letters swapped, words at random').success.value!
    expect(random).toBeLessThan(of('letters swapped, weightiest words').success.value! + 1e-9)
    expect(of('letter left out, weightiest words').changedShare).toBeLessThan(0.1)
    expect(assessments[0]).toMatchObject({ metric: 'adversarial-accuracy', value: 0.5 })
    const written = JSON.stringify(facts)
    for (const word of ['Kowalczyk', 'refund', 'thanks', 'urgent']) expect(written).not.toContain(word)
    expect(facts!.edgeCases.map(({ name }) => name)).toContain('text empty')
  })

  it('does not hold a class that turns for want of a word against the model', async () => {
    // Counts words, in any writing.
    const lenient = async (one: RecordBatch) =>
      ({
        classes: ['no', 'yes'],
        probabilities: Float32Array.from(
          (one.columns['note']!.values as (string | null)[]).flatMap(text =>
            (text ?? '').trim().split(/\s+/).length >= 7 ? [0.1, 0.9] : [0.9, 0.1],
          ),
        ),
      }) as never
    const { facts, assessments } = await evaluate({ ...given, predict: lenient, options: { words: 1 } })
    const leftOut = facts!.attacks.find(({ attack }) => attack.startsWith('word left out'))!
    expect(leftOut.success.value).toBeGreaterThan(0.3)
    expect(assessments[0]!.value).toBeGreaterThan(facts!.clean.value! - 0.1)
  })

  it('says so when every text is empty', async () => {
    const empty = { ...batch, columns: { note: { kind: 'text' as const, values: batch.rowIds.map(() => ' ') } } }
    const { assessments } = await evaluate({ ...given, batch: empty })
    expect((assessments[0]!.detail as { reason: string }).reason).toBe('all sampled texts are empty')
  })
})
