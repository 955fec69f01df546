import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createRewriter,
  openTokenVault,
  rewriteStream,
  sealingKey,
  valueCipher,
  withActions,
  type RewriteOptions,
  type SecondOpinion,
} from '../src/index.js'

const key = new Uint8Array(32).fill(7)
const cipher = valueCipher(key)
const policy = withActions('ccpa', [
  { types: ['EMAIL', 'PERSON'], action: 'encrypt' },
  { types: ['DATE'], action: 'shift-date' },
])
const base = { policy, encryptionKey: key, pseudonymKey: key, rules: 'structured' } as const

/** The output for a text that comes in pieces of some length. */
function rewritten(text: string, options: Partial<RewriteOptions> & Pick<RewriteOptions, 'format'>, piece = 7): string {
  const rewriter = createRewriter({ ...base, ...options })
  const bytes = Buffer.from(text)
  const out: Buffer[] = []
  for (let at = 0; at < bytes.length; at += piece)
    out.push(Buffer.from(rewriter.push(bytes.subarray(at, at + piece), at + piece >= bytes.length)))
  return Buffer.concat(out).toString()
}

/** What the sealed values of a text open to with an id each, in order. */
const openedWith = (text: string, ...ids: readonly string[]): (string | undefined)[] =>
  [...text.matchAll(/\[([A-Z]+):([\w-]+)\]/g)].map(([, type, sealed], i) =>
    cipher.decrypt(type as 'EMAIL', ids[i]!, sealed!),
  )

const failureOf = (attempt: () => unknown): { code: string; message: string; where: object } => {
  try {
    attempt()
  } catch (failure) {
    return failure as never
  }
  throw new Error('nothing was refused')
}

