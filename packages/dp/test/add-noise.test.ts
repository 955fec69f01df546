import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Column, RecordBatch } from '@attestry/core'
import { describe, expect, it } from 'vitest'
import { addNoise, analyticGaussianSigma, openLedger, recordNoise } from '../src/index.js'
import { gridNoise } from '../src/mechanisms/grid-noise.js'
import { codeOf, secretOf } from './support.js'

const batchOf = (columns: Record<string, Column>, rows: number): RecordBatch => ({
  rowIds: Array.from({ length: rows }, (_, i) => `r${i}`),
  subjects: Array.from({ length: rows }, (_, i) => `s${i}`),
  columns,
})
const numbers = (rows: number, value: (i: number) => number): Column => ({
  kind: 'number',
  values: Float64Array.from({ length: rows }, (_, i) => value(i)),
})
const texts = (rows: number, value: (i: number) => string): Column => ({
  kind: 'text',
  values: Array.from({ length: rows }, (_, i) => value(i)),
})
const rows = 40_000
const batch = batchOf(
  {
    age: numbers(rows, i => (i % 2 ? 40 : 1e9)),
    pay: numbers(rows, () => Number.NaN),
    kind: texts(rows, i => `k${i % 3}`),
  },
  rows,
)
const bounds = { age: { min: 0, max: 100 }, pay: { min: -50, max: 250 } }
const options = { epsilon: 1, delta: 1e-5, bounds, unit: 'record', unsafeSeed: secretOf(3) } as const

const errorsOf = (
  column: Column,
  truth: (i: number) => number,
): { mean: number; deviation: number; absolute: number } => {
  const errors = Array.from(column.values as Float64Array, (value, i) => value - truth(i))
  const mean = errors.reduce((a, b) => a + b, 0) / rows
  return {
    mean,
    deviation: Math.sqrt(errors.reduce((a, b) => a + (b - mean) ** 2, 0) / rows),
    absolute: errors.reduce((a, b) => a + Math.abs(b), 0) / rows,
  }
}

