import { createHash } from 'node:crypto'
import type { Assessment, EvaluateInput, Evidence, HookContext, PredictionTable, RecordBatch } from '@attestry/core'
import { describe, expect, it } from 'vitest'
import { splitCanaries } from '../src/audits/split-audit.js'
import { accountant, gaussianNoise, guessCanaries, oneRunAudit, subsampledGaussian } from '../src/index.js'
import { checkLeakage } from '../src/leakage-check.js'
import { secretOf } from './support.js'

const classes = ['no', 'yes']
const noise = gaussianNoise({ secret: secretOf(12), stream: 'rows' })

/** The rows of source `name`, split as the framework does it: by a hash of seed and row id. */
function splitOf(name: string, rows: number, testFraction: number): { train: string[]; test: string[] } {
  const ids = Array.from({ length: rows }, (_, row) => `${name}:${row}`)
  const isTest = (id: string): boolean =>
    createHash('sha256').update(`split/1/${id}`).digest().readUInt32BE(0) / 2 ** 32 < testFraction
  return { train: ids.filter(id => !isTest(id)), test: ids.filter(isTest) }
}

/** Every row is of class `yes`; the model gives it 1 / (1 + e^-logit). */
function inputOf(
  { train, test }: ReturnType<typeof splitOf>,
  logitOf: (rowId: string, isMember: boolean) => number,
): EvaluateInput {
  const probabilities = (ids: readonly string[], isMember: boolean): Float32Array =>
    Float32Array.from(
      ids.flatMap(id => {
        const yes = 1 / (1 + Math.exp(-logitOf(id, isMember)))
        return [1 - yes, yes]
      }),
    )
  const tableOf = (rowIds: readonly string[], isMember: boolean): Partial<PredictionTable> => ({
    rowIds,
    classes,
    labels: new Int32Array(rowIds.length).fill(1),
    probabilities: probabilities(rowIds, isMember),
  })
  const batchOf = (rowIds: readonly string[]): RecordBatch => ({
    rowIds,
    subjects: rowIds,
    columns: { answer: { kind: 'text', values: rowIds.map(() => 'yes') } },
  })
  return {
    modelDigest: `sha256:${'0'.repeat(64)}`,
    train: tableOf(train, true),
    test: tableOf(test, false),
    trainRows: async function* () {
      for (let start = 0; start < train.length; start += 500) yield batchOf(train.slice(start, start + 500))
    },
    predict: async ({ rowIds }: RecordBatch) => ({ classes, probabilities: probabilities(rowIds, true) }),
  } as unknown as EvaluateInput
}

const sampling = { samplingProbability: 0.02, noiseMultiplier: 1.1 }
const epsilon = accountant().compose(subsampledGaussian(sampling), 200).epsilon(1e-5).upper
const privacy = {
  ...sampling,
  sampler: 'poisson',
  clippingNorm: 1,
  accountant: 'rdp',
  epsilon,
  delta: 1e-5,
  unit: 'record',
}

async function audited(
  input: EvaluateInput,
  plan: object | null,
  withShadowModels = false,
): Promise<{ readonly evidence: Evidence | undefined; readonly assessment: Assessment | undefined }> {
  const recorded: Evidence[] = []
  const assessments = await checkLeakage(
    { ...input, plan: { steps: 200, logicalBatch: 20, privacy: plan } } as unknown as EvaluateInput,
    {
      run: { config: { evaluation: { testFraction: 0.25 }, data: { label: 'answer' } } },
      policy: { epsilon: { value: { epsilon: 10, delta: 1e-5 }, sources: [{ plugin: 'a', control: 'GDPR-25' }] } },
      evidence: async (one: Evidence) => void recorded.push(one),
    } as unknown as HookContext,
    withShadowModels,
  )
  return {
    evidence: recorded.find(({ type }) => type === 'one-run-audit'),
    assessment: assessments.find(({ metric }) => metric === 'one-run-epsilon-lower-bound'),
  }
}

const evidenceOf = async (input: EvaluateInput, plan: object | null = privacy): Promise<Evidence | undefined> =>
  (await audited(input, plan)).evidence

const normals = noise.fill(new Float64Array(20_000), 0)
const normalOf = (rowId: string): number => normals[Number(rowId.split(':')[1])]!

