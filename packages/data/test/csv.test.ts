import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCsv, type CsvRecord } from '../src/csv.js'
import { readLines } from '../src/lines.js'
import { chunksOf } from './fixtures.js'

async function read(content: string | Uint8Array, max = 1_000, sizes = [1_000]): Promise<CsvRecord[]> {
  const found: CsvRecord[] = []
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  for await (const some of readCsv(readLines(chunksOf(bytes, sizes), max), max)) found.push(...some)
  return found
}

const rows = (records: readonly CsvRecord[]): unknown[] =>
  records.map(record => ('fields' in record ? record.fields : record.bad))

const quote = (field: string): string => `"${field.replaceAll('"', '""')}"`

describe('CSV', () => {
  it('reads quoted commas, quotes and line feeds, and either line ending', async () => {
    expect(await read('a,"b,c"\r\n"d""e","f\r\ng"\n\n,\n')).toEqual([
      { line: 1, fields: ['a', 'b,c'] },
      { line: 2, fields: ['d"e', 'f\r\ng'] },
      { line: 5, fields: ['', ''] },
    ])
  })

  it('gives back the fields that were written, however they are quoted and cut into chunks', async () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', '\n', '\r', ' ', '😀'), maxLength: 8 })
    const record = fc.array(field, { minLength: 2, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 8 }), fc.integer({ min: 1, max: 9 }), async (records, size) => {
        const text = records.map(fields => `${fields.map(quote).join(',')}\n`).join('')
        expect(rows(await read(text, 10_000, [size]))).toEqual(records)
      }),
    )
  })

  it('agrees with csv-parse wherever csv-parse accepts the text', async () => {
    let agreed = 0
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '"', ',', '\n', '"a"', ',"', '",', '"\n'), maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(text, async content => {
        let expected: unknown
        try {
          expected = parse(content, { relax_column_count: true, skip_empty_lines: true, record_delimiter: '\n' })
        } catch {
          return
        }
        agreed++
        expect(rows(await read(content))).toEqual(expected)
      }),
      { numRuns: 2_000 },
    )
    expect(agreed).toBeGreaterThan(200)
  })

  it('loses one row to a stray quote, not the rest of the file', async () => {
    expect(await read('a,b\n"c,d\ne,f\ng,h\n')).toEqual([
      { line: 1, fields: ['a', 'b'] },
      { line: 2, bad: 'malformed-quote' },
      { line: 3, fields: ['e', 'f'] },
      { line: 4, fields: ['g', 'h'] },
    ])
    expect(rows(await read('"a\nb"c\nd,e\n"f",g\n'))).toEqual([
      'malformed-quote',
      'malformed-quote',
      ['d', 'e'],
      ['f', 'g'],
    ])
    expect(rows(await read('a"b,c\nd,e\n'))).toEqual(['malformed-quote', ['d', 'e']])
  })

  it('gives up a quoted record over the limit and reads on at its second line', async () => {
    expect(rows(await read(`"a\n${'b,c\n'.repeat(20)}`, 30))).toEqual(['too-long', ...Array(20).fill(['b', 'c'])])
    expect(rows(await read(`${'x'.repeat(31)}\na,b\n`, 30))).toEqual(['too-long', ['a', 'b']])
  })

  it('takes a line that is not UTF-8 for one bad row', async () => {
    const content = Buffer.concat([Buffer.from('a,b\n"c\nd,'), Buffer.from([0xff]), Buffer.from('\ne,f\n')])
    expect(rows(await read(content))).toEqual([['a', 'b'], 'malformed-quote', 'invalid-utf8', ['e', 'f']])
  })

  it('accounts for every line that is not blank, whatever the bytes', async () => {
    const byte = fc.constantFrom(0x22, 0x2c, 0x0a, 0x61, 0x22, 0xff, 0x0d)
    await fc.assert(
      fc.asyncProperty(fc.array(byte, { maxLength: 60 }), fc.integer({ min: 3, max: 20 }), async (bytes, max) => {
        const content = Uint8Array.from(bytes)
        const records = await read(content, max)
        const text = Buffer.from(content).toString('latin1')
        const lines = text.split('\n')
        const begun = records.map(({ line }) => line)
        expect(new Set(begun).size).toBe(begun.length)
        // A line begins a record, is blank, or lies within a record that was accepted.
        const within = new Set<number>()
        for (const record of records)
          if ('fields' in record) {
            const feeds = record.fields.join('').split('\n').length - 1
            for (let i = 1; i <= feeds; i++) within.add(record.line + i)
          }
        lines.forEach((line, index) => {
          const isBlank = line === '' || line === '\r'
          expect(isBlank || begun.includes(index + 1) || within.has(index + 1)).toBe(true)
        })
        expect(await read(content, max, [1])).toEqual(records)
      }),
      { numRuns: 500 },
    )
  })

  it('stays linear on a file of quotes', async () => {
    const started = process.hrtime.bigint()
    for (const unit of ['"', '"\n', '""\n', '"""\n', '",\n"', 'a"\n', '"a\n'])
      await read(unit.repeat(Math.ceil(200_000 / unit.length)), 1_048_576, [65_536])
    expect(Number(process.hrtime.bigint() - started) / 1e9).toBeLessThan(10)
  })
})
