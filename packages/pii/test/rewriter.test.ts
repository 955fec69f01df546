import fc from 'fast-check'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  anonymize,
  createDetector,
  createRewriter,
  rewriteFile,
  rewriteStream,
  type RewriteOptions,
  type ScannedPlace,
} from '../src/index.js'
import { structuredText } from './structured-text.js'

const encoder = new TextEncoder()

/** The output for bytes that come in pieces of some length. */
function rewritten(bytes: Uint8Array | string, options: Omit<RewriteOptions, 'policy'>, piece = 1 << 20): string {
  const rewriter = createRewriter({ policy: 'ccpa', ...options })
  const all = typeof bytes === 'string' ? encoder.encode(bytes) : bytes
  const out: Buffer[] = []
  for (let at = 0; at < all.length; at += piece)
    out.push(Buffer.from(rewriter.push(all.subarray(at, at + piece), at + piece >= all.length)))
  return Buffer.concat(out).toString()
}

const lines = { format: 'jsonl', rules: 'structured' } as const

describe('JSON lines', () => {
  it('change where values are found and nowhere else', () => {
    const text =
      '\ufeff{"id": 7, "text":"mail jo\\u0040example.org, say \\"hi\\"", "jo@example.org":[1.50,null,true], "e":"\\u00e9\\/"}\r\n\r\n' +
      '["card 4111 1111 1111 1111","4111111111111111 \\ud83d\\ude42"]'
    expect(rewritten(text, lines)).toBe(
      '\ufeff{"id": 7, "text":"mail [EMAIL], say \\"hi\\"", "jo@example.org":[1.50,null,true], "e":"\\u00e9\\/"}\r\n\r\n' +
        '["card [CREDIT_CARD]","[CREDIT_CARD] \\ud83d\\ude42"]',
    )
  })

  it('hold in each string what anonymize writes for it, however the bytes come', () => {
    const { detect } = createDetector({ rules: 'structured' })
    const record = fc.record({
      role: fc.constantFrom('user', 'x@y.org'),
      content: structuredText(),
      n: fc.double({ noNaN: true, noDefaultInfinity: true }),
      deep: fc.array(structuredText(), { maxLength: 2 }),
    })
    fc.assert(
      fc.property(fc.array(record, { maxLength: 4 }), fc.integer({ min: 1, max: 300 }), (records, piece) => {
        const rewrite = (value: unknown): unknown =>
          typeof value === 'string'
            ? anonymize(value, detect(value), 'ccpa').text
            : Array.isArray(value)
              ? value.map(rewrite)
              : typeof value === 'object'
                ? Object.fromEntries(Object.entries(value!).map(([key, one]) => [key, rewrite(one)]))
                : value
        const input = records.map(one => `${JSON.stringify(one)}\n`).join('')
        const output = rewritten(input, lines, piece)
        expect(
          output
            .split('\n')
            .slice(0, -1)
            .map(line => JSON.parse(line) as unknown),
        ).toEqual(records.map(one => rewrite(JSON.parse(JSON.stringify(one)))))
      }),
      { numRuns: 150 },
    )
  })

  it('are refused where a line is no JSON, by its number and without its text', () => {
    for (const broken of [
      '{"a":"jo@example.org',
      '{"a":"x"} {',
      '{"a" "b"}',
      '["\\x"]',
      '["\\u12g4"]',
      '["a\tb"]',
      '{"a":01}',
      '[1,]',
      'nul',
      '"a"b',
      '{"a":1,}',
      '[',
      '{"a":"b"]',
    ]) {
      const attempt = (): string => rewritten(`{"ok":1}\n${broken}\n`, lines)
      expect(attempt, broken).toThrow(/line 2 cannot be read: it is not one JSON value/)
      expect(() => JSON.parse(broken) as unknown, broken).toThrow()
    }
  })

  it('are JSON exactly where JSON.parse says so', () => {
    const piece = fc.constantFrom(
      ...'{}[],:"\\ ',
      'a',
      '"a"',
      '\\n',
      '\\u00e9',
      '1',
      '-0.5e+3',
      '0',
      'true',
      'null',
      '{"a":',
      '[1,',
      '"b"]',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 9 }), pieces => {
        const line = pieces.join('')
        if (line.trim() === '') return
        let isJson = true
        try {
          JSON.parse(line)
        } catch {
          isJson = false
        }
        for (const rules of ['structured', 'all'] as const)
          if (isJson) expect(rewritten(line, { format: 'jsonl', rules })).toBe(line)
          else expect(() => rewritten(line, { format: 'jsonl', rules })).toThrow()
      }),
      { numRuns: 400 },
    )
  })

  it('of any bytes are refused or written with nothing changed but values', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.integer({ min: 1, max: 40 }), (bytes, piece) => {
        const inside = bytes.filter(byte => byte >= 0x20 && byte !== 0x22 && byte !== 0x5c)
        const line = Buffer.concat([Buffer.from('["'), inside, Buffer.from('"]\n')])
        const rewriter = createRewriter({ ...lines, policy: 'ccpa' })
        const out: Buffer[] = []
        for (let at = 0; at < line.length; at += piece)
          out.push(Buffer.from(rewriter.push(line.subarray(at, at + piece), false)))
        out.push(Buffer.from(rewriter.push(new Uint8Array(0), true)))
        if (Object.keys(rewriter.counts.found).length === 0) expect(Buffer.concat(out)).toEqual(line)
        expect(rewritten(bytes, { format: 'text', rules: 'structured' }, piece)).toBeTypeOf('string')
      }),
      { numRuns: 500 },
    )
  })

  it('longer than the limit are refused with a code', () => {
    const rewriter = createRewriter({ ...lines, policy: 'ccpa', longestRecord: 1000 })
    expect(() => rewriter.push(encoder.encode(`["${'a'.repeat(2000)}`), false)).toThrow(
      /line 1 has more than 1000 bytes/,
    )
  })

  it('change at the paths that are named, and types are taken from them', () => {
    const line =
      '{"id":"jo@example.org","messages":[{"content":"card 4111111111111111","by":"J. Quark"}],"x":{"y":"4111111111111111"}}'
    const paths = { 'messages[*].content': 'text', 'messages[*].by': 'PERSON' }
    expect(rewritten(line, { ...lines, paths })).toBe(
      '{"id":"jo@example.org","messages":[{"content":"card [CREDIT_CARD]","by":"[PERSON]"}],"x":{"y":"4111111111111111"}}',
    )
    expect(rewritten(line, { ...lines, paths: { 'x.**': 'keep', id: 'keep' } })).toBe(
      '{"id":"jo@example.org","messages":[{"content":"card [CREDIT_CARD]","by":"J. Quark"}],"x":{"y":"4111111111111111"}}',
    )
    expect(() => rewritten(line, { ...lines, paths: { 'messages[].content': 'text' } })).toThrow(/is no path/)
    expect(() => rewritten(line, { ...lines, paths: { id: 'E_MAIL' } })).toThrow(/E_MAIL/)
  })
})

