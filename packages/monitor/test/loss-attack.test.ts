import { describe, expect, it } from 'vitest'
import { leakageEvidence, lossAttack, lossesOf } from '../src/index.js'
import { random, tableOf } from './tables.js'

const exponential = (rows: number, scale: number, next: () => number): Float64Array =>
  Float64Array.from({ length: rows }, () => -scale * Math.log(1 - next()))

const modelDigest = 'sha256:00' as const

describe('an attack by loss', () => {
  it('has golden values for two small samples', () => {
    // 20 members of loss 1, 2, …; 20 non-members of loss 6, 7, …
    const members = Array.from({ length: 20 }, (_, i) => i + 1)
    const found = lossAttack(
      members,
      members.map(loss => loss + 5),
    )!
    // Even members 1, 3, …, 19: their mean is 10. Odd ones below it: 2, 4, 6, 8.
    expect(found.threshold).toBe(10)
    expect(found.truePositives).toMatchObject({ hits: 4, of: 10, value: 0.4 })
    expect(found.falsePositives).toMatchObject({ hits: 4, of: 20, value: 0.2 })
    expect(found.advantage).toBeCloseTo(0.2, 14)
    // Clopper-Pearson of 4 of 10, as in any table.
    expect(found.truePositives.interval[0]).toBeCloseTo(0.1215523, 6)
    expect(found.truePositives.interval[1]).toBeCloseTo(0.7376219, 6)
    // Pairs with the member below: Σ over members 1 … 20 of 20 - max(0, i - 5), ties 6 … 20 counted half.
    expect(found.auc).toBeCloseTo((400 - (15 * 16) / 2 + 15 / 2) / 400, 14)
    expect(found.atOnePercent).toMatchObject({
      truePositives: { hits: 5, of: 20 },
      falsePositives: { hits: 0, of: 10 },
    })
  })

  it('finds the advantage that the distributions have', () => {
    const next = random(5)
    const [members, others] = [exponential(40_000, 1, next), exponential(40_000, 3, next)]
    const found = lossAttack(members, others)!
    expect(found.advantage).toBeCloseTo(Math.exp(-1 / 3) - Math.exp(-1), 1)
    expect(found.auc).toBeCloseTo(0.75, 2)
    expect(found.aucP).toBeLessThan(1e-10)
    expect(found.atOnePercent.truePositives.value).toBeCloseTo(1 - Math.exp(3 * Math.log(0.99)), 2)
    expect(found.atOnePercent.falsePositives.value).toBeLessThan(0.015)
  })

  it('covers the true advantage and area in 95 of 100 samples, and cries wolf in five at most', () => {
    const next = random(6)
    let [advantage, area, alarms] = [0, 0, 0]
    for (let trial = 0; trial < 300; trial++) {
      const [members, others] = [exponential(200, 1, next), exponential(300, 1, next)]
      const found = lossAttack(members, others)!
      if (found.advantageInterval[0] > 0 || found.advantageInterval[1] < 0) advantage++
      if (found.aucInterval[0] > 0.5 || found.aucInterval[1] < 0.5) area++
      if (found.aucP < 0.05) alarms++
    }
    expect(advantage).toBeLessThanOrEqual(15)
    expect(area).toBeLessThanOrEqual(25)
    expect(alarms).toBeLessThanOrEqual(25)
    expect(alarms).toBeGreaterThanOrEqual(3)
  })

  it('is not made with fewer than 20 known losses on a side', () => {
    const few = new Float64Array(20).fill(1)
    const many = new Float64Array(100).fill(1)
    few[0] = Number.NaN
    expect(lossAttack(few, many)).toBeNull()
    expect(lossAttack(many, few)).toBeNull()
    expect(leakageEvidence(null, modelDigest).facts).toMatchObject({ assessed: false })
  })

  it('learns nothing from equal losses', () => {
    const flat = new Float64Array(50).fill(0.3)
    expect(lossAttack(flat, flat)).toMatchObject({ advantage: 0, auc: 0.5, aucP: 1, advantageP: 1 })
  })

  it('takes the loss of rows whose truth is known, and a finite one for a probability of 0', () => {
    const losses = lossesOf(
      tableOf([
        { score: 0.25, label: 1, group: 'a' },
        { score: 0.5, label: -1, group: 'a' },
        { score: 1, label: 0, group: 'a' },
      ]),
    )
    expect([...losses]).toEqual([-Math.log(0.25), -Math.log(1e-12)])
  })

  it('is recorded with its intervals and what it leaves open', () => {
    const next = random(5)
    const found = lossAttack(exponential(100, 1, next), exponential(100, 2, next))
    const { type, outcome, facts } = leakageEvidence(found, modelDigest)
    expect([type, outcome]).toEqual(['membership-inference-sample', 'info'])
    expect(facts).toMatchObject({ advantageInterval: found!.advantageInterval, auc: found!.auc, confidence: 0.95 })
    expect(facts['caveat']).toMatch(/stronger attack/)
  })
})
