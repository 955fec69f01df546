import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { sha256 } from '@attestry/core'
import fc from 'fast-check'
import { parquetMetadata, parquetReadObjects, parquetSchema, type SchemaElement } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { ByteWriter, parquetWrite, parquetWriteBuffer } from 'hyparquet-writer'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { removeSubjectRows, subjectRows } from '../src/index.js'
import { folder } from './fixtures.js'

type Written = Parameters<typeof parquetWriteBuffer>[0]
const ada = { columns: ['who'], identifier: 'ada' }

const file = (bytes: ArrayBuffer): string => {
  const path = join(folder(), 'people.parquet')
  writeFileSync(path, new Uint8Array(bytes), { mode: 0o640 })
  return path
}
const bytesOf = (path: string): ArrayBuffer => Uint8Array.from(readFileSync(path)).buffer
const rowsOf = (path: string): Promise<Record<string, unknown>[]> =>
  parquetReadObjects({ file: bytesOf(path), compressors, utf8: false })
const who: Written['columnData'][number] = { name: 'who', data: ['ada', 'bo', 'ada', 'cy', 'bo'], type: 'STRING' }

/** Columns that lose something when they are read as what their schema says and written again. */
const schema: SchemaElement[] = [
  { name: 'root', num_children: 9 },
  { name: 'who', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
  { name: 'big', type: 'INT64', repetition_type: 'OPTIONAL' },
  { name: 'x', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
  { name: 'at', type: 'INT64', converted_type: 'TIMESTAMP_MICROS', repetition_type: 'OPTIONAL' },
  { name: 'day', type: 'INT32', converted_type: 'DATE', repetition_type: 'OPTIONAL' },
  {
    name: 'money',
    type: 'FIXED_LEN_BYTE_ARRAY',
    type_length: 16,
    converted_type: 'DECIMAL',
    scale: 2,
    precision: 38,
    repetition_type: 'OPTIONAL',
  },
  { name: 'tags', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { name: 'element', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
  { name: 'raw', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
  { name: 'flag', type: 'BOOLEAN', repetition_type: 'OPTIONAL' },
]
const plain: Record<string, unknown[]> = {
  who: who.data as string[],
  big: [1n, 2n ** 62n + 1n, null, -5n, 9_007_199_254_740_993n],
  x: [1.5, NaN, 2, -0, null],
  at: [1n, 1_700_000_000_000_001n, 3n, null, -7n],
  day: [1, 20_000, 3, null, -1],
  money: [1n, 123_456_789_012_345_678_901_234_567n, 5n, null, -1n],
  tags: [['a'], [], ['ada'], null, ['b', null, 'é']],
  raw: [Buffer.from('a'), Buffer.from([0xff, 0x00]), Buffer.from('ada'), null, Buffer.alloc(0)],
  flag: [true, false, null, null, true],
}
const without = (rows: readonly number[], more: Partial<Written> = {}): ArrayBuffer => {
  const writer = new ByteWriter()
  parquetWrite({
    writer,
    schema,
    columnData: Object.entries(plain).map(([name, data]) => ({ name, data: rows.map(row => data[row]) })),
    kvMetadata: [{ key: 'made-by', value: 'a test' }],
    codec: 'GZIP',
    compressors: { GZIP: bytes => gzipSync(bytes) },
    rowGroupSize: 2,
    ...more,
  })
  return writer.getBuffer()
}

describe('rows of one person in Parquet', () => {
  it('are counted apart from rows of others that name the person, which no search through bytes would find', async () => {
    const said = ['a', 'call ada', 'b', 'c', 'for ada and cy']
    const columnData: Written['columnData'] = [
      who,
      { name: 't', data: said.map(text => text.repeat(9)), type: 'STRING' },
    ]
    const path = file(parquetWriteBuffer({ columnData, statistics: false }))
    expect(await subjectRows(path, ada)).toMatchObject({ mentions: 2, rows: { length: 2 } })
  })

  it('are taken out, and every other value, the schema, the order and the groups stay', async () => {
    const path = file(without([0, 1, 2, 3, 4]))
    const before = sha256(readFileSync(path))
    expect((await subjectRows(path, ada))?.rows).toHaveLength(2)
    const old = parquetMetadata(bytesOf(path))
    expect(await removeSubjectRows(path, ada)).toEqual({ removed: 2, before, after: sha256(readFileSync(path)) })
    const left = parquetMetadata(bytesOf(path))
    expect(left.schema).toEqual(old.schema)
    expect(left.key_value_metadata).toEqual([{ key: 'made-by', value: 'a test' }])
    expect(left.row_groups.map(({ num_rows }) => num_rows)).toEqual([1n, 1n, 1n])
    expect(left.row_groups.map(({ columns }) => columns[1]!.meta_data?.codec)).toEqual(['GZIP', 'GZIP', 'GZIP'])
    expect(await rowsOf(path)).toEqual(await rowsOf(file(without([1, 3, 4]))))
    expect(await removeSubjectRows(path, ada)).toMatchObject({ removed: 0 })
    expect(readFileSync(path).includes('ada')).toBe(false)
    expect(readdirSync(dirname(path))).toEqual(['people.parquet'])
  })

  it('are stored as they were, to the microsecond and the last digit', async () => {
    const path = file(without([0, 1, 2, 3, 4]))
    await removeSubjectRows(path, ada)
    const { schema: meant, ...metadata } = parquetMetadata(bytesOf(path))
    const stored = meant.map(({ converted_type, logical_type, ...rest }) =>
      rest.num_children ? { ...rest, ...(converted_type && { converted_type }) } : (void logical_type, rest),
    )
    const rows = (await parquetReadObjects({
      file: bytesOf(path),
      metadata: { ...metadata, schema: stored },
      compressors,
      utf8: false,
      columns: ['big', 'at', 'day', 'money'],
    })) as { at?: bigint; big?: bigint; money?: Uint8Array; day?: number }[]
    expect(rows.map(({ at }) => at ?? null)).toEqual([1_700_000_000_000_001n, null, -7n])
    expect(rows.map(({ big }) => big ?? null)).toEqual([2n ** 62n + 1n, -5n, 9_007_199_254_740_993n])
    expect(rows.map(({ day }) => day ?? null)).toEqual([20_000, null, -1])
    expect(rows.map(({ money }) => (money ? BigInt(`0x${Buffer.from(money).toString('hex')}`) : null))).toEqual([
      123_456_789_012_345_678_901_234_567n,
      null,
      2n ** 128n - 1n,
    ])
  })

  it('leave any file as if they had never been in it', async () => {
    const row = fc.tuple(fc.constantFrom('ada', 'bo'), fc.option(fc.integer()), fc.option(fc.string()))
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom('SNAPPY' as const, 'UNCOMPRESSED' as const),
        async (rows, rowGroupSize, codec) => {
          const write = (some: typeof rows): ArrayBuffer =>
            parquetWriteBuffer({
              columnData: [
                { name: 'who', data: some.map(([name]) => name), type: 'STRING' },
                { name: 'n', data: some.map(([, n]) => n), type: 'INT32' },
                { name: 't', data: some.map(([, , t]) => t), type: 'STRING' },
              ],
              rowGroupSize,
              codec,
            })
          const path = file(write(rows))
          await removeSubjectRows(path, ada)
          const kept = rows.filter(([name]) => name !== 'ada')
          expect(await rowsOf(path)).toEqual(await rowsOf(file(write(kept))))
          expect(parquetSchema(parquetMetadata(bytesOf(path))).children).toHaveLength(3)
        },
      ),
      { numRuns: 8 },
    )
  })

  it('stay where a value could not be written again as it is, and so does the file', async () => {
    const group = (name: string, more: object, children: SchemaElement[]): Written => ({
      columnData: [
        { name: 'who', data: who.data },
        { name, data: [{ a: 1 }, { a: null }, null, { a: 2 }, { a: 3 }] as never },
      ],
      schema: [
        { name: 'root', num_children: 2 },
        { name: 'who', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
        { name, repetition_type: 'OPTIONAL', ...more },
        ...children,
      ],
    })
    const struct = group('s', { num_children: 1 }, [{ name: 'a', type: 'INT32', repetition_type: 'OPTIONAL' }])
    const map = group('m', { num_children: 1, converted_type: 'MAP' }, [
      { name: 'key_value', repetition_type: 'REPEATED', num_children: 2 },
      { name: 'key', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
      { name: 'value', type: 'INT32', repetition_type: 'OPTIONAL' },
    ])
    for (const written of [struct, map]) {
      const path = file(parquetWriteBuffer(written))
      const before = readFileSync(path)
      expect(await removeSubjectRows(path, ada)).toBeNull()
      expect(readFileSync(path)).toEqual(before)
      expect(readdirSync(dirname(path))).toEqual(['people.parquet'])
    }
  })

  it('leave a row group of any size one row group', async () => {
    const names = Array.from({ length: 3_000 }, (_, i) => (i % 3 === 0 ? 'ada' : 'bo'))
    const columnData: Written['columnData'] = [{ ...who, data: names }]
    const path = file(parquetWriteBuffer({ columnData, rowGroupSize: 2_500 }))
    await removeSubjectRows(path, ada)
    expect(parquetMetadata(bytesOf(path)).row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([1_666, 334])
  })

  it('may be all of a file, which then has none', async () => {
    const path = file(parquetWriteBuffer({ columnData: [{ ...who, data: ['ada', 'ada'] }] }))
    await removeSubjectRows(path, ada)
    expect(parquetMetadata(bytesOf(path))).toMatchObject({ num_rows: 0n, row_groups: [] })
    expect(parquetMetadata(bytesOf(path)).schema).toHaveLength(2)
  })

  it('are told as a failure, not as a file that cannot be written, where the disk refuses', async () => {
    const path = file(without([0, 1, 2, 3, 4]))
    const before = readFileSync(path)
    mkdirSync(`${path}.erasing`)
    await expect(removeSubjectRows(path, ada)).rejects.toMatchObject({ code: 'EISDIR' })
    rmdirSync(`${path}.erasing`)
    if (existsSync('/dev/full')) {
      symlinkSync('/dev/full', `${path}.erasing`)
      await expect(removeSubjectRows(path, ada)).rejects.toMatchObject({ code: 'ENOSPC' })
      expect(readdirSync(dirname(path))).toEqual(['people.parquet'])
    }
    expect(readFileSync(path)).toEqual(before)
  })
})
