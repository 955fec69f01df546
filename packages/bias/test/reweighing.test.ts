import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reweighingWeights } from '../src/index.js'
import { germanByAge } from './golden-table.js'

const repeat = (count: number, value: string): string[] => Array.from({ length: count }, () => value)

/** Every combination has at least one row. */
const fullTable = fc
  .array(fc.array(fc.integer({ min: 1, max: 15 }), { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 4 })
  .map(table => table.flatMap((row, g) => row.flatMap((n, y) => repeat(n, `${g}|${y}`))))
  .map(rows => ({ groups: rows.map(row => row.split('|')[0]!), labels: rows.map(row => row.split('|')[1]!) }))

describe('reweighing', () => {
  it('gives the weights of AIF360 on German credit by age', () => {
    const { privileged, unprivileged, weights } = germanByAge
    const groups = [...repeat(privileged.rows, 'over 25'), ...repeat(unprivileged.rows, 'up to 25')]
    const labels = [
      ...repeat(privileged.favourable, 'good'),
      ...repeat(privileged.rows - privileged.favourable, 'bad'),
      ...repeat(unprivileged.favourable, 'good'),
      ...repeat(unprivileged.rows - unprivileged.favourable, 'bad'),
    ]
    const got = reweighingWeights(labels, groups)
    expect(got[0]).toBeCloseTo(weights.privilegedFavourable, 12)
    expect(got[privileged.favourable]).toBeCloseTo(weights.privilegedUnfavourable, 12)
    expect(got[privileged.rows]).toBeCloseTo(weights.unprivilegedFavourable, 12)
    expect(got.at(-1)).toBeCloseTo(weights.unprivilegedUnfavourable, 12)
  })

  it('makes label and group independent in the weighted data, with mean weight 1', () => {
    fc.assert(
      fc.property(fullTable, ({ groups, labels }) => {
        const weights = reweighingWeights(labels, groups)
        const total = (keep: (row: number) => boolean): number =>
          weights.reduce((sum, weight, row) => sum + (keep(row) ? weight : 0), 0)
        expect(total(() => true) / labels.length).toBeCloseTo(1, 10)
        for (const group of new Set(groups))
          for (const label of new Set(labels)) {
            const share = (keep: (row: number) => boolean): number => total(keep) / labels.length
            const joint = share(row => groups[row] === group && labels[row] === label)
            const product = share(row => groups[row] === group) * share(row => labels[row] === label)
            expect(joint).toBeCloseTo(product, 10)
          }
      }),
    )
  })

  it('refuses a combination of group and class without a row, and names no value', () => {
    expect(() => reweighingWeights(['yes', 'no', 'yes'], ['secret-a', 'secret-a', 'secret-b'])).toThrowError(
      expect.objectContaining({
        code: 'BIAS-E004',
        message: '1 of 4 combinations of group and class have no row, so they have no weight',
      }),
    )
  })

  it('refuses columns of different length', () => {
    expect(() => reweighingWeights(['yes'], [])).toThrowError(expect.objectContaining({ code: 'BIAS-E001' }))
  })
})
