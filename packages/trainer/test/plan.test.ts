import { describe, expect, it } from 'vitest'
import { accountant, subsampledGaussian, trainingEpsilon } from '@attestry/dp'
import type { PrivacyConfig, TrainingPlan, TrainingRequest } from '@attestry/core'
import { featureLayout, planTraining } from '../src/index.js'
import { checkPlan, planDigest } from '../src/plan.js'
import { adaptive, privacy, tableRequest, textRequest } from './data.js'

const layoutOf = ({ data, model }: TrainingRequest): object => featureLayout(data, model)

function withoutDigest(plan: TrainingPlan): Omit<TrainingPlan, 'digest'> {
  const rest: Partial<TrainingPlan> = { ...plan }
  delete (rest as { digest?: unknown }).digest
  return rest as Omit<TrainingPlan, 'digest'>
}

const refused = (code: string): unknown => expect.objectContaining({ code })

describe('a training plan', () => {
  it('takes steps and divisor from public numbers: q = batch / rows, steps = epochs / q', () => {
    const plan = planTraining(tableRequest({ rows: 1000, batchSize: 300, epochs: 5 }))
    expect(plan.logicalBatch).toBe(300)
    expect(plan.steps).toBe(17)
    expect(plan.privacy).toBeNull()
    expect(plan.parameters).toBe(7 * 8 + 8 + 8 * 2 + 2)
  })

  it('draws every row when the batch is larger than the data', () => {
    const plan = planTraining(tableRequest({ rows: 20, batchSize: 256, privacy }))
    expect(plan.logicalBatch).toBe(20)
    expect(plan.physicalBatch).toBe(20)
    expect(plan.privacy).toMatchObject({ samplingProbability: 1 })
  })

  it('has noise for which the accountant confirms the epsilon it states', () => {
    const plan = planTraining(tableRequest({ rows: 5000, batchSize: 100, privacy }))
    const { noiseMultiplier, epsilon, delta } = plan.privacy!
    const step = subsampledGaussian({ noiseMultiplier, samplingProbability: 100 / 5000 })
    expect(accountant().compose(step, plan.steps).epsilon(delta).upper).toBe(epsilon)
    expect(epsilon).toBeLessThanOrEqual(3)
    expect(epsilon).toBeGreaterThan(2.9)
    expect(plan.privacy).toMatchObject({ samplingProbability: 100 / 5000 })
  })

  it.each([
    ['shuffled', { stepsPerEpoch: 17 }, 85],
    ['fixed-size', { batchShare: 300 / 5000 }, 84],
  ] as const)('accounts for %s batches as such, and refuses them as Poisson draws', (sampler, parameters, steps) => {
    const request = tableRequest({ rows: 5000, batchSize: 300, epochs: 5, privacy: { ...privacy, sampler } })
    const plan = planTraining(request)
    expect(plan.steps).toBe(steps)
    expect(plan.privacy).toMatchObject({ sampler, ...parameters })
    expect(plan.privacy).not.toHaveProperty('samplingProbability')
    const spent = trainingEpsilon(plan.privacy!, steps, 1e-5)
    expect(plan.privacy!.epsilon).toBe(spent.upper)
    expect(spent.upper).toBeGreaterThan(2.9)
    checkPlan(plan, request, layoutOf(request))
    // With the noise that Poisson draws would need, under a digest that is its own.
    const { noiseMultiplier } = planTraining(tableRequest({ rows: 5000, batchSize: 300, epochs: 5, privacy })).privacy!
    const other = { ...plan, privacy: { ...plan.privacy!, noiseMultiplier } }
    const forged = { ...other, digest: planDigest(withoutDigest(other), request, layoutOf(request)) }
    expect(() => checkPlan(forged, request, layoutOf(request))).toThrowError(refused('TRAIN-E005'))
    const asked = tableRequest({ rows: 5000, batchSize: 300, epochs: 5, privacy })
    const swapped = { ...plan, digest: planDigest(withoutDigest(plan), asked, layoutOf(asked)) }
    expect(() => checkPlan(swapped, asked, layoutOf(asked))).toThrowError(refused('TRAIN-E005'))
  })

  it('with an adaptive clipping norm says how it follows, and is refused where the count leaves no noise for the gradients', () => {
    const asked = (adaptiveClipping?: object): TrainingRequest =>
      tableRequest({ rows: 5000, batchSize: 300, privacy: { ...privacy, adaptiveClipping } as PrivacyConfig })
    const request = asked(adaptive)
    const plan = planTraining(request)
    const { noiseMultiplier, adaptiveClipping } = plan.privacy!
    expect(adaptiveClipping).toEqual({ ...adaptive, countNoise: 15 })
    expect(planTraining(asked({ ...adaptive, countNoise: 2 })).privacy!.noiseMultiplier).toBe(noiseMultiplier)
    expect(planTraining(asked({ ...adaptive, countNoise: 2 })).digest).not.toBe(plan.digest)
    expect(planTraining(asked()).privacy).not.toHaveProperty('adaptiveClipping')
    expect(() => planTraining(asked({ ...adaptive, countNoise: noiseMultiplier / 2 }))).toThrowError(refused('DP-E021'))
    checkPlan(plan, request, layoutOf(request))
    const resigned = (changed: object | undefined, by = request): TrainingPlan => {
      const other = { ...plan, privacy: { ...plan.privacy!, adaptiveClipping: changed } } as TrainingPlan
      return { ...other, digest: planDigest(withoutDigest(other), by, layoutOf(by)) }
    }
    const quiet = resigned({ ...adaptive, countNoise: 0.1 })
    expect(() => checkPlan(quiet, request, layoutOf(request))).toThrowError(refused('DP-E021'))
    const fixed = asked()
    expect(() => checkPlan(resigned(adaptiveClipping, fixed), fixed, layoutOf(fixed))).toThrowError(
      refused('TRAIN-E005'),
    )
  })

  it('keeps the smaller of the epsilons of config and policy', () => {
    const request = tableRequest({ rows: 5000, privacy })
    const strict = planTraining({ ...request, privacyLimit: { epsilon: 1, delta: 1e-6 } })
    expect(strict.privacy!.epsilon).toBeLessThanOrEqual(1)
    expect(strict.privacy!.delta).toBe(1e-6)
    const loose = planTraining({ ...request, privacyLimit: { epsilon: 8, delta: 1e-3 } })
    expect(loose.privacy).toEqual(planTraining(request).privacy)
  })

  it('adds privacy with clipping norm 1 when only the policy asks for it', () => {
    const plan = planTraining({ ...tableRequest({ rows: 5000 }), privacyLimit: { epsilon: 2, delta: 1e-5 } })
    expect(plan.privacy).toMatchObject({ clippingNorm: 1, sampler: 'poisson', unit: 'record', delta: 1e-5 })
    expect(plan.privacy!.epsilon).toBeLessThanOrEqual(2)
  })

  it('has a digest that changes with anything that training depends on', () => {
    const base = tableRequest({ rows: 500, privacy })
    const variants = [
      base,
      { ...base, rows: 501 },
      { ...base, data: { ...base.data, label: 'other' } },
      { ...base, data: { ...base.data, features: { a: { min: 0, max: 2 } } } },
      ...[{ seed: 4 }, { learningRate: 0.2 }, { epochs: 6 }, { optimizer: 'adam' as const }].map(change => ({
        ...base,
        training: { ...base.training, ...change },
      })),
    ]
    const digests = variants.map(request => planTraining(request).digest)
    expect(new Set(digests).size).toBe(variants.length)
    expect(planTraining(base).digest).toBe(digests[0])
  })

  it('says which engine and runtime were chosen, and why', () => {
    expect(planTraining(tableRequest(), { prefer: 'web' }).because).toMatch(
      /onnx trains mlp .* onnxruntime-web: asked for/,
    )
    expect(planTraining(tableRequest(), { prefer: 'node' }).because).toMatch(/onnxruntime-node: asked for/)
  })

  it('is refused without rows, and for a model too large', () => {
    expect(() => planTraining(tableRequest({ rows: 0 }))).toThrowError(refused('TRAIN-E002'))
    const large = { architecture: 'embedding-bag', buckets: 1_048_576, dimension: 64 } as const
    expect(() => planTraining({ ...textRequest(), model: large })).toThrowError(refused('TRAIN-E017'))
  })

  it('is refused when it was changed after it was made', () => {
    const request = tableRequest({ rows: 5000, privacy })
    const plan = planTraining(request)
    expect(() => checkPlan(plan, request, layoutOf(request))).not.toThrow()
    const halved = { ...plan, privacy: { ...plan.privacy!, noiseMultiplier: plan.privacy!.noiseMultiplier / 2 } }
    for (const changed of [{ ...plan, privacy: null }, { ...plan, steps: plan.steps + 1 }, halved])
      expect(() => checkPlan(changed, request, layoutOf(request))).toThrowError(refused('TRAIN-E005'))
    expect(() => checkPlan(plan, { ...request, rows: 4999 }, layoutOf(request))).toThrowError(refused('TRAIN-E005'))
    expect(() => checkPlan(plan, request, { kind: 'other' })).toThrowError(refused('TRAIN-E005'))
  })
})
