import {
  takeRows,
  type Column,
  type DataConfig,
  type EdgeCaseFacts,
  type Predictions,
  type RecordBatch,
} from '@attestry/core'
import { likeliest } from './attacked-model.js'

type Predict = (batch: RecordBatch) => Promise<Predictions>

interface EdgeCase {
  readonly name: string
  readonly change: (rows: RecordBatch) => RecordBatch
}

/**
 * What the model does with inputs that nobody declared, each tried on the first twenty of some rows. An error is an answer: it
 * refuses all rows of the call.
 */
export async function edgeCases(
  predict: Predict,
  data: DataConfig,
  rows: RecordBatch,
): Promise<readonly EdgeCaseFacts[]> {
  const some = takeRows(
    rows,
    Array.from({ length: Math.min(20, rows.rowIds.length) }, (_, i) => i),
  )
  if (some.rowIds.length === 0) return []
  const plain = await predict(some)
  const before = likeliest(plain.probabilities, plain.classes.length)
  const found: EdgeCaseFacts[] = []
  for (const { name, change } of casesOf(data)) found.push(await tryCase(predict, name, change(some), before))
  return found
}

async function tryCase(predict: Predict, name: string, rows: RecordBatch, before: Int32Array): Promise<EdgeCaseFacts> {
  const count = rows.rowIds.length
  let answer: Predictions
  try {
    answer = await predict(rows)
  } catch {
    return { name, rows: count, defined: 0, refused: count, changed: null }
  }
  const { classes, probabilities } = answer
  let defined = 0
  let changed = 0
  const after = likeliest(probabilities, classes.length)
  for (let row = 0; row < count; row++) {
    const own = Array.from(probabilities.subarray(row * classes.length, (row + 1) * classes.length))
    const sum = own.reduce((total, p) => total + p, 0)
    if (own.every(p => Number.isFinite(p) && p >= 0) && Math.abs(sum - 1) < 1e-3) defined++
    if (after[row] !== before[row]) changed++
  }
  return { name, rows: count, defined, refused: 0, changed: changed / count }
}

function casesOf({ features = {}, text }: DataConfig): readonly EdgeCase[] {
  if (text !== undefined)
    return texts.map(({ name, make }) => ({ name, change: rows => withColumn(rows, text, i => make(i)) }))
  const numbers = Object.entries(features).flatMap(([name, one]) => ('min' in one ? [{ name, ...one }] : []))
  const categories = Object.entries(features).flatMap(([name, one]) => ('values' in one ? [name] : []))
  const everyNumber = (value: (one: { min: number; max: number }) => number) => (rows: RecordBatch) =>
    numbers.reduce((all, one) => withNumbers(all, one.name, value(one)), rows)
  return [
    ...(numbers.length === 0
      ? []
      : [
          { name: 'number missing', change: everyNumber(() => NaN) },
          { name: 'number infinite', change: everyNumber(() => Infinity) },
          { name: 'number far above its range', change: everyNumber(({ min, max }) => max + 1000 * (max - min)) },
          { name: 'number in another unit (a thousandth)', change: everyNumber(({ min }) => min / 1000) },
        ]),
    ...(categories.length === 0
      ? []
      : [
          { name: 'category undeclared', change: everyCategory(categories, 'never declared') },
          { name: 'category missing', change: everyCategory(categories, null) },
        ]),
  ]
}

const everyCategory = (names: readonly string[], value: string | null) => (rows: RecordBatch) =>
  names.reduce((all, name) => withColumn(all, name, () => value), rows)

const texts: readonly { readonly name: string; readonly make: (row: number) => string | null }[] = [
  { name: 'text missing', make: () => null },
  { name: 'text empty', make: () => '' },
  { name: 'text of white space', make: () => ' \t\n ' },
  { name: 'text of 100,000 letters', make: () => 'word '.repeat(20_000) },
  { name: 'text of control characters', make: () => '\u0000\u0007\u001b[31m\u202e' },
  { name: 'text with half a surrogate pair', make: () => 'broken \ud83d end' },
  {
    name: 'text in another script',
    make: () => '\u05e9\u05dc\u05d5\u05dd \u4f60\u597d \u0645\u0631\u062d\u0628\u0627',
  },
]

const withColumn = (rows: RecordBatch, name: string, value: (row: number) => string | null): RecordBatch => ({
  ...rows,
  columns: { ...rows.columns, [name]: { kind: 'text', values: rows.rowIds.map((_, i) => value(i)) } satisfies Column },
})

const withNumbers = (rows: RecordBatch, name: string, value: number): RecordBatch => ({
  ...rows,
  columns: {
    ...rows.columns,
    [name]: { kind: 'number', values: new Float64Array(rows.rowIds.length).fill(value) } satisfies Column,
  },
})
