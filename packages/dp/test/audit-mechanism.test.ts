import { describe, expect, it } from 'vitest'
import { auditMechanism } from '../src/index.js'
import { keystream } from '../src/keystream.js'
import { gridNoise } from '../src/mechanisms/grid-noise.js'
import { codeOf, secretOf } from './support.js'

const words = keystream({ secret: secretOf(9), stream: 'audit' })(0)

/** A count that neighbours move by 1, with the noise of a claim divided by `weakened`. */
function count(epsilon: number, delta: number, weakened: number): (input: 'first' | 'second') => number {
  const { step, draw } = gridNoise({ epsilon, delta, l1: 1, l2: 1, coordinates: 1, width: 1 })
  const noise = draw(words)
  return input => (input === 'first' ? 0 : 1) + (Number(noise()) * step) / weakened
}

const audit = { runs: 100_000, falseAlarmRate: 1e-6 }

describe('the audit of a mechanism', () => {
  it.each([
    [1, 0, 100_000],
    [2, 0, 100_000],
    [1, 1e-5, 400_000],
    [3, 1e-6, 400_000],
  ])('does not refute noise of epsilon %d and delta %d, and refutes half of it', (epsilon, delta, runs) => {
    const sound = auditMechanism({ ...audit, runs, epsilon, delta, run: count(epsilon, delta, 1) })
    expect(sound.isRefuted).toBe(false)
    expect(sound.epsilonAtLeast).toBeGreaterThan(0.3 * epsilon)
    expect(auditMechanism({ ...audit, runs, epsilon, delta, run: count(epsilon, delta, 2) }).isRefuted).toBe(true)
  })

  it('never says more than is true of a mechanism without noise', () => {
    const found = auditMechanism({ ...audit, epsilon: 50, delta: 0, run: input => (input === 'first' ? 0 : 1) })
    // 50,000 hits and no false alarm: Clopper-Pearson allows ln(50000 / 14.5).
    expect(found.epsilonAtLeast).toBeGreaterThan(7.9)
    expect(found.epsilonAtLeast).toBeLessThan(8.3)
  })

  it('refuses numbers that state nothing', async () => {
    const claim = { ...audit, epsilon: 1, delta: 0, run: () => 0 }
    expect(await codeOf(() => auditMechanism({ ...claim, epsilon: 0 }))).toBe('DP-E001')
    expect(await codeOf(() => auditMechanism({ ...claim, delta: 1 }))).toBe('DP-E002')
    expect(await codeOf(() => auditMechanism({ ...claim, runs: 99 }))).toBe('DP-E005')
    expect(await codeOf(() => auditMechanism({ ...claim, falseAlarmRate: 0 }))).toBe('DP-E017')
  })
})
