import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bucketLength,
  fitExamples,
  ignoredLabel,
  packExamples,
  paddingSegment,
  padRow,
  type LabelledTokens,
} from '../../src/index.js'

const code = (value: string): unknown => expect.objectContaining({ code: value })
const example = (...tokens: number[]): LabelledTokens => ({
  tokens: Int32Array.from(tokens),
  labels: Int32Array.from(tokens),
})
const ofSize = (size: number, from = 0): LabelledTokens => example(...Array.from({ length: size }, (_, i) => from + i))

describe('packing', () => {
  it('puts several examples in a row, each with its own positions and segment', () => {
    const rows = packExamples([example(1, 2), example(3, 4, 5)], { length: 5 })
    expect(rows).toEqual([
      {
        tokens: Int32Array.of(3, 4, 5, 1, 2),
        labels: Int32Array.of(ignoredLabel, 4, 5, ignoredLabel, 2),
        positions: Int32Array.of(0, 1, 2, 0, 1),
        segments: Int32Array.of(0, 0, 0, 1, 1),
        examples: Int32Array.of(1, 0),
      },
    ])
  })

  it('holds every example once and whole, in rows that do not overflow', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 32 }), { maxLength: 60 }),
        fc.integer({ min: 32, max: 80 }),
        (sizes, length) => {
          const examples = sizes.map((size, i) => ofSize(size, i * 100))
          const rows = packExamples(examples, { length })
          const seen: number[] = []
          for (const row of rows) {
            expect(row.tokens.length).toBeLessThanOrEqual(length)
            row.examples.forEach((index, segment) => {
              seen.push(index)
              const own = row.tokens.filter((_, t) => row.segments[t] === segment)
              expect(own).toEqual(examples[index]!.tokens)
              expect(row.positions.filter((_, t) => row.segments[t] === segment)).toEqual(ofSize(own.length).tokens)
            })
            expect(row.segments).toEqual(row.segments.slice().sort())
          }
          expect(seen.sort((a, b) => a - b)).toEqual(sizes.map((_, i) => i))
          // No two rows fit into one.
          const room = rows.map(row => length - row.tokens.length).sort((a, b) => b - a)
          if (rows.length > 1) expect(room[0]! + room[1]!).toBeLessThan(length)
        },
      ),
    )
  })

  it('chooses the fullest row that has room', () => {
    const rows = packExamples([ofSize(6), ofSize(7), ofSize(3), ofSize(4)], { length: 10 })
    expect(rows.map(row => Array.from(row.examples))).toEqual([
      [1, 2],
      [0, 3],
    ])
  })

  it('never puts two subjects in one row when subjects are given', () => {
    const subjects = ['a', 'b', 'a', undefined, undefined]
    const rows = packExamples(
      subjects.map(() => ofSize(2)),
      { length: 100, subjects },
    )
    expect(rows.map(row => Array.from(row.examples))).toEqual([[0, 2], [1], [3], [4]])
    expect(() => packExamples([ofSize(2)], { length: 9, subjects })).toThrow(code('LM-E040'))
  })

  it('leaves hardly any room among many examples', () => {
    const sizes = Array.from({ length: 20_000 }, (_, i) => 1 + ((i * 7919) % 2048))
    const total = sizes.reduce((a, b) => a + b, 0)
    const rows = packExamples(
      sizes.map(size => ({ tokens: new Int32Array(size), labels: new Int32Array(size) })),
      { length: 2048 },
    )
    expect(total / (rows.length * 2048)).toBeGreaterThan(0.99)
  })

  it('refuses examples that are too long, empty or half labelled', () => {
    for (const [examples, length] of [
      [[ofSize(5)], 4],
      [[ofSize(0)], 4],
      [[{ ...ofSize(2), labels: new Int32Array(1) }], 4],
      [[], 1],
      [[], 2.5],
    ] as const)
      expect(() => packExamples(examples, { length })).toThrow(code('LM-E040'))
  })
})

describe('bringing examples to a length', () => {
  const late: LabelledTokens = { tokens: Int32Array.of(1, 2, 3, 4), labels: Int32Array.of(-100, -100, -100, 4) }

  it('cuts longer ones and counts them', () => {
    const fitted = fitExamples([ofSize(2), ofSize(9), ofSize(4)], { length: 4 })
    expect(fitted.examples).toEqual([ofSize(2), ofSize(4), ofSize(4)])
    expect(fitted).toMatchObject({ truncated: 1, truncatedTokens: 5, tooLong: 0, nothingToLearn: 0 })
  })

  it('leaves them out when asked', () => {
    const fitted = fitExamples([ofSize(9), ofSize(4)], { length: 4, onLong: 'drop' })
    expect(fitted).toMatchObject({ truncated: 0, tooLong: 1, indices: Int32Array.of(1) })
  })

  it('leaves out what has nothing to learn after the cut', () => {
    expect(fitExamples([late, late], { length: 4 }).nothingToLearn).toBe(0)
    expect(fitExamples([late, ofSize(1)], { length: 3 })).toMatchObject({
      nothingToLearn: 2,
      truncated: 0,
      examples: [],
    })
  })

  it('refuses impossible lengths and examples', () => {
    expect(() => fitExamples([], { length: 1 })).toThrow(code('LM-E040'))
    expect(() => fitExamples([ofSize(0)], { length: 4 })).toThrow(code('LM-E040'))
    expect(() => fitExamples([{ ...late, labels: new Int32Array(3) }], { length: 4 })).toThrow(code('LM-E040'))
  })
})

describe('padding', () => {
  it('fills up with tokens that are neither learned nor seen', () => {
    const [row] = packExamples([example(7, 8), example(9)], { length: 4 })
    expect(padRow(row!, 5, 0)).toEqual({
      tokens: Int32Array.of(7, 8, 9, 0, 0),
      labels: Int32Array.of(ignoredLabel, 8, ignoredLabel, ignoredLabel, ignoredLabel),
      positions: Int32Array.of(0, 1, 0, 0, 0),
      segments: Int32Array.of(0, 0, 1, paddingSegment, paddingSegment),
      examples: Int32Array.of(0, 1),
    })
    expect(padRow(example(7), 2, 5)).toEqual({ tokens: Int32Array.of(7, 5), labels: Int32Array.of(7, ignoredLabel) })
    expect(() => padRow(example(7, 8), 1, 0)).toThrow(code('LM-E040'))
  })

  it('goes to a few lengths only', () => {
    expect([1, 64, 65, 128, 129, 700].map(length => bucketLength(length))).toEqual([64, 64, 128, 128, 256, 1024])
    expect([10, 65, 100, 150].map(length => bucketLength(length, 100))).toEqual([64, 100, 100, 150])
  })
})
