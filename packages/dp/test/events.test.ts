import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  accountant,
  approximate,
  discreteGaussianEvent,
  gaussian,
  laplace,
  randomisedResponseEvent,
  rdpCurve,
  RdpAccountant,
  repeatAndSelect,
  subsampledGaussian,
  type PrivacyEvent,
} from '../src/index.js'
import { logAdd } from '../src/log-space.js'
import { meanRuns, repeatedCurve } from '../src/repeat-and-select.js'
import { codeOf, golden } from './support.js'

const numbers = golden()

const bounds = (event: PrivacyEvent, count: number, delta: number) => accountant().compose(event, count).epsilon(delta)

/** The least epsilon >= 0 with f(epsilon) <= delta, for a falling f. */
function solve(f: (epsilon: number) => number, delta: number): number {
  if (f(0) <= delta) return 0
  let [low, high] = [0, 1000]
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2
    if (f(middle) <= delta) high = middle
    else low = middle
  }
  return high
}

/** P[exactly i of n], by logarithms of factorials. */
function binomial(n: number, i: number, p: number): number {
  let log = i * Math.log(p) + (n - i) * Math.log1p(-p)
  for (let k = 1; k <= i; k++) log += Math.log((n - i + k) / k)
  return Math.exp(log)
}

describe('Laplace releases', () => {
  it.skipIf(!numbers)('cost T / b at delta 0, as in the golden rows', () => {
    expect(numbers!.laplace).toHaveLength(9)
    for (const row of numbers!.laplace)
      expect(bounds(laplace({ scale: row.scale_b }), row.compositions, 0)).toMatchObject({
        lower: expect.closeTo(row.epsilon_pld, 7),
        upper: expect.closeTo(row.epsilon_pld, 10),
        method: 'pure',
      })
  })

  it('cost less with a delta, by the exact curve of one release: 1 - e^((epsilon - 1/b) / 2)', () => {
    for (const [scale, delta] of [
      [1, 0.01],
      [0.5, 1e-3],
      [3, 0.05],
    ] as const) {
      const exact = 1 / scale + 2 * Math.log1p(-delta)
      const { lower, upper } = bounds(laplace({ scale }), 1, delta)
      expect(lower).toBeLessThanOrEqual(exact)
      expect(upper).toBeGreaterThanOrEqual(exact)
      expect(upper - lower).toBeLessThan(0.002)
    }
  })

  it('lie between two proofs a few thousandths apart over many releases', () => {
    for (const [scale, count] of [
      [10, 100],
      [50, 10_000],
      [2, 30],
    ] as const) {
      const { lower, upper, method } = bounds(laplace({ scale }), count, 1e-6)
      expect(method).toBe('pld')
      expect(upper - lower).toBeLessThan(0.005)
      expect(upper).toBeLessThan(RdpAccountant().compose(laplace({ scale }), count).epsilon(1e-6).upper)
    }
  })
})

