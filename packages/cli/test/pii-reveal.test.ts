import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256 } from '@attestry/core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { main } from '../src/main.js'
import { attestryBin, openSite, type Result, type Site } from './command-line.js'

let site: Site
const at = (name: string): string => join(site.folder, name)
const read = (name: string): string => readFileSync(at(name), 'utf8')
const records =
  '{"id":"t1","by":"p1","text":"seen on 14 March 2021, mail jo@example.org","tel":"(310) 555-0142"}\r\n' +
  '{"id":"t2","by":"p2","text":"seen on 14 March 2021, mail Zo\\u00eb@example.org","tel":"none"}\n'

/** The command in this process. */
async function attestry(...words: string[]): Promise<Omit<Result, 'signal'>> {
  const written = { out: '', err: '' }
  const spies = (['out', 'err'] as const).map(name =>
    vi.spyOn(process[`std${name}`], 'write').mockImplementation((chunk, encoding, done) => {
      written[name] += Buffer.from(chunk as string).toString()
      const told = typeof encoding === 'function' ? encoding : done
      told?.()
      return true
    }),
  )
  try {
    const code = await main([...words, '--workspace', at('.attestry')])
    return { code, ...written, json: () => JSON.parse(written.out) as never }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

const operators = ['EMAIL=encrypt', 'DATE=shift-date', 'PHONE=encipher'].flatMap(one => ['--operator', one])
const keys = (): string[] => ['--encryption-key', at('encryption.bin'), '--key', at('encryption.bin')]
const redact = (from: string, to: string, ...more: string[]) =>
  attestry('pii', 'redact', at(from), at(to), '--policy', 'ccpa', ...keys(), ...more)
const asking = (): string[] => [
  ...['--encryption-key', at('encryption.bin'), '--record-id', 'id', '--as', 'dana', '--reason', 'recall of a device'],
]
const reveal = (from: string, ...more: string[]) => attestry('pii', 'reveal', at(from), ...asking(), ...more)
const logged = (): Record<string, unknown>[] => {
  const log = at('.attestry/workspace-log/log/payloads.jsonl')
  if (!existsSync(log)) return []
  const lines = readFileSync(log, 'utf8').trim().split('\n')
  return lines.filter(line => line.includes('recall of a device')).map(line => JSON.parse(line) as never)
}

beforeAll(async () => {
  site = openSite()
  site.write('encryption.bin', 'thirty-two bytes or more of a secret that leads back')
  site.write('other.bin', 'thirty-two bytes or more of another secret that leads nowhere')
  site.write('tickets.jsonl', records)
  await attestry('keys', 'create', 'dana', '--role', 'dpo')
})
afterAll(() => site.remove())

// One story in order: each step builds on the one before.
describe.sequential('records with ids', () => {
  it('are written for their ids and their people', async () => {
    const places = ['--record-id', 'id', '--subject', 'by', '--path', 'tel=PHONE']
    const { code, out, err } = await redact('tickets.jsonl', 'tickets.clean.jsonl', ...operators, ...places)
    expect([code, err]).toEqual([0, expect.any(String)])
    expect(out).toContain('6 identifiers treated under ccpa')
    const [first, second] = read('tickets.clean.jsonl')
      .trim()
      .split(/\r?\n/)
      .map(line => JSON.parse(line) as Record<string, string>)
    const form = /^seen on (\d+ \w+ \d{4}), mail \[EMAIL:[\w-]+\]$/
    expect(form.exec(first!['text']!)?.[1]).not.toBe(form.exec(second!['text']!)?.[1])
    expect(first).toMatchObject({ id: 't1', by: 'p1', tel: expect.stringMatching(/^\(\d{3}\) \d{3}-\d{4}$/) as string })
    expect(first!['tel']).not.toBe('(310) 555-0142')
  })

  it('are refused without the option, and where one of them has no id', async () => {
    const without = async (...more: string[]): Promise<string> =>
      (await redact('tickets.jsonl', 'x.jsonl', ...more)).err
    expect(await without('--operator', 'EMAIL=encrypt')).toContain('error[CLI-E002]')
    expect(await without('--operator', 'DATE=shift-date', '--record-id', 'id')).toContain('--subject')
    site.write('one.jsonl', '{"id":1}\n{"text":"jo@example.org"}\n')
    const { code, err } = await redact('one.jsonl', 'x.jsonl', '--operator', 'EMAIL=encrypt', '--record-id', 'id')
    expect([code, err]).toEqual([1, expect.stringContaining('error[PII-E023]') as string])
    expect(err).toContain("the record at line 2 has no id at 'id'")
    expect(err).not.toContain('example')
    expect(existsSync(at('x.jsonl'))).toBe(false)
  })

  it('are given back, after the log has been told who, why, how many and of which file', async () => {
    // The dates moved and stay so; all that was encrypted or enciphered is as it was.
    const whole = records.replaceAll('14 March 2021', '…').replace('"none"', '"[PHONE]"')
    const words = ['pii', 'reveal', 'tickets.clean.jsonl', ...asking(), '--path', 'tel=PHONE']
    const { code, out, err } = site.attestry(...words)
    expect([code, out.replaceAll(/on \d+ \w+ \d{4}/g, 'on …')]).toEqual([0, whole])
    expect(err).toContain('3 values read back for dana')
    const events = logged()
    expect(events).toHaveLength(1)
    expect(JSON.stringify(events)).toContain('"counts":{"EMAIL":2,"PHONE":1}')
    expect(JSON.stringify(events)).not.toContain('example.org')
    expect(read('.attestry/workspace-log/log/payloads.jsonl')).not.toContain('tickets')
    expect((await attestry('verify', 'workspace')).code).toBe(0)
  })

  it('are the original byte for byte where all was encrypted', async () => {
    site.write('people.csv', 'id,mail,note\r\n1,"jo@example.org","said ""hi"", left"\r\n2,Al@example.org,\r\n')
    const csv = ['--operator', 'EMAIL=encrypt', '--record-id', 'id']
    await redact('people.csv', 'people.clean.csv', ...csv)
    expect(read('people.clean.csv')).not.toContain('example')
    const { code, json } = await reveal('people.clean.csv', '--out', at('people.back.csv'), '--json')
    expect(code).toBe(0)
    expect(json()).toEqual({
      from: at('people.clean.csv'),
      to: at('people.back.csv'),
      digest: sha256(readFileSync(at('people.clean.csv'))),
      records: 3,
      found: { EMAIL: 2 },
    })
    expect(read('people.back.csv')).toBe(read('people.csv'))
  })

  it.skipIf(process.platform === 'win32')('end quietly where who reads them has seen enough', () => {
    site.write('long.jsonl', '{"id":1,"text":"nothing to see"}\n'.repeat(50_000))
    const words = [attestryBin, 'pii', 'reveal', at('long.jsonl'), ...asking(), '--workspace', at('.attestry')]
    const quoted = words.map(word => `'${word}'`).join(' ')
    const script = `{ '${process.execPath}' ${quoted}; echo "ended $?" >&2; } | head -n 1`
    const { stdout, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8' })
    expect(stdout).toBe('{"id":1,"text":"nothing to see"}\n')
    expect(stderr).toMatch(/0 values read back for dana.*\nended 0\n$/)
  })

  it('are one record where a text is, with the id that is given', async () => {
    site.write('note.txt', 'write to jo@example.org\n')
    await redact('note.txt', 'note.clean.txt', '--operator', 'EMAIL=encrypt', '--record-id', 'n1')
    expect((await reveal('note.clean.txt', '--record-id', 'n1')).out).toBe('write to jo@example.org\n')
    expect((await reveal('note.clean.txt', '--record-id', 'n2')).err).toContain('error[PII-E015]')
    site.write('seen.txt', 'seen on 14 March 2021\n')
    for (const person of ['p1', 'p2'])
      await redact('seen.txt', `seen.${person}.txt`, ...operators.slice(2, 4), '--subject', person)
    expect(read('seen.p1.txt')).toMatch(/^seen on \d+ \w+ \d{4}\n$/)
    expect(read('seen.p1.txt')).not.toBe(read('seen.p2.txt'))
  })

  it('lead back from one value and its id, and from an enciphered number and its type', async () => {
    const [sealed] = /\[EMAIL:[\w-]+\]/.exec(read('tickets.clean.jsonl'))!
    const { tel } = JSON.parse(read('tickets.clean.jsonl').split('\n')[0]!) as { tel: string }
    const one = (...words: string[]) => attestry('pii', 'reveal', ...asking(), ...words)
    expect((await one('--value', sealed, '--record-id', 't1')).out).toBe('jo@example.org\n')
    expect((await one('--value', tel, '--type', 'PHONE', '--json')).json()).toEqual({ value: '(310) 555-0142' })
    const wrong = await one('--value', sealed, '--record-id', 't2')
    expect([wrong.code, wrong.out, wrong.err.slice(0, 16)]).toEqual([1, '', 'error[PII-E015]:'])
  })

  it('are not given back under another key, for another id or with a bit changed, and nothing is shown', async () => {
    const text = read('people.clean.csv')
    const mail = /EMAIL:(.)/.exec(text)![1]!
    site.write('moved.csv', text.replace('\n1,', '\n3,'))
    site.write('bit.csv', text.replace(/EMAIL:./, `EMAIL:${mail === 'A' ? 'B' : 'A'}`))
    for (const [file, ...more] of [
      ['people.clean.csv', '--encryption-key', at('other.bin')],
      ['people.clean.csv', '--record-id', 'note'],
      ['moved.csv'],
      ['bit.csv'],
    ] as const)
      for (const out of [[], ['--out', at('no.csv')]]) {
        const { code, out: shown, err } = await reveal(file, ...more, ...out)
        expect([code, shown], file).toEqual([1, ''])
        expect(err).toMatch(/error\[PII-E0(15|23)\]/)
        expect(existsSync(at('no.csv')) || existsSync(at('no.csv.part'))).toBe(false)
      }
  })

  it('are not given back to nobody, for no reason, or where nobody could be told', async () => {
    const lacking = async (name: string): Promise<string> => {
      const words = [...asking()]
      words.splice(words.indexOf(`--${name}`), 2)
      const { code, out, err } = await attestry('pii', 'reveal', at('people.clean.csv'), ...words)
      expect([code === 0, out], name).toEqual([false, ''])
      return /error\[([A-Z0-9-]+)\]/.exec(err)![1]!
    }
    for (const name of ['as', 'reason', 'encryption-key']) expect(await lacking(name), name).toBe('CLI-E002')
    expect(await lacking('record-id')).toBe('PII-E015')
    const refusal = async (...more: string[]): Promise<string> => {
      const before = logged().length
      const { code, out, err } = await reveal('people.clean.csv', ...more)
      expect([code === 0, out, logged().length]).toEqual([false, '', before])
      return /error\[([A-Z0-9-]+)\]/.exec(err)![1]!
    }
    expect(await refusal('--as', 'eve')).toBe('AUDIT-E012')
    expect(await refusal('--value', 'x')).toBe('CLI-E019')
    expect((await reveal('people.clean.csv', '--json')).json()).toMatchObject({ error: { code: 'CLI-E002' } })
    expect(await refusal('--out', at('people.csv'))).toBe('CLI-E018')
    expect(await refusal('--encryption-key', at('nowhere.bin'))).toBe('CLI-E016')
    const log = at('.attestry/workspace-log/log/payloads.jsonl')
    const whole = readFileSync(log)
    writeFileSync(log, whole.subarray(0, 40))
    expect(await refusal()).toMatch(/^AUDIT-/)
    writeFileSync(log, whole)
    rmSync(at('.attestry/workspace-log'), { recursive: true })
    writeFileSync(at('.attestry/workspace-log'), '')
    expect((await reveal('people.clean.csv')).out).toBe('')
  })
})
