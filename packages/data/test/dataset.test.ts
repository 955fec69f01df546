import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sha256, type SubjectHandles } from '@attestry/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatOf, openDataset } from '../src/index.js'
import { fileOf, folder, readAll, rejection, textOf } from './fixtures.js'

class CountingHandles implements SubjectHandles {
  readonly asked: string[] = []
  flushed = 0
  handleOf(identifier: string): string {
    if (!this.asked.includes(identifier)) this.asked.push(identifier)
    return `handle ${this.asked.indexOf(identifier)}`
  }
  async flush(): Promise<void> {
    this.flushed = this.asked.length
  }
}

const csv = 'id,text,amount\nu1,hello,1.5\nu2,,\nu1,"a, b",-2e3\n'

describe('reading a dataset', () => {
  it('gives columns, row ids and the digest of the bytes', async () => {
    const { all, dataset, quarantined } = await readAll({ path: 'a.csv', numeric: ['amount'] }, fileOf('a.csv', csv))
    const prefix = sha256(csv).slice(7, 19)
    expect(dataset).toMatchObject({ digest: sha256(csv), format: 'csv', sizeBytes: csv.length })
    expect(dataset.bytesRead()).toBe(csv.length)
    expect(all.rowIds).toEqual([`${prefix}:1`, `${prefix}:2`, `${prefix}:3`])
    expect(textOf(all, 'text')).toEqual(['hello', null, 'a, b'])
    expect(textOf(all, 'amount')).toEqual([1.5, NaN, -2000])
    expect(all.columns.amount!.kind).toBe('number')
    expect(quarantined).toEqual({ count: 0, reasons: {} })
  })

  it('reads JSONL with missing, nested and boolean values', async () => {
    const text = '{"a":"x","n":1}\n\n{"a":null,"n":"2","c":{"d":[1]}}\n{"c":true}\n'
    const { all } = await readAll({ path: 'a.jsonl', numeric: ['n'] }, fileOf('a.jsonl', text))
    expect(textOf(all, 'a')).toEqual(['x', null, null])
    expect(textOf(all, 'n')).toEqual([1, 2, NaN])
    expect(textOf(all, 'c')).toEqual([null, '{"d":[1]}', 'true'])
  })

  it('ends batches at the number of rows, and early at the number of characters', async () => {
    const text = `t\n${'abcd\n'.repeat(10)}`
    const sizes = async (options: object): Promise<number[]> =>
      (await readAll({ path: 'a.csv' }, { ...fileOf('a.csv', text), ...options })).batches.map(b => b.rowIds.length)
    expect(await sizes({ batchRows: 4 })).toEqual([4, 4, 2])
    expect(await sizes({ limits: { batchCharacters: 12 } })).toEqual([3, 3, 3, 1])
  })

  it('can be read again from the first row', async () => {
    const dataset = await openDataset({ path: 'a.csv', required: [], numeric: [] }, fileOf('a.csv', csv))
    for (let pass = 0; pass < 2; pass++) {
      let rows = 0
      for await (const batch of dataset.batches()) rows += batch.rowIds.length
      expect(rows).toBe(3)
    }
  })

  it('turns the subject column into handles, flushed before a batch is given, and leaves it out', async () => {
    const handles = new CountingHandles()
    const options = { ...fileOf('a.csv', csv), handles, batchRows: 1 }
    const dataset = await openDataset({ path: 'a.csv', subject: 'id', required: [], numeric: [] }, options)
    const subjects: string[] = []
    for await (const batch of dataset.batches()) {
      expect(handles.flushed).toBe(handles.asked.length)
      expect(Object.keys(batch.columns)).toEqual(['text', 'amount'])
      subjects.push(...batch.subjects)
    }
    expect(subjects).toEqual(['handle 0', 'handle 1', 'handle 0'])
  })

  it('keeps the subject column as data only when it is asked for', async () => {
    const { all } = await readAll({ path: 'a.csv', subject: 'id', required: ['id'] }, fileOf('a.csv', csv))
    expect(textOf(all, 'id')).toEqual(['u1', 'u2', 'u1'])
  })

  it('gives rows without an identifier fresh random handles', async () => {
    const handles = new CountingHandles()
    const text = 'id,t\n,a\n,b\n'
    const { all } = await readAll({ path: 'a.csv', subject: 'id' }, { ...fileOf('a.csv', text), handles })
    expect(handles.asked).toEqual([])
    expect(new Set(all.subjects).size).toBe(2)
    for (const subject of all.subjects) expect(subject).toMatch(/^[0-9a-f]{32}$/)
    const without = await readAll({ path: 'a.csv' }, fileOf('a.csv', csv))
    expect(new Set(without.all.subjects).size).toBe(3)
  })

  it('holds columns named like members of objects', async () => {
    const { all } = await readAll({ path: 'a.csv' }, fileOf('a.csv', 'constructor,toString\n1,2\n'))
    expect(Object.keys(all.columns)).toEqual(['constructor', 'toString'])
  })

  it('reads the same rows from CSV and JSONL', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', '\n', '😀', '\\'), minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 12 }), async rows => {
        const quoted = rows.map(row => row.map(text => `"${text.replaceAll('"', '""')}"`).join(',')).join('\n')
        const lines = rows.map(([a, b]) => JSON.stringify({ a, b })).join('\n')
        const fromCsv = await readAll({ path: 'x.csv' }, fileOf('x.csv', `a,b\n${quoted}`))
        const fromJsonl = await readAll({ path: 'x.jsonl' }, fileOf('x.jsonl', lines))
        for (const name of ['a', 'b']) expect(textOf(fromCsv.all, name)).toEqual(textOf(fromJsonl.all, name))
        expect(textOf(fromCsv.all, 'a')).toEqual(rows.map(([a]) => a))
      }),
      { numRuns: 40 },
    )
  })
})

