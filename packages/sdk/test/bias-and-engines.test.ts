import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AttestrySDK, BiasDetector, ComplianceTrainer, type FineTunedModel } from '@attestry/sdk'
import { writeWages } from './tickets.js'

let directory: string
let sdk: AttestrySDK
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'attestry-sdk-'))
  sdk = await AttestrySDK.create({ complianceMode: true, directory })
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** Pay that hangs on gender more than on experience, and on chance; age and ethnicity do not matter. From a seeded generator. */
function writePay(name: string, rows: number, seed: number): string {
  let state = seed
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  const lines = Array.from({ length: rows }, () => {
    const gender = next() < 0.5 ? 'women' : 'men'
    const experience = Math.floor(next() * 40)
    const isHigh = next() < 0.2 + experience / 100 + (gender === 'men' ? 0.35 : 0)
    const ethnicity = ['a', 'b', 'c'][Math.floor(next() * 3)]
    return [gender, experience, 18 + Math.floor(next() * 50), ethnicity, isHigh ? 'upper' : 'lower'].join(',')
  })
  writeFileSync(join(directory, name), `gender,experience,age,ethnicity,label\n${lines.join('\n')}\n`)
  return `./${name}`
}

const features = { experience: { min: 0, max: 40 }, gender: { values: ['men', 'women'] } }
const training = { epochs: 15, batchSize: 64, learningRate: 0.05 }

describe('bias of a model', () => {
  it('is found, lessened by training again, and measured both times', async () => {
    const dataset = writePay('pay.csv', 2000, 3)
    const testData = writePay('later.csv', 1500, 4)
    let model: FineTunedModel = await sdk.fineTune({ model: 'mlp', dataset, features, groups: ['gender'], training })
    const detector = new BiasDetector({ sdk })
    const results = await detector.analyzeModel({
      model,
      testData,
      sensitiveAttributes: ['gender', 'age', 'ethnicity'],
    })
    expect(results.biasDetected).toBe(true)
    expect(results.bands.age).toHaveLength(3)
    const women = results.rows.find(({ group, attributes }) => group === 'women' && attributes.length === 1)!
    expect(women).toMatchObject({ verdict: 'disparity', reference: 'men' })
    expect(women.ratio!).toBeLessThan(0.8)
    expect(results.rows.some(({ attributes }) => attributes.length === 3)).toBe(true)
    const ofEthnicity = results.metrics.find(
      ({ id, attributes }) => id === 'demographic-parity-difference' && attributes.join() === 'ethnicity',
    )!
    expect(ofEthnicity.verdict).toBe('no-disparity-shown')

    const debiased = await detector.applyDebiasing(model, { strategy: 'reweighting' })
    expect(debiased.attribute).toBe('gender')
    const gapOf = ({ metrics }: typeof results): number =>
      metrics.find(({ id, attributes }) => id === 'demographic-parity-difference' && attributes.join() === 'gender')!
        .value!
    expect(gapOf(debiased.after)).toBeLessThan(gapOf(debiased.before))
    expect(debiased.comparison.metrics.length).toBeGreaterThan(10)
    model = debiased
    const report = readFileSync(join(model.directory, 'report', 'report.html'), 'utf8')
    expect(report).toContain('Before and after debiasing')
  }, 60_000)

  it('is not debiased without an analysis, without a disparity, or by an unknown strategy', async () => {
    writeWages(directory)
    const model = await sdk.fineTune({
      model: 'mlp',
      dataset: './wages.csv',
      groups: ['gender'],
      training: { epochs: 2 },
    })
    const detector = new BiasDetector({ sdk })
    const debias = (strategy: string) => detector.applyDebiasing(model, { strategy })
    await expect(debias('reweighting')).rejects.toMatchObject({ code: 'SDK-E013' })
    await expect(debias('rewieghting')).rejects.toMatchObject({ code: 'SDK-E009' })
    const thresholds = { 'demographic-parity-difference': 0.9, 'equalized-odds-difference': 0.95 }
    await detector.analyzeModel({ model, testData: './wages.csv', sensitiveAttributes: ['gender'], thresholds })
    await expect(debias('reweighting')).rejects.toMatchObject({ code: 'SDK-E013' })
    await expect(
      detector.analyzeModel({ model, testData: './wages.csv', sensitiveAttributes: ['shoe'] }),
    ).rejects.toMatchObject({ code: 'DATA-E005' })
  })
})

describe('a layers model of the caller', () => {
  const layersModel = () =>
    tf.sequential({
      layers: [
        tf.layers.dense({ inputShape: [4], units: 8, activation: 'relu' }),
        tf.layers.dense({ units: 2, activation: 'softmax' }),
      ],
    })

  it('is fine-tuned with clipping and noise, evaluated, explained and saved like any other', async () => {
    writeWages(directory)
    const trainer = new ComplianceTrainer({ sdk, privacyBudget: 8 })
    const model = await trainer.fineTune({
      baseModel: layersModel(),
      dataset: './wages.csv',
      features: { education: { min: 0, max: 25 }, experience: { min: 0, max: 60 } },
      groups: ['gender'],
      training: { epochs: 2, batchSize: 64 },
    })
    expect(model.record.stages.train!.plan).toMatchObject({ engine: 'tfjs', privacy: { sampler: 'poisson' } })
    expect(model.epsilon!).toBeLessThanOrEqual(8)
    expect(model.assessments.find(({ metric }) => metric === 'accuracy')!.value).not.toBeNull()
    // Its inputs are read as those of any other table model: Shapley values of each column, with their fidelity.
    const said = model.assessments.find(({ metric }) => metric === 'explanation-fidelity')!
    expect([said.n > 0, Number.isFinite(said.value)]).toEqual([true, true])
    expect(JSON.stringify(said.detail)).toContain('Shapley')
    const { probabilities } = await model.predict([{ education: 12, experience: 20 }])
    expect(probabilities[0]! + probabilities[1]!).toBeCloseTo(1, 5)
    // The budget belongs to the data, whatever engine spends it.
    await expect(model.retrain({ training: { epochs: 1 } })).rejects.toMatchObject({ code: 'DP-E011' })
  })

  it('is refused when it is none', async () => {
    writeWages(directory)
    await expect(sdk.fineTune({ baseModel: {} as never, dataset: './wages.csv' })).rejects.toMatchObject({
      code: 'SDK-E006',
    })
  })
})
