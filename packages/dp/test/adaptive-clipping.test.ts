import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  accountant,
  defaultCountNoise,
  gaussian,
  gaussianNoise,
  gradientNoise,
  isWithinReach,
  nextClippingNorm,
  privacyStatement,
  trainingEpsilon,
} from '../src/index.js'
import { secretOf } from './support.js'

const coded = (code: string): unknown => expect.objectContaining({ code })

describe('the noise of gradients beside a noisy count', () => {
  // (1 / z² - 1 / (2 s)²)^(-1/2) in 60 digits of decimal arithmetic.
  it.each([
    [1, 0.6, 1.8090680674665817],
    [1.3, 0.8, 2.2299940724626133],
    [1, 10, 1.0012523486435177],
    [0.7321, 12.8, 0.7323995489331262],
    [1.1, 5.5, 1.1055415967851333],
    [2, 1.0001, 141.43196261806418],
    [0.01, 1000, 0.010000000000125],
    [4.1234, 20.617, 4.14417292743983507],
  ])('is, for noise multiplier %d and count noise %d, %d', (noiseMultiplier, countNoise, expected) => {
    const found = gradientNoise({ noiseMultiplier, adaptiveClipping: { countNoise } })
    // 2 / 2.0002 differs from 1 by 1e-4: digits are lost there, as many as that.
    expect(Math.abs(found / expected - 1)).toBeLessThan(countNoise === 1.0001 ? 1e-11 : 1e-15)
  })

  it('is that of the step where the norm is fixed', () => {
    expect(gradientNoise({ noiseMultiplier: 1.1 })).toBe(1.1)
  })

  it('makes sum and count one release of the noise multiplier, for a record more or less and for one exchanged', () => {
    const positive = fc.double({ min: 0.05, max: 20, noNaN: true })
    fc.assert(
      fc.property(positive, fc.double({ min: 1.01, max: 100, noNaN: true }), (noiseMultiplier, ratio) => {
        const countNoise = (noiseMultiplier / 2) * ratio
        const raised = gradientNoise({ noiseMultiplier, adaptiveClipping: { countNoise } })
        expect(raised).toBeGreaterThan(noiseMultiplier)
        // What moves the sum moves it by the norm, the count by 1/2; exchanging moves them by twice the norm, and by 1.
        for (const [ofSum, ofCount, planned] of [
          [1, 0.5, noiseMultiplier],
          [2, 1, noiseMultiplier / 2],
        ] as const)
          expect(1 / Math.hypot(ofSum / raised, ofCount / countNoise) / planned).toBeCloseTo(1, 9)
      }),
    )
  })

  it('spends what releases of the sum and of the count spend together', () => {
    const adaptiveClipping = { countNoise: 2 }
    const raised = gradientNoise({ noiseMultiplier: 1.5, adaptiveClipping })
    const apart = accountant()
      .compose(gaussian({ noiseMultiplier: raised }), 7)
      .compose(gaussian({ noiseMultiplier: 2 / 0.5 }), 7)
    const shuffled = { sampler: 'shuffled', stepsPerEpoch: 5 } as const
    // A pass is a release for exchanging a record: half the multiplier, as if the noise of the whole step were twice it.
    const whole = trainingEpsilon({ ...shuffled, noiseMultiplier: 3 }, 35, 1e-5)
    expect(apart.epsilon(1e-5).upper).toBeCloseTo(whole.upper, 6)
  })

  it.each([
    ['as much as half the noise multiplier', 0.5, 'DP-E021'],
    ['less', 0.1, 'DP-E021'],
    ['none', 0, 'DP-E006'],
    ['no number', NaN, 'DP-E006'],
    ['without end', Infinity, 'DP-E006'],
  ])('is refused when the count has %s', (_what, countNoise, code) => {
    expect(() => gradientNoise({ noiseMultiplier: 1, adaptiveClipping: { countNoise } })).toThrowError(coded(code))
  })

  it('is raised by 0.51 % at most where nobody chose the count noise', () => {
    expect(defaultCountNoise(1, 1000)).toBe(50)
    expect(defaultCountNoise(2, 40)).toBe(10)
    for (const batch of [1, 30, 256, 4096])
      for (const noiseMultiplier of [0.3, 1, 8]) {
        const countNoise = defaultCountNoise(noiseMultiplier, batch)
        expect(gradientNoise({ noiseMultiplier, adaptiveClipping: { countNoise } })).toBeLessThan(
          noiseMultiplier * 1.0051,
        )
      }
  })
})

