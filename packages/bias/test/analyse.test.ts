import { describe, expect, it } from 'vitest'
import { analyzeBias, compareAnalyses, crossTables, seededRandom } from '../src/index.js'
import { tableOf } from './tables.js'

const repeat = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value)
const refused = (code: string) => expect.objectContaining({ code })

/** F/old and M/young are selected, the others not: parity of each marginal, cells of 0 and 1. */
const sex = [...repeat(80, 'F'), ...repeat(80, 'M')]
const age = [...repeat(40, 'old'), ...repeat(40, 'young'), ...repeat(40, 'old'), ...repeat(40, 'young')]
const xor = [...repeat(40, 1), ...repeat(40, 0), ...repeat(40, 0), ...repeat(40, 1)]
const labels = repeat(80, [0, 1]).flat()
const found = (guesses: readonly number[]) => analyzeBias({ table: tableOf(labels, guesses, { sex, age }) })

describe('analysing bias', () => {
  it('finds a disparity that only the intersection shows', () => {
    const { biasDetected, verdict, metrics, rows } = found(xor)
    expect([biasDetected, verdict]).toEqual([true, 'disparity'])
    const judged = metrics.filter(({ id }) => id === 'demographic-parity-difference')
    expect(judged.map(one => [one.attributes.join(), one.value, one.verdict])).toEqual([
      ['sex', 0, 'no-disparity-shown'],
      ['age', 0, 'no-disparity-shown'],
      ['sex,age', 1, 'disparity'],
    ])
    expect(rows.filter(one => one.verdict === 'disparity').map(({ group }) => group)).toEqual(['F × young', 'M × old'])
  })

  it('calls no bias where a gap over its threshold is within chance, and says what could be seen', () => {
    const isChosen = (row: number): boolean => row % 4 < 2
    const guesses = labels.map((_, row) => (isChosen(row) || (sex[row] === 'F' && row < 20) ? 1 : 0))
    const { biasDetected, metrics, rows } = analyzeBias({ table: tableOf(labels, guesses, { sex }) })
    const gap = metrics.find(({ id }) => id === 'demographic-parity-difference')!
    expect(gap.value).toBeGreaterThan(0.1)
    expect(gap.adjustedP).toBeGreaterThan(0.05)
    expect(gap.verdict).toBe('no-disparity-shown')
    expect(biasDetected).toBe(false)
    expect(rows.find(({ group }) => group === 'M')!.reason).toMatch(/not told from chance; 80 % power from/)
  })

  it('calls no bias where a difference beyond chance is under its threshold', () => {
    const group = [...repeat(4000, 'a'), ...repeat(4000, 'b')]
    const guesses = [...repeat(2000, 1), ...repeat(2000, 0), ...repeat(1700, 1), ...repeat(2300, 0)]
    const table = tableOf(repeat(4000, [0, 1]).flat(), guesses, { group })
    const { biasDetected, metrics } = analyzeBias({ table })
    expect(metrics[0]).toMatchObject({ id: 'demographic-parity-difference', verdict: 'no-disparity-shown' })
    expect(metrics[0]!.adjustedP).toBeLessThan(0.01)
    expect(biasDetected).toBe(false)
  })

  it('is wrong in at most about 5 of 100 analyses of equal groups', () => {
    const random = seededRandom(5)
    const names = repeat(100, ['a', 'b', 'c', 'd']).flat()
    const columns = { one: names, two: names.map(() => (random() < 0.5 ? 'x' : 'y')) }
    let alarms = 0
    for (let trial = 0; trial < 100; trial++) {
      const draw = (): number[] => names.map(() => (random() < 0.4 ? 1 : 0))
      const table = tableOf(draw(), draw(), columns)
      if (analyzeBias({ table, replicates: 400, thresholds: { 'demographic-parity-difference': 0.01 } }).biasDetected)
        alarms++
    }
    expect(alarms).toBeLessThanOrEqual(11)
  }, 60_000)

  it('keeps rows without a value as a group of their own, flagged, and small groups tested exactly', () => {
    const group = [...repeat(70, 'a'), ...repeat(70, 'b'), ...repeat(20, '')]
    const { rows } = analyzeBias({ table: tableOf(labels, xor, { group }) })
    const unknown = rows.find(one => one.group === 'unknown')!
    expect(unknown.flags).toEqual(expect.arrayContaining(['small-n', 'unknown-attribute']))
    expect(unknown.test).toBe('fisher-exact')
    expect(rows.reduce((sum, { n }) => sum + n, 0)).toBe(160)
  })

  it('says not-assessed, not parity, where groups are too small', () => {
    const group = [...repeat(155, 'a'), ...repeat(5, 'b')]
    const result = analyzeBias({ table: tableOf(labels, xor, { group }) })
    expect(result.verdict).toBe('not-assessed')
    expect(result.biasDetected).toBe(false)
    expect(result.notAssessed[0]).toContain('1 of 2 groups can be compared')
  })

  it('crosses up to three attributes and holds every row in each table', () => {
    const third = labels.map((_, row) => `t${row % 3}`)
    const tables = crossTables({ sex, age, third }, Int32Array.from(labels), Int32Array.from(xor), 1)
    expect(tables.map(({ attributes }) => attributes.length)).toEqual([1, 1, 1, 2, 2, 2, 3])
    for (const { cells } of tables) expect(cells.reduce((sum, { counts }) => sum + counts.rows, 0)).toBe(160)
    expect(tables[6]!.cells[0]!.slice).toEqual({ sex: 'F', age: 'old', third: 't0' })
    expect(() => crossTables({}, new Int32Array(1), new Int32Array(1), 1, 4)).toThrowError(refused('BIAS-E008'))
  })

  it('refuses bad input with a code', () => {
    const table = tableOf(labels, xor, { sex, one: repeat(160, 'x'), short: ['x'] })
    const run = (input: object) => () => analyzeBias({ table, attributes: ['sex'], ...input })
    expect(run({ attributes: ['gender'] })).toThrowError(refused('BIAS-E006'))
    expect(run({ attributes: ['toString'] })).toThrowError(refused('BIAS-E006'))
    expect(run({ attributes: ['one'] })).toThrowError(refused('BIAS-E007'))
    expect(run({ attributes: [] })).toThrowError(refused('BIAS-E007'))
    expect(run({ attributes: ['short'] })).toThrowError(refused('BIAS-E001'))
    expect(run({ positiveClass: 2 })).toThrowError(refused('BIAS-E002'))
    expect(run({ confidence: 1 })).toThrowError(refused('BIAS-E008'))
    expect(run({ minimumRows: 0 })).toThrowError(refused('BIAS-E008'))
    expect(run({ thresholds: { 'demographic-parity': 0.1 } })).toThrowError(refused('BIAS-E008'))
    expect(run({ thresholds: { 'demographic-parity-difference': 2 } })).toThrowError(refused('BIAS-E008'))
  })
})

