import fc from 'fast-check'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sha256, type AuditEvent } from '@attestry/core'
import {
  identifierTypes,
  openTokenVault,
  recordIn,
  reveal,
  revealFile,
  rewriteFile,
  sealingKey,
  withActions,
  type RevealFileOptions,
  type Reversal,
  type RewriteOptions,
} from '../src/index.js'
import { structuredText } from './structured-text.js'

const key = new Uint8Array(32).fill(7)
const policy = withActions('ccpa', [{ types: identifierTypes, action: 'encrypt' }])
const sealing = { policy, encryptionKey: key, rules: 'structured', recordIdAt: 'id' } as const
const asked: Reversal[] = []
const asking = {
  principal: 'usr_1',
  purpose: 'recall of a device',
  record: async (one: Reversal) => asked.push(one),
  encryptionKey: key,
  recordIdAt: 'id',
}

let folder: string
let [from, copy, back] = ['', '', '']
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'attestry-reveal-'))
  ;[from, copy, back] = ['from', 'copy', 'back'].map(name => join(folder, name)) as [string, string, string]
})
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(() => {
  asked.splice(0)
  rmSync(back, { force: true })
})

/** Rewrites bytes, reads the copy back, and gives both. */
async function thereAndBack(
  bytes: Uint8Array,
  options: Pick<RewriteOptions, 'format' | 'paths' | 'columns' | 'recordId'>,
): Promise<{ readonly copied: Buffer; readonly revealed: Buffer; readonly values: number }> {
  writeFileSync(from, bytes)
  const { found } = await rewriteFile(from, copy, { ...sealing, ...options })
  await revealFile(copy, back, { ...asking, ...options })
  const values = Object.values(found).reduce((all, one) => all + one, 0)
  return { copied: readFileSync(copy), revealed: readFileSync(back), values }
}