describe('quarantine', () => {
  it('takes bad rows of CSV with line and reason, never the content', async () => {
    const text = 'a,n\nsecret,1,2\nsecret\n"x\ny",3\nsecret,abc\nok,0x10\nok,1e999\n"secret"x,1\nok,7\n'
    const options = fileOf('a.csv', text)
    const { all, quarantined } = await readAll({ path: 'a.csv', numeric: ['n'] }, options)
    expect(textOf(all, 'a')).toEqual(['x\ny', 'ok'])
    expect(all.rowIds.map(id => id.split(':')[1])).toEqual(['3', '8'])
    expect(quarantined).toEqual({
      count: 6,
      reasons: { 'too-many-fields': 1, 'too-few-fields': 1, 'not-a-number': 3, 'malformed-quote': 1 },
      file: join(options.quarantineDirectory, 'quarantine.jsonl'),
    })
    const written = readFileSync(quarantined.file!, 'utf8')
    expect(written).not.toContain('secret')
    expect(
      written
        .trim()
        .split('\n')
        .map(line => JSON.parse(line)),
    ).toEqual([
      { dataset: sha256(text) },
      { line: 2, reason: 'too-many-fields' },
      { line: 3, reason: 'too-few-fields' },
      { line: 6, reason: 'not-a-number' },
      { line: 7, reason: 'not-a-number' },
      { line: 8, reason: 'not-a-number' },
      { line: 9, reason: 'malformed-quote' },
    ])
    expect(statSync(quarantined.file!).mode & 0o777).toBe(0o600)
  })

  it('takes bad rows of JSONL', async () => {
    const lines: (string | Buffer)[] = [
      '{"a":"ok","n":1}',
      '{"a":',
      '[1]',
      'null',
      Buffer.from([0x7b, 0xff]),
      `{"a":"${'x'.repeat(200)}"}`,
      '{"a":12345678901234567890}',
      '{"a":"x","n":"many"}',
      '{"a":"x","n":true}',
      '{"a":"\\ud800"}',
      '{"a":["\\udc00"]}',
      '{"__proto__":{"a":1}}',
    ]
    const content = Buffer.concat(lines.flatMap(line => [Buffer.from(line), Buffer.from('\n')]))
    const options = { ...fileOf('a.jsonl', content), limits: { recordBytes: 100 } }
    const { all, quarantined } = await readAll({ path: 'a.jsonl', numeric: ['n'] }, options)
    expect(textOf(all, 'a')).toEqual(['ok'])
    expect(quarantined.reasons).toEqual({
      'malformed-json': 2,
      'not-an-object': 2,
      'invalid-utf8': 3,
      'too-long': 1,
      'imprecise-number': 1,
      'not-a-number': 2,
    })
  })

  it('survives JSON nested a hundred thousand levels deep', async () => {
    const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    const { quarantined } = await readAll({ path: 'a.jsonl' }, fileOf('a.jsonl', `{"a":"x"}\n${deep}\n`))
    expect(quarantined.reasons).toEqual({ 'malformed-json': 1 })
  })

  it('accounts for every record: read and quarantined add up', async () => {
    const line = fc.oneof(
      fc.record({ a: fc.string(), n: fc.oneof(fc.integer(), fc.string()) }).map(value => JSON.stringify(value)),
      fc.json().map(text => text.replaceAll('\n', ' ')),
      fc.string().map(text => text.replaceAll('\n', ' ')),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 20 }), async lines => {
        const content = `{"a":"x","n":1}\n${lines.join('\n')}\n`
        const { all, quarantined } = await readAll({ path: 'a.jsonl', numeric: ['n'] }, fileOf('a.jsonl', content))
        const present = lines.filter(text => text.trim() !== '').length + 1
        expect(all.rowIds.length + quarantined.count).toBe(present)
        expect(new Set(all.rowIds).size).toBe(all.rowIds.length)
      }),
      { numRuns: 60 },
    )
  })

  it('keeps the files of two datasets of one run apart, and forgets rows that were mended', async () => {
    const options = fileOf('a.csv', 'a,b\n1\n1,2\n')
    writeFileSync(join(options.baseDirectory, 'b.csv'), 'a,b\n1,2,3\n1,2\n')
    const first = await readAll({ path: 'a.csv' }, options)
    const second = await readAll({ path: 'b.csv' }, options)
    expect(second.quarantined.file).toMatch(/quarantine-[0-9a-f]{12}\.jsonl$/)
    expect(readFileSync(first.quarantined.file!, 'utf8')).toContain('too-few-fields')
    expect((await readAll({ path: 'a.csv' }, options)).quarantined).toEqual(first.quarantined)
  })

  it('writes nothing when no row is bad or no folder is given', async () => {
    const options = fileOf('a.csv', csv)
    await readAll({ path: 'a.csv' }, options)
    expect(existsSync(options.quarantineDirectory)).toBe(false)
    const { baseDirectory } = fileOf('a.csv', 'a,b\n1\n1,2\n')
    expect((await readAll({ path: 'a.csv' }, { baseDirectory })).quarantined).toEqual({
      count: 1,
      reasons: { 'too-few-fields': 1 },
    })
  })
})

