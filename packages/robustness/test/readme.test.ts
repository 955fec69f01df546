import { expect, it } from 'vitest'
import { certifiedRadius } from '../src/index.js'

it('the example of the README gives the number it prints', () => {
  const radius = certifiedRadius({ successes: 990, trials: 1000, alpha: 0.001, sigma: 0.05 })
  expect(String(radius).startsWith('0.0989')).toBe(true)
})