describe('a refusal', () => {
  it('has a code', () => {
    const codeOf = (attempt: () => unknown): unknown => {
      try {
        attempt()
      } catch (failure) {
        return (failure as { code: string }).code
      }
    }
    expect(codeOf(() => rewritten('{', lines))).toBe('PII-E019')
    expect(codeOf(() => rewritten('{}', { ...lines, paths: { 'a..b': 'keep' } }))).toBe('PII-E020')
    expect(codeOf(() => rewritten('a\n1\n', { format: 'csv', columns: { b: 'keep' } }))).toBe('PII-E020')
    expect(codeOf(() => rewritten(`["${'a'.repeat(5000)}"`, { ...lines, longestRecord: 1000 }, 2000))).toBe('PII-E021')
  })
})

describe('tables', () => {
  const table = 'id,mail,"no, te"\r\n4111111111111111,jo@example.org,"say ""hi"" to jo@example.org,\nplease"\r\n7,,\r\n'

  it('change cell by cell, with quotes and line breaks as they were', () => {
    expect(rewritten(table, { format: 'csv', rules: 'structured', columns: { id: 'keep' } }, 5)).toBe(
      'id,mail,"no, te"\r\n4111111111111111,[EMAIL],"say ""hi"" to [EMAIL],\nplease"\r\n7,,\r\n',
    )
    expect(rewritten('a\tb\nJo Quark\tx', { format: 'tsv', rules: 'structured', columns: { a: 'PERSON' } })).toBe(
      'a\tb\n[PERSON]\tx',
    )
  })

  it('are refused with a column that they lack, and with a quote that does not close', () => {
    expect(() => rewritten(table, { format: 'csv', columns: { name: 'PERSON' } })).toThrow(/'name' is no column/)
    expect(() => rewritten('a,b\n"x,y\n', { format: 'csv' })).toThrow(/line 2 cannot be read/)
    expect(() => rewritten('a,b\n"x"y,z\n', { format: 'csv' })).toThrow(/line 2 cannot be read/)
  })
})