describe('the id of a record', () => {
  it('is what its values are encrypted for, wherever it stands in the record', () => {
    const written = rewritten(
      '{"mail":"jo@example.org","ticket":{"id":"t\\u002d1"}}\n\n{"ticket":{"id":-7.50},"mail":"al@example.org"}\n',
      { format: 'jsonl', recordIdAt: 'ticket.id' },
    )
    expect(written).toMatch(/"ticket":\{"id":"t\\u002d1"\}\}\n\n\{"ticket":\{"id":-7\.50\}/)
    expect(openedWith(written, 't-1', '-7.50')).toEqual(['jo@example.org', 'al@example.org'])
    expect(openedWith(written, '-7.50', 't-1')).toEqual([undefined, undefined])
  })

  it('is a cell in tables, and a place of the whole in a document', () => {
    const table = rewritten('mail,"my, id"\njo@example.org,"r ""1"""\n\n"al@example.org",2\n', {
      format: 'csv',
      recordIdAt: 'my, id',
    })
    expect(openedWith(table, 'r "1"', '2')).toEqual(['jo@example.org', 'al@example.org'])
    const document = rewritten('{"all":["jo@example.org","al@example.org"],"about":[{"id":"d1"}]}', {
      format: 'json',
      recordIdAt: 'about[0].id',
    })
    expect(openedWith(document, 'd1', 'd1')).toEqual(['jo@example.org', 'al@example.org'])
  })

  it.each<[string, string, Partial<RewriteOptions>]>([
    ['{"id":1}\n{"mail":"jo@example.org"}', 'nothing stands there', {}],
    ['{"id":1}\n["jo@example.org"]', 'nothing stands there', {}],
    ['{"id":1}\n{"id":{"id":3}}', 'nothing stands there', {}],
    ['{"id":1}\n{"id":null}', 'neither text nor a number', {}],
    ['{"id":1}\n{"id":true}', 'neither text nor a number', {}],
    ['{"id":1}\n{"id":" "}', 'it is empty', {}],
    ['{"id":1}\n{"id":2,"id":3}', 'stands there twice', {}],
    ['{"id":1}\n{"id":2,"\\u0069d":"jo@example.org"}', 'stands there twice', {}],
  ])('is missed in %s, by the line and without the value', (text, reason, options) => {
    const { code, message, where } = failureOf(() => rewritten(text, { format: 'jsonl', recordIdAt: 'id', ...options }))
    expect(code).toBe('PII-E023')
    expect(message).toMatch(new RegExp(`line 2 has no id at 'id': .*${reason}`))
    expect(message).not.toContain('example')
    expect(where).toMatchObject({ line: 2 })
  })

  it.each<[string, string]>([
    ['id,mail\n1,\n"",jo@example.org\n', 'it is empty'],
    ['mail,id\nx,1\njo@example.org\n', 'the row has no such cell'],
  ])('is missed in the table %s', (text, reason) => {
    const { code, message } = failureOf(() => rewritten(text, { format: 'csv', recordIdAt: 'id' }))
    expect([code, message]).toEqual(['PII-E023', `the record at line 3 has no id at 'id': ${reason}`])
  })

  it('is refused where it would itself be rewritten, and stays where it is kept by name', () => {
    const text = '{"id":"jo@example.org","mail":"jo@example.org"}\n'
    const asked = { format: 'jsonl', recordIdAt: 'id' } as const
    const { code, message } = failureOf(() => rewritten(`{"id":1}\n${text}`, asked))
    expect([code, message]).toEqual([
      'PII-E023',
      "the record at line 2 would lose its id at 'id', which is to be rewritten as EMAIL",
    ])
    expect(failureOf(() => rewritten('{"id":"x"}', { ...asked, paths: { id: 'PERSON' } })).code).toBe('PII-E023')
    const kept = rewritten(text, { ...asked, paths: { id: 'keep' } })
    expect(kept).toMatch(/^\{"id":"jo@example\.org","mail":"\[EMAIL:/)
    expect(openedWith(kept, 'jo@example.org')).toEqual(['jo@example.org'])
    const table = 'id,mail\njo@example.org,jo@example.org\n'
    expect(failureOf(() => rewritten(table, { format: 'csv', recordIdAt: 'id' })).code).toBe('PII-E023')
    expect(rewritten(table, { format: 'csv', recordIdAt: 'id', columns: { id: 'keep' } })).toMatch(
      /\njo@example\.org,\[/,
    )
  })

  it('is one place that is there', () => {
    for (const [format, recordIdAt] of [
      ['jsonl', 'all[*].id'],
      ['jsonl', '**'],
      ['jsonl', 'a..b'],
      ['csv', 'id'],
      ['csv', 'mail'],
      ['text', 'id'],
    ] as const)
      expect(failureOf(() => rewritten('mail,mail\n', { format, recordIdAt })).code, recordIdAt).toBe('PII-E020')
  })

  it('is asked for before anything of a record is told to a model', async () => {
    const seen: string[] = []
    const secondOpinion: SecondOpinion = {
      classifier: {
        labels: ['PER'],
        digest: `sha256:${'0'.repeat(64)}`,
        classify: async texts => texts.map(text => (seen.push(text), [{ label: 'PER', start: 0, end: 5, score: 1 }])),
      },
    }
    const asked = { ...base, format: 'jsonl', recordIdAt: 'id', secondOpinion, paths: { say: 'text' } } as const
    let written = ''
    for await (const piece of rewriteStream([Buffer.from('{"say":"quark called","id":4}\n')], asked))
      written += Buffer.from(piece).toString()
    expect(openedWith(written, '4')).toEqual(['quark'])
    const attempt = async (): Promise<void> => {
      for await (const _ of rewriteStream([Buffer.from('{"say":"quark went"}\n')], asked));
    }
    await expect(attempt()).rejects.toMatchObject({ code: 'PII-E023' })
    expect(seen).toEqual(['quark called'])
  })
})

describe('the subject of a record', () => {
  it('decides by how many days its dates move, and may be rewritten itself', () => {
    const options = { ...base, rules: 'all', format: 'jsonl', subjectAt: 'who', recordIdAt: 'id' } as const
    const line = (id: number, who: string): string =>
      `${JSON.stringify({ id, seen: 'on 14 March 2021', left: 'on 17 March 2021', who })}\n`
    const written = rewritten(line(1, 'a@example.org') + line(2, 'b@example.org') + line(3, 'a@example.org'), options)
    const records = written
      .trim()
      .split('\n')
      .map(one => JSON.parse(one) as Record<'seen' | 'left' | 'who', string>)
    const day = (text: string): number => Date.parse(`${text.slice(3)} UTC`) / 86_400_000
    for (const { seen, left, who } of records) {
      expect(day(left) - day(seen)).toBe(3)
      expect(who).toMatch(/^\[EMAIL:/)
    }
    expect(records[0]!.seen).toBe(records[2]!.seen)
    expect(records[0]!.seen).not.toBe(records[1]!.seen)
    expect(records[0]!.seen).not.toBe('on 14 March 2021')
    expect(failureOf(() => rewritten('{"id":1}', options)).message).toContain("has no subject at 'who'")
  })

  it('has tokens of its own, which can be forgotten', async () => {
    const tokens = await openTokenVault({ file: 'nowhere', sealing: sealingKey(key) })
    const written = rewritten('id,note\np1,jo@example.org\np2,jo@example.org\np1,jo@example.org\n', {
      format: 'csv',
      policy: withActions('ccpa', [{ types: ['EMAIL'], action: 'token' }]),
      tokens,
      subjectAt: 'id',
    })
    const [first, second, third] = [...written.matchAll(/EMAIL_\w+/g)].map(String)
    expect(first).toBe(third)
    expect(first).not.toBe(second)
    expect(tokens.forget('p1')).toBe(1)
    expect(tokens.valueOf(second!)).toBe('jo@example.org')
  })
})

describe('a file of records with ids', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'attestry-records-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  // A thread is loaded by the name of its file, which only the built package has.
  it('is written the same by several threads, and refused by them with the line of the file', async () => {
    const from = join(folder, 'large.jsonl')
    const filler = 'a long wait for an answer '.repeat(30)
    const line = (i: number): string => `{"text":"${filler} jo${i}@example.org","id":${i}}\n`
    writeFileSync(from, Array.from({ length: 7_000 }, (_, i) => line(i)).join(''))
    const asked = { ...base, format: 'jsonl', recordIdAt: 'id' } as const
    const { rewriteFile } = (await import('../dist/index.js')) as Pick<typeof import('../src/index.js'), 'rewriteFile'>
    await rewriteFile(from, join(folder, 'out.jsonl'), asked, { workers: 2 })
    const lines = readFileSync(join(folder, 'out.jsonl'), 'utf8').split('\n')
    for (const i of [0, 3_500, 6_999]) expect(openedWith(lines[i]!, String(i))).toEqual([`jo${i}@example.org`])
    writeFileSync(from, `${Array.from({ length: 7_000 }, (_, i) => line(i)).join('')}{"text":"x"}\n`)
    await expect(rewriteFile(from, join(folder, 'no.jsonl'), asked, { workers: 2 })).rejects.toMatchObject({
      code: 'PII-E023',
      where: { line: 7_001 },
    })
  })
})
