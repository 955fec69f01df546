import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  PrivacyLedger,
  type EffectivePolicy,
  type EvaluateInput,
  type Evidence,
  type HookContext,
  type PredictionTable,
  type PrivacyPlan,
} from '@attestry/core'
import { describe, expect, it } from 'vitest'
import { accountant, dp, gaussian, gaussianNoise, subsampledGaussian, trainingEpsilon } from '../src/index.js'
import { checkLeakage, negativeLosses } from '../src/leakage-check.js'
import { secretOf } from './support.js'

const noise = gaussianNoise({ secret: secretOf(6), stream: 'tables' })
let draw = 0

/** Rows of two classes whose true class has probability 1 / (1 + e^-(advantage + noise)). */
function table(rows: number, advantage: number): PredictionTable {
  const logits = noise.fill(new Float64Array(rows), draw++).map(value => value + advantage)
  const labels = Int32Array.from({ length: rows }, (_, row) => row % 2)
  const probabilities = new Float32Array(2 * rows)
  for (const [row, label] of labels.entries()) {
    probabilities[2 * row + label] = 1 / (1 + Math.exp(-logits[row]!))
    probabilities[2 * row + 1 - label] = 1 - probabilities[2 * row + label]!
  }
  return {
    rowIds: Array.from(labels, (_, row) => `r${row}`),
    classes: ['no', 'yes'],
    labels,
    predicted: labels,
    probabilities,
    groups: {},
  }
}

const sampling = { samplingProbability: 0.05, noiseMultiplier: 1.2 }
const stated = accountant().compose(subsampledGaussian(sampling), 200).epsilon(1e-5).upper

const privacy: PrivacyPlan = {
  sampler: 'poisson',
  ...sampling,
  clippingNorm: 1,
  accountant: 'rdp',
  epsilon: stated,
  delta: 1e-5,
  unit: 'record',
}

const noPolicy: EffectivePolicy = {
  identifiers: [],
  epsilon: null,
  metrics: [],
  approvals: null,
  encryption: null,
  auditEverySteps: null,
  retention: [],
  documents: [],
  network: { localOnly: null, hosts: [] },
  erasure: [],
  holds: [],
  conflicts: [],
}

const limited = (epsilon: number, delta = 1e-5): EffectivePolicy => ({
  ...noPolicy,
  epsilon: {
    value: { epsilon, delta },
    sources: [
      { plugin: 'a', control: 'GDPR-25' },
      { plugin: 'b', control: 'HIPAA-164.514(b)' },
    ],
  },
})

async function run(
  tables: { readonly train: PredictionTable; readonly test: PredictionTable },
  plan: PrivacyPlan | null,
  policy: EffectivePolicy = limited(10),
  trainingFacts: EvaluateInput['trainingFacts'] = {},
) {
  const evidence: Evidence[] = []
  const input = {
    modelDigest: `sha256:${'0'.repeat(64)}`,
    plan: { steps: 200, privacy: plan },
    trainingFacts,
    positiveClass: 1,
    // Leaves too few canaries for an audit of the run, which has tests of its own.
    trainRows: async function* () {},
    ...tables,
  } as unknown as EvaluateInput
  const context = {
    run: { config: { evaluation: { testFraction: 0.99 }, data: { label: 'label' } } },
    policy,
    evidence: async (one: Evidence) => void evidence.push(one),
  } as unknown as HookContext
  const assessments = await checkLeakage(input, context)
  return { assessments, evidence, of: (type: string) => evidence.find(one => one.type === type) }
}

const alike = { train: table(2000, 1), test: table(1000, 1) }
const remembered = { train: table(2000, 6), test: table(1000, 0) }