describe('discrete Gaussian releases', () => {
  it.skipIf(!numbers)('cost what the golden rows say', () => {
    const rows = numbers!.other.filter(row => row.mechanism.startsWith('discrete-gaussian'))
    expect(rows).toHaveLength(4)
    for (const { sigma, delta, epsilon_pld } of rows) {
      const { lower, upper } = bounds(discreteGaussianEvent({ sigma, sensitivity: 1 }), 1, delta)
      expect(lower).toBeLessThanOrEqual(epsilon_pld! + 1e-9)
      expect(upper).toBeGreaterThanOrEqual(epsilon_pld! - 1e-9)
      expect(upper - lower).toBeLessThan(0.002)
    }
  })

  it('cost by the series P[Y > t - s/2] - e^epsilon P[Y > t + s/2], whatever the sensitivity', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.7, max: 30, noNaN: true }),
        fc.integer({ min: 1, max: 8 }),
        fc.double({ min: -9, max: -2, noNaN: true }),
        (sigma, sensitivity, logDelta) => {
          fc.pre(sensitivity <= 4 * sigma)
          const weight = (x: number): number => Math.exp((-x * x) / (2 * sigma * sigma))
          let total = 0
          for (let x = -1000; x <= 1000; x++) total += weight(x)
          const exactDelta = (epsilon: number): number => {
            let sum = 0
            for (let x = -1000; x <= 1000; x++)
              sum += Math.max(0, weight(x - sensitivity) - Math.exp(epsilon) * weight(x)) / total
            return sum
          }
          const exact = solve(exactDelta, 10 ** logDelta)
          fc.pre(exact > 0.05)
          const { lower, upper } = bounds(discreteGaussianEvent({ sigma, sensitivity }), 1, 10 ** logDelta)
          expect(lower).toBeLessThanOrEqual(exact * (1 + 1e-6))
          expect(upper).toBeGreaterThanOrEqual(exact * (1 - 1e-9))
          expect(upper - exact).toBeLessThan(0.004)
          expect(exact - lower).toBeLessThan(0.004)
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('randomised answers', () => {
  it('cost what the binomial distribution of two-way answers says, to the last digits', () => {
    for (const [epsilon, count, delta] of [
      [0.1, 1000, 1e-6],
      [1, 20, 1e-5],
      [2, 1, 1e-3],
      [0.5, 50, 0.01],
    ] as const) {
      const truth = 1 / (1 + Math.exp(-epsilon))
      const exact = solve(total => {
        let sum = 0
        for (let kept = 0; kept <= count; kept++) {
          const loss = (2 * kept - count) * epsilon
          if (loss > total) sum += binomial(count, kept, truth) * -Math.expm1(total - loss)
        }
        return sum
      }, delta)
      const { lower, upper, adjacency } = bounds(randomisedResponseEvent({ epsilon, categories: 2 }), count, delta)
      expect(lower).toBeLessThanOrEqual(exact * (1 + 1e-6))
      expect(upper).toBeGreaterThanOrEqual(exact)
      expect(upper - lower).toBeLessThan(1e-4)
      expect(adjacency).toBe('replace-one')
    }
  })

  it('cost less with more categories, and never more than epsilon each', () => {
    const spent = [2, 3, 10, 1000].map(
      categories =>
        accountant()
          .compose(randomisedResponseEvent({ epsilon: 1, categories }), 30)
          .epsilon(1e-6).upper,
    )
    for (let i = 1; i < spent.length; i++) expect(spent[i]!).toBeLessThan(spent[i - 1]!)
    expect(
      accountant()
        .compose(randomisedResponseEvent({ epsilon: 1, categories: 5 }), 4)
        .epsilon(0).upper,
    ).toBeCloseTo(4, 9)
  })

  it('are not added to Poisson-sampled training, which takes other data sets for neighbours', async () => {
    const answer = randomisedResponseEvent({ epsilon: 1, categories: 2 })
    const step = subsampledGaussian({ samplingProbability: 0.1, noiseMultiplier: 1 })
    expect(await codeOf(() => accountant().compose(answer).compose(step))).toBe('DP-E019')
    expect(await codeOf(() => accountant().compose(step).compose(answer))).toBe('DP-E019')
  })
})

describe('mechanisms known by epsilon and delta', () => {
  it('compose by the optimal theorem of Kairouz, Oh and Viswanath', () => {
    const [epsilon, failure, count] = [0.2, 1e-7, 30]
    const exactDelta = (total: number): number => {
      let sum = 0
      const truth = 1 / (1 + Math.exp(-epsilon))
      for (let kept = 0; kept <= count; kept++) {
        const loss = (2 * kept - count) * epsilon
        if (loss > total) sum += binomial(count, kept, truth) * -Math.expm1(total - loss)
      }
      return 1 - (1 - failure) ** count * (1 - sum)
    }
    const exact = solve(exactDelta, 1e-5)
    const { lower, upper } = bounds(approximate({ epsilon, delta: failure }), count, 1e-5)
    expect(lower).toBeLessThanOrEqual(exact * (1 + 1e-6))
    expect(upper).toBeGreaterThanOrEqual(exact)
    expect(upper - exact).toBeLessThan(1e-3)
    expect(upper).toBeLessThan(count * epsilon)
  })

  it('have no epsilon below the deltas that they fail with', () => {
    expect(
      accountant()
        .compose(approximate({ epsilon: 1, delta: 1e-5 }), 10)
        .epsilon(9e-5).upper,
    ).toBe(Infinity)
    expect(
      accountant()
        .compose(approximate({ epsilon: 1, delta: 0 }), 3)
        .epsilon(0).upper,
    ).toBeCloseTo(3, 9)
  })
})

describe('different releases together', () => {
  const mixture = accountant()
    .compose(subsampledGaussian({ samplingProbability: 0.02, noiseMultiplier: 1.1 }), 500)
    .compose(gaussian({ noiseMultiplier: 8 }), 3)
    .compose(laplace({ scale: 20 }), 4)
    .compose(discreteGaussianEvent({ sigma: 30, sensitivity: 2 }), 5)
    .compose(approximate({ epsilon: 0.1, delta: 1e-8 }))

  it('cost less than the sum of each, more than any, and lie between two proofs', () => {
    const { lower, upper, method } = mixture.epsilon(1e-5)
    expect(method).toBe('pld')
    expect(upper - lower).toBeLessThan(0.05)
    let sum = 0
    for (const { event, count } of mixture.events) {
      const alone = bounds(event, count, 1e-5 / 5)
      expect(upper).toBeGreaterThan(bounds(event, count, 1e-5).lower)
      sum += alone.upper
    }
    expect(upper).toBeLessThan(sum)
    expect(upper).toBeLessThan(RdpAccountant().epsilon(1e-5).upper + sum)
  })

  it('are written and read with each of their parameters', () => {
    const written = JSON.stringify(mixture)
    expect(JSON.stringify(accountant.fromJSON(JSON.parse(written)))).toBe(written)
    const answers = accountant().compose(randomisedResponseEvent({ epsilon: 1, categories: 4 }), 2)
    expect(accountant.fromJSON(JSON.parse(JSON.stringify(answers))).epsilon(1e-5)).toEqual(answers.epsilon(1e-5))
  })
})

describe('the best of a random number of runs', () => {
  const orders = [1.5, 2, 3, 5, 8, 16, 32]

  /** The exact divergence of the best of K answers, of which 1 is better than 0: P[best is 0] = E[(1 - p)^K]. */
  function exactDivergence(p: number, q: number, miss: (p: number) => number, alpha: number): number {
    const [p0, q0] = [miss(p), miss(q)]
    const term = (a: number, b: number): number => alpha * Math.log(a) + (1 - alpha) * Math.log(b)
    return logAdd(term(p0, q0), term(1 - p0, 1 - q0)) / (alpha - 1)
  }

  it('costs at least what it costs exactly, for a mechanism with two answers', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 2, noNaN: true }),
        fc.double({ min: 1, max: 50, noNaN: true }),
        (epsilon, mean) => {
          const run = [{ event: randomisedResponseEvent({ epsilon, categories: 2 }), count: 1 }]
          const own = 1 / (1 + Math.exp(-epsilon))
          const gamma = 1 / mean
          const geometric = (p: number): number => (gamma * (1 - p)) / (1 - (1 - gamma) * (1 - p))
          const poisson = (p: number): number => Math.exp(-mean * p)
          const byShape = rdpCurve(repeatAndSelect({ run, mean }), orders)
          const byPoisson = rdpCurve(repeatAndSelect({ run, mean, trials: 'poisson' }), orders)
          for (const [i, alpha] of orders.entries())
            for (const [p, q] of [
              [own, 1 - own],
              [1 - own, own],
            ] as const) {
              expect(byShape[i]! * (1 + 1e-9)).toBeGreaterThanOrEqual(exactDivergence(p, q, geometric, alpha))
              expect(byPoisson[i]! * (1 + 1e-9)).toBeGreaterThanOrEqual(exactDivergence(p, q, poisson, alpha))
            }
        },
      ),
      { numRuns: 100 },
    )
  })

  it('costs more than one run, and more with more runs, but far less than all of them', () => {
    const run = [{ event: subsampledGaussian({ samplingProbability: 0.01, noiseMultiplier: 1 }), count: 1000 }]
    const once = RdpAccountant().compose(run[0]!.event, 1000).epsilon(1e-6).upper
    const best = (mean: number): number => accountant().compose(repeatAndSelect({ run, mean })).epsilon(1e-6).upper
    expect(best(1)).toBeGreaterThan(once)
    expect(best(10)).toBeGreaterThan(best(1))
    expect(best(100)).toBeGreaterThan(best(10))
    expect(best(100)).toBeLessThan(RdpAccountant().compose(run[0]!.event, 100_000).epsilon(1e-6).upper / 2)
    expect(
      accountant()
        .compose(repeatAndSelect({ run, mean: 10 }))
        .epsilon(1e-6).lower,
    ).toBe(0)
  })

  it('has the curve of the theorems, by hand at one order', () => {
    const curve = (trials: 'poisson' | { shape: number }, mean: number): number =>
      repeatedCurve({ trials, mean }, [2], Float64Array.of(0.5))[0]!
    // 0.5 + ln 10 + 2 (0.25 + ln(10) / 2)
    expect(curve({ shape: 1 }, 10)).toBeCloseTo(1 + 2 * Math.LN10, 9)
    // One run is (ln 2, d)-private with d = e^(0.5 - ln 2 + ln(1/2)) / 2 = e^0.5 / 8.
    expect(curve('poisson', 3)).toBeCloseTo(0.5 + Math.log(3) + (3 * Math.exp(0.5)) / 8, 9)
  })

  it('knows the mean of its distributions', () => {
    // Truncated negative binomial by its definition: P[K = k] proportional to (1-g)^k times (k-1+s choose k).
    for (const [shape, gamma] of [
      [1, 0.2],
      [0.5, 0.1],
      [2, 0.3],
      [0, 0.25],
    ] as const) {
      let [weight, total, sum] = [1 - gamma, 0, 0]
      for (let k = 1; k < 2000; k++) {
        total += weight
        sum += k * weight
        weight *= ((1 - gamma) * (k + shape)) / (k + 1)
      }
      expect(meanRuns(shape, gamma)).toBeCloseTo(sum / total, 9)
    }
    expect(meanRuns(1, 1)).toBe(1)
  })
})