describe('the clipping norm', () => {
  const step = { first: 1, adaptiveClipping: { quantile: 0.5, learningRate: 0.2, countNoise: 3 }, batch: 60, noise: 0 }
  const factor = (examples: number, clipped: number, changed: Partial<typeof step> = {}): number =>
    nextClippingNorm(1, { examples, clipped }, { ...step, ...changed })

  it('moves by the noisy share of gradients within it, over the public batch', () => {
    expect(factor(60, 60)).toBeCloseTo(Math.exp(0.2 * 0.5), 15)
    expect(factor(60, 0)).toBeCloseTo(Math.exp(-0.2 * 0.5), 15)
    expect(factor(60, 30)).toBe(1)
    expect(factor(60, 30, { noise: 2 })).toBeCloseTo(Math.exp(-0.2 * (6 / 60)), 15)
    // Half of the public batch came, all within the norm: a share of 3/4 and not of 1.
    expect(factor(30, 0)).toBeCloseTo(Math.exp(-0.2 * 0.25), 15)
    // Nobody came: a share of 1/2, which is the quantile.
    expect(factor(0, 0)).toBe(1)
  })

  it('is moved no further by one example than by half an example of the public batch', () => {
    fc.assert(
      fc.property(
        fc.nat(200),
        fc.nat(200),
        fc.boolean(),
        fc.double({ min: -3, max: 3, noNaN: true }),
        (a, b, isClipped, noise) => {
          const [examples, clipped] = [Math.max(a, b), Math.min(a, b)]
          const before = Math.log(factor(examples, clipped, { noise }))
          const after = Math.log(factor(examples + 1, clipped + Number(isClipped), { noise }))
          expect(Math.abs(after - before)).toBeCloseTo((0.2 * 0.5) / 60, 12)
        },
      ),
    )
  })

  it('stays where floats hold it, whatever the gradients do', () => {
    const fast = { ...step, adaptiveClipping: { ...step.adaptiveClipping, learningRate: 1 } }
    for (const [clipped, end] of [
      [0, 1 / 1000],
      [60, 1000],
    ] as const) {
      let norm = 1
      for (let i = 0; i < 100; i++) norm = nextClippingNorm(norm, { examples: 60, clipped }, fast)
      expect(norm).toBe(end)
      expect(isWithinReach(norm, 1)).toBe(true)
    }
    expect(() => nextClippingNorm(1001, { examples: 1, clipped: 0 }, step)).toThrowError(coded('DP-E018'))
    expect(() => nextClippingNorm(NaN, { examples: 1, clipped: 0 }, step)).toThrowError(coded('DP-E018'))
  })

  it.each([
    [0.5, 1],
    [0.9, 1],
    [0.2, 100],
    [0.5, 0.004],
  ])('finds the quantile %d of norms that are known, from %d', (quantile, first) => {
    const source = gaussianNoise({ secret: secretOf(4), stream: 'norms' })
    const noises = gaussianNoise({ secret: secretOf(4), stream: 'count' }).fill(new Float64Array(400), 1)
    const batch = 500
    const adaptiveClipping = { quantile, learningRate: 0.2, countNoise: 25 }
    let norm = first
    const tail: number[] = []
    for (let t = 1; t <= 400; t++) {
      // Log-normal: the logarithm of a norm is N(0, 1).
      const norms = source.fill(new Float64Array(batch), t).map(Math.exp)
      const clipped = norms.filter(one => one > norm).length
      norm = nextClippingNorm(
        norm,
        { examples: batch, clipped },
        { first, adaptiveClipping, batch, noise: noises[t - 1]! },
      )
      if (t > 200) tail.push(Math.log(norm))
    }
    const logQuantile = { 0.2: -0.8416, 0.5: 0, 0.9: 1.2816 }[quantile]!
    expect(tail.reduce((a, b) => a + b, 0) / tail.length).toBeCloseTo(logQuantile, 1)
    for (const one of tail) expect(Math.abs(one - logQuantile)).toBeLessThan(0.25)
  })
})

describe('the statement of a training with an adaptive norm', () => {
  const privacy = {
    sampler: 'poisson',
    samplingProbability: 0.01,
    noiseMultiplier: 1.3,
    clippingNorm: 2,
    adaptiveClipping: { quantile: 0.4, learningRate: 0.2, countNoise: 0.8 },
    accountant: 'PLD',
    epsilon: 1,
    delta: 1e-5,
    unit: 'record',
  } as const

  it('names quantile, both noises and the last norm, and covers the norms', () => {
    const { sentences } = privacyStatement({ privacy, steps: 100, logicalBatch: 50 }, 0.37)!
    expect(sentences[1]).toContain(
      "a norm that began at 2 and ended at 0.37, after the 0.4 quantile of the gradients' norms, and added Gaussian noise of 2.23 times that norm to the sum and of standard deviation 0.8 to the count of gradients within it",
    )
    expect(sentences[1]).toContain('noise of 1.3 times the norm on the sum alone')
    expect(sentences.at(-1)).toContain('the final weights, every clipping norm and every checkpoint')
    expect(privacyStatement({ privacy, steps: 100, logicalBatch: 50 })!.sentences[1]).toContain('began at 2, after')
  })

  it('has the epsilon of the step as a whole', () => {
    const { adaptiveClipping: _, ...fixed } = privacy
    const plan = { steps: 100, logicalBatch: 50 }
    expect(privacyStatement({ ...plan, privacy })!.epsilonRecomputed).toBe(
      privacyStatement({ ...plan, privacy: fixed })!.epsilonRecomputed,
    )
  })
})
