import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { proportionAtLeast } from '../src/beta.js'
import {
  auditOneRun,
  canaryCoins,
  epsilonFromGuesses,
  gaussianEpsilon,
  gaussianNoise,
  randomisedResponse,
} from '../src/index.js'
import { logBinomialRow } from '../src/log-space.js'
import { codeOf, secretOf } from './support.js'

describe('epsilon from guesses about canaries', () => {
  // The bounds that the paper's own program computes at confidence 0.95.
  it.each([
    [1000, 200, 160, 1.085034],
    [1000, 100, 98, 2.710963],
    [2000, 400, 220, 0.029458],
  ])('is for %d canaries, %d guesses and %d right ones that of the paper', (canaries, guesses, correct, expected) => {
    expect(epsilonFromGuesses({ canaries, guesses, correct, delta: 1e-5 }, 0.95)).toBeCloseTo(expected, 5)
  })

  const outcomes = fc
    .tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 0, max: 200 }), fc.nat(200))
    .map(([guesses, more, part]) => ({
      canaries: guesses + more,
      guesses,
      correct: Math.min(part, guesses),
      delta: 0,
    }))
  const confidences = fc.double({ min: 0.6, max: 0.999, noNaN: true })

  it('is without delta what Clopper and Pearson say of the share of right guesses', () => {
    fc.assert(
      fc.property(outcomes, confidences, (outcome, confidence) => {
        const share = proportionAtLeast(outcome.correct, outcome.guesses, 1 - confidence)
        const expected = Math.max(0, Math.log(share / (1 - share)))
        expect(epsilonFromGuesses(outcome, confidence)).toBeCloseTo(expected, 7)
      }),
    )
  })

  it('falls with delta and confidence, and rises with every right guess', () => {
    fc.assert(
      fc.property(
        outcomes,
        confidences,
        fc.double({ min: 1e-8, max: 0.1, noNaN: true }),
        (outcome, confidence, delta) => {
          const bound = epsilonFromGuesses({ ...outcome, delta }, confidence)
          expect(bound).toBeLessThanOrEqual(epsilonFromGuesses(outcome, confidence) + 1e-8)
          expect(bound).toBeLessThanOrEqual(epsilonFromGuesses({ ...outcome, delta: delta / 2 }, confidence) + 1e-8)
          expect(bound).toBeLessThanOrEqual(epsilonFromGuesses({ ...outcome, delta }, confidence - 0.05) + 1e-8)
          if (outcome.correct < outcome.guesses)
            expect(bound).toBeLessThanOrEqual(
              epsilonFromGuesses({ ...outcome, delta, correct: outcome.correct + 1 }, confidence) + 1e-8,
            )
        },
      ),
    )
  })

  it('is above the truth of randomised response no more often than its confidence allows, exactly', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0.05, max: 4, noNaN: true }),
        (guesses, epsilon) => {
          const ways = logBinomialRow(guesses)
          const right = 1 / (1 + Math.exp(-epsilon))
          let falseAlarms = 0
          for (let correct = 0; correct <= guesses; correct++)
            if (epsilonFromGuesses({ canaries: guesses, guesses, correct, delta: 0 }, 0.95) > epsilon)
              falseAlarms += Math.exp(
                ways[correct]! + correct * Math.log(right) + (guesses - correct) * Math.log1p(-right),
              )
          expect(falseAlarms).toBeLessThanOrEqual(0.05 + 1e-9)
        },
      ),
    )
  })

  it('refuses counts that do not fit together', async () => {
    const outcome = { canaries: 10, guesses: 8, correct: 6, delta: 0 }
    expect(await codeOf(() => epsilonFromGuesses({ ...outcome, canaries: 1_000_001 }, 0.95))).toBe('DP-E018')
    expect(await codeOf(() => epsilonFromGuesses({ ...outcome, guesses: 11 }, 0.95))).toBe('DP-E018')
    expect(await codeOf(() => epsilonFromGuesses({ ...outcome, correct: 9 }, 0.95))).toBe('DP-E018')
    expect(await codeOf(() => epsilonFromGuesses({ ...outcome, delta: 1 }, 0.95))).toBe('DP-E002')
    expect(await codeOf(() => epsilonFromGuesses(outcome, 1))).toBe('DP-E017')
  })
})