/** A JSON string with some characters escaped that need not be. */
const spelt = (text: string, isAscii: boolean): string => {
  const plain = JSON.stringify(text)
  if (!isAscii) return plain
  // As other languages write it: ASCII alone, a slash with a backslash before it.
  return plain
    .replaceAll('/', '\\/')
    .replaceAll(
      /[^\x20-\x7e]|@/g,
      character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}`,
    )
}

describe('a rewritten file', () => {
  it('of JSON lines is the original again, byte for byte, however its strings were spelt', async () => {
    const text = fc.oneof(structuredText(), fc.constantFrom('Zoë/Ørsted', '\ud83d\ude42', 'ma\u007fß'))
    const record = fc.record({
      text,
      name: fc.oneof(fc.string({ unit: 'binary' }), fc.constant('a\ud800b')),
      isAscii: fc.boolean(),
    })
    let values = 0
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 5 }), async records => {
        const line = ({ text: said, name, isAscii }: (typeof records)[number], i: number): string =>
          `{ "say":${spelt(said, isAscii)}, "n":1.50, "name":${spelt(name, isAscii)},"id": "r${i}"}\r\n`
        const bytes = Buffer.from(records.map(line).join('\n'))
        const { revealed, values: some } = await thereAndBack(bytes, { format: 'jsonl', paths: { name: 'PERSON' } })
        values += some
        expect(revealed.toString()).toBe(bytes.toString())
      }),
      { numRuns: 60 },
    )
    expect(values).toBeGreaterThan(100)
  })

  it('that is a table is the original again, byte for byte, whatever its bytes and quotes', async () => {
    const cell = fc.oneof(
      structuredText().map(text => Buffer.from(text.replaceAll(/[",\r\n]/g, ' '))),
      fc.constantFrom('jo@example.org', 'O"Brien jo@example.org', '', 'x').map(text => Buffer.from(text)),
      fc
        .uint8Array({ maxLength: 20 })
        .map(bytes => Buffer.from(bytes.filter(byte => ![0x22, 0x2c, 0x0a, 0x0d].includes(byte)))),
    )
    const quoted = fc
      .oneof(
        structuredText().map(text => Buffer.from(text)),
        fc.uint8Array({ maxLength: 20 }).map(bytes => Buffer.from(bytes)),
      )
      .map(bytes => Buffer.from(`"${bytes.toString('latin1').replaceAll('"', '""')}"`, 'latin1'))
    let values = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.oneof(cell, quoted), fc.oneof(cell, quoted)), { maxLength: 5 }),
        async rows => {
          const lines = rows.map(([note, name], i) => [
            Buffer.from(`r${i},`),
            note,
            Buffer.from(','),
            name,
            Buffer.from('\r\n'),
          ])
          const bytes = Buffer.concat([Buffer.from('id,note,name\r\n'), ...lines.flat()])
          const { revealed, values: some } = await thereAndBack(bytes, { format: 'csv', columns: { name: 'PERSON' } })
          values += some
          expect(revealed.toString('latin1')).toBe(bytes.toString('latin1'))
        },
      ),
      { numRuns: 80 },
    )
    expect(values).toBeGreaterThan(100)
  })

  it('that lost its quotes in other hands gets them back where a value needs them', async () => {
    const original = 'id,name\n1,"Quark, Jo"\n2,"Quark\nJo"\n3,"""Jo"" Quark"\n4,"Jo\r"\n5,Jo\n'
    const asNames = { format: 'csv', columns: { name: 'PERSON' } } as const
    const { copied } = await thereAndBack(Buffer.from(original), asNames)
    writeFileSync(copy, copied.toString().replaceAll('"', ''))
    await revealFile(copy, back, { ...asking, ...asNames })
    expect(readFileSync(back, 'utf8')).toBe(original)
  })

  it('whose placeholders were escaped in other hands is read back all the same', async () => {
    let copied: Buffer
    // Nothing but the escapes shall show that something is there.
    do ({ copied } = await thereAndBack(Buffer.from('{"id":1,"mail":"é jo@example.org"}\n'), { format: 'jsonl' }))
    while (copied.includes('_'))
    writeFileSync(copy, copied.toString().replace('[EMAIL', '\\u005b\\u0045MAIL'))
    const { found } = await revealFile(copy, back, { ...asking, format: 'jsonl' })
    expect(found).toEqual({ EMAIL: 1 })
    expect(readFileSync(back, 'utf8')).toBe('{"id":1,"mail":"é jo@example.org"}\n')
  })

  it('of text is read back with the one id that it has', async () => {
    const text = 'Write to jo@example.org\r\nor call (310) 555-0142.\n'
    const { copied, revealed } = await thereAndBack(Buffer.from(text), {
      format: 'text',
      recordId: 'note-1',
      ...({ recordIdAt: undefined } as object),
    })
    expect(copied.toString()).toMatch(/^Write to \[EMAIL:[\w-]+\]\r\nor call \[PHONE:[\w-]+\]\.\n$/)
    expect(revealed.toString()).toBe(text)
    expect(asked).toMatchObject([{ recordId: 'note-1', counts: { EMAIL: 1, PHONE: 1 } }])
  })

  it('holds values that are read one by one too, whatever their spelling', async () => {
    const { copied } = await thereAndBack(Buffer.from('{"id":1,"name":"Zo\\u00eb"}'), {
      format: 'jsonl',
      paths: { name: 'PERSON' },
    })
    const { name } = JSON.parse(copied.toString()) as { name: string }
    expect(await reveal(name, { ...asking, recordId: '1' })).toBe('Zoë')
  })

  it('gives numbers back that were enciphered where a path says so, and tokens with their vault', async () => {
    const tokens = await openTokenVault({ file: join(folder, 'tokens'), sealing: sealingKey(key) })
    const lines = '{"tel":"(310) 555-0142","mail":"jo@example.org"}\n{"tel":"none","mail":"x"}\n'
    writeFileSync(from, lines)
    const mixed = withActions('ccpa', [
      { types: ['PHONE'], action: 'encipher' },
      { types: ['EMAIL'], action: 'token' },
    ])
    const layout = { format: 'jsonl', paths: { tel: 'PHONE' } } as const
    await rewriteFile(from, copy, { ...layout, policy: mixed, encryptionKey: key, tokens, rules: 'structured' })
    expect(readFileSync(copy, 'utf8')).not.toMatch(/555-0142|example/)
    const { recordIdAt: _, ...others } = asking
    const { found } = await revealFile(copy, back, { ...others, ...layout, tokens })
    // What is no number was not enciphered, and has left a placeholder.
    expect(readFileSync(back, 'utf8')).toBe(lines.replace('none', '[PHONE]'))
    expect(found).toEqual({ PHONE: 1, EMAIL: 1 })
    const lacking = { ...others, encryptionKey: undefined as never, tokens }
    asked.splice(0)
    await expect(revealFile(copy, back, { ...lacking, ...layout })).rejects.toMatchObject({ code: 'PII-E015' })
    expect(asked).toEqual([])
    await revealFile(copy, back, { ...others, format: 'jsonl', tokens })
    expect(readFileSync(back, 'utf8')).toMatch(/"tel":"\(\d{3}\) \d{3}-\d{4}","mail":"jo@example.org"/)
  })
})

