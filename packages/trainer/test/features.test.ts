import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RecordBatch } from '@attestry/core'
import { featureLayout } from '../src/feature-layout.js'
import { concatRows, encodeRows, inputFeeds, positionsOf } from '../src/inputs.js'
import { noCounts, tabularRows } from '../src/tabular-features.js'
import { hashToken, textRows, tokenBag } from '../src/text-features.js'
import { wordTokens } from '../src/word-features.js'
import { tableRequest, textRequest, wordsRequest } from './data.js'

const layoutOf = (request = tableRequest()) => {
  const layout = featureLayout(request.data, request.model)
  if (layout.kind !== 'tabular') throw new Error('a table is expected')
  return layout
}

const batchOf = (columns: RecordBatch['columns'], rows: number): RecordBatch => {
  const rowIds = Array.from({ length: rows }, (_, i) => `r${i}`)
  return { rowIds, subjects: rowIds, columns }
}

describe('tabular features', () => {
  it('scale by declared bounds, clamp and count what lies outside, and mark what is missing', () => {
    const batch = batchOf(
      {
        a: { kind: 'number', values: Float64Array.of(0, 0.5, 1, 7, NaN) },
        b: { kind: 'number', values: Float64Array.of(0.25, 0.25, 0.25, -9, 0.25) },
        colour: { kind: 'text', values: ['red', 'blue', 'green', null, 'red'] },
      },
      5,
    )
    const counts = noCounts()
    const { width, values } = tabularRows(batch, layoutOf(), counts)
    const rows = Array.from({ length: 5 }, (_, i) => Array.from(values.slice(i * width, (i + 1) * width)))
    // a, a missing, b, b missing, red, blue, colour missing or undeclared
    expect(rows).toEqual([
      [-1, 0, -0.5, 0, 1, 0, 0],
      [0, 0, -0.5, 0, 0, 1, 0],
      [1, 0, -0.5, 0, 0, 0, 1],
      [1, 0, -1, 0, 0, 0, 1],
      [0, 1, -0.5, 0, 1, 0, 0],
    ])
    expect(counts).toEqual({ clamped: 2, undeclared: 1, missing: 2 })
  })

  it('do not depend on the order in which features are declared', () => {
    const { features } = tableRequest().data
    const reversed = Object.fromEntries(Object.entries(features!).reverse())
    const request = tableRequest()
    expect(featureLayout({ ...request.data, features: reversed }, request.model)).toEqual(layoutOf())
  })

  it('never read a statistic from the data: a row is encoded the same alone and among others', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 1, maxLength: 8 }), values => {
        const rowsOf = (numbers: readonly number[]) =>
          tabularRows(
            batchOf(
              {
                a: { kind: 'number', values: Float64Array.from(numbers) },
                b: { kind: 'number', values: Float64Array.from(numbers) },
                colour: { kind: 'text', values: numbers.map(() => 'red') },
              },
              numbers.length,
            ),
            layoutOf(),
          ).values
        expect(rowsOf(values).slice(0, 7)).toEqual(rowsOf(values.slice(0, 1)))
      }),
    )
  })

  it('are refused with TRAIN-E001 when none are declared', () => {
    const { features: _, ...data } = tableRequest().data
    const refused = expect.objectContaining({ code: 'TRAIN-E001' })
    expect(() => featureLayout(data, tableRequest().model)).toThrowError(refused)
    expect(() => featureLayout(data, textRequest().model)).toThrowError(refused)
  })
})

