import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  accountant,
  approximate,
  discreteGaussianEvent,
  gaussian,
  gaussianDelta,
  gaussianEpsilon,
  laplace,
  PrvAccountant,
  randomisedResponseEvent,
  subsampledGaussian,
  type PrivacyEvent,
} from '../src/index.js'
import { eventLoss } from '../src/event-loss.js'
import type { LossGrid } from '../src/loss-grid.js'
import { roundedLoss } from '../src/losses/rounded.js'
import { roundingWidth } from '../src/prv.js'
import { golden } from './support.js'

const numbers = golden()

const events: fc.Arbitrary<PrivacyEvent> = fc.oneof(
  fc.record({
    kind: fc.constant('subsampled-gaussian' as const),
    samplingProbability: fc.double({ min: 0.005, max: 0.9, noNaN: true }),
    noiseMultiplier: fc.double({ min: 0.6, max: 8, noNaN: true }),
  }),
  fc.double({ min: 1, max: 30, noNaN: true }).map(noiseMultiplier => gaussian({ noiseMultiplier })),
  fc.double({ min: 1, max: 30, noNaN: true }).map(scale => laplace({ scale })),
  fc.double({ min: 3, max: 30, noNaN: true }).map(sigma => discreteGaussianEvent({ sigma, sensitivity: 2 })),
  fc.double({ min: 0.01, max: 1, noNaN: true }).map(epsilon => approximate({ epsilon, delta: 1e-9 })),
)

describe('the accountant of Gopi, Lee and Wutschitz', () => {
  it.skipIf(!numbers)('has its claim inside the golden brackets, and its estimate on the truth', () => {
    // The longer runs lie inside as well, but take seconds.
    const rows = numbers!.brackets.filter(row => row.steps <= 100)
    expect(rows).toHaveLength(8)
    for (const row of rows) {
      const step = subsampledGaussian({ samplingProbability: row.q, noiseMultiplier: row.sigma })
      const { lower, estimate, upper } = PrvAccountant().compose(step, row.steps).epsilon(row.delta)
      expect(lower, JSON.stringify(row)).toBeLessThanOrEqual(row.upper)
      expect(upper, JSON.stringify(row)).toBeGreaterThanOrEqual(row.lower)
      expect(upper, JSON.stringify(row)).toBeLessThanOrEqual(row.upper + 0.01)
      expect(estimate, JSON.stringify(row)).toBeGreaterThanOrEqual(row.lower - 1e-6)
      expect(estimate, JSON.stringify(row)).toBeLessThanOrEqual(row.upper + 1e-4)
      expect(upper - lower, JSON.stringify(row)).toBeGreaterThan(0.01)
      expect(upper - lower, JSON.stringify(row)).toBeLessThan(0.013)
    }
  })

  it('holds the exact epsilon and delta of Gaussian releases, down to a delta of 1e-30', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.7, max: 50, noNaN: true }),
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: -30, max: -2, noNaN: true }),
        (noiseMultiplier, count, logDelta) => {
          const mu = Math.sqrt(count) / noiseMultiplier
          const delta = 10 ** logDelta
          const exact = gaussianEpsilon(mu, delta)
          fc.pre(exact > 0.02 && exact < 30)
          const run = PrvAccountant().compose(gaussian({ noiseMultiplier }), count)
          const { lower, estimate, upper } = run.epsilon(delta)
          expect(lower).toBeLessThan(exact)
          expect(upper).toBeGreaterThan(exact)
          // The bounds hold everywhere; the estimate loses digits where delta comes near to what rounding adds.
          expect(Math.abs(estimate - exact)).toBeLessThan((delta > 1e-20 ? 1e-4 : 5e-3) * Math.max(1, exact))
          expect(run.delta(exact)).toBeGreaterThanOrEqual(gaussianDelta(mu, exact))
          // A little of epsilon is much of a small delta: d log(delta) / d epsilon is near -epsilon / mu^2.
          expect(upper - exact).toBeLessThan(0.01 * Math.max(1, exact))
          expect(Math.log(run.delta(upper) / delta)).toBeLessThan(0.03 * Math.max(1, exact) * (exact / mu ** 2 + 1))
        },
      ),
      { numRuns: 25 },
    )
  })

  it('holds the bounds of two proofs, for releases of every kind together', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(events, fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 3 }),
        fc.double({ min: -8, max: -3, noNaN: true }),
        (list, logDelta) => {
          let [ours, prv] = [accountant(), PrvAccountant()]
          for (const [event, count] of list) [ours, prv] = [ours.compose(event, count), prv.compose(event, count)]
          const tight = ours.epsilon(10 ** logDelta)
          fc.pre(tight.upper < 60)
          const { lower, estimate, upper } = prv.epsilon(10 ** logDelta)
          expect(lower).toBeLessThanOrEqual(tight.upper)
          expect(upper).toBeGreaterThanOrEqual(tight.lower)
          // Where the proofs leave less room than rounding may take.
          if (tight.upper - tight.lower < 0.005) {
            expect(lower).toBeLessThanOrEqual(tight.lower)
            expect(upper).toBeGreaterThanOrEqual(tight.upper)
          }
          expect(upper - lower).toBeLessThan(0.05 + tight.upper - tight.lower)
          expect(estimate).toBeGreaterThanOrEqual(lower)
          expect(estimate).toBeLessThanOrEqual(upper)
        },
      ),
      { numRuns: 25 },
    )
  })

  it('holds the bounds of randomised answers, whose losses lie apart', () => {
    for (const [epsilon, count] of [
      [0.1, 500],
      [1, 20],
      [2, 1],
    ] as const) {
      const event = randomisedResponseEvent({ epsilon, categories: 3 })
      const tight = accountant().compose(event, count).epsilon(1e-6)
      const { lower, upper, adjacency } = PrvAccountant().compose(event, count).epsilon(1e-6)
      expect(lower).toBeLessThanOrEqual(tight.lower)
      expect(upper).toBeGreaterThanOrEqual(tight.upper)
      expect(adjacency).toBe('replace-one')
    }
  })

  it('proves nothing at delta 0, or below a delta with which a release fails', () => {
    const nothing = { lower: 0, upper: Infinity }
    expect(
      PrvAccountant()
        .compose(laplace({ scale: 1 }))
        .epsilon(0),
    ).toMatchObject(nothing)
    const failing = approximate({ epsilon: 1, delta: 1e-5 })
    expect(PrvAccountant().compose(failing, 10).epsilon(9e-5).upper).toBe(Infinity)
    expect(PrvAccountant().compose(failing, 10).epsilon(2e-4).upper).toBeLessThan(10.1)
  })

  it('takes cells so narrow that Hoeffding bounds what rounding adds up to', () => {
    const width = roundingWidth(0.005, 1000, 1e-8)
    // 1000 errors with mean 0, each within a cell.
    expect(2 * Math.exp((-2 * 0.005 ** 2) / (1000 * width ** 2))).toBeCloseTo(1e-8 / 6, 18)
  })
})