describe('noise on records', () => {
  it('is the analytic Gaussian for all columns together, and as large as it says', async () => {
    const noisy = await addNoise(batch, options)
    expect(noisy).toMatchObject({ mechanism: 'discrete Gaussian', adjacency: 'replace-one', random: 'unsafe-seed' })
    expect(noisy.sensitivity).toBeCloseTo(Math.hypot(100, 300), 10)
    const exact = analyticGaussianSigma({ epsilon: 1, delta: 1e-5, sensitivity: Math.hypot(100, 300) })
    expect(noisy.sigma).toBeGreaterThanOrEqual(exact)
    expect(noisy.sigma / exact).toBeLessThan(1 + 1e-5)
    expect(noisy.notCovered).toEqual(['kind'])
    expect(noisy.charge).toBeNull()
    // Values are clipped, and a missing one stands in the middle. Five standard errors each.
    for (const found of [
      errorsOf(noisy.data.columns['age']!, i => (i % 2 ? 40 : 100)),
      errorsOf(noisy.data.columns['pay']!, () => 100),
    ]) {
      expect(Math.abs(found.mean)).toBeLessThan((5 * noisy.sigma) / Math.sqrt(rows))
      expect(Math.abs(found.deviation / noisy.sigma - 1)).toBeLessThan(5 / Math.sqrt(2 * rows))
      expect(Math.abs(found.absolute / noisy.expectedError - 1)).toBeLessThan(5 / Math.sqrt(rows))
    }
  })

  it('is Laplace noise of the summed widths at delta 0', async () => {
    const noisy = await addNoise(batch, { ...options, delta: 0, epsilon: 2 })
    expect(noisy).toMatchObject({ mechanism: 'discrete Laplace', sensitivity: 400 })
    expect(noisy.expectedError).toBeGreaterThanOrEqual(200)
    expect(noisy.expectedError).toBeLessThan(200.001)
    const found = errorsOf(noisy.data.columns['age']!, i => (i % 2 ? 40 : 100))
    expect(Math.abs(found.absolute / noisy.expectedError - 1)).toBeLessThan(5 / Math.sqrt(rows))
  })

  it('gives whole multiples of its step alone, whatever lay beneath', async () => {
    const odd = batchOf({ age: numbers(1000, i => i / 7) }, 1000)
    for (const delta of [0, 1e-6]) {
      const noisy = await addNoise(odd, { epsilon: 0.3, delta, bounds: { age: { min: 0, max: 99.7 } }, unit: 'record' })
      expect(Number.isInteger(Math.log2(noisy.step))).toBe(true)
      expect(noisy.random).toBe('csprng')
      for (const value of noisy.data.columns['age']!.values as Float64Array)
        expect(Number.isInteger(value / noisy.step)).toBe(true)
    }
  })

  it('covers all rows of a person who has several', () => {
    const noise = (unit: 'record' | { rowsPerSubject: number }, delta: number) =>
      recordNoise({ ...options, unit, delta })
    expect(noise({ rowsPerSubject: 9 }, 1e-5).sensitivity).toBeCloseTo(3 * noise('record', 1e-5).sensitivity, 9)
    expect(noise({ rowsPerSubject: 9 }, 0).sensitivity).toBeCloseTo(9 * noise('record', 0).sensitivity, 9)
    expect(noise({ rowsPerSubject: 9 }, 0).sigma).toBeCloseTo(9 * noise('record', 0).sigma, 2)
  })

  it('pays for the difference between discrete and continuous noise, however many numbers change', () => {
    for (const coordinates of [1, 1000, 1e9]) {
      const { scale, step } = gridNoise({ epsilon: 0.01, delta: 1e-9, l1: 1, l2: 1, coordinates, width: 1 })
      const h = (coordinates * 1601) / 24 / (scale / step) ** 2
      expect(2 * h).toBeLessThanOrEqual(0.01 * 1e-6)
      const enough = analyticGaussianSigma({ epsilon: 0.01 - 2 * h, delta: 1e-9 * Math.exp(-h), sensitivity: 1 })
      expect(scale).toBeGreaterThanOrEqual(enough)
    }
  })

  it('charges the ledger before there is a noisy value, and refuses over the budget', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'attestry-dp-'))
    try {
      const file = join(folder, 'ledger.jsonl')
      const charge = { ledger: openLedger({ file }), dataset: 'd', limit: { epsilon: 1.5, delta: 1e-4 } }
      const noisy = await addNoise(batch, { ...options, charge: { ...charge, id: 'one' } })
      expect(noisy.charge).toBe('one')
      expect(await charge.ledger.spent('d')).toEqual({ epsilon: 1, delta: 1e-5, adjacency: 'replace-one' })
      expect(readFileSync(file, 'utf8')).toContain('discrete Gaussian per record')
      expect(await codeOf(() => addNoise(batch, { ...options, charge: { ...charge, id: 'two' } }))).toBe('DP-E011')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('refuses what would protect nobody', async () => {
    const letters = batchOf({ age: numbers(60, i => i), letter: texts(60, i => `words of person ${i}`) }, 60)
    const refusals: [RecordBatch, object, string][] = [
      [batch, { bounds: undefined }, 'DP-E040'],
      [batch, { bounds: {} }, 'DP-E040'],
      [batch, { bounds: 'from-data' }, 'DP-E040'],
      [batch, { bounds: { age: 'from-data' } }, 'DP-E040'],
      [batch, { bounds: { age: { min: 0, max: 1, fromData: true } } }, 'DP-E040'],
      [batch, { bounds: { age: { min: 3, max: 3 } } }, 'DP-E040'],
      [batch, { bounds: { age: { min: 0, max: Infinity } } }, 'DP-E040'],
      [batch, { unit: 'household' }, 'DP-E041'],
      [batch, { unit: undefined }, 'DP-E041'],
      [batch, { unit: { rowsPerSubject: 0 } }, 'DP-E005'],
      [batch, { bounds: { kind: { min: 0, max: 1 } } }, 'DP-E042'],
      [batch, { bounds: { shoe: { min: 0, max: 1 } } }, 'DP-E042'],
      [letters, { bounds: { age: { min: 0, max: 1 } } }, 'DP-E042'],
      [batch, { epsilon: 0 }, 'DP-E001'],
      [batch, { delta: 1 }, 'DP-E002'],
      [batch, { unsafeSeed: new Uint8Array(3) }, 'DP-E010'],
    ]
    for (const [data, change, code] of refusals)
      expect(await codeOf(() => addNoise(data, { ...options, ...change } as never)), JSON.stringify(change)).toBe(code)
  })
})
