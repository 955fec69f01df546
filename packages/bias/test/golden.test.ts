import { describe, expect, it } from 'vitest'
import { compareToHighest, demographicParity, equalizedOdds, reweighingWeights, wilson } from '../src/index.js'
import { adultByRace, adultBySex } from './golden-table.js'
import { sharedFile } from './shared-data.js'
import { ratesOfCells, ratesOfRows } from './tables.js'

interface Split {
  readonly n_unpriv: number
  readonly n_priv: number
  readonly pos_unpriv: number
  readonly pos_priv: number
  readonly base_rate_unpriv: number
  readonly base_rate_priv: number
  readonly statistical_parity_difference: number
  readonly disparate_impact: number
  readonly reweighing_weights: Readonly<Record<string, number>>
}

interface ScoringRow {
  readonly category: string
  readonly n: number
  readonly selected: number
  readonly selection_rate: number
  readonly wilson95: readonly [number, number]
  readonly impact_ratio_all: number
  readonly z_vs_top?: number
  readonly katz_log95_impact_ratio?: readonly [number, number]
}

interface Golden {
  readonly german: Readonly<Record<string, Split | string | number>>
  readonly compas_aif360: Readonly<Record<string, Split | string | number>>
  readonly ll144_scoring_rate_adult: Readonly<
    Record<string, { top_all: string; rows: readonly ScoringRow[] } | number | string>
  >
}

const text = sharedFile('golden/fairness.json')
const golden = text === undefined ? undefined : (JSON.parse(text) as Golden)
const predictions = sharedFile('data/fairness/fixed-preds/adult_test_lr.csv.gz')

const splits = golden
  ? [...Object.entries(golden.german), ...Object.entries(golden.compas_aif360)].filter(
      (entry): entry is [string, Split] => typeof entry[1] === 'object',
    )
  : []

describe.skipIf(!golden)('golden values of AIF360', () => {
  it('are there', () => {
    expect(splits.map(([name]) => name)).toEqual([
      'sex',
      'age_gt25',
      'age_ge25',
      'age_ge25_tutorial_split_seed0_train',
      'sex',
      'race',
    ])
  })

  it.each(splits)('base rates, difference and ratio are met to 1e-9: %s', (_, split) => {
    const groups = ratesOfCells({
      unprivileged: [split.pos_unpriv, 0, 0, split.n_unpriv - split.pos_unpriv],
      privileged: [split.pos_priv, 0, 0, split.n_priv - split.pos_priv],
    })
    expect(groups[0]!.rates['selection-rate'].value).toBeCloseTo(split.base_rate_unpriv, 9)
    expect(groups[1]!.rates['selection-rate'].value).toBeCloseTo(split.base_rate_priv, 9)
    expect(demographicParity('difference', groups).value).toBeCloseTo(-split.statistical_parity_difference, 9)
    expect(demographicParity('ratio', groups).value).toBeCloseTo(split.disparate_impact, 9)
  })

  it.each(splits)('reweighing is met to 1e-9: %s', (_, split) => {
    const rows = [
      { group: 'priv', label: 'fav', count: split.pos_priv },
      { group: 'priv', label: 'unfav', count: split.n_priv - split.pos_priv },
      { group: 'unpriv', label: 'fav', count: split.pos_unpriv },
      { group: 'unpriv', label: 'unfav', count: split.n_unpriv - split.pos_unpriv },
    ].flatMap(({ count, ...row }) => Array.from({ length: count }, () => row))
    const weights = reweighingWeights(
      rows.map(({ label }) => label),
      rows.map(({ group }) => group),
    )
    rows.forEach(({ group, label }, row) => {
      expect(Math.abs(weights[row]! - split.reweighing_weights[`w_${group}_${label}`]!)).toBeLessThan(1e-9)
    })
    expect(weights.reduce((sum, weight) => sum + weight, 0) / rows.length).toBeCloseTo(1, 9)
  })
})

describe.skipIf(!golden || !predictions)('golden scoring rates on the Adult predictions', () => {
  const [, ...lines] = (predictions ?? '').trim().split('\n')
  const rows = lines.map(line => line.split(','))

  it.each([
    ['sex', (row: readonly string[]) => row[3]!],
    ['race_x_sex', (row: readonly string[]) => `${row[4]}|${row[3]}`],
  ])('are met to 1e-9: %s', (section, groupOf) => {
    const { top_all: top, rows: expected } = golden!.ll144_scoring_rate_adult[section] as {
      top_all: string
      rows: readonly ScoringRow[]
    }
    const median = 0.101484
    const groups = ratesOfRows(
      rows.map(row => ({ group: groupOf(row), label: Number(row[0]), guess: Number(row[2]) > median ? 1 : 0 })),
    )
    const compared = new Map(compareToHighest(groups).map(one => [one.group, one]))
    expect(groups).toHaveLength(expected.length)
    for (const row of expected) {
      const { counts, rates } = groups.find(({ group }) => group === row.category)!
      expect(counts).toMatchObject({ rows: row.n, selected: row.selected })
      expect(rates['selection-rate'].value).toBeCloseTo(row.selection_rate, 9)
      expect(rates['selection-rate'].interval![0]).toBeCloseTo(row.wilson95[0], 9)
      expect(rates['selection-rate'].interval![1]).toBeCloseTo(row.wilson95[1], 9)
      const comparison = compared.get(row.category)
      if (row.category === top) {
        expect(comparison).toBeUndefined()
        continue
      }
      expect(comparison!.reference).toBe(top)
      expect(comparison!.ratio).toBeCloseTo(row.impact_ratio_all, 9)
      expect(comparison!.z).toBeCloseTo(row.z_vs_top!, 9)
      expect(comparison!.ratioInterval![0]).toBeCloseTo(row.katz_log95_impact_ratio![0], 9)
      expect(comparison!.ratioInterval![1]).toBeCloseTo(row.katz_log95_impact_ratio![1], 9)
    }
  })

  it.each([
    ['sex', 3, adultBySex],
    ['race', 4, adultByRace],
  ])('the committed counts and gaps belong to the file: %s', (_, place, table) => {
    const groups = ratesOfRows(rows.map(row => ({ group: row[place]!, label: Number(row[0]), guess: Number(row[1]) })))
    for (const { group, counts } of groups) {
      const { truePositives, falsePositives, falseNegatives, trueNegatives } = counts
      expect([truePositives, falsePositives, falseNegatives, trueNegatives]).toEqual(
        (table.cells as Record<string, readonly number[]>)[group],
      )
    }
    expect(equalizedOdds('difference', groups).value).toBeCloseTo(table.equalizedOddsDifference, 9)
    expect(wilson({ count: groups[0]!.counts.selected, of: groups[0]!.counts.rows }, 0.95)).toEqual(
      groups[0]!.rates['selection-rate'].interval,
    )
  })
})