describe('an event', () => {
  it('is refused with numbers that it cannot have', async () => {
    const codes: readonly [string, () => unknown][] = [
      ['DP-E006', () => laplace({ scale: 0 })],
      ['DP-E018', () => discreteGaussianEvent({ sigma: 0, sensitivity: 1 })],
      ['DP-E018', () => discreteGaussianEvent({ sigma: 1, sensitivity: 0.5 })],
      ['DP-E018', () => discreteGaussianEvent({ sigma: 1, sensitivity: 32 })],
      ['DP-E001', () => randomisedResponseEvent({ epsilon: 0, categories: 2 })],
      ['DP-E018', () => randomisedResponseEvent({ epsilon: 1, categories: 1 })],
      ['DP-E001', () => approximate({ epsilon: 501, delta: 0 })],
      ['DP-E002', () => approximate({ epsilon: 1, delta: 1 })],
      ['DP-E005', () => repeatAndSelect({ run: [], mean: 2 })],
      ['DP-E018', () => repeatAndSelect({ run: [{ event: laplace({ scale: 1 }), count: 1 }], mean: 0.5 })],
      ['DP-E018', () => repeatAndSelect({ run: [], mean: 2, trials: { shape: -1 } })],
      [
        'DP-E007',
        () => repeatAndSelect({ run: [{ event: approximate({ epsilon: 1, delta: 1e-9 }), count: 1 }], mean: 2 }),
      ],
      ['DP-E007', () => accountant().compose({ kind: 'repeat-and-select' } as unknown as PrivacyEvent)],
    ]
    for (const [code, act] of codes) expect(await codeOf(act), act.toString()).toBe(code)
  })
})
