import { describe, expect, it, vi } from 'vitest'
import { accountant, subsampledGaussian } from '../src/index.js'
import { epsilonBelow } from '../src/tight-bounds.js'

vi.mock(import('../src/tight-bounds.js'), async original => {
  const all = await original()
  return { ...all, epsilonBelow: vi.fn(all.epsilonBelow) }
})

describe('the lower bound', () => {
  const run = accountant().compose(subsampledGaussian({ samplingProbability: 0.01, noiseMultiplier: 1 }), 100)

  it('costs nothing until somebody reads it, and is worked out once', () => {
    expect(run.epsilon(1e-6).upper).toBeGreaterThan(0.4)
    expect(epsilonBelow).not.toHaveBeenCalled()
    const { lower, estimate, upper } = run.epsilon(1e-6)
    expect(lower).toBeGreaterThan(upper - 0.003)
    expect(estimate).toBe((lower + upper) / 2)
    expect(run.epsilon(1e-6).lower).toBe(lower)
    expect(epsilonBelow).toHaveBeenCalledTimes(1)
  })

  it('is written out with everything else', () => {
    const { lower, estimate, upper } = run.epsilon(1e-6)
    expect(JSON.parse(JSON.stringify(run.epsilon(1e-6)))).toEqual({
      lower,
      estimate,
      upper,
      method: 'pld',
      order: null,
      orderAtEdge: false,
      delta: 1e-6,
      adjacency: 'add-or-remove-one',
    })
  })
})
