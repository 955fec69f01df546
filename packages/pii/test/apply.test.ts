import { createHmac, hkdfSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { IdentifierRule } from '@attestry/core'
import { apply, canonicalForm, detect, mask, pseudonymiser, type Finding } from '../src/index.js'

const key = new Uint8Array(32).fill(7)
const redact = (type: string): IdentifierRule => ({ type, operator: 'redact' })
const pseudonym = (type: string): IdentifierRule => ({ type, operator: 'pseudonym' })

describe('apply', () => {
  const text = 'Maria wrote from jo@example.org'

  it('redacts what has a rule and leaves the rest', () =>
    expect(apply(text, detect(text), [redact('EMAIL')])).toBe('Maria wrote from [EMAIL]'))

  it('applies a different operator to each type', () =>
    expect(apply(text, detect(text), [redact('PERSON'), { type: 'EMAIL', operator: 'mask' }])).toBe(
      '[PERSON] wrote from **@*******.***',
    ))

  it('does what the README shows', () => {
    const sample = 'My name is Thandi Zulu, call +44 20 7946 0958 or write to thandi@example.org.'
    const rules: IdentifierRule[] = [redact('PERSON'), { type: 'PHONE', operator: 'mask' }, redact('EMAIL')]
    expect(apply(sample, detect(sample), rules)).toBe('My name is [PERSON], call +** ** **** **58 or write to [EMAIL].')
  })

  it('gives the text back when there is nothing to do', () => expect(apply(text, [], [redact('EMAIL')])).toBe(text))

  it.each<[string, Partial<Finding>[]]>([
    ['out of range', [{ start: 20, end: 99 }]],
    [
      'overlapping',
      [
        { start: 0, end: 9 },
        { start: 5, end: 12 },
      ],
    ],
    [
      'unsorted',
      [
        { start: 9, end: 12 },
        { start: 0, end: 5 },
      ],
    ],
    ['empty', [{ start: 3, end: 3 }]],
    ['without a place', [{ start: Number.NaN, end: 3 }]],
  ])('refuses findings that are %s with PII-E003', (_, places) => {
    const findings = places.map(place => ({ type: 'EMAIL', score: 1, rule: 'r', ...place }) as Finding)
    expect(() => apply(text, findings, [redact('EMAIL')])).toThrow(expect.objectContaining({ code: 'PII-E003' }))
  })

  it('refuses a rule for an unknown type with PII-E001', () =>
    expect(() => apply(text, [], [redact('E_MAIL')])).toThrow(expect.objectContaining({ code: 'PII-E001' })))

  it('refuses pseudonyms without a key with PII-E002, even when nothing was found', () =>
    expect(() => apply(text, [], [pseudonym('EMAIL')])).toThrow(expect.objectContaining({ code: 'PII-E002' })))

  it('refuses a key of 15 bytes with PII-E004 and takes one of 16', () => {
    const rules = [pseudonym('EMAIL')]
    expect(() => apply(text, [], rules, { pseudonymKey: new Uint8Array(15) })).toThrow(
      expect.objectContaining({ code: 'PII-E004' }),
    )
    expect(apply(text, [], rules, { pseudonymKey: new Uint8Array(16) })).toBe(text)
  })

  it('never puts a value into an error', () => {
    const secret = 'jo@example.org'
    try {
      apply(secret, [{ type: 'EMAIL', start: 0, end: 99, score: 1, rule: 'r' }], [redact('EMAIL')])
      expect.unreachable()
    } catch (error) {
      expect(JSON.stringify(error)).not.toContain('example')
    }
  })
})

describe('mask', () => {
  it.each([
    ['CREDIT_CARD', '4111 1111 1111 1234', '**** **** **** 1234'],
    ['IBAN', 'GB82 WEST 1234 5698 7654 32', '**** **** **** **** **54 32'],
    ['PHONE', '+44 (0)20 7946 0958', '+** (*)** **** **58'],
    ['US_SSN', '123-45-6789', '***-**-****'],
    ['EMAIL', 'jo@example.org', '**@*******.***'],
    ['PERSON', 'José van Dyk', '**** *** ***'],
    ['IP_ADDRESS', '2001:db8::1', '****:***::*'],
    ['CREDIT_CARD', '４１１１\u200b１１１１１１１１１２３４', '************１２３４'],
  ] as const)('writes a star for each letter and digit of a %s: %s', (type, value, masked) =>
    expect(mask(type, value)).toBe(masked),
  )
})

describe('pseudonyms', () => {
  const of = pseudonymiser(key)

  it('are keyed: HMAC-SHA256 under HKDF of the key and the type, 80 bits in base32', () => {
    const typeKey = new Uint8Array(hkdfSync('sha256', key, '', 'attestry/pii/v1|EMAIL', 32))
    const mac = createHmac('sha256', typeKey).update('0|jo@example.org').digest()
    const bits = [...mac.subarray(0, 10)].map(byte => byte.toString(2).padStart(8, '0')).join('')
    const expected = bits.match(/.{5}/g)!.map(five => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(five, 2)])
    expect(of('EMAIL', 'jo@example.org')).toBe(`EMAIL_${expected.join('')}`)
  })

  it('are the same for two spellings of one value', () => {
    expect(of('EMAIL', 'Jo@Example.ORG')).toBe(of('EMAIL', 'jo@example.org'))
    expect(of('PERSON', 'JOSÉ  Pérez')).toBe(of('PERSON', 'Jose Perez'))
    expect(of('CREDIT_CARD', '4111-1111-1111-1111')).toBe(of('CREDIT_CARD', '4111111111111111'))
    expect(of('PHONE', '(310) 555-1234 x9')).toBe(of('PHONE', '+1 310 555 1234'))
    expect(of('PHONE', '+44 (0)20 7946 0958')).toBe(of('PHONE', '0044 20 7946 0958'))
  })

  it('differ between values, types and keys', () => {
    const other = pseudonymiser(new Uint8Array(32).fill(8))
    const tokens = [of('EMAIL', 'jo@example.org'), of('EMAIL', 'al@example.org'), of('URL', 'jo@example.org')]
    tokens.push(other('EMAIL', 'jo@example.org'))
    expect(new Set(tokens.map(token => token.slice(token.indexOf('_') + 1))).size).toBe(4)
  })

  it('are not found again', () => {
    const text = Array.from({ length: 300 }, (_, i) => `call ${of('PHONE', `${i}`)} ${of('CREDIT_CARD', `${i}`)}`).join(
      ' ',
    )
    expect(detect(text)).toEqual([])
  })

  it('rest on a canonical form without separators or case', () => {
    expect(canonicalForm('IBAN', 'gb82 west 1234')).toBe('GB82WEST1234')
    expect(canonicalForm('PERSON', 'J. R.  Smith')).toBe('j r smith')
    expect(canonicalForm('PHONE', '020 7946 0958')).toBe('02079460958')
  })
})
