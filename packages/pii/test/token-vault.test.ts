import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AuditEvent } from '@attestry/core'
import {
  anonymize,
  detect,
  openTokenVault,
  recordIn,
  reveal,
  revealEnciphered,
  sealingKey,
  valueCipher,
  withActions,
  type RevealOptions,
  type Reversal,
} from '../src/index.js'

const key = new Uint8Array(32).fill(7)
const sealing = sealingKey(key)
let folder: string
let file: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attestry-tokens-'))
  file = join(folder, 'tokens.bin')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('a vault of tokens', () => {
  it('gives the same token for the same value of the same person, in this process and the next', async () => {
    const vault = await openTokenVault({ file, sealing })
    const token = vault.tokenOf('EMAIL', 'jo@example.org', 'sub_1')
    expect(token).toMatch(/^EMAIL_[A-Z2-7]{26}$/)
    expect(vault.tokenOf('EMAIL', 'JO@example.org', 'sub_1')).toBe(token)
    expect(vault.tokenOf('EMAIL', 'jo@example.org', 'sub_2')).not.toBe(token)
    expect(vault.tokenOf('EMAIL', 'jo@example.org')).not.toBe(token)
    await vault.save()
    const again = await openTokenVault({ file, sealing })
    expect(again.size).toBe(3)
    expect(again.tokenOf('EMAIL', 'jo@example.org', 'sub_1')).toBe(token)
    expect(again.valueOf(token)).toBe('jo@example.org')
  })

  it('draws tokens that say nothing about the value', async () => {
    const [a, b] = await Promise.all([openTokenVault({ file, sealing }), openTokenVault({ file, sealing })])
    expect(a.tokenOf('EMAIL', 'jo@example.org')).not.toBe(b.tokenOf('EMAIL', 'jo@example.org'))
  })

  it('keeps the table encrypted, and for its owner alone', async () => {
    const vault = await openTokenVault({ file, sealing })
    vault.tokenOf('EMAIL', 'jo@example.org', 'sub_1')
    await vault.save()
    const bytes = (await readFile(file)).toString('latin1')
    expect(bytes).not.toMatch(/example|EMAIL|sub_1/)
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  it('forgets a person', async () => {
    const vault = await openTokenVault({ file, sealing })
    const token = vault.tokenOf('EMAIL', 'jo@example.org', 'sub_1')
    const other = vault.tokenOf('EMAIL', 'jo@example.org', 'sub_2')
    expect(vault.forget('sub_1')).toBe(1)
    await vault.save()
    const again = await openTokenVault({ file, sealing })
    expect(again.valueOf(token)).toBeUndefined()
    expect(again.valueOf(other)).toBe('jo@example.org')
    expect(again.tokenOf('EMAIL', 'jo@example.org', 'sub_1')).not.toBe(token)
  })

  it('refuses a table of another key, a changed one and a cut one with PII-E016', async () => {
    const vault = await openTokenVault({ file, sealing })
    vault.tokenOf('EMAIL', 'jo@example.org')
    await vault.save()
    const refused = expect.objectContaining({ code: 'PII-E016' }) as unknown
    await expect(openTokenVault({ file, sealing: sealingKey(new Uint8Array(32)) })).rejects.toEqual(refused)
    const bytes = await readFile(file)
    for (const broken of [
      bytes.subarray(0, -1),
      bytes.subarray(0, 5),
      Buffer.alloc(0),
      Buffer.from(bytes).fill(0, 20, 21),
    ]) {
      await writeFile(file, broken)
      await expect(openTokenVault({ file, sealing })).rejects.toEqual(refused)
    }
    await writeFile(file, await sealing.seal(Buffer.from('{"entries":[{"token":"x"}]}'), 'pii-tokens'))
    await expect(openTokenVault({ file, sealing })).rejects.toEqual(refused)
    expect(() => sealingKey(new Uint8Array(31))).toThrow(expect.objectContaining({ code: 'PII-E004' }))
  })

  it('is what writes names under Safe Harbor', async () => {
    const tokens = await openTokenVault({ file, sealing })
    const policy = withActions('hipaa', [{ types: ['EMAIL'], action: 'token' }])
    const text = 'From jo@example.org to Jo@example.org'
    const result = anonymize(text, detect(text), policy, { tokens }).text
    expect(result).toMatch(/^From (EMAIL_[A-Z2-7]{26}) to \1$/)
    expect(detect(result)).toEqual([])
    expect(() => anonymize(text, detect(text), policy)).toThrow(expect.objectContaining({ code: 'PII-E013' }))
  })
})

describe('reading values back', () => {
  const asked: Reversal[] = []
  const options = {
    principal: 'usr_1',
    purpose: 'recall of a device',
    record: async (one: Reversal) => asked.push(one),
  }
  beforeEach(() => void asked.splice(0))
  const text = 'Call +44 20 7946 0958 or write to jo@example.org'

  it('gives the text again, and says so to the record first', async () => {
    const tokens = await openTokenVault({ file, sealing })
    const policy = withActions('gdpr', [
      { types: ['EMAIL'], action: 'token' },
      { types: ['PHONE'], action: 'encrypt' },
    ])
    const written = anonymize(text, detect(text), policy, { tokens, encryptionKey: key, recordId: 'r1' }).text
    expect(written).not.toMatch(/7946|example/)
    const all = { ...options, tokens, encryptionKey: key, recordId: 'r1' }
    expect(await reveal(written, all)).toBe(text)
    expect(asked).toEqual([
      { principal: 'usr_1', purpose: 'recall of a device', recordId: 'r1', counts: { EMAIL: 1, PHONE: 1 } },
    ])
    expect(await reveal(written, { ...options, tokens })).toMatch(/^Call \[PHONE:[\w-]+\] or write to jo@example\.org$/)
    for (const wrong of [
      { ...all, recordId: 'r2' },
      { ...all, encryptionKey: new Uint8Array(32) },
      { ...all, tokens: { valueOf: () => undefined } },
    ])
      await expect(reveal(written, wrong)).rejects.toMatchObject({ code: 'PII-E015' })
    await expect(reveal(written, { ...options, encryptionKey: key })).rejects.toMatchObject({ code: 'PII-E015' })
  })

  it('reads tokens back wherever they stand, beside underscores, letters and one another', async () => {
    const vault = await openTokenVault({ file, sealing })
    const policy = withActions('ccpa', [{ types: ['PHONE', 'CREDIT_CARD', 'ID'], action: 'token' }])
    for (const before of ['tel_(310) 555-0142_x', 'id-4111111111111111a', 'é 4111111111111111é']) {
      const written = anonymize(before, detect(before), policy, { tokens: vault }).text
      expect(written).not.toMatch(/\d{4}/)
      expect(await reveal(written, { ...options, tokens: vault })).toBe(before)
    }
  })

  it('reads nothing before it is recorded, and nothing when that fails', async () => {
    const order: string[] = []
    const tokens = {
      valueOf: () => {
        order.push('read')
        return 'jo@example.org'
      },
    }
    const written = `to EMAIL_${'A'.repeat(26)}`
    const record = async (): Promise<void> => {
      await new Promise(resolve => setTimeout(resolve, 5))
      order.push('recorded')
    }
    await reveal(written, { ...options, tokens, record })
    expect(order).toEqual(['recorded', 'read'])
    const full = async (): Promise<never> => {
      throw new Error('disk full')
    }
    await expect(reveal(written, { ...options, tokens, record: full })).rejects.toThrow('disk full')
    expect(order).toEqual(['recorded', 'read'])
  })

  it.each<[string, Partial<RevealOptions>]>([
    ['a record', { record: undefined as never }],
    ['a principal', { principal: ' ' }],
    ['a purpose', { purpose: '' }],
    ['a key or a vault', { encryptionKey: undefined as never }],
  ])('is refused without %s', async (_, lacking) => {
    await expect(reveal('x', { ...options, encryptionKey: key, ...lacking })).rejects.toMatchObject({
      code: 'PII-E015',
    })
    expect(asked).toEqual([])
  })

  it('is refused by its type without a record', () => {
    // @ts-expect-error: a reversal without a place to record it
    const lacking: RevealOptions = { principal: 'usr_1', purpose: 'a', encryptionKey: key }
    expect(lacking.record).toBeUndefined()
  })

  it('reads enciphered numbers back', async () => {
    const value = valueCipher(key).encipher('ID', '123-456-789')
    const numbers = [{ type: 'ID', value }] as const
    expect(await revealEnciphered(numbers, { ...options, encryptionKey: key })).toEqual(['123-456-789'])
    expect(asked).toMatchObject([{ counts: { ID: 1 } }])
    await expect(revealEnciphered(numbers, { ...options, tokens: { valueOf: () => '' } })).rejects.toMatchObject({
      code: 'PII-E015',
    })
  })

  it('writes the reversal into an audit log, with counts and no value', async () => {
    const events: AuditEvent[] = []
    const log = { append: async (event: AuditEvent) => events.push(event) - 1 }
    const tokens = { valueOf: () => 'jo@example.org' }
    await reveal(`to EMAIL_${'A'.repeat(26)}`, { ...options, tokens, record: recordIn(log, 'run_1') })
    expect(events).toMatchObject([
      {
        type: 'attestry.identifiers.reveal-requested',
        phase: 'note',
        actor: 'usr_1',
        run: 'run_1',
        payload: { purpose: 'recall of a device', counts: { EMAIL: 1 } },
      },
    ])
    expect(JSON.stringify(events)).not.toContain('example.org')
  })
})
