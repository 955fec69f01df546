import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filterRows, rowCount, sha256, type Column, type RecordBatch } from '@attestry/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeSealedShard, encodeSealedShard, encodeShard, openShardStore } from '../src/index.js'
import { folder, MemorySubjectKeys, rejection } from './fixtures.js'

const handles = ['a', 'b', 'c'].map(digit => digit.repeat(32))

/** Batches over three people, with text, numbers and missing values. */
const batches: fc.Arbitrary<RecordBatch> = fc.integer({ min: 0, max: 12 }).chain(rows => {
  const each = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(value, { minLength: rows, maxLength: rows })
  const text = fc.option(fc.string({ unit: 'grapheme', maxLength: 20 }))
  const number = fc.oneof(fc.double(), fc.constant(NaN))
  return fc.record({
    rowIds: fc.constant(Array.from({ length: rows }, (_, row) => `ab:${row + 1}`)),
    subjects: each(fc.constantFrom(...handles)),
    columns: fc.record({
      text: each(text).map((values): Column => ({ kind: 'text', values })),
      amount: each(number).map((values): Column => ({ kind: 'number', values: Float64Array.from(values) })),
    }),
  })
})

const batch: RecordBatch = {
  rowIds: ['ab:1', 'ab:2', 'ab:3'],
  subjects: [handles[0]!, handles[1]!, handles[0]!],
  columns: {
    text: { kind: 'text', values: ['ada wrote this', 'bo wrote that', null] },
    amount: { kind: 'number', values: Float64Array.of(1, 2, NaN) },
  },
}

describe('shards with sealed rows', () => {
  it('give back every batch, without the rows of people whose key was destroyed', async () => {
    await fc.assert(
      fc.asyncProperty(batches, fc.subarray(handles), async (one, erased) => {
        const keys = new MemorySubjectKeys()
        const bytes = await encodeSealedShard(one, keys)
        expect(await decodeSealedShard(bytes, keys)).toEqual({ batch: one, unreadable: 0 })
        await keys.destroy(erased)
        const kept = filterRows(one, row => !erased.includes(one.subjects[row]!))
        expect(await decodeSealedShard(bytes, keys)).toEqual({
          batch: kept,
          unreadable: rowCount(one) - rowCount(kept),
        })
      }),
    )
  })

  it('hold no text of a row, and refuse a row in the place of another', async () => {
    const keys = new MemorySubjectKeys()
    const bytes = Buffer.from(await encodeSealedShard(batch, keys))
    expect(bytes.toString('latin1')).not.toContain('wrote')
    const at = bytes.indexOf('ab:1')
    bytes[at + 3] = '9'.charCodeAt(0)
    await expect(decodeSealedShard(bytes, keys)).rejects.toThrow()
  })

  it('are refused when they are cut off or changed anywhere, with nothing but a refusal', async () => {
    const keys = new MemorySubjectKeys()
    const bytes = Buffer.from(await encodeSealedShard(batch, keys))
    for (let length = 0; length < bytes.length; length++)
      expect((await rejection(decodeSealedShard(bytes.subarray(0, length), keys))).code).toBe('DATA-E013')
    expect((await rejection(decodeSealedShard(Buffer.concat([bytes, Buffer.from('x')]), keys))).code).toBe('DATA-E013')
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = Buffer.from(bytes)
        changed[at]! ^= flip
        // The bytes of handles and names tell something else or nothing; those of rows never open.
        const decoded = await decodeSealedShard(changed, keys).catch((failure: unknown) => failure)
        if (!(decoded instanceof Error)) expect(rowCount((decoded as { batch: RecordBatch }).batch)).toBeLessThan(4)
      }),
    )
  })

  it('are not written for batches that no shard can hold', async () => {
    const keys = new MemorySubjectKeys()
    const short: RecordBatch = { ...batch, columns: { amount: { kind: 'number', values: Float64Array.of(1) } } }
    expect((await rejection(encodeSealedShard(short, keys))).code).toBe('DATA-E017')
    const half: RecordBatch = { ...batch, columns: { text: { kind: 'text', values: ['\ud800', 'b', 'c'] } } }
    expect((await rejection(encodeSealedShard(half, keys))).code).toBe('DATA-E017')
  })
})

describe('a shard store with keys of people', () => {
  it('keeps file and digest when a key is destroyed, and counts what it leaves out', async () => {
    const directory = join(folder(), 'data')
    const keys = new MemorySubjectKeys()
    const store = openShardStore(directory, undefined, keys)
    const shard = await store.write(batch, 'train', { bySubject: true })
    expect(await store.read(shard)).toEqual(batch)
    expect(store.unreadableRows()).toBe(0)
    await keys.destroy([handles[0]!])
    const left = await store.read(shard)
    expect([left.rowIds, left.columns.text!.values]).toEqual([['ab:2'], ['bo wrote that']])
    await store.read(shard)
    expect(store.unreadableRows()).toBe(2)
    expect(sha256(readFileSync(join(directory, `${shard.digest.slice(7)}.shard`)))).toBe(shard.digest)
    expect((await rejection(openShardStore(directory, undefined).read(shard))).code).toBe('DATA-E018')
    expect((await rejection(store.read({ ...shard, rows: 2 }))).code).toBe('DATA-E013')
  })

  it('still reads shards from before, and writes plain ones where the source names nobody', async () => {
    const directory = join(folder(), 'data')
    const before = await openShardStore(directory, undefined).write(batch, 'train')
    const store = openShardStore(directory, undefined, new MemorySubjectKeys())
    expect(await store.read(before)).toEqual(batch)
    expect(await store.write(batch, 'train')).toEqual(before)
    expect(before.digest).toBe(sha256(encodeShard(batch)))
  })
})
