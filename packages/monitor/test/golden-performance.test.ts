import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { describe, expect, it } from 'vitest'
import { countExpected, estimateAuc, estimatePerformance, fitCalibration } from '../src/index.js'
import { sharedPath } from './shared-data.js'

interface Row {
  readonly id: bigint
  readonly year: bigint
  readonly SEX: string
  readonly prediction: bigint
  readonly predicted_probability: number
  readonly employed: bigint
}

const path = (part: string): string => `data/drift/nannyml_employment_MA_${part}.parquet`
const files = ['reference', 'analysis', 'analysis_target'].map(part => sharedPath(path(part)))

const read = async (file: string | undefined, columns: string[]): Promise<readonly Row[]> =>
  file ? ((await parquetReadObjects({ file: await asyncBufferFromFile(file), compressors, columns })) as Row[]) : []

const scored = ['id', 'year', 'SEX', 'prediction', 'predicted_probability']

const accuracyOf = (rows: readonly Row[]): number =>
  rows.filter(({ prediction, employed }) => prediction === employed).length / rows.length

// Employment in Massachusetts, from the American Community Survey of the US Census, as NannyML publishes it with predictions.
describe.skipIf(files.includes(undefined))('performance without labels on three years of census data', async () => {
  const [reference, analysis, targets] = await Promise.all([
    read(files[0], [...scored, 'employed']),
    read(files[1], scored),
    read(files[2], ['id', 'employed']),
  ])
  const truth = new Map(targets.map(({ id, employed }) => [id, employed]))
  const rows = analysis.map(row => ({ ...row, employed: truth.get(row.id)! }))
  const expectedOf = (some: readonly Row[]) =>
    countExpected(
      some.map(row => row.predicted_probability),
      some.map(row => row.prediction === 1n),
      fitCalibration(
        reference.map(row => row.predicted_probability),
        reference.map(row => row.employed === 1n),
      ),
    )

  for (const year of [2016n, 2017n, 2018n])
    it(`is within .005 of the true accuracy in ${year}`, () => {
      const some = rows.filter(row => row.year === year)
      expect(some.length).toBeGreaterThan(50_000)
      const { counts } = expectedOf(some)
      expect(Math.abs(estimatePerformance(counts).accuracy.value! - accuracyOf(some))).toBeLessThan(0.005)
    })

  for (const sex of ['1', '2'])
    it(`is within .02 of the true accuracy and recall for sex ${sex}, whom the calibration does not know`, () => {
      const some = rows.filter(row => row.SEX === sex)
      const { accuracy, recall } = estimatePerformance(expectedOf(some).counts)
      const positive = some.filter(({ employed }) => employed === 1n)
      expect(Math.abs(accuracy.value! - accuracyOf(some))).toBeLessThan(0.02)
      expect(Math.abs(recall.value! - accuracyOf(positive))).toBeLessThan(0.02)
    })

  it('has an area under the curve within .005 of the true one', () => {
    const order = rows.toSorted((a, b) => a.predicted_probability - b.predicted_probability)
    let [below, pairs] = [0, 0]
    for (const { employed } of order)
      if (employed === 1n) pairs += below
      else below++
    const auc = pairs / (below * (rows.length - below))
    expect(Math.abs(estimateAuc(expectedOf(rows).bins).value! - auc)).toBeLessThan(0.005)
  })
})
