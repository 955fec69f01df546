import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, it } from 'vitest'
import { openDataset } from '../src/index.js'
import { addUpPages } from '../src/parquet-pages.js'
import { fileOf, readAll, rejection, textOf } from './fixtures.js'
import { sharedFolder } from './shared.js'

type Written = Parameters<typeof parquetWriteBuffer>[0]
const write = (columnData: Written['columnData'], more: Partial<Written> = {}): Uint8Array =>
  new Uint8Array(parquetWriteBuffer({ columnData, ...more }))
const file = (columnData: Written['columnData'], more: Partial<Written> = {}) =>
  fileOf('a.parquet', write(columnData, more))

const people: Written['columnData'] = [
  { name: 'name', data: ['ada', 'bo', null, 'é😀'], type: 'STRING', nullable: true },
  { name: 'age', data: [36, 41, 7, 19], type: 'INT32' },
  { name: 'score', data: [1.5, NaN, -2, Infinity], type: 'DOUBLE' },
  { name: 'member', data: [true, false, true, false], type: 'BOOLEAN' },
  { name: 'big', data: [1n, 2n ** 62n, 3n, 4n], type: 'INT64' },
  {
    name: 'at',
    data: ['2026-01-01', '2026-02-03', '2026-01-01', '2026-01-01'].map(d => new Date(d)),
    type: 'TIMESTAMP',
  },
]

