import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { realFromSpectrum, realSpectrum } from '../src/fft.js'

const sizes = fc.constantFrom(4, 8, 16, 64, 256)
const signal = sizes.chain(n =>
  fc
    .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: n, maxLength: n })
    .map(values => Float64Array.from(values)),
)

describe('the spectrum of real numbers', () => {
  it('is the sum that defines it', () => {
    fc.assert(
      fc.property(signal, x => {
        const n = x.length
        const { re, im } = realSpectrum(Float64Array.from(x))
        expect(re).toHaveLength(n / 2 + 1)
        for (let k = 0; k <= n / 2; k++) {
          let [a, b] = [0, 0]
          for (let j = 0; j < n; j++) {
            a += x[j]! * Math.cos((2 * Math.PI * j * k) / n)
            b -= x[j]! * Math.sin((2 * Math.PI * j * k) / n)
          }
          expect(Math.abs(re[k]! - a)).toBeLessThan(1e-12)
          expect(Math.abs(im[k]! - b)).toBeLessThan(1e-12)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('gives the numbers back', () => {
    fc.assert(
      fc.property(signal, x => {
        const back = realFromSpectrum(realSpectrum(Float64Array.from(x)))
        for (const [i, value] of x.entries()) expect(Math.abs(back[i]! - value)).toBeLessThan(1e-14)
      }),
    )
  })

  it('keeps its accuracy at a hundred thousand numbers', () => {
    const x = Float64Array.from({ length: 1 << 17 }, (_, i) => Math.sin(i * 0.7) + 1 / (1 + i))
    const back = realFromSpectrum(realSpectrum(x))
    let worst = 0
    for (const [i, value] of x.entries()) worst = Math.max(worst, Math.abs(back[i]! - value))
    expect(worst).toBeLessThan(1e-14)
  })
})