describe('refusals', () => {
  const open = (source: Partial<Parameters<typeof readAll>[0]> & { path: string }, content: string | Uint8Array) =>
    rejection(readAll(source, fileOf(source.path, content)))

  it('names a file that is not there or cannot be read', async () => {
    const baseDirectory = folder()
    expect((await rejection(readAll({ path: 'a.csv' }, { baseDirectory }))).code).toBe('DATA-E001')
    mkdirSync(join(baseDirectory, 'd.csv'))
    expect(await rejection(readAll({ path: 'd.csv' }, { baseDirectory }))).toMatchObject({
      code: 'DATA-E002',
      notes: ['it is not a regular file'],
    })
    if (process.getuid?.() === 0) return
    writeFileSync(join(baseDirectory, 'a.csv'), csv)
    chmodSync(join(baseDirectory, 'a.csv'), 0)
    expect((await rejection(readAll({ path: 'a.csv' }, { baseDirectory }))).code).toBe('DATA-E002')
  })

  it('wants at least one row', async () => {
    for (const [path, content] of [
      ['a.csv', ''],
      ['a.csv', 'a,b\n'],
      ['a.csv', '\n\n'],
      ['a.jsonl', '\n \n'],
    ] as const)
      expect((await open({ path }, content)).code).toBe('DATA-E003')
  })

  it('takes the format from the extension, or from the source', async () => {
    expect(formatOf('x/A.CSV')).toBe('csv')
    expect(formatOf('a.ndjson')).toBe('jsonl')
    expect((await open({ path: 'a.txt' }, csv)).code).toBe('DATA-E004')
    expect((await readAll({ path: 'a.txt', format: 'csv' }, fileOf('a.txt', csv))).all.rowIds).toHaveLength(3)
  })

  it('names the columns that exist when one is missing', async () => {
    const error = await open({ path: 'a.csv', required: ['label', 'text'], numeric: ['size'], subject: 'who' }, csv)
    expect(error).toMatchObject({
      code: 'DATA-E005',
      message: "'a.csv' has no column 'label', 'size', 'who'",
      notes: ['columns: id, text, amount'],
    })
    expect((await open({ path: 'a.jsonl', required: ['b'] }, '{"a":1}')).code).toBe('DATA-E005')
    expect((await open({ path: 'a.csv', required: ['constructor'] }, csv)).code).toBe('DATA-E005')
  })

  it('stops when no row can be read, with the reasons', async () => {
    const error = await open({ path: 'a.csv', numeric: ['text'] }, 'id,text\n1,ada\n2,bo\n3\n')
    expect(error).toMatchObject({ code: 'DATA-E006', notes: ['not-a-number: 2 rows', 'too-few-fields: 1 row'] })
    expect(error.json).not.toContain('ada')
  })

  it.each([
    ['a doubled name', 'a,b,a\n1,2,3\n', 'column 3 has the name of an earlier one'],
    ['an empty name', 'a,,b\n1,2,3\n', 'column 2 has no name'],
    ['a name that would change an object', 'a,__proto__\n1,2\n', "column 2 is called '__proto__'"],
    ['a name that is too long', `${'a'.repeat(1_001)}\n1\n`, 'the name of column 1 is too long'],
    ['a quote that is not closed', '"a,b\n1,2\n', 'malformed-quote'],
  ])('refuses a header with %s', async (_, content, problem) => {
    const error = await open({ path: 'a.csv' }, content)
    expect(error.code).toBe('DATA-E007')
    expect(error.message).toContain(problem)
  })

  it('refuses a header that is not UTF-8', async () => {
    const utf16 = Buffer.from('\ufeffa,b\n1,2\n', 'utf16le')
    expect((await open({ path: 'a.csv' }, utf16)).code).toBe('DATA-E007')
  })

  it('refuses more columns than the limit', async () => {
    const names = Array.from({ length: 2_001 }, (_, i) => `c${i}`)
    expect((await open({ path: 'a.csv' }, `${names.join(',')}\n1\n`)).code).toBe('DATA-E008')
    const many = Array.from({ length: 3 }, (_, i) =>
      JSON.stringify(Object.fromEntries(names.slice(0, 900).map(name => [`${i}${name}`, 1]))),
    )
    expect((await open({ path: 'a.jsonl' }, many.join('\n'))).code).toBe('DATA-E008')
  })

  it('notices a file that changes while it is read', async () => {
    for (const path of ['a.csv', 'a.jsonl']) {
      const content = path === 'a.csv' ? csv : '{"a":1}\n'
      const options = fileOf(path, content)
      const dataset = await openDataset({ path, required: [], numeric: [] }, options)
      appendFileSync(join(options.baseDirectory, path), path === 'a.csv' ? 'u9,x,1\n' : '{"a":2}\n')
      const read = async (): Promise<void> => {
        for await (const _ of dataset.batches()) void _
      }
      expect((await rejection(read())).code).toBe('DATA-E010')
    }
  })

  it('throws a coded error or accounts for every row, whatever the bytes', async () => {
    const byte = fc.constantFrom(
      0x22,
      0x2c,
      0x0a,
      0x61,
      0x62,
      0x31,
      0xff,
      0x0d,
      0x00,
      0x7b,
      0x7d,
      0x3a,
      0xef,
      0xbb,
      0xbf,
    )
    await fc.assert(
      fc.asyncProperty(fc.array(byte, { maxLength: 80 }), fc.constantFrom('a.csv', 'a.jsonl'), async (bytes, path) => {
        try {
          const { all, quarantined } = await readAll({ path }, fileOf(path, Uint8Array.from(bytes)))
          expect(all.rowIds.length + quarantined.count).toBeGreaterThan(0)
        } catch (error) {
          expect((error as { code: string }).code).toMatch(/^DATA-E00[367]$/)
        }
      }),
      { numRuns: 150 },
    )
  })
})
