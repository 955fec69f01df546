import { rowCount, type DataConfig, type Predictions, type RecordBatch } from '@attestry/core'
import { describe, expect, it } from 'vitest'
import { edgeCases } from '../src/edge-cases.js'

const ids = Array.from({ length: 30 }, (_, i) => `row:${i}`)
const rows: RecordBatch = {
  rowIds: ids,
  subjects: ids,
  columns: {
    amount: { kind: 'number', values: Float64Array.from(ids, (_, i) => 10 + i) },
    kind: { kind: 'text', values: ids.map(() => 'card') },
    note: { kind: 'text', values: ids.map(() => 'please pay') },
  },
}
const base = { source: 'memory', label: 'label', classes: ['no', 'yes'] }
const table: DataConfig = { ...base, features: { amount: { min: 0, max: 50 }, kind: { values: ['card', 'cash'] } } }
const text: DataConfig = { ...base, text: 'note' }

const answered = (batch: RecordBatch, yes: (row: number) => number): Predictions => ({
  classes: ['no', 'yes'],
  probabilities: Float32Array.from({ length: 2 * rowCount(batch) }, (_, at) => {
    const p = yes(Math.floor(at / 2))
    return at % 2 === 1 ? p : 1 - p
  }),
})
/** Divides by the amount as if it were always there, and knows cards and cash. */
const careless = async (batch: RecordBatch): Promise<Predictions> => {
  const kind = batch.columns['kind']!.values
  if (kind[0] !== 'card' && kind[0] !== 'cash') throw new Error(`no such kind: ${kind[0]}`)
  const amount = batch.columns['amount']!.values as Float64Array
  return answered(batch, row => (Number.isFinite(amount[row]) ? Math.min(1, 0.2 + 20 / amount[row]! / 100) : NaN))
}

describe('unusual inputs of tables', () => {
  it('are tried on twenty rows, and answers that are none are not counted as sound', async () => {
    const found = await edgeCases(careless, table, rows)
    const of = Object.fromEntries(found.map(one => [one.name, one]))
    expect(Object.keys(of)).toEqual([
      'number missing',
      'number infinite',
      'number far above its range',
      'number in another unit (a thousandth)',
      'category undeclared',
      'category missing',
    ])
    expect(found.every(one => one.rows === 20)).toBe(true)
    expect(of['number missing']).toMatchObject({ defined: 0, refused: 0 })
    expect(of['number far above its range']).toMatchObject({ defined: 20, refused: 0, changed: 0 })
  })

  it('say how many rows got another class', async () => {
    const found = await edgeCases(careless, { ...table, features: { amount: { min: 1, max: 50 } } }, rows)
    expect(found.map(({ name, changed }) => [name, changed])).toContainEqual([
      'number in another unit (a thousandth)',
      1,
    ])
  })

  it('that are refused with an error are refused, not wrong, and the error is not repeated', async () => {
    const found = await edgeCases(careless, table, rows)
    expect(found.slice(4)).toEqual(
      ['category undeclared', 'category missing'].map(name => ({
        name,
        rows: 20,
        defined: 0,
        refused: 20,
        changed: null,
      })),
    )
    expect(JSON.stringify(found)).not.toContain('no such kind')
  })

  it('are not tried where there is nothing of the kind, and not without rows', async () => {
    const onlyKinds = { ...base, features: { kind: { values: ['card'] } } }
    expect((await edgeCases(careless, onlyKinds, rows)).map(({ name }) => name)).toEqual([
      'category undeclared',
      'category missing',
    ])
    expect(await edgeCases(careless, table, { rowIds: [], subjects: [], columns: {} })).toEqual([])
  })
})

describe('unusual inputs of texts', () => {
  it('reach the model as they are', async () => {
    const seen = new Set<string | null>()
    const found = await edgeCases(
      async batch => {
        const notes = batch.columns['note']!.values as readonly (string | null)[]
        notes.forEach(note => seen.add(note))
        return answered(batch, row => (notes[row] === 'please pay' ? 0.9 : 0.4))
      },
      text,
      rows,
    )
    expect(found.map(({ changed, defined }) => [changed, defined])).toEqual(found.map(() => [1, 20]))
    expect(seen.has(null) && seen.has('')).toBe(true)
    expect([...seen].some(one => one !== null && one.length === 100_000)).toBe(true)
    expect([...seen].some(one => one !== null && /[\ud800-\udbff](?![\udc00-\udfff])/.test(one))).toBe(true)
  })
})
