import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readLines } from '../../src/text/data-lines.js'
import { openTrainingData, type DataOptions, type TrainingRow } from '../../src/index.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datasets-'))
})
afterAll(() => rm(folder, { recursive: true }))

const code = (value: string, line?: number): unknown =>
  expect.objectContaining({ code: value, ...(line !== undefined && { where: expect.objectContaining({ line }) }) })

async function read(
  name: string,
  content: string | Buffer,
  options?: DataOptions,
): Promise<{ described: string; rows: TrainingRow[] }> {
  const file = join(folder, name)
  await writeFile(file, content)
  const data = await openTrainingData(file, options)
  const rows: TrainingRow[] = []
  for await (const row of data.rows()) rows.push(row)
  return { described: data.described, rows }
}

const jsonl = (...rows: readonly unknown[]): string => rows.map(row => `${JSON.stringify(row)}\n`).join('')

const turns = [
  { role: 'user', content: 'Hi' },
  { role: 'assistant', content: 'Hello' },
]

describe('training data', () => {
  it('is read as messages', async () => {
    const { described, rows } = await read('a.jsonl', jsonl({ messages: turns }, { messages: turns, text: 'the same' }))
    expect(described).toBe('messages (messages (role, content)), by its 2 rows')
    expect(rows).toEqual([
      { messages: turns, line: 1 },
      { messages: turns, line: 2 },
    ])
  })

  it('is read as Alpaca, with input, system and history', async () => {
    const full = { instruction: 'Add', input: '1 2', output: '3', system: 'Be exact.', history: [['Hi', 'Hello']] }
    const { described, rows } = await read(
      'a.json',
      JSON.stringify([{ instruction: 'Say hi', output: 'Hi', text: 'x' }, full]),
    )
    expect(described).toContain('alpaca')
    expect(rows.map(row => 'messages' in row && row.messages)).toEqual([
      [
        { role: 'user', content: 'Say hi' },
        { role: 'assistant', content: 'Hi' },
      ],
      [
        { role: 'system', content: 'Be exact.' },
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'Hello' },
        { role: 'user', content: 'Add\n1 2' },
        { role: 'assistant', content: '3' },
      ],
    ])
  })

  it('is read as ShareGPT', async () => {
    const conversations = [
      { from: 'human', value: 'Weather?' },
      { from: 'function_call', value: '{}' },
      { from: 'observation', value: 'rain' },
      { from: 'gpt', value: 'Rain.' },
    ]
    const { rows } = await read('a.jsonl', jsonl({ conversations, system: 'Be brief.', tools: '' }))
    expect(rows.map(row => 'messages' in row && row.messages.map(({ role }) => role))).toEqual([
      ['system', 'user', 'assistant', 'tool', 'assistant'],
    ])
  })

  it('is read as completions and as plain text', async () => {
    expect((await read('a.jsonl', jsonl({ prompt: 'a', completion: 'b' }))).rows).toEqual([
      { prompt: 'a', completion: 'b', line: 1 },
    ])
    expect((await read('a.jsonl', jsonl({ text: 'a' }))).rows).toEqual([{ prompt: '', completion: 'a', line: 1 }])
    expect((await read('a.txt', 'one\r\n\n  \ntwo')).rows).toEqual([
      { prompt: '', completion: 'one', line: 1 },
      { prompt: '', completion: 'two', line: 4 },
    ])
  })

  it('is read as texts with labels, from CSV too, under the names of its own columns', async () => {
    expect((await read('a.jsonl', jsonl({ text: 'a', label: 1 }, { text: 'b', label: 'x' }))).rows).toEqual([
      { text: 'a', label: '1', line: 1 },
      { text: 'b', label: 'x', line: 2 },
    ])
    const csv = 'text,category,who\r\n"a, ""b""\nc",x,p1\r\n\r\nd,y,p2\r\n'
    expect((await read('a.csv', csv, { columns: { label: 'category' }, subject: 'who' })).rows).toEqual([
      { text: 'a, "b"\nc', label: 'x', line: 2, subject: 'p1' },
      { text: 'd', label: 'y', line: 5, subject: 'p2' },
    ])
  })

  it('gives every row the handle of its subject, or refuses', async () => {
    const rows = jsonl({ text: 'a', id: 7 }, { text: 'b' })
    await expect(read('a.jsonl', rows, { subject: 'id' })).rejects.toThrow(code('LM-E044', 2))
    expect((await read('a.jsonl', jsonl({ text: 'a', id: 7 }), { subject: 'id' })).rows[0]!.subject).toBe('7')
  })

  it('finds the subject in a nested field, unless there is a field of that very name', async () => {
    const nested = { text: 'a', meta: { user: { id: 'p1' } } }
    const subject = 'meta.user.id'
    const subjectsIn = async (...rows: object[]) =>
      (await read('a.jsonl', jsonl(...rows), { subject })).rows.map(row => row.subject)
    expect(await subjectsIn(nested, { ...nested, [subject]: 'p2' })).toEqual(['p1', 'p2'])
    for (const user of [undefined, 'p1', {}, { id: '' }, { id: ' ' }, { id: 1.5 }, { id: 2 ** 53 }, { id: ['p1'] }])
      await expect(subjectsIn(nested, { text: 'b', meta: { user } })).rejects.toThrow(code('LM-E044', 2))
  })

  it('may begin with a byte order mark and end without a line feed', async () => {
    expect((await read('a.jsonl', '\ufeff{"text":"a"}\n{"text":"b"}')).rows.length).toBe(2)
    expect(
      (await read('a.json', '\ufeff\n [ {"text":"a"},\n\n {"text":"],\\"["} ]\n')).rows.map(({ line }) => line),
    ).toEqual([2, 4])
    expect((await read('a.json', '{"text":"a"}\n')).rows.length).toBe(1)
  })
})

