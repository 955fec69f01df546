import type { Column, RecordBatch } from '@attestry/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeShard, encodeShard } from '../src/index.js'

const text = fc.string({ unit: 'grapheme', maxLength: 12 })
const number = fc.oneof(fc.double(), fc.constantFrom(NaN, -0, Infinity, -Infinity, 5e-324))

const batches: fc.Arbitrary<RecordBatch> = fc.integer({ min: 0, max: 6 }).chain(rows => {
  const exactly = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { minLength: rows, maxLength: rows })
  const column: fc.Arbitrary<Column> = fc.oneof(
    exactly(number).map(values => ({ kind: 'number' as const, values: Float64Array.from(values) })),
    exactly(fc.option(text)).map(values => ({ kind: 'text' as const, values })),
  )
  return fc.record({
    rowIds: exactly(text),
    subjects: exactly(text),
    columns: fc
      .uniqueArray(fc.tuple(text, column), { selector: ([name]) => name, maxLength: 5 })
      .map(entries => Object.fromEntries(entries.filter(([name]) => name !== '__proto__'))),
  })
})

const small: RecordBatch = {
  rowIds: ['ab:1', 'ab:2'],
  subjects: ['s', 't'],
  columns: { text: { kind: 'text', values: ['hé', null] }, n: { kind: 'number', values: Float64Array.of(1.5, NaN) } },
}

/** The code that decoding ends with; `ok` when it accepts. */
function outcome(bytes: Uint8Array): string {
  try {
    decodeShard(bytes)
    return 'ok'
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('shard format', () => {
  it('gives back every batch', () => {
    fc.assert(
      fc.property(batches, batch => {
        expect(decodeShard(encodeShard(batch))).toEqual(batch)
      }),
    )
  })

  it('has not changed: version 1 of a small batch has these bytes', () => {
    const bytes = [
      '41545453485244 01', // ATTSHRD, version 1
      '02000000 02000000', // 2 rows, 2 columns
      '04000000 04000000 61623a31 61623a32', // row ids
      '01000000 01000000 73 74', // subjects
      '01000000 6e 01 000000000000f83f 000000000000f87f', // column n: 1.5, missing
      '04000000 74657874 00 03000000 ffffffff 68c3a9', // column text: hé, missing
    ]
    expect(Buffer.from(encodeShard(small)).toString('hex')).toBe(bytes.join('').replaceAll(' ', ''))
  })

  it('does not depend on the order of columns or on the pattern of a NaN', () => {
    const other = new Float64Array(new BigUint64Array([0x3ff8000000000000n, 0xfff8000000000001n]).buffer)
    const { text, n } = small.columns as { text: Column; n: Column }
    expect(encodeShard({ ...small, columns: { n: { kind: 'number', values: other }, text } })).toEqual(
      encodeShard(small),
    )
    expect(encodeShard({ ...small, columns: { n, text } })).toEqual(encodeShard(small))
  })

  it('refuses every cut, and every byte more', () => {
    const bytes = encodeShard(small)
    for (let length = 0; length < bytes.length; length++) expect(outcome(bytes.subarray(0, length))).toBe('DATA-E013')
    expect(outcome(Buffer.concat([bytes, Buffer.alloc(1)]))).toBe('DATA-E013')
  })

  it('decodes one batch from one sequence of bytes: what it accepts, it would write again', () => {
    const bytes = encodeShard(small)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Uint8Array.from(bytes)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      const result = outcome(flipped)
      expect(['ok', 'DATA-E013']).toContain(result)
      if (result === 'ok') expect(encodeShard(decodeShard(flipped))).toEqual(Buffer.from(flipped))
    }
  })

  it('refuses random bytes, also behind a valid beginning, with a coded error', () => {
    const head = Buffer.from(encodeShard(small).subarray(0, 8))
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.boolean(), (bytes, hasHead) => {
        const result = outcome(hasHead ? Buffer.concat([head, bytes]) : bytes)
        if (result === 'ok') expect(bytes.length).toBeGreaterThanOrEqual(8)
        else expect(result).toBe('DATA-E013')
      }),
      { numRuns: 2_000 },
    )
  })

  it('does not allocate what a few bytes claim', () => {
    const head = Buffer.from(encodeShard(small).subarray(0, 8))
    const claim = (rows: number, columns: number): Buffer => {
      const counts = Buffer.alloc(8)
      counts.writeUInt32LE(rows, 0)
      counts.writeUInt32LE(columns, 4)
      return Buffer.concat([head, counts])
    }
    const before = process.memoryUsage().rss
    for (const [rows, columns] of [
      [0xffffffff, 1],
      [9_999_999, 1],
      [0, 0xffffffff],
      [1, 1_999],
    ] as const)
      expect(outcome(claim(rows, columns))).toBe('DATA-E013')
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024)
  })

  it('refuses a batch whose columns differ in length, or whose text is not valid Unicode', () => {
    const encode = (more: Partial<RecordBatch>) => () => encodeShard({ ...small, ...more })
    expect(encode({ columns: { n: { kind: 'number', values: Float64Array.of(1) } } })).toThrow(
      "column 'n' has 1 values for 2 rows",
    )
    expect(encode({ columns: { t: { kind: 'text', values: ['a'] } } })).toThrow("column 't': 1 values for 2 rows")
    expect(encode({ subjects: ['a'] })).toThrow('subjects: 1 values for 2 rows')
    expect(encode({ columns: { t: { kind: 'text', values: ['\ud83d', '\ude00'] } } })).toThrow('not valid Unicode')
    expect(encode({ columns: Object.fromEntries([['__proto__', small.columns.n!]]) })).toThrow("'__proto__'")
  })
})