describe('comparing analyses', () => {
  it('shows every metric before and after, and a gap closed by taking away as levelling down', () => {
    const before = found(labels.map((label, row) => (sex[row] === 'F' ? label : 0)))
    const after = found(labels.map(() => 0))
    const { metrics, levellingDown, biasDetected } = compareAnalyses(before, after)
    expect(metrics).toHaveLength(before.metrics.length)
    expect(metrics.find(({ id }) => id === 'equalized-odds-difference')).toMatchObject({
      before: 1,
      after: 0,
      direction: 'better',
    })
    expect(biasDetected).toEqual([true, false])
    expect(levellingDown.map(({ group }) => group)).toContain('F')
  })

  it('is not levelling down when another group gains', () => {
    const before = found(labels.map((label, row) => (sex[row] === 'F' ? label : 0)))
    const after = found(labels.map((label, row) => (sex[row] === 'M' ? label : 0)))
    const marginal = compareAnalyses(before, after).levellingDown.filter(({ attributes }) => attributes.length === 1)
    expect(marginal.map(({ group }) => group)).toEqual([])
  })

  it('refuses analyses of different attributes', () => {
    const table = tableOf(labels, xor, { sex, age })
    const [a, b] = [analyzeBias({ table, attributes: ['sex'] }), analyzeBias({ table, attributes: ['age'] })]
    expect(() => compareAnalyses(a, b)).toThrowError(refused('BIAS-E008'))
  })
})
