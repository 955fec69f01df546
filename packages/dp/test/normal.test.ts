import { describe, expect, it } from 'vitest'
import { erfc, erfcx, normalCdf, normalQuantile } from '../src/normal.js'

const relative = (value: number, expected: number): number => Math.abs(value / expected - 1)

describe('the complementary error function', () => {
  // 40-digit arithmetic (mpmath 1.3).
  it.each([
    [0, 1],
    [0.1, 0.8875370839817151016],
    [0.46, 0.51534460999832032672],
    [0.47, 0.50625494911391788759],
    [1, 0.15729920705028513066],
    [2.5, 0.00040695201744495893956],
    [4, 1.5417257900280018852e-8],
    [4.5, 1.9661604415428874763e-10],
    [10, 2.088487583762544757e-45],
    [26, 5.6631924088561428465e-296],
  ])('is right to 1e-15 at %d, scaled and unscaled', (x, expected) => {
    expect(relative(erfc(x), expected)).toBeLessThan(1e-15)
    expect(relative(erfcx(x), expected * Math.exp(x * x))).toBeLessThan(x > 5 ? 2e-13 : 1e-14)
    expect(relative(erfc(-x), 2 - expected)).toBeLessThan(1e-15)
  })
})

describe('the normal distribution', () => {
  it('has its quantiles', () => {
    expect(relative(normalQuantile(1e-10), -6.3613409024040561991)).toBeLessThan(1e-14)
    expect(relative(normalQuantile(0.025), -1.9599639845400542118)).toBeLessThan(1e-14)
    expect(relative(normalQuantile(0.3), -0.52440051270804081597)).toBeLessThan(1e-14)
    expect(relative(normalQuantile(0.975), 1.9599639845400538556)).toBeLessThan(1e-13)
  })

  it('puts half of its mass below 0', () => {
    expect(normalCdf(0)).toBe(0.5)
  })
})