describe('a mixture of formats', () => {
  it('is refused among the first rows and later, with the line', async () => {
    const rows = Array.from({ length: 200 }, () => ({ messages: turns }) as unknown)
    await expect(read('a.jsonl', jsonl(...rows.slice(0, 4), { instruction: 'a', output: 'b' }))).rejects.toThrow(
      code('LM-E043', 5),
    )
    await expect(read('a.jsonl', jsonl(...rows, { text: 'b' }))).rejects.toThrow(code('LM-E043', 201))
    await expect(read('a.jsonl', jsonl({ messages: turns }, { other: 1 }))).rejects.toThrow(code('LM-E043', 2))
  })

  it('is refused when a row fits several or none', async () => {
    await expect(read('a.jsonl', jsonl({ messages: turns, instruction: 'a', output: 'b' }))).rejects.toThrow(
      code('LM-E042', 1),
    )
    await expect(read('a.jsonl', jsonl({ question: 'a', answer: 'b' }))).rejects.toThrow(code('LM-E042', 1))
    await expect(read('a.csv', 'anna@example.org,1\nb,2\n')).rejects.toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('anna') }),
    )
  })

  it('can be settled by naming the format', async () => {
    const { rows, described } = await read('a.jsonl', jsonl({ messages: turns, instruction: 'a', output: 'b' }), {
      format: 'alpaca',
    })
    expect(rows[0]).toHaveProperty('messages.length', 2)
    expect(described).toContain('as named')
  })
})

describe('a row that cannot be read', () => {
  const wrong: readonly unknown[] = [
    { messages: [] },
    { messages: [7] },
    { messages: [{ role: 'robot', content: 'x' }] },
    { messages: [{ role: 'constructor', content: 'x' }] },
    { messages: [{ role: 'user', content: null }] },
    { messages: [{ role: 'assistant', content: 'x', tool_calls: [{}] }] },
    { messages: [{ role: 'assistant', content: 'x', weight: 0 }] },
    { messages: [{ role: 'assistant', content: '\ud800' }] },
    { messages: turns, tools: [{ name: 'f' }] },
    { conversations: [{ from: 'human', content: 'x' }] },
    { instruction: 7, output: 'x' },
    { instruction: 'x', output: '' },
    { instruction: 'x', output: 'y', input: 5 },
    { instruction: 'x', output: 'y', history: [['a']] },
    { instruction: 'x', output: 'y', system: 5 },
    { prompt: 'x', completion: [] },
    { text: 'x', label: null },
    { text: 7 },
  ]

  it('is refused with its line', async () => {
    for (const row of wrong) {
      await expect(read('a.jsonl', `\n${jsonl(row)}`), JSON.stringify(row)).rejects.toThrow(code('LM-E044', 2))
    }
    const good = '{"text":"a"}\n'
    for (const line of ['{"text":', '[1]', '7', `{"text":"${'x'.repeat(2_000)}"}`])
      await expect(read('a.jsonl', `${good}${line}\n`, { limits: { recordBytes: 1_000 } })).rejects.toThrow(
        code('LM-E044', 2),
      )
    await expect(
      read('a.jsonl', Buffer.concat([Buffer.from(good), Buffer.from('{"text":"\xff"}', 'latin1')])),
    ).rejects.toThrow(code('LM-E044', 2))
    for (const csv of [
      'text,label\na,b\n"c,d\n',
      'text,label\na,b\nc"d,e\n',
      'text,label\na,b\n"a"b,c\n',
      'text,label\na,b\nc\n',
    ])
      await expect(read('a.csv', csv)).rejects.toThrow(code('LM-E044', 3))
    for (const list of ['[{"text":"a"},]', '[{"text":"a"}', '[{"text":"a"}] x', '[,{"text":"a"}]'])
      await expect(read('a.json', list)).rejects.toThrow(code('LM-E044', 1))
  })

  it('is left out and told of when asked', async () => {
    const told: [number, string][] = []
    const rows = jsonl({ text: 'a' }, { text: 7 }, { text: 'b' })
    const found = await read('a.jsonl', `${rows}nonsense\n`, {
      onBadRow: (line, problem) => told.push([line, problem]),
    })
    expect(found.rows.length).toBe(2)
    expect(told.map(([line]) => line)).toEqual([2, 4])
  })

  it('never shows its content', async () => {
    const secret = 'anna@example.org'
    for (const content of [
      `{"text": "${secret}"`,
      `"${secret}"`,
      jsonl({ [secret]: 1 }),
      jsonl({ messages: [{ role: secret, content: secret }] }),
      jsonl({ text: { secret } }),
    ])
      try {
        await read('a.jsonl', content)
        expect.unreachable()
      } catch (error) {
        const { message, notes, cause } = error as { message: string; notes: unknown; cause: unknown }
        expect(JSON.stringify([message, notes, String(cause)])).not.toContain('anna')
      }
  })
})