describe('the rows of a run as canaries', () => {
  it.each([0.1, 0.2, 0.5, 0.7])('are as likely in as out when %d of the rows are held out', async testFraction => {
    const split = splitOf('a', 20_000, testFraction)
    const { scores, included } = await splitCanaries(inputOf(split, normalOf), testFraction, 'answer')
    const canaries = included.length
    expect(scores).toHaveLength(canaries)
    // Twice the smaller side, and in for half of it, each within six standard errors.
    expect(Math.abs(canaries - 40_000 * Math.min(testFraction, 1 - testFraction))).toBeLessThan(6 * 142)
    expect(Math.abs(included.filter(Boolean).length - canaries / 2)).toBeLessThan(3 * Math.sqrt(canaries))
  })

  it('lie in an order that does not know the coins, so that equal scores give nothing away', async () => {
    const found = await splitCanaries(
      inputOf(splitOf('a', 4000, 0.25), () => 0),
      0.25,
      'answer',
    )
    const { guesses, correct } = guessCanaries(found.scores, [...found.included], 200)
    expect(guesses).toBe(400)
    expect(Math.abs(correct - 200)).toBeLessThan(60)
  })

  it('leave out rows whose class is not known', async () => {
    const input = inputOf(splitOf('a', 4000, 0.5), normalOf)
    const labels = input.test.labels.map((label, row) => (row % 2 === 0 ? -1 : label))
    const all = await splitCanaries(input, 0.5, 'answer')
    const known = await splitCanaries({ ...input, test: { ...input.test, labels } }, 0.5, 'answer')
    expect(all.included.filter(isIn => !isIn)).toHaveLength(input.test.rowIds.length)
    expect(known.included.filter(isIn => !isIn)).toHaveLength(Math.floor(input.test.rowIds.length / 2))
    const unheard = { ...input, test: { ...input.test, classes: ['no', 'perhaps'] } }
    expect((await splitCanaries(unheard, 0.5, 'answer')).included.some(Boolean)).toBe(false)
  })

  it('show of a model that forgets more than is true no more often than the confidence says', async () => {
    const found = await Promise.all(
      Array.from({ length: 100 }, async (_, run) => {
        const input = inputOf(splitOf(`run${run}`, 1000, 0.25), normalOf)
        const { scores, included } = await splitCanaries(input, 0.25, 'answer')
        return oneRunAudit(guessCanaries(scores, included, Math.floor(scores.length / 10)), { delta: 0 })
      }),
    )
    // 5 of 100 expected at most; 16 or more have a chance of 4e-5 then.
    expect(found.filter(bound => bound > 0).length).toBeLessThan(16)
  })
})

describe('evidence of the audit of a run', () => {
  const split = splitOf('b', 6000, 0.25)

  it('informs where the bound lies below the claim, and says what was not tried', async () => {
    const evidence = await evidenceOf(inputOf(split, normalOf))
    expect(evidence).toMatchObject({ type: 'one-run-audit', outcome: 'info', controls: ['GDPR-25'] })
    const { facts } = evidence!
    expect(facts).toMatchObject({ claimedEpsilon: epsilon, delta: 1e-5, confidence: 0.95, runs: 1 })
    expect(facts['epsilonLowerBound']).toBeLessThan(0.5)
    expect(facts['guesses']).toBe(Math.floor((facts['canaries'] as number) / 10))
    expect(facts['notTried']).toContain('shadow models')
    const withShadows = await audited(inputOf(split, normalOf), privacy, true)
    expect(withShadows.evidence!.facts['notTried']).not.toContain('shadow models')
    expect(JSON.parse(JSON.stringify(evidence))).toEqual(evidence)
  })

  it('fails where a model remembers more than was claimed: the planted violation', async () => {
    const evidence = await evidenceOf(inputOf(split, (id, isMember) => normalOf(id) + (isMember ? 5 : 0)))
    expect(evidence!.outcome).toBe('fail')
    expect(evidence!.facts['epsilonLowerBound']).toBeGreaterThan(epsilon)
  })

  it('says what it could have found at most, and whether that could refute the claim', async () => {
    const told = inputOf(split, (_, isMember) => (isMember ? 9 : -9))
    const { facts } = (await evidenceOf(told))!
    expect(facts['correct']).toBe(facts['guesses'])
    expect(facts['highestBound']).toBe(facts['epsilonLowerBound'])
    expect(facts['couldRefute']).toBe(true)
    const few = inputOf(splitOf('c', 300, 0.25), (_, isMember) => (isMember ? 9 : -9))
    const claim = { ...privacy, epsilon: 3.5 }
    expect(await evidenceOf(few, claim)).toMatchObject({ outcome: 'info', facts: { couldRefute: false } })
    const unsure = (await evidenceOf(inputOf(split, normalOf)))!.facts
    expect(unsure['highestBound']).toBeGreaterThan((unsure['epsilonLowerBound'] as number) + 2)
  })

  it('is no evidence without a claim, and an assessment all the same', async () => {
    const leaking = inputOf(split, (id, isMember) => normalOf(id) + (isMember ? 5 : 0))
    const { evidence, assessment } = await audited(leaking, null)
    expect(evidence).toBeUndefined()
    expect(assessment).toMatchObject({ confidence: 0.95, detail: { delta: 0, claimedEpsilon: null } })
    expect(assessment!.value).toBeGreaterThan(3)
    const claimed = await audited(leaking, privacy)
    expect(claimed.assessment).toMatchObject({
      value: claimed.evidence!.facts['epsilonLowerBound'],
      n: claimed.evidence!.facts['canaries'],
      detail: { claimedEpsilon: epsilon, delta: 1e-5, correct: claimed.evidence!.facts['correct'] },
    })
  })

  it('sees rows that are hard unless they were trained on, where doing well tells nothing', async () => {
    // One row in ten is hard. Trained on, it is done as well as the easy ones.
    const isHard = (id: string): boolean => Number(id.split(':')[1]) % 10 === 0
    const known = inputOf(split, (id, isMember) => normalOf(id) + (isHard(id) && !isMember ? -5 : 5))
    const { facts } = (await evidenceOf(known))!
    expect(facts['epsilonLowerBound']).toBeGreaterThan(0.9)
    expect(facts['correct']).toBeGreaterThan(0.7 * (facts['guesses'] as number))
  })

  it('is not made of fewer than 100 canaries', async () => {
    const small = splitOf('c', 180, 0.25)
    expect(await evidenceOf(inputOf(small, normalOf))).toBeUndefined()
    expect((await audited(inputOf(small, normalOf), privacy)).assessment!.value).toBeNull()
    expect(await evidenceOf(inputOf(splitOf('c', 300, 0.25), normalOf))).toBeDefined()
  })
})
