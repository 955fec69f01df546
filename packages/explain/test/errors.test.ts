import { describe, expect, it } from 'vitest'
import {
  coalitionValues,
  errorCatalogue,
  exactShapley,
  explain,
  eachColumn,
  type ExplainOptions,
} from '../src/index.js'
import { each } from './models.js'

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `f${i}`)
const game = {
  predict: each(2, ([a]) => a!),
  row: Float64Array.of(1, 2),
  background: Float64Array.of(0, 0),
  groups: eachColumn(['a', 'b']),
}

/** One way to meet each code. */
const causes: Readonly<Record<string, () => unknown>> = {
  'EXPLAIN-E001': () => explain({ rows: -1 } as ExplainOptions),
  'EXPLAIN-E002': () => {
    const wide = { row: new Float64Array(16), background: new Float64Array(16), groups: eachColumn(names(16)) }
    return exactShapley({ ...game, ...wide })
  },
  'EXPLAIN-E003': () => exactShapley({ ...game, background: Float64Array.of(0, 0, 0) }),
  'EXPLAIN-E004': () =>
    exactShapley({ ...game, predict: async matrix => matrix.fill(NaN).slice(0, matrix.length / 2) }),
  'EXPLAIN-E005': () => {
    let call = 0
    return exactShapley({ ...game, predict: async m => new Float64Array(m.length / 2).fill(call++) })
  },
}

describe('the error catalogue', () => {
  it('explains every code in at least three sentences, with an example', () => {
    expect(Object.keys(errorCatalogue)).toEqual(Object.keys(causes))
    for (const { title, explanation, example } of Object.values(errorCatalogue)) {
      expect(title).toMatch(/^[a-z].*[^.]$/)
      expect(explanation.match(/[.?!](\s|$)/g)?.length).toBeGreaterThanOrEqual(3)
      expect(example.length).toBeGreaterThan(10)
    }
  })

  it.each(Object.keys(causes))('%s is met', async code => {
    await expect((async () => causes[code]!())()).rejects.toMatchObject({ code })
  })

  it('shapes that do not fit are refused wherever they are', async () => {
    const refused = expect.objectContaining({ code: 'EXPLAIN-E003' })
    await expect(exactShapley({ ...game, groups: eachColumn(['a']) })).rejects.toThrowError(refused)
    await expect(exactShapley({ ...game, background: new Float64Array(0) })).rejects.toThrowError(refused)
    const short = { ...game, predict: async () => new Float64Array(3) }
    await expect(coalitionValues(short, [new Uint8Array(2)])).rejects.toMatchObject({ code: 'EXPLAIN-E004' })
  })
})
