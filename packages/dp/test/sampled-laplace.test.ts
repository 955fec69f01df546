import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  accountant,
  laplace,
  PldAccountant,
  PrvAccountant,
  randomisedResponseEvent,
  rdpCurve,
  RdpAccountant,
  repeatAndSelect,
  subsampledGaussian,
  subsampledLaplace,
} from '../src/index.js'
import { sampledLaplaceLoss } from '../src/losses/sampled-laplace.js'
import type { PrivacyLoss } from '../src/losses/privacy-loss.js'
import { codeOf } from './support.js'

/** Made by sampled-laplace-golden.py, without any of this package. */
const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'sampled-laplace-golden.json'), 'utf8')) as {
  readonly releases: readonly (readonly [q: number, b: number, epsilon: number, removing: number, adding: number])[]
  readonly divergences: readonly (readonly [q: number, b: number, alpha: number, removing: string, adding: string])[]
  readonly compositions: readonly (readonly [
    ...[q: number, b: number, steps: number, epsilon: number],
    ...[removing: readonly [number, number], adding: readonly [number, number]],
  ])[]
}
const event = (samplingProbability: number, scale: number) => subsampledLaplace({ samplingProbability, scale })

/** The hockey-stick divergence at an epsilon that is an edge of cells. */
function deltaAt(loss: PrivacyLoss, epsilon: number): number {
  const [, high] = loss.extent({ below: 0, above: 0 })
  if (epsilon >= high) return 0
  const { p, q, points = [] } = loss.masses(epsilon, (high - epsilon) / 100, 101)
  const over = (one: { readonly p: number; readonly q: number }): number => one.p - Math.exp(epsilon) * one.q
  const cells = Array.from(p, (mass, i) => over({ p: mass, q: q[i]! })).reduce((a, b) => a + b, 0)
  return points.filter(point => point.loss > epsilon).reduce((sum, point) => sum + over(point), cells)
}

describe('the loss of a Laplace release over a Poisson sample', () => {
  it('is that of direct integration, when a unit is removed and when one is added', () => {
    expect(golden.releases).toHaveLength(10)
    for (const [q, b, epsilon, removed, added] of golden.releases) {
      const { removing, adding } = sampledLaplaceLoss(q, b)
      expect(deltaAt(removing, epsilon) / removed).toBeCloseTo(1, 11)
      expect(deltaAt(adding, epsilon)).toBeCloseTo(added, 13)
    }
  })

  it('has all of the mass of both, wherever the cells begin', () => {
    const q = fc.double({ min: 1e-6, max: 1, noNaN: true })
    const scale = fc.double({ min: 0.002, max: 100, noNaN: true })
    const place = fc.double({ min: -0.5, max: 1.5, noNaN: true })
    fc.assert(
      fc.property(q, scale, place, place, fc.boolean(), (q, scale, from, to, isAdding) => {
        const loss = sampledLaplaceLoss(q, scale)[isAdding ? 'adding' : 'removing']
        const [low, high] = loss.extent({ below: 0, above: 0 })
        fc.pre(to > from + 0.01 && high - low > 1e-9)
        const at = (share: number): number => low + share * (high - low)
        const { below, above, points = [], ...masses } = loss.masses(at(from), (at(to) - at(from)) / 50, 50)
        for (const side of ['p', 'q'] as const) {
          const parts = [...masses[side], below[side], above[side], ...points.map(point => point[side])]
          expect(Math.min(...parts)).toBeGreaterThanOrEqual(0)
          expect(parts.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12)
        }
      }),
    )
  })
})

