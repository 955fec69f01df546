import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openTokenVault, sealingKey } from '@attestry/pii'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSite, type Site } from './command-line.js'
import { writeNameModel } from './name-model.js'

let site: Site
beforeAll(() => {
  site = openSite(() => {})
  site.write('notes.txt', 'Aged 45, seen on 14 March 2021.\n\nWrite to jo@example.org\nor call (310) 555-0142.\n')
  site.write(
    'rows.jsonl',
    '{"id":7,"note":{"text":"mail jo@example.org","ok":true}}\n\n{"id":8,"tags":["aged 45",null]}\n',
  )
  site.write('key.bin', 'sixteen bytes or more of a secret')
})
afterAll(() => site.remove())
const read = (name: string): string => readFileSync(join(site.folder, name), 'utf8')

describe('attestry pii', () => {
  it('tells where which kinds were found, and no value', () => {
    const { out } = site.attestry('pii', 'scan', 'notes.txt')
    expect(out).toMatch(/EMAIL +1 +notes\.txt:3/)
    expect(out).toMatch(/PHONE +1 +notes\.txt:4/)
    expect(out).not.toContain('example.org')
    const { findings } = site.attestry('pii', 'scan', 'rows.jsonl', '--json').json() as { findings: object[] }
    expect(findings[0]).toMatchObject({ line: 1, type: 'EMAIL', rule: 'email' })
    expect(JSON.stringify(findings)).not.toContain('example.org')
    expect(site.attestry('pii', 'scan', 'notes.txt', '--show-values').out).toContain('jo@example.org')
  })

  it('looks through a folder, and leaves out what a policy lets stay', () => {
    const { counts, files } = site.attestry('pii', 'scan', '.', '--policy', 'hipaa', '--json').json() as {
      counts: Record<string, number>
      files: string[]
    }
    expect(files).toEqual(expect.arrayContaining(['notes.txt', 'rows.jsonl']))
    expect(counts).toMatchObject({ EMAIL: 2, PHONE: 1, DATE: 1 })
    expect(counts['AGE']).toBeUndefined()
  })

  it('writes a copy under a policy, with the shape of records kept', () => {
    expect(site.attestry('pii', 'redact', 'notes.txt', 'clean.txt', '--policy', 'hipaa').out).toContain(
      '3 identifiers treated under hipaa 2',
    )
    expect(read('clean.txt')).toBe('Aged 45, seen on 2021.\n\nWrite to [EMAIL]\nor call [PHONE].\n')
    site.attestry('pii', 'redact', 'rows.jsonl', 'clean.jsonl', '--policy', 'gdpr', '--key', 'key.bin')
    expect(read('clean.jsonl')).toMatch(
      /^\{"id":7,"note":\{"text":"mail EMAIL_[A-Z2-7]{16}","ok":true\}\}\n\n\{"id":8,"tags":\["(aged )?40-49",null\]\}\n$/,
    )
  })

  it('says why each value was found and what the policy does with it, and no value', () => {
    const { out } = site.attestry('pii', 'scan', 'notes.txt', '--trace', '--policy', 'hipaa')
    expect(out).toMatch(/notes\.txt:3 +\d+-\d+ EMAIL: rule email, score 0\.95, by its form \(rfc5321\)/)
    expect(out).toContain('redact under hipaa 2, HIPAA-164.514(b)(2)(i)(F): electronic mail addresses')
    expect(out).not.toContain('example.org')
    const { findings } = site.attestry('pii', 'scan', 'notes.txt', '--trace', '--json').json() as {
      findings: { trace: object }[]
    }
    expect(findings.at(-1)!.trace).toMatchObject({ rule: 'phone/nanp', basis: 'check' })
  })

  it('asks a model in a folder too, and says who found what', () => {
    writeNameModel(join(site.folder, 'ner'), { quark: 'B-PER', spoon: 'I-TOOL', email: 'B-EMAIL' })
    site.write('team.jsonl', '{"text":"quark called, write to jo@example.org"}\n{"text":"the spoon of quark"}\n')
    const asking = ['team.jsonl', '--second-opinion', 'ner'] as const
    expect(site.attestry('pii', 'scan', ...asking).err).toContain("labels that no type is known for: 'TOOL'")
    const labelled = [...asking, '--label', 'TOOL=ignore'] as const
    expect(site.attestry('pii', 'scan', ...labelled).out).toMatch(
      /type +count +agreed +model only +rules only +first\n +PERSON +2 +0 +2 +0 +team\.jsonl:1\n +EMAIL +1 +0 +0 +1 +team\.jsonl:1/,
    )
    const both = [...labelled, '--require-both', 'EMAIL', '--json'] as const
    const { findings, secondOpinion } = site.attestry('pii', 'scan', ...both).json() as {
      findings: object[]
      secondOpinion: object
    }
    expect(findings).toMatchObject([
      { type: 'PERSON', rule: 'model/per', opinion: 'only-model' },
      { type: 'PERSON', line: 2 },
    ])
    expect(secondOpinion).toMatchObject({
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
      labels: { PER: 'PERSON', TOOL: 'ignore', EMAIL: 'EMAIL' },
      requireBoth: ['EMAIL'],
    })
    const [from, ...model] = labelled
    site.attestry('pii', 'redact', from, 'team.clean.jsonl', '--policy', 'ccpa', ...model)
    expect(read('team.clean.jsonl')).toBe(
      '{"text":"[PERSON] called, write to [EMAIL]"}\n{"text":"the spoon of [PERSON]"}\n',
    )
    expect(site.attestry('pii', 'scan', 'team.jsonl', '--label', 'TOOL=ignore').err).toContain('CLI-E019')
  })

  it('prints places and types for other programs, and no value', () => {
    expect(site.attestry('pii', 'scan', 'notes.txt', '--format', 'csv').out).toMatch(
      /^file,line,type,rule,score,opinion\n(notes\.txt,\d,[A-Z]+,[a-z/-]+,0\.\d+,\n){4}$/,
    )
    expect(site.attestry('pii', 'scan', 'notes.txt', '--format', 'csv', '--show-values').err).toContain('CLI-E019')
  })

  it('writes types by the operators that are asked for, and tokens that the table leads back from', async () => {
    site.write('encryption.bin', 'thirty-two bytes or more of a secret that leads back')
    const redact = (from: string, to: string, ...more: string[]) =>
      site.attestry('pii', 'redact', from, to, '--policy', 'ccpa', ...more)
    const keyed = ['--operator', 'EMAIL=token', '--operator', 'PHONE=encipher', '--encryption-key', 'encryption.bin']
    const { out } = redact('notes.txt', 'notes.1.txt', ...keyed, '--tokens', 'tokens.bin')
    expect(out).toContain('what was written for PHONE looks like it, and is found again')
    const [, token] = /Write to (EMAIL_[A-Z2-7]{26})\nor call \(\d{3}\) \d{3}-\d{4}\./.exec(read('notes.1.txt')) ?? []
    const key = new Uint8Array(readFileSync(join(site.folder, 'encryption.bin')))
    const tokens = await openTokenVault({ file: join(site.folder, 'tokens.bin'), sealing: sealingKey(key) })
    expect(tokens.valueOf(token!)).toBe('jo@example.org')
    // The same value keeps its token.
    redact('rows.jsonl', 'rows.1.jsonl', ...keyed, '--tokens', 'tokens.bin')
    expect(read('rows.1.jsonl')).toContain(`"mail ${token}"`)
    expect(existsSync(join(site.folder, 'rows.1.jsonl.unsaved'))).toBe(false)
    expect(redact('notes.txt', 'notes.2.txt', '--operator', 'PERSN=token').err).toContain('CLI-E019')
    expect(existsSync(join(site.folder, 'notes.2.txt'))).toBe(false)
  })

  it('writes a page with what was found, without the values unless asked', () => {
    expect(site.attestry('pii', 'scan', 'notes.txt', '--html', 'notes.html').out).toContain(
      'notes.html: all texts are on it',
    )
    expect(read('notes.html')).toContain('Write to <mark class="t-EMAIL" id="f3">[EMAIL]</mark>')
    expect(read('notes.html')).not.toContain('jo@example.org')
    site.attestry('pii', 'scan', 'rows.jsonl', '--html', 'rows.html', '--show-values', '--policy', 'ccpa')
    expect(read('rows.html')).toContain('<del>jo@example.org</del> <ins>[EMAIL]</ins>')
    expect(read('rows.html')).toContain('<h2>rows.jsonl:1</h2>')
    expect(site.attestry('pii', 'scan', 'notes.txt', '--html', 'notes.html').err).toContain('CLI-E018')
  })

  it('writes copies of JSON and tables, with hints for paths and columns', () => {
    site.write('users.csv', 'id,mail,notes\n7,Jo,"call (310) 555-0142, please"\n8,,nothing\n')
    const { found, left } = site
      .attestry(
        'pii',
        'redact',
        'users.csv',
        'users.clean.csv',
        '--policy',
        'ccpa',
        '--column',
        'mail=EMAIL',
        '--column',
        'id=keep',
        '--json',
      )
      .json() as { found: object; left: object }
    expect({ found, left }).toEqual({ found: { EMAIL: 1, PHONE: 1 }, left: {} })
    expect(read('users.clean.csv')).toBe('id,mail,notes\n7,[EMAIL],"call [PHONE], please"\n8,,nothing\n')
    site.write('chat.json', '{"messages": [{"content": "I am Jo Quark, jo@example.org", "id": "jo@example.org"}]}')
    site.attestry(
      'pii',
      'redact',
      'chat.json',
      'chat.clean.json',
      '--policy',
      'ccpa',
      '--rules',
      'structured',
      '--path',
      'messages[*].content=text',
    )
    expect(read('chat.clean.json')).toBe(
      '{"messages": [{"content": "I am Jo Quark, [EMAIL]", "id": "jo@example.org"}]}',
    )
  })

  it('writes the same whatever the number of threads, and names the line that is broken', () => {
    const line = (i: number): string =>
      `${JSON.stringify({ n: i, text: `${'a long wait for an answer '.repeat(30)} jo${i}@example.org` })}\n`
    const chat = Array.from({ length: 12_000 }, (_, i) => line(i)).join('')
    site.write('large.jsonl', `\ufeff${chat}`)
    for (const workers of ['1', '3'])
      site.attestry(
        'pii',
        'redact',
        'large.jsonl',
        `large.${workers}.jsonl`,
        '--policy',
        'ccpa',
        '--rules',
        'structured',
        '--workers',
        workers,
      )
    expect(read('large.1.jsonl')).toBe(`\ufeff${chat.replaceAll(/jo\d+@example\.org/g, '[EMAIL]')}`)
    expect(read('large.3.jsonl') === read('large.1.jsonl')).toBe(true)
    site.write('large.jsonl', `${chat}{\n${chat}`)
    const { err } = site.attestry(
      'pii',
      'redact',
      'large.jsonl',
      'large.4.jsonl',
      '--policy',
      'ccpa',
      '--rules',
      'structured',
      '--workers',
      '2',
    )
    expect(err).toContain('line 12001 cannot be read')
    expect(existsSync(join(site.folder, 'large.4.jsonl')) || existsSync(join(site.folder, 'large.4.jsonl.part'))).toBe(
      false,
    )
    expect(
      site.attestry('pii', 'redact', 'large.jsonl', 'x.jsonl', '--policy', 'ccpa', '--workers', '0').err,
    ).toContain('CLI-E010')
  })

  it('refuses what it cannot read or would write over, and leaves nothing half written', () => {
    const code = (...words: string[]): string => /error\[([A-Z0-9-]+)\]/.exec(site.attestry('pii', ...words).err)![1]!
    expect(code('scan', 'nowhere.txt')).toBe('CLI-E017')
    expect(code('scan', 'key.bin')).toBe('CLI-E017')
    expect(code('redact', 'notes.txt', 'clean.txt', '--policy', 'hipaa')).toBe('CLI-E018')
    expect(code('redact', 'notes.txt', 'other.txt')).toBe('CLI-E002')
    expect(code('scan', 'notes.txt', '--policy', 'hippa')).toBe('PII-E007')
    expect(code('redact', 'notes.txt', 'other.txt', '--policy', 'gdpr')).toBe('PII-E002')
    site.write('broken.jsonl', '{"a":1}\n{"a":\n')
    expect(code('redact', 'broken.jsonl', 'other.jsonl', '--policy', 'ccpa')).toBe('PII-E019')
    expect(code('redact', 'broken.jsonl', 'other.jsonl', '--policy', 'ccpa', '--path', 'a')).toBe('CLI-E019')
    expect(code('redact', 'broken.jsonl', 'other.jsonl', '--policy', 'ccpa', '--rules', 'fast')).toBe('CLI-E019')
    for (const name of ['other.txt', 'other.txt.part', 'other.jsonl', 'other.jsonl.part'])
      expect(existsSync(join(site.folder, name)), name).toBe(false)
  })
})