describe('the audit of one training run', () => {
  const claim = { epsilon: 1, delta: 0, confidence: 0.95 }

  /** Audits of `runs` mechanisms that answer each canary's coin by randomised response of `epsilon`. */
  function refutedOf(runs: number, epsilon: number): number {
    let refuted = 0
    for (let run = 0; run < runs; run++) {
      const included = canaryCoins(400, { unsafeSeed: secretOf(run) })
      const answers = randomisedResponse(
        included.map(isIn => (isIn ? 'in' : 'out')),
        { categories: ['in', 'out'], epsilon, unsafeSeed: secretOf(1000 + run) },
      )
      const correct = answers.filter((answer, i) => (answer === 'in') === included[i]).length
      if (epsilonFromGuesses({ canaries: 400, guesses: 400, correct, delta: 0 }, 0.95) > 1) refuted++
    }
    return refuted
  }

  it('rarely refutes randomised response of the claimed epsilon, and always that of twice as much', () => {
    // At most 5 % are refuted by chance; 24 or more of 200 has a chance of less than 1e-4 then.
    expect(refutedOf(200, 1)).toBeLessThan(24)
    expect(refutedOf(200, 2)).toBe(200)
  })

  it('abstains where scores say little: Gaussian noise is not refuted, a third of it is', () => {
    const noise = gaussianNoise({ secret: secretOf(3), stream: 'canaries' })
    const sigma = 1.5
    const delta = 1e-5
    const epsilon = gaussianEpsilon(1 / sigma, delta)
    const audit = (run: number, size: number) => {
      const included = canaryCoins(20_000, { unsafeSeed: secretOf(run) })
      const draws = noise.fill(new Float64Array(20_000), run)
      const scores = draws.map((z, i) => z * size + (included[i]! ? 1 : 0))
      return auditOneRun({ scores, included, guesses: 2000, epsilon, delta, confidence: 0.95 })
    }
    const sound = Array.from({ length: 20 }, (_, run) => audit(run, sigma))
    expect(sound.filter(({ isRefuted }) => isRefuted)).toEqual([])
    expect(Math.min(...sound.map(({ epsilonAtLeast }) => epsilonAtLeast))).toBeGreaterThan(0.8)
    expect(audit(99, sigma / 3).isRefuted).toBe(true)
  })

  it('guesses the highest to be included and the lowest not to be, and counts only those', () => {
    const scores = [9, 8, 5, 4, 2, 1]
    const included = [true, false, false, true, false, false]
    const found = auditOneRun({ ...claim, scores, included, guesses: 4 })
    expect(found).toMatchObject({ canaries: 6, guesses: 4, correct: 3, delta: 0, confidence: 0.95, isRefuted: false })
  })

  it('refutes what lies below its bound, and not the bound itself', () => {
    const included = canaryCoins(100, { unsafeSeed: secretOf(2) })
    const audit = { ...claim, scores: included.map(Number), included, guesses: 80 }
    const { epsilonAtLeast } = auditOneRun(audit)
    expect(epsilonAtLeast).toBeGreaterThan(2)
    expect(auditOneRun({ ...audit, epsilon: epsilonAtLeast }).isRefuted).toBe(false)
    expect(auditOneRun({ ...audit, epsilon: epsilonAtLeast - 1e-6 }).isRefuted).toBe(true)
  })

  it('refuses scores and coins that do not fit together', async () => {
    const audit = { ...claim, scores: [1, 0], included: [true, false], guesses: 2 }
    expect(await codeOf(() => auditOneRun({ ...audit, scores: [1] }))).toBe('DP-E060')
    expect(await codeOf(() => auditOneRun({ ...audit, scores: [1, Number.NaN] }))).toBe('DP-E060')
    expect(await codeOf(() => auditOneRun({ ...audit, guesses: 1 }))).toBe('DP-E060')
    expect(await codeOf(() => auditOneRun({ ...audit, guesses: 4 }))).toBe('DP-E060')
    expect(await codeOf(() => auditOneRun({ ...audit, guesses: 0 }))).toBe('DP-E018')
  })
})

describe('the coins of canaries', () => {
  it('are fair, and never the same twice without a seed', async () => {
    const heads = canaryCoins(100_000, { unsafeSeed: secretOf(1) }).filter(Boolean).length
    // Six standard errors: 2e-9.
    expect(Math.abs(heads - 50_000)).toBeLessThan(949)
    expect(canaryCoins(200)).not.toEqual(canaryCoins(200))
    expect(await codeOf(() => canaryCoins(0))).toBe('DP-E018')
  })
})