describe('its Rényi curve', () => {
  it('is exact at whole orders, lies above the truth between them, and covers both ways', () => {
    expect(golden.divergences).toHaveLength(48)
    for (const [q, b, alpha, removing, adding] of golden.divergences) {
      const [own] = rdpCurve(event(q, b), [alpha])
      const truth = Number(removing)
      expect(Number(adding)).toBeLessThan(truth)
      expect(own).toBeGreaterThanOrEqual(truth)
      expect(own! / truth).toBeLessThan(Number.isInteger(alpha) ? 1 + 1e-12 : 1.45)
    }
  })

  it('is that of a Laplace release where everybody is drawn, and grows with the chance to be drawn', () => {
    const scale = fc.double({ min: 0.01, max: 1000, noNaN: true })
    const chance = fc.double({ min: 1e-7, max: 0.999, noNaN: true })
    fc.assert(
      fc.property(scale, chance, chance, (scale, one, other) => {
        const [few, many] = [Math.min(one, other), Math.max(one, other)]
        const all = rdpCurve(laplace({ scale }))
        expect(rdpCurve(event(1, scale))).toEqual(all)
        const [less, more] = [rdpCurve(event(few, scale)), rdpCurve(event(many, scale))]
        for (const [i, r] of less.entries()) {
          expect(r).toBeGreaterThanOrEqual(0)
          expect(r).toBeLessThanOrEqual(more[i]! * (1 + 1e-9))
          expect(more[i]).toBeLessThanOrEqual(all[i]!)
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('accountants of Laplace releases over Poisson samples', () => {
  it('hold the truth between their bounds, as a plain convolution of rounded losses has it', () => {
    expect(golden.compositions).toHaveLength(4)
    for (const [q, b, steps, epsilon, [least, most]] of golden.compositions) {
      for (const make of [accountant, PldAccountant, PrvAccountant, RdpAccountant]) {
        const composed = make().compose(event(q, b), steps)
        // At most `most` is the delta of epsilon, so a proof of more than epsilon there would be wrong, and the other way round.
        expect(composed.epsilon(most).lower).toBeLessThanOrEqual(epsilon)
        expect(composed.epsilon(least).upper).toBeGreaterThanOrEqual(epsilon)
        expect(composed.delta(epsilon)).toBeGreaterThanOrEqual(least)
        if (make === RdpAccountant) continue
        expect(composed.epsilon(least).upper - epsilon).toBeLessThan(make === PrvAccountant ? 0.012 : 0.003)
        expect(epsilon - composed.epsilon(most).lower).toBeLessThan(make === PrvAccountant ? 0.012 : 0.01 * epsilon)
      }
      expect(accountant().compose(event(q, b), steps).epsilon(least).method).toBe('pld')
    }
  })

  /** Delta of two releases from all pairs of outcomes: merging outcomes cannot add to it, taking the largest loss of each does not take. */
  function pairs(q: number, scale: number, epsilon: number, isAdding: boolean): readonly [least: number, most: number] {
    const cells = 150
    const lossAt = (x: number): number => Math.log1p(q * Math.expm1((2 * x - 1) / scale))
    const tail = (x: number, middle: number): number =>
      x < middle ? 1 - 0.5 * Math.exp((x - middle) / scale) : 0.5 * Math.exp((middle - x) / scale)
    const outcomes = Array.from({ length: cells + 2 }, (_, i) => {
      const [from, to] = [i === 0 ? -Infinity : (i - 1) / cells, i === cells + 1 ? Infinity : i / cells]
      const without = tail(from, 0) - tail(to, 0)
      const has = (1 - q) * without + q * (tail(from, 1) - tail(to, 1))
      const [low, high] = [lossAt(Math.max(0, from)), lossAt(Math.min(1, to))]
      return isAdding ? { p: without, q: has, most: -low } : { p: has, q: without, most: high }
    })
    let [least, most] = [0, 0]
    for (const one of outcomes)
      for (const other of outcomes) {
        least += Math.max(0, one.p * other.p - Math.exp(epsilon) * one.q * other.q)
        most += one.p * other.p * Math.max(0, -Math.expm1(epsilon - one.most - other.most))
      }
    return [least, most]
  }

  it('hold what all pairs of outcomes of two releases come to', () => {
    const q = fc.double({ min: 0.01, max: 1, noNaN: true })
    const scale = fc.double({ min: 0.2, max: 5, noNaN: true })
    fc.assert(
      fc.property(q, scale, fc.double({ min: 0.05, max: 0.9, noNaN: true }), (q, scale, share) => {
        const epsilon = share * 2 * Math.log1p(q * Math.expm1(1 / scale))
        const [removing, adding] = [false, true].map(isAdding => pairs(q, scale, epsilon, isAdding))
        const [least, most] = [0, 1].map(i => Math.max(removing![i]!, adding![i]!))
        fc.pre(least! > 1e-9)
        const two = accountant().compose(event(q, scale), 2)
        expect(two.delta(epsilon)).toBeGreaterThanOrEqual(least! * (1 - 1e-9))
        expect(two.epsilon(least!).upper).toBeGreaterThanOrEqual(epsilon * (1 - 1e-9))
        expect(two.epsilon(most!).lower).toBeLessThanOrEqual(epsilon * (1 + 1e-9))
        expect(PrvAccountant().compose(event(q, scale), 2).epsilon(least!).upper).toBeGreaterThanOrEqual(epsilon)
      }),
      { numRuns: 40 },
    )
  })

  it('are those of Laplace releases where everybody is drawn, and cost less with fewer', () => {
    const scale = fc.double({ min: 0.02, max: 30, noNaN: true })
    fc.assert(
      fc.property(
        scale,
        fc.double({ min: 1e-4, max: 0.99, noNaN: true }),
        fc.integer({ min: 1, max: 200 }),
        (b, q, t) => {
          const all = accountant().compose(laplace({ scale: b }), t)
          expect(accountant().compose(event(1, b), t).epsilon(1e-6).upper).toBe(all.epsilon(1e-6).upper)
          expect(all.compose(event(1, b)).events).toHaveLength(1)
          const [some, fewer] = [q, q / 2].map(chance => accountant().compose(event(chance, b), t).epsilon(1e-6))
          expect(some!.lower).toBeLessThanOrEqual(all.epsilon(1e-6).upper)
          expect(fewer!.lower).toBeLessThanOrEqual(some!.upper)
          expect(some!.lower).toBeLessThanOrEqual(some!.upper)
          expect(fewer!.upper).toBeLessThanOrEqual(some!.upper + 0.002)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('cost the largest loss of each without a delta, however little noise there is', () => {
    const pure = (q: number, b: number) => accountant().compose(event(q, b), 3).epsilon(0)
    expect(pure(0.1, 1)).toMatchObject({ method: 'pure', upper: expect.closeTo(3 * Math.log(0.9 + 0.1 * Math.E), 11) })
    expect(pure(0.5, 1e-3).upper).toBeCloseTo(3 * (1000 + Math.log(0.5)), 6)
    expect(pure(0.5, 1e-3).lower).toBeGreaterThan(2990)
    const noisy = accountant().compose(event(1e-3, 1e-3), 2).epsilon(1e-2)
    expect([noisy.lower <= noisy.upper, noisy.upper <= 2 * (1000 + Math.log(1e-3))]).toEqual([true, true])
  })

  it('are written and read, belong to a record more or less, and refuse numbers out of range', async () => {
    const composed = accountant().compose(event(0.1, 2), 5)
    expect(accountant.fromJSON(JSON.parse(JSON.stringify(composed))).epsilon(1e-5)).toEqual(composed.epsilon(1e-5))
    expect(composed.epsilon(1e-5).adjacency).toBe('add-or-remove-one')
    const answer = randomisedResponseEvent({ epsilon: 1, categories: 2 })
    expect(await codeOf(() => composed.compose(answer))).toBe('DP-E019')
    const mixed = composed.compose(subsampledGaussian({ samplingProbability: 0.1, noiseMultiplier: 2 }), 5)
    expect(mixed.epsilon(1e-5).method).toBe('pld')
    expect(mixed.epsilon(1e-5).upper).toBeGreaterThan(composed.epsilon(1e-5).lower)
    const best = accountant().compose(repeatAndSelect({ run: [{ event: event(0.1, 2), count: 5 }], mean: 4 }))
    expect(best.epsilon(1e-5).upper).toBeGreaterThan(composed.epsilon(1e-5).upper)
    expect(await codeOf(() => event(0, 1))).toBe('DP-E003')
    expect(await codeOf(() => event(1.1, 1))).toBe('DP-E003')
    expect(await codeOf(() => event(0.5, 0))).toBe('DP-E006')
  })
})