describe('text features', () => {
  const options = { buckets: 1024, maxTokens: 256, maxLength: 20_000 }

  it('are the lower-cased words and neighbouring pairs of a text, each with its share', () => {
    const bag = new Map(tokenBag('Lost my CARD, my card!', options))
    const share = (token: string): number | undefined => bag.get(hashToken(token) % 1024)
    // lost, my, lost my, card, my card, my, card my, card, my card
    expect(share('lost')).toBeCloseTo(1 / 9)
    expect(share('my')).toBeCloseTo(2 / 9)
    expect(share('card')).toBeCloseTo(2 / 9)
    expect(share('my card')).toBeCloseTo(2 / 9)
    expect(share('card my')).toBeCloseTo(1 / 9)
    expect(bag.size).toBe(6)
  })

  it('have distinct ascending tokens and shares that add up to 1, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.integer({ min: 1, max: 40 }), (text, buckets) => {
        const bag = tokenBag(text, { ...options, buckets, maxTokens: 10 })
        for (let i = 1; i < bag.length; i++) expect(bag[i]![0]).toBeGreaterThan(bag[i - 1]![0])
        expect(bag.length).toBeLessThanOrEqual(10)
        for (const [token] of bag) expect(token).toBeLessThan(buckets)
        if (bag.length > 0) expect(bag.reduce((total, [, share]) => total + share, 0)).toBeCloseTo(1, 10)
      }),
    )
  })

  it('hash with FNV-1a and the murmur3 finaliser', () => {
    // Made with an independent implementation over the UTF-16 bytes of the token (Python, integers modulo 2^32).
    expect(hashToken('a')).toBe(2_448_022_055)
    expect(hashToken('lost card')).toBe(1_104_978_030)
    expect(hashToken('żółć')).toBe(1_881_371_411)
  })

  it('read at most so many characters, whatever the text', () => {
    const started = performance.now()
    const bag = tokenBag(`${'a '.repeat(5_000_000)} end`, options)
    expect(bag.length).toBe(2)
    expect(performance.now() - started).toBeLessThan(1000)
  })

  it('are padded to the next size with token 0 and share 0', () => {
    const layout = featureLayout(textRequest().data, textRequest().model)
    if (layout.kind !== 'text') throw new Error('text is expected')
    const rows = textRows(batchOf({ text: { kind: 'text', values: ['one two', null, ''] } }, 3), layout)
    const inputs = concatRows([rows, rows], layout)
    expect(positionsOf(inputs, [0, 1])).toBe(8)
    const { tokens, shares } = inputFeeds(inputs, [3, 1], 3, 8)
    expect(Array.from(tokens!.data.slice(3), Number).every(id => id === 0)).toBe(true)
    expect(Array.from(shares!.data.slice(0, 3), Number)).toEqual([1, 1, 1].map(x => Math.fround(x / 3)))
    expect(Array.from(shares!.data.slice(3), Number).every(share => share === 0)).toBe(true)
  })

  it('are the words in order where a model asks for it, an empty word where there are none', () => {
    const words = (...all: string[]): number[] => all.map(word => hashToken(word) % 1024)
    expect(wordTokens('Lost my CARD, my card!', options)).toEqual(words('lost', 'my', 'card', 'my', 'card'))
    expect(wordTokens(' … ', options)).toEqual(words(''))
    expect(wordTokens('a b c d', { ...options, maxTokens: 2 })).toEqual(words('a', 'b'))
  })

  it('of words in order are followed by room for the widest pattern', () => {
    const layout = featureLayout(wordsRequest().data, wordsRequest().model)
    const batch = batchOf({ text: { kind: 'text', values: ['one two', null, 'a b c d e f g h i'] } }, 3)
    const inputs = encodeRows(batch, layout)
    expect([[0, 1], [2]].map(rows => positionsOf(inputs, rows))).toEqual([8 + 2, 16 + 2])
    const { tokens, present } = inputFeeds(inputs, [0, 1], 3, 10)
    expect(Array.from(present!.data, Number)).toEqual(
      [2, 1, 0].flatMap(count => Array.from({ length: 10 }, (_, t) => (t < count ? 1 : 0))),
    )
    expect(Number(tokens!.data[1])).toBe(hashToken('two') % 64)
    expect(() => inputFeeds(inputs, [2], 1, 10)).toThrow('longer than the graph')
  })

  it('refuse tokens that repeat within a text, which the norm relies on', () => {
    const inputs = {
      kind: 'text',
      rows: 1,
      offsets: Int32Array.of(0, 2),
      tokens: Int32Array.of(5, 5),
      shares: Float32Array.of(0.5, 0.5),
    } as const
    expect(() => inputFeeds(inputs, [0], 1, 8)).toThrow('tokens are not ascending')
  })
})