describe('texts and single documents', () => {
  it('are rewritten in blocks that end at an empty line', () => {
    const paragraph = `${'word '.repeat(30)}jo@example.org\n`
    const text = `${paragraph.repeat(500)}\n`.repeat(3)
    expect(rewritten(text, { format: 'text', rules: 'structured' }, 70_001)).toBe(
      text.replaceAll('jo@example.org', '[EMAIL]'),
    )
    expect(rewritten('{\n "a": ["jo@example.org"]\n}\n', { format: 'json' }, 3)).toBe('{\n "a": ["[EMAIL]"]\n}\n')
  })
})

describe('a file', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'attestry-rewrite-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))
  const chat = (count: number): string =>
    Array.from({ length: count }, (_, i) =>
      JSON.stringify({
        role: 'user',
        content: `It opens at 9:30, and the fee of $${i % 90}.50 is on your page; why is it higher here than there?${i % 50 === 0 ? ` Write to jo${i}@example.org.` : ''}`,
      }),
    ).join('\n')

  it('is rewritten as a whole, and not at all where a line is broken', async () => {
    const [from, to] = [join(folder, 'chat.jsonl'), join(folder, 'clean.jsonl')]
    writeFileSync(from, chat(20_000))
    const seen: ScannedPlace[] = []
    const progress: number[] = []
    const counts = await rewriteFile(
      from,
      to,
      { ...lines, policy: 'ccpa' },
      { onFound: place => seen.push(place), onProgress: bytes => progress.push(bytes) },
    )
    expect(counts).toMatchObject({ records: 20_000, found: { EMAIL: 400 } })
    expect(seen[1]).toEqual({ line: 51, type: 'EMAIL', rule: 'email', score: 0.95 })
    expect(progress.at(-1)).toBe(readFileSync(from).length)
    expect(readFileSync(to, 'utf8')).toBe(chat(20_000).replaceAll(/jo\d+@example\.org/g, '[EMAIL]'))
    writeFileSync(from, `${chat(20_000)}\n{`)
    await expect(rewriteFile(from, join(folder, 'other.jsonl'), { ...lines, policy: 'ccpa' })).rejects.toThrow(
      /line 20001/,
    )
    expect(existsSync(join(folder, 'other.jsonl')) || existsSync(join(folder, 'other.jsonl.part'))).toBe(false)
  })

  it('streams: pieces in, whole records out', async () => {
    const pieces = ['["jo@exam', 'ple.org"]\n["x', '"]'].map(piece => encoder.encode(piece))
    const out: string[] = []
    for await (const piece of rewriteStream(pieces, { ...lines, policy: 'ccpa' }))
      out.push(Buffer.from(piece).toString())
    expect(out).toEqual(['["[EMAIL]"]\n', '["x"]'])
  })

  it.each([
    '$',
    'a$',
    'password ',
    'password:$',
    '1 ',
    '1a ',
    'a.com',
    ':',
    '-',
    'a@',
    '(1',
    '\\\\n1',
    '\\\\u0041',
    'é1',
    '\ufe0f',
    'no 1 ',
  ])('of %s alone takes time in proportion to its length', unit => {
    const cost = (repeats: number): number => {
      const line = encoder.encode(`["${unit.repeat(repeats)}"]`)
      const times = [1, 2].map(() => {
        const before = process.cpuUsage()
        createRewriter({ ...lines, policy: 'ccpa' }).push(line, true)
        return process.cpuUsage(before).user / 1000
      })
      return Math.min(...times)
    }
    let [large, small] = [cost(20_000), cost(2_000)]
    for (let attempt = 0; attempt < 5 && large / Math.max(small, 2) > 30; attempt++)
      [large, small] = [Math.min(large, cost(20_000)), Math.min(small, cost(2_000))]
    expect(large / Math.max(small, 2)).toBeLessThanOrEqual(30)
  })

  it('is read several times faster than by the same rules on each text', () => {
    const text = chat(4_000)
    const bytes = encoder.encode(text)
    const { detect } = createDetector({ rules: 'structured' })
    const user = (work: () => void): number => {
      const before = process.cpuUsage()
      work()
      return process.cpuUsage(before).user
    }
    let best = 0
    // The bench measures the speed itself; between the modules of a test engine nothing is inlined.
    for (let run = 0; run < 8 && best < 3; run++) {
      const fast = user(() => createRewriter({ ...lines, policy: 'ccpa' }).push(bytes, true))
      const whole = user(() => {
        for (const line of text.split('\n')) detect((JSON.parse(line) as { content: string }).content)
      })
      best = Math.max(best, whole / fast)
    }
    expect(best).toBeGreaterThan(2)
  })
})