describe('a file', () => {
  it('is refused when it is missing, of another kind, or has no rows', async () => {
    await expect(openTrainingData(join(folder, 'none.jsonl'))).rejects.toThrow(code('LM-E041'))
    await mkdir(join(folder, 'dir.jsonl'), { recursive: true })
    await expect(openTrainingData(join(folder, 'dir.jsonl'))).rejects.toThrow(code('LM-E041'))
    await expect(read('a.parquet', 'x')).rejects.toThrow(code('LM-E041'))
    for (const [name, content] of [
      ['a.jsonl', '\n\n'],
      ['a.json', '[]'],
      ['a.json', ''],
      ['a.csv', 'text,label\n'],
      ['a.txt', ''],
    ] as const)
      await expect(read(name, content)).rejects.toThrow(code('LM-E041'))
  })

  it('is refused when it holds more rows or fields than allowed', async () => {
    await expect(read('a.txt', 'a\nb\nc\n', { limits: { rows: 2 } })).rejects.toThrow(code('LM-E041'))
    await expect(read('a.jsonl', jsonl({ text: 'a', b: 1 }), { limits: { fields: 1 } })).rejects.toThrow(
      code('LM-E044', 1),
    )
    await expect(read('a.csv', 'a,b\n1,2\n', { limits: { fields: 1 } })).rejects.toThrow(code('LM-E044', 1))
    await expect(read('a.csv', 'a,a\n1,2\n')).rejects.toThrow(code('LM-E044', 1))
  })

  it('without line feeds is not held in memory', async () => {
    let most = 0
    async function* chunks(): AsyncGenerator<Buffer> {
      for (let i = 0; i < 200; i++) {
        yield Buffer.alloc(4 * 2 ** 20, 'x')
        most = Math.max(most, process.memoryUsage().arrayBuffers)
      }
    }
    const pieces = []
    for await (const piece of readLines(chunks(), 1_000)) pieces.push(piece)
    expect(pieces).toEqual([{ line: 1, problem: 'is longer than 1000 bytes' }])
    expect(most).toBeLessThan(500 * 2 ** 20)
  })

  it('gives back what was written, whatever the texts', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 20 }), async pairs => {
        const expected = pairs.map(([a, label]) => ({ text: a, label }))
        const same = (rows: readonly TrainingRow[]): void =>
          expect(rows.map(({ line, ...row }) => row)).toEqual(expected)
        same((await read('p.jsonl', jsonl(...expected))).rows)
        same((await read('p.json', JSON.stringify(expected, null, 1))).rows)
        const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`
        same(
          (
            await read(
              'p.csv',
              `text,label\n${expected.map(row => `${quoted(row.text)},${quoted(row.label)}\n`).join('')}`,
            )
          ).rows,
        )
      }),
      { numRuns: 60 },
    )
  })

  it('never fails in another way than with a code', async () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ',',
      ':',
      '\n',
      '\r\n',
      'text',
      '"text":"a"',
      '{"text":"a"}',
      '\\',
      'label',
      'a',
      ' ',
      '\ufeff',
      '7',
      'null',
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 30 }),
        fc.constantFrom('f.jsonl', 'f.json', 'f.csv', 'f.txt'),
        async (pieces, name) => {
          await read(name, pieces.join('')).catch(error =>
            expect(error).toEqual(expect.objectContaining({ code: expect.stringMatching(/^LM-E04[1-4]$/) })),
          )
        },
      ),
      { numRuns: 400 },
    )
  })
})