describe('the leakage check', () => {
  it('finds no membership where training and test rows are predicted alike', async () => {
    const { assessments } = await run(alike, privacy)
    const [auc, bound] = assessments
    expect(auc).toMatchObject({ metric: 'membership-inference-auc', n: 3000, confidence: 0.95 })
    expect(auc!.interval![0]).toBeLessThan(0.5)
    expect(auc!.interval![1]).toBeGreaterThan(0.5)
    expect(bound).toMatchObject({ metric: 'epsilon-lower-bound', n: 1500, confidence: 0.95 })
    expect(bound!.value).toBeLessThan(0.5)
  })

  it('refutes a claim that the attack exceeds: the planted violation', async () => {
    const small = { ...privacy, noiseMultiplier: 20, epsilon: 0.5 }
    const { assessments, of } = await run(remembered, small)
    expect(assessments[0]!.value).toBeGreaterThan(0.99)
    expect(assessments[1]!.value).toBeGreaterThan(3)
    expect(of('membership-inference')).toMatchObject({
      outcome: 'fail',
      controls: ['GDPR-25', 'HIPAA-164.514(b)'],
      facts: { claimedEpsilon: 0.5, epsilonLowerBound: assessments[1]!.value },
    })
  })

  it('only informs where the attack stays below the claim', async () => {
    expect((await run(alike, privacy)).of('membership-inference')).toMatchObject({ outcome: 'info' })
  })

  it('assesses a model without privacy too, and claims nothing about it', async () => {
    const { assessments, evidence } = await run(remembered, null)
    expect(assessments[0]!.value).toBeGreaterThan(0.99)
    expect(evidence).toEqual([])
  })

  it('does not assess a handful of rows, and gives no evidence of an attack', async () => {
    const { assessments, of } = await run({ train: table(100, 1), test: table(19, 1) }, privacy)
    expect(assessments.map(({ metric, value }) => [metric, value])).toEqual([
      ['membership-inference-auc', null],
      ['epsilon-lower-bound', null],
      ['one-run-epsilon-lower-bound', null],
    ])
    expect(of('membership-inference')).toBeUndefined()
    expect(of('dp-training')).toBeDefined()
  })

  it('scores the true class and leaves out rows whose truth is not known', () => {
    const scores = negativeLosses({
      ...table(3, 0),
      labels: Int32Array.of(0, -1, 1),
      probabilities: Float32Array.of(0.25, 0.75, 0.5, 0.5, 1, 0),
    })
    expect([...scores]).toEqual([Math.log(0.25), -Infinity])
  })

  it('gives facts that can be written as JSON', async () => {
    const { assessments, evidence } = await run(remembered, privacy)
    for (const value of [assessments, evidence]) expect(JSON.parse(JSON.stringify(value))).toEqual(value)
  })
})