describe('reading a file back', () => {
  const lines = '{"id":1,"mail":"jo@example.org"}\n{"id":2,"mail":"al@example.org"}\n'
  const layout = { format: 'jsonl' } as const
  beforeEach(async () => {
    await thereAndBack(Buffer.from(lines), layout)
    asked.splice(0)
    rmSync(back, { force: true })
  })
  const refused = (change: (text: string) => string, options: Partial<RevealFileOptions> = {}): Promise<unknown> => {
    writeFileSync(copy, change(readFileSync(copy, 'utf8')))
    return expect(revealFile(copy, back, { ...asking, ...layout, ...options }))
      .rejects.toMatchObject({ code: expect.stringMatching(/^PII-E0(15|23)$/) as string })
      .then(() => expect(existsSync(back) || existsSync(`${back}.part`)).toBe(false))
  }
  const same = (text: string): string => text

  it('is recorded first, with the digest of the file, how many there are and no value', async () => {
    const events: AuditEvent[] = []
    const log = { append: async (event: AuditEvent) => (expect(existsSync(back)).toBe(false), events.push(event)) }
    const { digest } = await revealFile(copy, back, { ...asking, ...layout, record: recordIn(log, 'workspace') })
    expect(digest).toBe(sha256(readFileSync(copy)))
    expect(events).toMatchObject([
      {
        type: 'attestry.identifiers.reveal-requested',
        actor: 'usr_1',
        objects: [digest],
        payload: { purpose: 'recall of a device', counts: { EMAIL: 2 } },
      },
    ])
    expect(JSON.stringify(events)).not.toContain('example')
    if (process.platform !== 'win32') expect(statSync(back).mode & 0o777).toBe(0o600)
  })

  it('is refused under another key, for another record, and with a bit changed', async () => {
    await refused(same, { encryptionKey: new Uint8Array(32) })
    await refused(same, { recordIdAt: 'mail' })
    await refused(same, { ...({ recordIdAt: undefined } as object), recordId: '1' })
    await refused(text => text.replace('"id":1', '"id":3'))
    await refused(text => text.replace('"id":3', '"id":1').replace('"id":2', '"id":1'))
  })

  it('is refused where two records changed their values', async () => {
    await refused(text => {
      const [first, second] = [...text.matchAll(/\[EMAIL:[\w-]+\]/g)].map(String) as [string, string]
      return text.replace(first, '?').replace(second, first).replace('?', second)
    })
  })

  it('is refused with one bit of one value changed, whichever it is', async () => {
    const text = readFileSync(copy, 'utf8')
    const sealed = /\[EMAIL:([\w-]+)\]/.exec(text)![1]!
    const bytes = Buffer.from(sealed, 'base64url')
    for (const bit of [0, 100, bytes.length * 8 - 1]) {
      const changed = Buffer.from(bytes)
      changed[bit >> 3]! ^= 1 << (bit & 7)
      await refused(() => text.replace(sealed, changed.toString('base64url')))
    }
    await refused(() => text.replace('[EMAIL:', '[PHONE:'))
    expect(asked).toHaveLength(4)
  })

  it('is refused without an id where values are encrypted, before it is recorded', async () => {
    await refused(same, { ...({ recordIdAt: undefined } as object) })
    await refused(text => text.replace('"id":2,', ''))
    expect(asked).toEqual([])
  })

  it('gives nothing when the record fails, or the file changes meanwhile', async () => {
    const full = async (): Promise<never> => {
      throw new Error('disk full')
    }
    await expect(revealFile(copy, back, { ...asking, ...layout, record: full })).rejects.toThrow('disk full')
    const given: string[] = []
    const take = async (bytes: Uint8Array): Promise<void> => void given.push(Buffer.from(bytes).toString())
    await expect(revealFile(copy, take, { ...asking, ...layout, record: full })).rejects.toThrow('disk full')
    const change = async (): Promise<void> => writeFileSync(copy, `${readFileSync(copy, 'utf8')}{"id":3}\n`)
    await refused(same, { record: change })
    await expect(revealFile(copy, take, { ...asking, ...layout, record: change })).rejects.toMatchObject({
      message: 'nothing is read back: the file changed while it was read',
    })
    expect(given).toEqual([])
    await revealFile(copy, take, { ...asking, ...layout })
    expect(given.join('')).toBe(`${lines}{"id":3}\n{"id":3}\n`)
  })

  it('gives a function nothing when the last value does not open', async () => {
    const given: Uint8Array[] = []
    writeFileSync(copy, readFileSync(copy, 'utf8').replace('"id":2', '"id":3'))
    const take = async (bytes: Uint8Array): Promise<void> => void given.push(bytes)
    await expect(revealFile(copy, take, { ...asking, ...layout })).rejects.toMatchObject({ code: 'PII-E015' })
    expect(given).toEqual([])
  })
})