describe('Parquet', () => {
  it('reads row group by row group, text unless declared numeric', async () => {
    const { all, dataset, quarantined } = await readAll(
      { path: 'a.parquet', numeric: ['age'] },
      { ...file(people, { rowGroupSize: 3 }), batchRows: 2 },
    )
    expect(dataset.format).toBe('parquet')
    expect(textOf(all, 'name')).toEqual(['ada', 'bo', null])
    expect(textOf(all, 'age')).toEqual([36, 41, 7])
    expect(textOf(all, 'score')).toEqual(['1.5', null, '-2'])
    expect(textOf(all, 'member')).toEqual(['true', 'false', 'true'])
    expect(textOf(all, 'big')).toEqual(['1', '4611686018427387904', '3'])
    expect(textOf(all, 'at')[1]).toBe('2026-02-03T00:00:00.000Z')
    expect(all.rowIds.map(id => id.split(':')[1])).toEqual(['1', '2', '3'])
    // The last row has an infinite score, which has no text form.
    expect(quarantined).toMatchObject({ count: 1, reasons: { 'unreadable-value': 1 } })
  })

  it('quarantines numbers that are none, not finite or not exact, by record number', async () => {
    const numeric = ['score', 'big']
    const { all, quarantined } = await readAll({ path: 'a.parquet', numeric }, file(people))
    expect(textOf(all, 'score')).toEqual([1.5, -2])
    expect(quarantined.reasons).toEqual({ 'imprecise-number': 1, 'not-a-number': 1 })
  })

  it('gives back what was written, in groups and batches of any size', async () => {
    const row = fc.tuple(fc.option(fc.string({ unit: 'grapheme', minLength: 1 })), fc.integer())
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom('SNAPPY' as const, 'UNCOMPRESSED' as const),
        async (rows, rowGroupSize, batchRows, codec) => {
          const columns: Written['columnData'] = [
            { name: 't', data: rows.map(([text]) => text), type: 'STRING', nullable: true },
            { name: 'n', data: rows.map(([, number]) => number), type: 'INT32' },
          ]
          const options = { ...file(columns, { rowGroupSize, codec }), batchRows }
          const { all } = await readAll({ path: 'a.parquet', numeric: ['n'] }, options)
          expect(textOf(all, 't')).toEqual(rows.map(([text]) => text))
          expect(textOf(all, 'n')).toEqual(rows.map(([, number]) => number))
        },
      ),
      { numRuns: 15 },
    )
  })

  it('quarantines text that is not UTF-8 or too long', async () => {
    const bytes = [Buffer.from('ok'), Buffer.from([0xff, 0xfe]), Buffer.from('long enough')]
    const options = { ...file([{ name: 't', data: bytes, type: 'BYTE_ARRAY' }]), limits: { recordBytes: 8 } }
    const { all, quarantined } = await readAll({ path: 'a.parquet' }, options)
    expect(textOf(all, 't')).toEqual(['ok'])
    expect(quarantined.reasons).toEqual({ 'invalid-utf8': 1, 'too-long': 1 })
  })

  it('refuses missing columns, no rows, and doubled or too many names', async () => {
    const code = async (options: ReturnType<typeof file>, required: string[] = []) =>
      (await rejection(readAll({ path: 'a.parquet', required }, options))).code
    expect(await code(file(people), ['label'])).toBe('DATA-E005')
    expect(await code(file([{ name: 'a', data: [], type: 'STRING' }]))).toBe('DATA-E003')
    expect(await code(file([{ name: '__proto__', data: ['x'], type: 'STRING' }]))).toBe('DATA-E007')
  })

  it('refuses a row group over the limits before it decodes it', async () => {
    const read = (limits: object) => rejection(readAll({ path: 'a.parquet' }, { ...file(people), limits }))
    expect(await read({ groupRows: 3 })).toMatchObject({ code: 'DATA-E008', message: expect.stringContaining('4 > 3') })
    expect((await read({ groupBytes: 20 })).message).toContain('bytes in one row group')
  })

  it('notices that the file changed', async () => {
    const options = file(people)
    const dataset = await openDataset({ path: 'a.parquet', required: [], numeric: [] }, options)
    appendFileSync(join(options.baseDirectory, 'a.parquet'), 'x')
    const read = async (): Promise<void> => {
      for await (const _ of dataset.batches()) void _
    }
    expect((await rejection(read())).code).toBe('DATA-E010')
  })

  it('ends every damaged file with a coded error or the rows, and in bounded memory', async () => {
    const good = write(people, { rowGroupSize: 2 })
    const edit = fc.record({ at: fc.nat(good.length - 1), to: fc.integer({ min: 0, max: 255 }) })
    const before = process.memoryUsage().rss
    let damaged = 0
    // Some of these files make the decoder loop for ever.
    const limits = { groupMs: 1_000, groupHeapMebibytes: 256 }
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 3 }), fc.boolean(), async (edits, isCut) => {
        const bytes = Uint8Array.from(good)
        for (const { at, to } of edits) bytes[at] = to
        const content = isCut ? bytes.subarray(0, edits[0]!.at + 1) : bytes
        try {
          await readAll({ path: 'a.parquet' }, { ...fileOf('a.parquet', content), limits })
        } catch (error) {
          damaged++
          expect((error as { code: string }).code).toMatch(/^DATA-E00[35-9]$/)
        }
      }),
      { numRuns: 60, examples: [[[{ at: 460, to: 211 }], false]] },
    )
    expect(damaged).toBeGreaterThan(10)
    expect(process.memoryUsage().rss - before).toBeLessThan(512 * 1024 * 1024)
  })

  it('refuses a footer that names no column', async () => {
    const bytes = Uint8Array.from(write(people, { rowGroupSize: 2 }))
    // Found by the fuzzer: this byte of the footer turns the name of a column into another field.
    bytes[460] = 211
    expect((await rejection(readAll({ path: 'a.parquet' }, fileOf('a.parquet', bytes)))).code).toBe('DATA-E009')
  })

  it('ends a decoder that loops for ever', async () => {
    const good = write([{ name: 't', data: ['ada', 'bo'], type: 'STRING', nullable: true }])
    // Takes the fields after num_nulls out of the first page's header: the decoder then reads a length from other bytes.
    const bytes = Uint8Array.from(good)
    bytes[15] = 0
    const limits = { groupMs: 1_000, groupHeapMebibytes: 256 }
    expect((await rejection(readAll({ path: 'a.parquet' }, { ...fileOf('a.parquet', bytes), limits }))).code).toBe(
      'DATA-E009',
    )
  })

  it('looks at what a page claims before anything is allocated', () => {
    // A page header by hand (Thrift compact): type 0, 2,000,000,000 bytes from 4 bytes, 2,000,000,000 values.
    const huge = [0x80, 0xd0, 0xac, 0xf3, 0x0e]
    const header = [
      0x15,
      0x00,
      0x15,
      ...huge,
      0x15,
      0x08,
      0x2c,
      0x15,
      ...huge,
      0x15,
      0x00,
      0x15,
      0x06,
      0x15,
      0x06,
      0,
      0,
    ]
    const chunk = Uint8Array.from([...header, 1, 2, 3, 4]).buffer
    expect(addUpPages(chunk)).toEqual({ values: 2e9, dictionaryValues: 0, uncompressedBytes: 2e9 })
    expect(() => addUpPages(chunk.slice(0, -2))).toThrow('page past the end')
  })

  const shared = sharedFolder()
  it.skipIf(shared === undefined)('reads files of other writers', async () => {
    const baseDirectory = join(shared!, 'data')
    const acs = await readAll({ path: 'fairness/acs/ACS_sample.test.parquet' }, { baseDirectory })
    expect(acs.all.rowIds.length).toBeGreaterThan(1_000)
    expect(acs.quarantined.count).toBe(0)
    const drift = await readAll({ path: 'drift/nannyml_employment_MA_reference.parquet' }, { baseDirectory })
    expect(drift.all.rowIds.length).toBeGreaterThan(1_000)
    expect(drift.quarantined.count).toBe(0)
  })
})
