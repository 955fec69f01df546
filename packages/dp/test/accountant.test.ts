import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  accountant,
  gaussian,
  RdpAccountant,
  subsampledGaussian,
  type Accountant,
  type PrivacyEvent,
} from '../src/index.js'
import { gaussianEpsilon } from '../src/analytic-gaussian.js'
import { normalCdf } from '../src/normal.js'
import { defaultOrders, rdpCurve } from '../src/rdp.js'
import { epsilonFromRdp } from '../src/rdp-conversion.js'
import { epsilonAbove, epsilonBelow } from '../src/tight-bounds.js'
import { codeOf, golden } from './support.js'

const stepsOf = (q: number, sigma: number, steps: number, by = accountant): Accountant =>
  by().compose(subsampledGaussian({ samplingProbability: q, noiseMultiplier: sigma }), steps)

const epsilon = (q: number, sigma: number, steps: number, delta: number): number =>
  stepsOf(q, sigma, steps).epsilon(delta).upper

const numbers = golden()

describe('epsilon of a training', () => {
  it.skipIf(!numbers)('is never below the tight lower bound of other accountants, on all 26 settings', () => {
    expect(numbers!.brackets).toHaveLength(26)
    for (const row of numbers!.brackets)
      expect(epsilon(row.q, row.sigma, row.steps, row.delta), JSON.stringify(row)).toBeGreaterThanOrEqual(row.lower)
  })

  it.skipIf(!numbers)('lies inside every bracket, at most 0.002 above its upper end', () => {
    for (const row of numbers!.brackets)
      expect(epsilon(row.q, row.sigma, row.steps, row.delta), JSON.stringify(row)).toBeLessThanOrEqual(
        row.upper + 0.002,
      )
  })

  it.skipIf(!numbers)('is bounded from below by a proof of its own, at most 0.003 under the claim', () => {
    for (const row of numbers!.brackets) {
      const { lower, estimate, upper } = stepsOf(row.q, row.sigma, row.steps).epsilon(row.delta)
      expect(lower, JSON.stringify(row)).toBeLessThanOrEqual(row.upper)
      expect(upper - lower, JSON.stringify(row)).toBeLessThan(0.003)
      expect(estimate).toBe((lower + upper) / 2)
    }
  })

  it.skipIf(!numbers)('is by Rényi curves alone never above the Rényi accountant of Opacus 1.5.4', () => {
    for (const { q, sigma, steps, delta, rdp_opacus } of numbers!.brackets) {
      const byCurves = stepsOf(q, sigma, steps, RdpAccountant).epsilon(delta).upper
      expect(byCurves).toBeLessThanOrEqual(rdp_opacus * (1 + 1e-9))
      expect(epsilon(q, sigma, steps, delta)).toBeLessThan(byCurves)
    }
  })

  it.skipIf(!numbers)('is never below a published tight upper bound by more than that bound is loose', () => {
    const rows = numbers!.published.filter(row => row.method?.startsWith('PRV upper bound'))
    expect(rows).toHaveLength(40)
    for (const row of rows)
      expect(epsilon(row.q, row.sigma, row.steps, row.delta)).toBeGreaterThanOrEqual(row.epsilon - 0.0205)
  })

  it.skipIf(!numbers)('is exact without sampling', () => {
    const rows = numbers!.brackets.filter(row => row.q === 1)
    expect(rows).toHaveLength(2)
    for (const row of rows)
      expect(Math.abs(epsilon(1, row.sigma, row.steps, row.delta) / row.upper - 1)).toBeLessThan(1e-9)
  })

  it('has the Rényi value that Opacus tests for: q 0.04, sigma 1.5, 2250 steps, delta 1e-5', () => {
    expect(stepsOf(0.04, 1.5, 2250, RdpAccountant).epsilon(1e-5)).toMatchObject({
      upper: expect.closeTo(7.3291111714848, 9),
      delta: 1e-5,
      method: 'rdp',
      order: 3.9,
      orderAtEdge: false,
      adjacency: 'add-or-remove-one',
    })
    expect(stepsOf(0.04, 1.5, 2250).epsilon(1e-5)).toMatchObject({
      lower: expect.closeTo(6.768, 2),
      upper: expect.closeTo(6.769, 2),
      method: 'pld',
      order: null,
    })
  })

  it('has the Rényi value that the docs of Opacus give for two kinds of steps: 0.336 at order 23', () => {
    const both = (by = accountant): Accountant =>
      stepsOf(1e-5, 1, 10, by).compose(subsampledGaussian({ samplingProbability: 1e-4, noiseMultiplier: 3 }), 4)
    expect(both(RdpAccountant).epsilon(1e-5).upper).toBeCloseTo(0.336, 3)
    expect(both(RdpAccountant).epsilon(1e-5).order).toBe(23)
    expect(both().epsilon(1e-5).upper).toBeLessThan(0.336)
  })

  it('reaches below what a list of orders up to 63 can prove: q 0.01, sigma 1.1, 10 steps', () => {
    expect(stepsOf(0.01, 1.1, 10, RdpAccountant).epsilon(1e-6).upper).toBeCloseTo(1.0629, 3)
    expect(epsilon(0.01, 1.1, 10, 1e-6)).toBeLessThan(0.42)
  })

  it('covers the exact delta of a single step, in both directions', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        fc.double({ min: 0.3, max: 20, noNaN: true }),
        fc.double({ min: -12, max: -1, noNaN: true }),
        (q, sigma, logDelta) => {
          const delta = 10 ** logDelta
          const claimed = epsilon(q, sigma, 1, delta)
          expect(removeDelta(claimed, q, sigma)).toBeLessThanOrEqual(delta * (1 + 1e-6) + 1e-15)
          expect(addDelta(claimed, q, sigma)).toBeLessThanOrEqual(delta * (1 + 1e-6) + 1e-15)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('never falls below what less sampling, fewer steps, more noise or a larger delta must cost', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-4, max: 0.9, noNaN: true }),
        fc.double({ min: 0.2, max: 20, noNaN: true }),
        fc.integer({ min: 1, max: 20_000 }),
        fc.double({ min: 1e-10, max: 0.1, noNaN: true }),
        (q, sigma, steps, delta) => {
          const { lower } = stepsOf(q, sigma, steps).epsilon(delta)
          expect(epsilon(q * 1.1, sigma, steps, delta)).toBeGreaterThanOrEqual(lower)
          expect(epsilon(q, sigma * 0.9, steps, delta)).toBeGreaterThanOrEqual(lower)
          expect(epsilon(q, sigma, steps + 1, delta)).toBeGreaterThanOrEqual(lower)
          expect(epsilon(q, sigma, steps, delta / 2)).toBeGreaterThanOrEqual(lower)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('is infinite at delta 0 and 0 before anything was released', () => {
    expect(epsilon(0.1, 1, 1, 0)).toBe(Infinity)
    expect(accountant().epsilon(0).upper).toBe(0)
    expect(accountant().epsilon(1e-5).upper).toBe(0)
  })

  it('is computed for totals of several hundred', () => {
    const total = epsilon(0.05, 0.8, 50_000, 1e-6)
    expect(total).toBeGreaterThan(291.3)
    expect(total).toBeLessThan(291.4)
  })

  it('brackets the exact epsilon of Gaussian releases, which a grid knows nothing of', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 50, noNaN: true }),
        fc.integer({ min: 1, max: 5000 }),
        fc.double({ min: -10, max: -2, noNaN: true }),
        (sigma, count, logDelta) => {
          const events = [{ event: gaussian({ noiseMultiplier: sigma }), count }]
          const delta = 10 ** logDelta
          const exact = gaussianEpsilon(Math.sqrt(count) / sigma, delta)
          fc.pre(exact > 0.01 && exact < 300)
          const { order } = epsilonFromRdp(
            defaultOrders,
            rdpCurve(events[0]!.event).map(r => r * count),
            delta,
          )
          const search = { epsilon: exact, delta, tilt: order! - 1 }
          const allowed = 0.005 * Math.min(1, exact)
          expect(epsilonAbove(events, search)! - exact).toBeGreaterThanOrEqual(0)
          expect(epsilonAbove(events, search)! - exact).toBeLessThan(allowed)
          expect(exact - epsilonBelow(events, search)).toBeGreaterThanOrEqual(0)
          expect(exact - epsilonBelow(events, search)).toBeLessThan(allowed)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('gives a delta for an epsilon, and that delta the epsilon back', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 0.5, noNaN: true }),
        fc.double({ min: 0.5, max: 5, noNaN: true }),
        fc.integer({ min: 1, max: 3000 }),
        fc.double({ min: -9, max: -3, noNaN: true }),
        (q, sigma, steps, logDelta) => {
          const run = stepsOf(q, sigma, steps)
          const { lower, upper } = run.epsilon(10 ** logDelta)
          fc.pre(lower > 0.01)
          // Each delta is laid on a grid of its own, so they meet to within what a grid may move.
          expect(run.delta(upper)).toBeLessThanOrEqual(10 ** logDelta * 1.1)
          expect(run.delta(lower)).toBeGreaterThanOrEqual(10 ** logDelta * (1 - 1e-6))
          expect(run.delta(lower * 0.9)).toBeGreaterThanOrEqual(run.delta(upper) * 0.9)
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('an accountant', () => {
  const step = subsampledGaussian({ samplingProbability: 0.01, noiseMultiplier: 1.1 })

  it('gives a new value and leaves the old one as it was', () => {
    const before = accountant().compose(step, 10)
    const spent = before.epsilon(1e-5).upper
    const after = before.compose(step, 90).compose(gaussian({ noiseMultiplier: 5 }))
    expect(before.epsilon(1e-5).upper).toBe(spent)
    expect(before.events).toEqual([{ event: step, count: 10 }])
    expect(after.epsilon(1e-5).upper).toBeGreaterThan(spent)
    expect(() => Object.assign(before.events[0]!, { count: 1 })).toThrow(TypeError)
  })

  it('comes to the same in one go, step by step and in any order', () => {
    const other = gaussian({ noiseMultiplier: 4 })
    const whole = accountant().compose(step, 6).compose(other, 2).epsilon(1e-5).upper
    let parts = accountant()
    for (const event of [other, step, step, step, other, step, step, { ...step }]) parts = parts.compose(event)
    expect(parts.epsilon(1e-5).upper).toBe(accountant().compose(other, 2).compose(step, 6).epsilon(1e-5).upper)
    expect(Math.abs(parts.epsilon(1e-5).upper / whole - 1)).toBeLessThan(1e-14)
  })

  it('counts a sampling probability of 1 as no sampling', () => {
    const sampled = accountant().compose(subsampledGaussian({ samplingProbability: 1, noiseMultiplier: 2 }), 3)
    expect(sampled.epsilon(1e-5).upper).toBe(
      accountant()
        .compose(gaussian({ noiseMultiplier: 2 }), 3)
        .epsilon(1e-5).upper,
    )
  })

  it('is the same after being written and read', () => {
    const written = JSON.stringify(
      accountant()
        .compose(step, 100)
        .compose(gaussian({ noiseMultiplier: 5 }), 2),
    )
    const read = accountant.fromJSON(JSON.parse(written))
    expect(JSON.stringify(read)).toBe(written)
    expect(read.epsilon(1e-5).upper).toBe(
      accountant()
        .compose(step, 100)
        .compose(gaussian({ noiseMultiplier: 5 }), 2)
        .epsilon(1e-5).upper,
    )
  })

  it('refuses an event that it has no proof for', async () => {
    for (const event of [{ kind: 'shuffled-gaussian', noiseMultiplier: 1 }, {}, null, 'gaussian'])
      expect(await codeOf(() => accountant().compose(event as unknown as PrivacyEvent))).toBe('DP-E007')
  })

  it('notices an event object that was changed after its curve was kept', () => {
    const event = { kind: 'gaussian' as const, noiseMultiplier: 5 }
    const low = accountant().compose(event).epsilon(1e-5).upper
    event.noiseMultiplier = 1
    expect(accountant().compose(event).epsilon(1e-5).upper).toBeGreaterThan(2 * low)
  })

  it('refuses numbers out of range', async () => {
    for (const q of [0, -0.1, 1.1, Number.NaN])
      expect(await codeOf(() => subsampledGaussian({ samplingProbability: q, noiseMultiplier: 1 }))).toBe('DP-E003')
    for (const sigma of [0, -1, Infinity, Number.NaN])
      expect(await codeOf(() => gaussian({ noiseMultiplier: sigma }))).toBe('DP-E006')
    for (const count of [0, -1, 1.5, Number.NaN, 2 ** 53])
      expect(await codeOf(() => accountant().compose(step, count))).toBe('DP-E005')
    for (const delta of [-1e-9, 1, Number.NaN]) expect(await codeOf(() => accountant().epsilon(delta))).toBe('DP-E002')
    for (const epsilon of [-1e-9, Infinity, Number.NaN])
      expect(await codeOf(() => accountant().delta(epsilon))).toBe('DP-E001')
  })

  it('refuses a stored form that it did not write', async () => {
    const good = accountant().compose(step, 3).toJSON()
    for (const broken of [
      null,
      [],
      { ...good, format: 'other' },
      { ...good, accountant: 'rdp' },
      { ...good, adjacency: 'replace-one' },
      { ...good, events: {} },
      { ...good, events: [null] },
      { ...good, events: [{ event: step }] },
    ])
      expect(await codeOf(() => accountant.fromJSON(broken))).toBe('DP-E008')
    const unknown = { ...good, events: [{ event: { kind: 'exponential', scale: 1 }, count: 1 }] }
    expect(await codeOf(() => accountant.fromJSON(unknown))).toBe('DP-E007')
  })
})

// The exact one-step delta, by integrating max(0, p - e^epsilon q) in closed form: the likelihood ratio
// 1 - q + q e^((2x-1) / 2 sigma^2) is increasing, so that the set where it is large is a half line.

const above = (x: number, mean: number, sigma: number): number => normalCdf((mean - x) / sigma)
const below = (x: number, mean: number, sigma: number): number => normalCdf((x - mean) / sigma)

function removeDelta(epsilon: number, q: number, sigma: number): number {
  const x = 0.5 + sigma ** 2 * Math.log(Math.expm1(epsilon) / q + 1)
  const mixture = (1 - q) * above(x, 0, sigma) + q * above(x, 1, sigma)
  return mixture - Math.exp(epsilon) * above(x, 0, sigma)
}

function addDelta(epsilon: number, q: number, sigma: number): number {
  // The mixture is below e^-epsilon of the other only left of where the ratio falls to e^-epsilon, if it ever does.
  if (-epsilon <= Math.log1p(-q)) return 0
  const x = 0.5 + sigma ** 2 * Math.log((q - 1 + Math.exp(-epsilon)) / q)
  const mixture = (1 - q) * below(x, 0, sigma) + q * below(x, 1, sigma)
  return below(x, 0, sigma) - Math.exp(epsilon) * mixture
}
