import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  accountant,
  discreteGaussianEvent,
  gaussian,
  laplace,
  PldAccountant,
  PrvAccountant,
  RdpAccountant,
  repeatAndSelect,
  subsampledGaussian,
  type Accountant,
} from '../src/index.js'
import { codeOf } from './support.js'

const step = subsampledGaussian({ samplingProbability: 0.02, noiseMultiplier: 1.1 })
const all = { accountant, RdpAccountant, PldAccountant, PrvAccountant }

describe.each(Object.entries(all))('%s', (name, Named) => {
  const run = Named()
    .compose(step, 50)
    .compose(gaussian({ noiseMultiplier: 20 }), 2)

  it('is made with new or without', () => {
    expect(new Named().compose(step, 50).epsilon(1e-5)).toEqual(Named().compose(step, 50).epsilon(1e-5))
    expectTypeOf(new Named()).toEqualTypeOf<Accountant>()
  })

  it('answers with bounds in their order', () => {
    const { lower, estimate, upper, delta } = run.epsilon(1e-5)
    expect(lower).toBeGreaterThan(0.4)
    expect(estimate).toBeGreaterThanOrEqual(lower)
    expect(upper).toBeGreaterThanOrEqual(estimate)
    expect(upper).toBeLessThan(1.3)
    expect(delta).toBe(1e-5)
    expect(run.delta(upper)).toBeGreaterThan(0)
    expect(run.delta(upper)).toBeLessThan(1.1e-5)
  })

  it('is the same after being written and read, and no other', async () => {
    const written: unknown = JSON.parse(JSON.stringify(run))
    const read = Named.fromJSON(written)
    expect(read.kind).toBe(run.kind)
    expect(read.epsilon(1e-5)).toEqual(run.epsilon(1e-5))
    expect(read.compose(step).events).toEqual(run.compose(step).events)
    for (const [other, Other] of Object.entries(all))
      if (other !== name) expect(await codeOf(() => Other.fromJSON(written))).toBe('DP-E008')
  })

  it('leaves the accountant that it was composed from as it was', () => {
    const before = run.epsilon(1e-5)
    expect(run.compose(step, 100).epsilon(1e-5).upper).toBeGreaterThan(before.upper)
    expect(run.epsilon(1e-5)).toBe(before)
    expect(Named().epsilon(1e-5)).toMatchObject({ lower: 0, estimate: 0, upper: 0 })
    expect(Named().delta(1)).toBe(0)
  })

  it('refuses a delta, an epsilon and a count out of range', async () => {
    expect(await codeOf(() => run.epsilon(1))).toBe('DP-E002')
    expect(await codeOf(() => run.delta(-1))).toBe('DP-E001')
    expect(await codeOf(() => run.compose(step, 0))).toBe('DP-E005')
  })
})

describe('the accountants beside each other', () => {
  const run = (Named = accountant): Accountant =>
    Named()
      .compose(step, 50)
      .compose(laplace({ scale: 30 }))

  it('prove their bounds by their own method', () => {
    expect(run(RdpAccountant).epsilon(1e-5)).toMatchObject({ method: 'rdp', order: expect.any(Number) })
    expect(run(PldAccountant).epsilon(1e-5)).toMatchObject({ method: 'pld', order: null })
    expect(run(PrvAccountant).epsilon(1e-5)).toMatchObject({ method: 'prv', order: null })
    expect(
      PldAccountant()
        .compose(gaussian({ noiseMultiplier: 2 }))
        .epsilon(1e-5).method,
    ).toBe('gaussian')
  })

  it('agree about what is possible, and the default claims least', () => {
    const { lower, upper } = run().epsilon(1e-5)
    for (const Named of [RdpAccountant, PldAccountant, PrvAccountant]) {
      const other = run(Named).epsilon(1e-5)
      expect(other.upper).toBeGreaterThanOrEqual(upper)
      expect(other.lower).toBeLessThanOrEqual(upper)
      expect(other.upper).toBeGreaterThanOrEqual(lower)
      expect(run(Named).delta(upper)).toBeGreaterThanOrEqual(run().delta(upper))
    }
  })

  it('need the distribution of the loss, all but that of Rényi curves', async () => {
    const best = repeatAndSelect({ run: [{ event: step, count: 50 }], mean: 5 })
    expect(RdpAccountant().compose(best).epsilon(1e-5).upper).toBe(accountant().compose(best).epsilon(1e-5).upper)
    expect(await codeOf(() => PldAccountant().compose(best))).toBe('DP-E007')
    expect(await codeOf(() => PrvAccountant().compose(best))).toBe('DP-E007')
  })

  it('have an answer where Rényi curves prove 0', () => {
    const event = discreteGaussianEvent({ sigma: 2000, sensitivity: 1 })
    expect(RdpAccountant().compose(event).epsilon(0.01).upper).toBe(0)
    expect(PldAccountant().compose(event).epsilon(0.01).upper).toBeLessThan(2e-3)
    expect(PrvAccountant().compose(event).epsilon(0.01).upper).toBeLessThan(0.01)
  })
})
