import type { BiasAnalysis, BiasRow } from './analysis-types.js'
import { unknownGroup, type CrossTable } from './cross-tables.js'
import { newcombe, ratioInterval, wilson, type Proportion } from './intervals.js'
import { ratesOf } from './rates.js'
import { shrinkRates } from './shrinkage.js'
import { clopperPearson, detectableDifference, holm, testOfEquality } from './tests-of-proportions.js'

type Cell = CrossTable['cells'][number] & { readonly selection: Proportion; readonly group: string }

/** One row per group and intersection, each tested against the group with the highest rate of its own table. */
export function analysisRows(tables: readonly CrossTable[], settings: BiasAnalysis['settings']): readonly BiasRow[] {
  const described = tables.map(({ attributes, cells }) => {
    const own = cells.map(
      (cell): Cell => ({
        ...cell,
        selection: { count: cell.counts.selected, of: cell.counts.rows },
        group: Object.values(cell.slice).join(' × '),
      }),
    )
    const large = own.filter(({ selection }) => selection.of >= settings.minimumRows)
    return { attributes, cells: own, reference: highest(large.length > 0 ? large : own) }
  })
  // The reference is chosen as the highest, so every pair counts in the adjustment and not only those with it.
  const pairs = described.flatMap(({ cells }, table) =>
    cells.flatMap((a, i) =>
      cells.slice(i + 1).map(b => ({
        key: keyOf(table, a, b),
        test: testOfEquality(a.selection, b.selection, settings.minimumRows)!,
      })),
    ),
  )
  const adjusted = holm(pairs.map(({ test }) => test.p))
  const tests = new Map(pairs.map(({ key, test }, i) => [key, { ...test, adjustedP: adjusted[i]! }]))
  return described.flatMap(({ attributes, cells, reference }, table) => {
    const shrunken = shrinkRates(cells.map(({ selection }) => selection))
    return cells.map((cell, i) => {
      const test = tests.get(keyOf(table, cell, reference)) ?? tests.get(keyOf(table, reference, cell))
      return rowOf(attributes, cell, reference, test, shrunken?.rates[i] ?? null, settings)
    })
  })
}

const keyOf = (table: number, a: Cell, b: Cell): string => JSON.stringify([table, a.group, b.group])

const rateOf = ({ count, of }: Proportion): number => count / of

const highest = (cells: readonly Cell[]): Cell =>
  cells.reduce((best, one) => (rateOf(one.selection) > rateOf(best.selection) ? one : best))

function rowOf(
  attributes: readonly string[],
  cell: Cell,
  reference: Cell,
  test: (ReturnType<typeof testOfEquality> & { readonly adjustedP: number }) | undefined,
  shrunkenRate: number | null,
  { confidence, minimumRows, thresholds }: BiasAnalysis['settings'],
): BiasRow {
  const { selection, counts, slice, group } = cell
  const isReference = cell === reference
  const isSmall = selection.of < minimumRows
  const [own, other] = [rateOf(selection), rateOf(reference.selection)]
  const ratio = isReference || other === 0 ? null : own / other
  const limit = thresholds['demographic-parity-difference']
  const detectable = isReference ? null : detectableDifference(selection, reference.selection, confidence)
  const rates = ratesOf(counts, { confidence, minimumRows: 1 })
  return {
    attributes,
    slice,
    group,
    n: selection.of,
    selected: selection.count,
    rate: own,
    interval: (isSmall ? clopperPearson : wilson)(selection, confidence)!,
    shrunkenRate,
    truePositiveRate: rates['true-positive-rate'].value,
    falsePositiveRate: rates['false-positive-rate'].value,
    reference: isReference ? null : reference.group,
    difference: isReference ? null : own - other,
    differenceInterval: isReference ? null : newcombe(selection, reference.selection, confidence),
    ratio,
    ratioInterval:
      ratio === null ? null : (ratioInterval(selection, reference.selection, confidence)?.interval ?? null),
    p: test?.p ?? null,
    adjustedP: test?.adjustedP ?? null,
    test: test?.method ?? null,
    detectable,
    ...judge(isReference ? null : own - other, test?.adjustedP, limit, confidence, isSmall, detectable),
    flags: [
      ...(isSmall ? (['small-n'] as const) : []),
      ...(ratio !== null && ratio < 0.8 ? (['below-four-fifths'] as const) : []),
      ...(isReference ? (['reference'] as const) : []),
      ...(Object.values(slice).includes(unknownGroup) ? (['unknown-attribute'] as const) : []),
    ],
  }
}

function judge(
  difference: number | null,
  adjustedP: number | undefined,
  limit: number | undefined,
  confidence: number,
  isSmall: boolean,
  detectable: number | null,
): Pick<BiasRow, 'verdict' | 'reason'> {
  if (limit === undefined) return { verdict: 'not-assessed', reason: 'no threshold of demographic parity was given' }
  if (difference === null || adjustedP === undefined)
    return { verdict: 'not-assessed', reason: 'the reference that the others are compared with' }
  const level = 1 - confidence
  const isShown = adjustedP <= level
  if (Math.abs(difference) > limit && isShown)
    return { verdict: 'disparity', reason: `differs by more than ${limit}, adjusted p at most ${level.toPrecision(2)}` }
  if (isSmall && Math.abs(difference) > limit)
    return {
      verdict: 'not-assessed',
      reason: 'differs by more than the threshold, on too few rows to tell from chance',
    }
  const power = detectable === null ? '' : `; 80 % power from a difference of ${detectable.toFixed(3)}`
  return {
    verdict: 'no-disparity-shown',
    reason: (isShown ? `differs by at most ${limit}` : 'not told from chance') + power,
  }
}