describe('a rounded loss', () => {
  const tails = { below: 1e-13, above: 1e-13 }
  const meanOf = ({ origin, mass }: LossGrid, width: number): number =>
    mass.reduce((sum, p, j) => sum + p * (origin + j * width), 0)

  it('has the mean of the loss, whatever the width: 1 / 2 sigma^2 for Gaussian noise', () => {
    for (const sigma of [0.5, 1, 5, 200])
      for (const width of [1e-4, 1e-2, 0.3]) {
        const { grid, meanError } = roundedLoss(
          eventLoss(gaussian({ noiseMultiplier: sigma }))!.removing,
          width,
          tails,
          0,
        )
        expect(Math.abs(meanOf(grid, width) - 0.5 / sigma ** 2)).toBeLessThan(meanError + 1e-11)
        expect(meanError).toBeLessThan((width * width) / 12)
        expect(grid.mass.reduce((sum, p) => sum + p)).toBeCloseTo(1, 12)
      }
  })

  it('has it for both ways of a sampled step, which are not alike', () => {
    const [q, sigma, width] = [0.2, 1, 1e-3]
    const loss = eventLoss(subsampledGaussian({ samplingProbability: q, noiseMultiplier: sigma }))!
    // E[ln(P/Q)] under P and E[ln(Q/P)] under Q, by the trapezoid rule.
    let [removing, adding] = [0, 0]
    for (let x = -12; x <= 14; x += 1e-3) {
      const phi = (mean: number): number => Math.exp(-((x - mean) ** 2) / 2) / Math.sqrt(2 * Math.PI)
      const ratio = Math.log1p(q * Math.expm1(x - 0.5))
      removing += 1e-3 * ((1 - q) * phi(0) + q * phi(1)) * ratio
      adding -= 1e-3 * phi(0) * ratio
    }
    for (const [way, mean] of [
      [loss.removing, removing],
      [loss.adding, adding],
    ] as const) {
      const { grid, meanError } = roundedLoss(way, width, tails, 0)
      expect(Math.abs(meanOf(grid, width) - mean)).toBeLessThan(meanError + 1e-11)
    }
    expect(removing - adding).toBeGreaterThan(0.004)
  })

  it('has it for outcomes with a mass of their own', () => {
    const width = 0.07
    const [own, other] = [1 / (1 + Math.exp(-0.8)), 1 / (1 + Math.exp(0.8))]
    const answers = eventLoss(randomisedResponseEvent({ epsilon: 0.8, categories: 2 }))!.removing
    const answered = roundedLoss(answers, width, tails, 0)
    expect(Math.abs(meanOf(answered.grid, width) - 0.8 * (own - other))).toBeLessThan(answered.meanError)
    // Laplace noise of scale 2: e^-1/b + 1/b - 1.
    const { grid, meanError } = roundedLoss(eventLoss(laplace({ scale: 2 }))!.removing, width, tails, 0)
    expect(Math.abs(meanOf(grid, width) - (Math.exp(-0.5) + 0.5 - 1))).toBeLessThan(meanError + 1e-12)
  })

  it('keeps the chance of an infinite loss apart', () => {
    const { grid } = roundedLoss(eventLoss(approximate({ epsilon: 1, delta: 0.01 }))!.removing, 0.1, tails, 0.01)
    expect(grid.infinite).toBe(0.01)
    expect(grid.mass.reduce((sum, p) => sum + p)).toBeCloseTo(0.99, 12)
  })
})
