import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  canaryCoins,
  gaussianEpsilon,
  gaussianNoise,
  guessCanaries,
  oneRunAudit,
  randomisedResponse,
} from '../src/index.js'
import { codeOf, secretOf } from './support.js'

/** P[at least k of n], by logarithms. */
function atLeast(n: number, k: number, p: number): number {
  let total = 0
  for (let i = k; i <= n; i++) {
    let log = i * Math.log(p) + (n - i) * Math.log1p(-p)
    for (let j = 1; j <= i; j++) log += Math.log((n - i + j) / j)
    total += Math.exp(log)
  }
  return total
}

describe('the audit of one training run', () => {
  it('refutes the claim of randomised response as seldom as it says', () => {
    for (const [epsilon, canaries] of [
      [0.5, 300],
      [1, 1000],
      [3, 200],
    ] as const) {
      let least = 0
      while (oneRunAudit({ canaries, guesses: canaries, correct: least }, { delta: 0 }) <= epsilon) least++
      const chance = atLeast(canaries, least, 1 / (1 + Math.exp(-epsilon)))
      expect(chance).toBeLessThanOrEqual(0.05)
      // And no seldomer than a count of whole guesses has to.
      expect(chance).toBeGreaterThan(0.03)
    }
  })

  // The bounds that the paper's own program computes.
  it.each([
    [1000, 200, 160, 1.085034],
    [1000, 100, 98, 2.710963],
    [2000, 400, 220, 0.029458],
  ])(
    'gives for %d canaries, %d guesses and %d right ones what the paper gives',
    (canaries, guesses, correct, bound) => {
      expect(oneRunAudit({ canaries, guesses, correct }, { delta: 1e-5 })).toBeCloseTo(bound, 5)
    },
  )

  it('seldom refutes the randomised response of this package at its epsilon, and always half the noise', () => {
    const refuted = (epsilon: number): number =>
      Array.from({ length: 200 }, (_, run) => {
        const coins = canaryCoins(400, { unsafeSeed: secretOf(run) })
        const answers = randomisedResponse(
          coins.map(isIn => (isIn ? 'in' : 'out')),
          { categories: ['in', 'out'], epsilon, unsafeSeed: secretOf(1000 + run) },
        )
        const correct = answers.filter((answer, i) => (answer === 'in') === coins[i]).length
        return oneRunAudit({ canaries: 400, guesses: 400, correct }, { delta: 0 })
      }).filter(bound => bound > 1).length
    // At most 5 % by chance; 24 or more of 200 has a chance of less than 1e-4 then.
    expect(refuted(1)).toBeLessThan(24)
    expect(refuted(2)).toBe(200)
  })

  it('does not refute Gaussian noise, and refutes a third of it, with nine canaries of ten left aside', () => {
    const [canaries, sigma, delta] = [20_000, 1.5, 1e-5]
    const noise = gaussianNoise({ secret: secretOf(3), stream: 'scores' })
    const claimed = gaussianEpsilon(1 / sigma, delta)
    const audit = (run: number, size: number): number => {
      const coins = canaryCoins(canaries, { unsafeSeed: secretOf(run) })
      const scores = noise.fill(new Float64Array(canaries), run).map((z, i) => z * size + (coins[i] ? 1 : 0))
      return oneRunAudit(guessCanaries(scores, coins, 1000), { delta })
    }
    const sound = Array.from({ length: 20 }, (_, run) => audit(run, sigma))
    expect(Math.max(...sound)).toBeLessThan(claimed)
    expect(Math.min(...sound)).toBeGreaterThan(0.8)
    expect(audit(99, sigma / 3)).toBeGreaterThan(claimed)
  })

  it('is the interval of Clopper and Pearson without a delta', () => {
    const found = oneRunAudit({ canaries: 100, guesses: 100, correct: 100 }, { delta: 0 })
    // All of 100 right: p^100 = 0.05, and epsilon = ln(p / (1 - p)).
    const p = 0.05 ** (1 / 100)
    expect(found).toBeCloseTo(Math.log(p / (1 - p)), 4)
    expect(oneRunAudit({ canaries: 100, guesses: 100, correct: 50 }, { delta: 0 })).toBe(0)
    expect(oneRunAudit({ canaries: 100, guesses: 0, correct: 0 }, { delta: 0 })).toBe(0)
  })

  it('grows with right guesses, and falls with delta, confidence and canaries left aside', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 400 }), fc.double({ min: 0.5, max: 1, noNaN: true }), (guesses, share) => {
        const correct = Math.floor(guesses * share)
        const at = (change: object, delta = 1e-5, confidence = 0.95): number =>
          oneRunAudit({ canaries: guesses, guesses, correct, ...change }, { delta, confidence })
        const here = at({})
        expect(at({ correct: Math.min(guesses, correct + 1) })).toBeGreaterThanOrEqual(here)
        expect(at({}, 1e-3)).toBeLessThanOrEqual(here)
        expect(at({}, 1e-5, 0.99)).toBeLessThanOrEqual(here)
        expect(at({ canaries: guesses * 10 })).toBeLessThanOrEqual(here)
      }),
      { numRuns: 60 },
    )
  })

  it('counts what delta could have done for every canary', () => {
    const all = { canaries: 1000, guesses: 100, correct: 100 }
    const chance = (epsilon: number, delta: number): number => {
      const p = 1 / (1 + Math.exp(-epsilon))
      const worst = Math.max(
        ...Array.from({ length: 100 }, (_, i) => (atLeast(100, 99 - i, p) - atLeast(100, 100, p)) / (i + 1)),
      )
      return p ** 100 + 2 * 1000 * delta * worst
    }
    const found = oneRunAudit(all, { delta: 1e-5 })
    expect(found).toBeLessThan(oneRunAudit(all, { delta: 0 }) - 0.01)
    expect(chance(found, 1e-5)).toBeLessThanOrEqual(0.0501)
    expect(chance(found + 0.001, 1e-5)).toBeGreaterThan(0.05)
  })

  it('finds a model that remembers its canaries, and nothing in one that does not', () => {
    const canaries = 1000
    const noise = gaussianNoise({ secret: secretOf(3), stream: 'canaries' })
    const included = Array.from(noise.fill(new Float64Array(canaries), 1), value => value > 0)
    const scores = (shift: number): Float64Array =>
      noise.fill(new Float64Array(canaries), 2).map((value, i) => value + (included[i] ? shift : 0))
    expect(oneRunAudit(guessCanaries(scores(4), included, 100), { delta: 1e-5 })).toBeGreaterThan(2.5)
    expect(oneRunAudit(guessCanaries(scores(0), included, 100), { delta: 1e-5 })).toBe(0)
  })

  it('guesses the highest in and the lowest out', () => {
    const scores = Float64Array.of(5, 1, 4, Number.NaN, 3, 2)
    const included = [true, false, false, false, true, false]
    expect(guessCanaries(scores, included, 1)).toEqual({ canaries: 6, guesses: 2, correct: 2 })
    expect(guessCanaries(scores, included, 2)).toEqual({ canaries: 6, guesses: 4, correct: 3 })
  })

  it('guesses on one side alone where it is told to', () => {
    const scores = Float64Array.of(5, 1, 4, 3, 2)
    const included = [true, false, true, true, false]
    const of = (counts: { included: number; leftOut: number }) => guessCanaries(scores, included, counts)
    expect(of({ included: 0, leftOut: 3 })).toEqual({ canaries: 5, guesses: 3, correct: 2 })
    expect(of({ included: 4, leftOut: 0 })).toEqual({ canaries: 5, guesses: 4, correct: 3 })
    expect(of({ included: 0, leftOut: 0 })).toEqual({ canaries: 5, guesses: 0, correct: 0 })
  })

  it('refuses counts that do not fit one another', async () => {
    const good = { canaries: 10, guesses: 8, correct: 6 }
    const code = (change: object, options: object = {}): Promise<string | undefined> =>
      codeOf(() => oneRunAudit({ ...good, ...change }, { delta: 0, ...options }))
    expect(await code({ canaries: 0 })).toBe('DP-E005')
    expect(await code({ guesses: 11 })).toBe('DP-E018')
    expect(await code({ correct: 9 })).toBe('DP-E018')
    expect(await code({}, { delta: 1 })).toBe('DP-E002')
    expect(await code({}, { confidence: 1 })).toBe('DP-E017')
    expect(await codeOf(() => guessCanaries(new Float64Array(4), [true], 1))).toBe('DP-E018')
    expect(await codeOf(() => guessCanaries(new Float64Array(4), [true, true, true, true], 3))).toBe('DP-E018')
    for (const [included, leftOut, expected] of [
      [2, 3, 'DP-E018'],
      [-1, 2, 'DP-E005'],
      [0, 1.5, 'DP-E005'],
    ] as const)
      expect(
        await codeOf(() => guessCanaries(new Float64Array(4), [true, true, true, true], { included, leftOut })),
      ).toBe(expected)
  })
})

describe('the coins of canaries', () => {
  it('are fair, and never the same twice without a seed', async () => {
    const heads = canaryCoins(100_000, { unsafeSeed: secretOf(1) }).filter(Boolean).length
    // Six standard errors: 2e-9.
    expect(Math.abs(heads - 50_000)).toBeLessThan(949)
    expect(canaryCoins(200)).not.toEqual(canaryCoins(200))
    expect(await codeOf(() => canaryCoins(0))).toBe('DP-E005')
  })
})