describe('evidence of private training', () => {
  const outcome = async (plan: PrivacyPlan, policy: EffectivePolicy): Promise<string> =>
    (await run(alike, plan, policy)).of('dp-training')!.outcome

  it('passes within the limits and fails beyond either of them', async () => {
    expect(await outcome(privacy, limited(stated))).toBe('pass')
    expect(await outcome(privacy, limited(stated * 0.999))).toBe('fail')
    expect(await outcome(privacy, limited(10, 1e-6))).toBe('fail')
  })

  it('only informs where nobody set a limit', async () => {
    expect(await outcome(privacy, noPolicy)).toBe('info')
  })

  it('fails when noise, sampling or steps do not give the stated epsilon', async () => {
    expect(await outcome({ ...privacy, noiseMultiplier: 0.6 }, limited(10))).toBe('fail')
    expect(await outcome({ ...privacy, samplingProbability: 0.1 }, limited(10))).toBe('fail')
    expect(await outcome({ ...privacy, epsilon: stated * 0.99 }, noPolicy)).toBe('fail')
    expect(await outcome({ ...privacy, sampler: 'shuffle' as 'poisson' }, limited(10))).toBe('fail')
    // The noise of Poisson draws under another sampler, with and without what that sampler is told by.
    const { samplingProbability, ...terms } = { ...sampling, ...privacy }
    expect(samplingProbability).toBe(0.05)
    const shuffled = { ...terms, sampler: 'shuffled', stepsPerEpoch: 20 } as const
    expect(await outcome(shuffled, limited(10))).toBe('fail')
    expect(await outcome({ ...terms, sampler: 'shuffled' } as unknown as PrivacyPlan, limited(10))).toBe('fail')
    const enough = trainingEpsilon({ ...shuffled, noiseMultiplier: 8 }, 200, 1e-5).upper
    const sound = { ...shuffled, noiseMultiplier: 8, epsilon: enough }
    expect(await outcome(sound, limited(10))).toBe('pass')
    expect(await outcome({ ...sound, epsilon: enough * 0.99 }, limited(10))).toBe('fail')
  })

  it('states everything that epsilon is computed from', async () => {
    expect((await run(alike, privacy)).of('dp-training')!.facts).toMatchObject({
      sampler: 'poisson',
      samplingProbability: 0.05,
      noiseMultiplier: 1.2,
      clippingNorm: 1,
      steps: 200,
      delta: 1e-5,
      epsilon: stated,
      epsilonRecomputed: stated,
      accountant: 'rdp',
      unit: 'record',
      adjacency: 'add-or-remove-one',
      epochs: 10,
    })
  })

  it('names an adaptive clipping norm with its quantile, its noises and where it ended', async () => {
    const adaptiveClipping = { quantile: 0.5, learningRate: 0.2, countNoise: 6 }
    const adaptive = { ...privacy, adaptiveClipping }
    const facts = async (plan: PrivacyPlan, lastNorm?: number) =>
      (await run(alike, plan, limited(10), lastNorm === undefined ? {} : { clippingNorm: { lastNorm } })).of(
        'dp-training',
      )!.facts
    expect((await facts(adaptive, 0.25))['adaptiveClipping']).toEqual({
      ...adaptiveClipping,
      gradientNoiseMultiplier: 1.2 / Math.sqrt(1 - 0.01),
      lastNorm: 0.25,
    })
    expect((await facts(adaptive, 0.25))['statement']).toContainEqual(expect.stringContaining('ended at 0.25'))
    expect((await facts(adaptive))['adaptiveClipping']).toMatchObject({ lastNorm: null })
    expect(await facts(privacy)).not.toHaveProperty('adaptiveClipping')
    // A count that uses up all privacy: nothing can be stated.
    const quiet = { ...adaptive, adaptiveClipping: { ...adaptiveClipping, countNoise: 0.6 } }
    expect(await outcome(quiet, limited(10))).toBe('fail')
    expect((await facts(quiet))['statement']).toEqual([expect.stringContaining('No epsilon can be stated')])
  })

  it('states epsilon with and without the sampling, and what it speaks of', async () => {
    const { facts } = (await run(alike, privacy)).of('dp-training')!
    const known = accountant()
      .compose(gaussian({ noiseMultiplier: 1.2 }), 10)
      .epsilon(1e-5).upper
    expect(facts['epsilonWithoutSampling']).toBe(known)
    expect(known).toBeGreaterThan(2 * stated)
    expect(facts['epsilonLower']).toBeGreaterThan(stated * 0.99)
    expect(facts['epsilonLower']).toBeLessThanOrEqual(stated)
    const text = (facts['statement'] as string[]).join(' ')
    for (const part of ['adding or removing one record', 'probability 0.05', '200 steps', '1.2 times', 'Not covered'])
      expect(text).toContain(part)
    expect(text).toContain(`epsilon is ${Number(known.toPrecision(4))}`)
  })

  it('has no statement for a plan whose epsilon does not follow', async () => {
    const { facts } = (await run(alike, { ...privacy, epsilon: stated / 2 })).of('dp-training')!
    expect(facts['statement']).toEqual([expect.stringContaining('No epsilon can be stated')])
  })
})

describe('the plugin', () => {
  it('provides a ledger in the workspace, and leaves the limit on epsilon to the trainer', async () => {
    const plugin = dp()
    expect(plugin.answers).toBeUndefined()
    expect(plugin.provides?.map(({ token }) => token)).toEqual([PrivacyLedger])
    const workspace = await mkdtemp(join(tmpdir(), 'attestry-dp-'))
    const services = { get: () => undefined as never, find: () => undefined }
    const ledger = plugin.provides![0]!.factory(services, { runId: 'r', directory: 'd', workspace }) as PrivacyLedger
    await ledger.charge(
      { dataset: 'sha256:d', epsilon: 1, delta: 1e-6, adjacency: 'add-or-remove-one', mechanism: 'm', id: 'r' },
      { epsilon: 2, delta: 1e-5 },
    )
    expect(await readFile(join(workspace, 'privacy-ledger.jsonl'), 'utf8')).toMatch(/^\{"at":"20.*\}\n$/)
    await rm(workspace, { recursive: true })
  })
})
