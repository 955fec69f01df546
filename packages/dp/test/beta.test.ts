import { describe, expect, it } from 'vitest'
import { betaCdf, proportionAtLeast, proportionAtMost } from '../src/beta.js'

describe('the beta distribution', () => {
  // 40-digit arithmetic (mpmath 1.3).
  it.each([
    [0.3, 2, 5, 0.579825],
    [0.5, 50, 50, 0.5],
    [0.9, 90, 11, 0.58315551226649180318],
    [0.01, 1, 1000, 0.99995682875258934175],
    [0.83, 900, 200, 0.84548757001733505233],
  ])('is at %d for (%d, %d) right to 1e-12', (x, a, b, expected) => {
    expect(Math.abs(betaCdf(x, a, b) / expected - 1)).toBeLessThan(1e-12)
  })
})

describe('Clopper-Pearson bounds', () => {
  it('are those of 90 of 100 and 2 of 100 at 0.025 a side', () => {
    expect(proportionAtLeast(90, 100, 0.025)).toBeCloseTo(0.8237774, 7)
    expect(proportionAtMost(2, 100, 0.025)).toBeCloseTo(0.0703839, 7)
  })

  it('have their closed form where nothing or everything was hit', () => {
    expect(proportionAtLeast(0, 50, 0.05)).toBe(0)
    expect(proportionAtMost(50, 50, 0.05)).toBe(1)
    expect(proportionAtMost(0, 50, 0.05)).toBeCloseTo(1 - 0.05 ** (1 / 50), 12)
    expect(proportionAtLeast(50, 50, 0.05)).toBeCloseTo(0.05 ** (1 / 50), 12)
  })
})
