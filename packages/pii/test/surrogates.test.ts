import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  anonymize,
  createSurrogates,
  detect,
  identifierTypes,
  isIbanValid,
  isInternationalPhone,
  isLuhnValid,
  isSsnPossible,
  surrogateTypes,
  type Finding,
  type IdentifierType,
  type Original,
  type PiiPolicy,
  type SurrogateOptions,
} from '../src/index.js'
import { load, surrogateLists } from '../src/surrogates/lists.js'
import { generatedTexts } from './surrogate-texts.js'

const key = new Uint8Array(32).fill(7)
const policy: PiiPolicy = {
  id: 'own',
  version: '1',
  title: '',
  source: '',
  checkedOn: null,
  rules: [{ types: identifierTypes, action: 'surrogate', control: 'X-1', because: 'a test' }],
}
const under = (text: string, pseudonymKey: Uint8Array = key): string =>
  anonymize(text, detect(text), policy, { pseudonymKey }).text
const one = (type: IdentifierType, value: string, options: SurrogateOptions = {}): string => {
  const finding: Finding = { type, start: 0, end: value.length, score: 1, rule: 'r' }
  return createSurrogates(key, options)([{ finding, value }])(finding, value)
}

describe('a made-up name', () => {
  it('is one person wherever the person is named', () => {
    const text = 'My name is John Smith. Signed, J. Smith. Dear Mr. Smith, SMITH and John Smith are one.'
    const names = detect(text).filter(({ type }) => type === 'PERSON')
    expect(names.map(({ start, end }) => text.slice(start, end))).toContain('J. Smith')
    const result = under(text)
    const [, given, family] = /My name is (\p{L}+) (\p{L}+)\./u.exec(result)!
    expect(result).toContain(`${given![0]}. ${family}`)
    expect(result).toContain(`${family!.toUpperCase()} and ${given} ${family} are one`)
    expect(result).not.toMatch(/john|smith/i)
  })

  it('is the same in every text under a key, and another under another key or domain', () => {
    expect(one('PERSON', 'Maria Quark')).toBe(
      one('PERSON', 'MARIA QUARK').replaceAll(/\B\p{Lu}/gu, l => l.toLowerCase()),
    )
    expect(one('PERSON', 'Maria Quark').split(' ')[1]).toBe(one('PERSON', 'Mr Quark').split(' ')[1])
    expect(one('PERSON', 'Maria Quark', { domain: 'b' })).not.toBe(one('PERSON', 'Maria Quark'))
    expect(under('I am Maria Quark.', new Uint8Array(32).fill(8))).not.toBe(under('I am Maria Quark.'))
  })

  it('keeps titles, particles, initials and the order, the case and the list of given names', () => {
    expect(one('PERSON', 'Dr. Anna van der Berg, PhD')).toMatch(/^Dr\. \p{Lu}\p{L}+ van der \p{Lu}\p{L}+, PhD$/u)
    expect(one('PERSON', 'Smith, John')).toMatch(/^\p{Lu}\p{L}+, \p{Lu}\p{L}+$/u)
    expect(one('PERSON', 'J. R. Quark')).toMatch(/^\p{Lu}\. \p{Lu}\. \p{Lu}\p{L}+$/u)
    expect(one('PERSON', 'anna-maria quark')).toMatch(/^\p{Ll}+-\p{Ll}+ \p{Ll}+$/u)
    expect(one('PERSON', "Anna Quark's")).toMatch(/'s$/)
    const lists = load(
      new Uint8Array(Buffer.from(JSON.stringify({ en: { female: 'Ada', male: 'Bo', family: 'C', towns: 'D' } }))),
    )
    expect(lists.byLanguage.get('en')!.given).toEqual(['Ada', 'Bo'])
  })

  it('is of the language of the locale', () => {
    const names = (locale: string): string[] =>
      Array.from({ length: 30 }, (_, i) => one('PERSON', `Quark${String.fromCharCode(97 + (i % 26))}`, { locale }))
    expect(names('de-AT').join()).not.toBe(names('es-ES').join())
    expect(one('PERSON', 'Anna Quark', { locale: 'xx-XX' })).toBe(one('PERSON', 'Anna Quark', { locale: 'en-US' }))
  })

  it('needs whole lists', () => {
    const refused = expect.objectContaining({ code: 'PII-E017' }) as Error
    expect(() => load(new Uint8Array([1]))).toThrow(refused)
    expect(() => load(new Uint8Array(Buffer.from('{"en":{}}')))).toThrow(refused)
    expect(() => load(new Uint8Array(Buffer.from('{}')))).toThrow(refused)
  })
})

describe('a made-up number belongs to nobody', () => {
  const many = (type: IdentifierType, value: (i: number) => string): string[] =>
    Array.from({ length: 60 }, (_, i) => one(type, value(i)))

  it('telephone numbers are kept for fiction, or no country has them', () => {
    for (const phone of many('PHONE', i => `(310) 555-${1000 + i}`)) expect(phone).toMatch(/^\([2-9]\d\d\) 555-01\d\d$/)
    for (const phone of many('PHONE', i => `+1 415 555 ${1000 + i} x12`))
      expect(phone).toMatch(/^\+1 \d{3} 555 01\d\d x\d\d$/)
    for (const phone of many('PHONE', i => `+44 (0)20 7123 ${1000 + i}`))
      expect(phone).toMatch(/^\+44 \(0\)20 7946 0\d{3}$/)
    for (const phone of many('PHONE', i => `+44 7911 12${1000 + i}`)) expect(phone).toMatch(/^\+44 7700 900\d{3}$/)
    for (const phone of many('PHONE', i => `+49 30 1234${1000 + i}`)) expect(phone).toMatch(/^\+49 30 23125\d{3}$/)
    for (const phone of many('PHONE', i => `+33 6 12 34 ${10 + i} 99`))
      expect(phone).toMatch(/^\+33 6 39 98 \d\d \d\d$/)
    for (const phone of many('PHONE', i => `0034 91 123 ${1000 + i}`)) {
      expect(phone).toMatch(/^0099 9\d \d{3} \d{4}$/)
      expect(isInternationalPhone(phone.replaceAll(/\D/g, '').slice(2))).toBe(false)
    }
    for (const phone of many('PHONE', i => `020 7123 ${1000 + i}`)) expect(phone).toMatch(/^000 \d{4} \d{4}$/)
  })

  it('cards fail their check unless asked, IBANs and Social Security numbers always', () => {
    for (const card of many('CREDIT_CARD', i => `4111 1111 1111 ${1000 + i}`)) {
      expect(card).toMatch(/^4\d{3} \d{4} \d{4} \d{4}$/)
      expect(isLuhnValid(card.replaceAll(' ', ''))).toBe(false)
    }
    expect(isLuhnValid(one('CREDIT_CARD', '4111111111111111', { validCards: true }))).toBe(true)
    for (const iban of many('IBAN', i => `GB82 WEST 1234 5698 ${1000 + i} 32`)) {
      expect(iban).toMatch(/^GB00 [A-Z]{4} \d{4} \d{4} \d{4} \d\d$/)
      expect(isIbanValid(iban.replaceAll(' ', ''))).toBe(false)
    }
    for (const ssn of many('US_SSN', i => `123-45-${1000 + i}`)) {
      expect(ssn).toMatch(/^000-\d\d-\d{4}$/)
      expect(isSsnPossible(ssn.replaceAll('-', ''))).toBe(false)
    }
  })

  it('codes keep their form, and fail every check', () => {
    expect(one('NATIONAL_ID', '12345678Z')).toMatch(/^\d{8}[A-Z]$/)
    expect(one('VIN', '1HGCM82633A004352')).toMatch(/^\d[A-Z]{4}\d{5}[A-Z]\d{6}$/)
    for (const code of many('ID', i => `ab-${100_000 + i}`)) {
      expect(code).toMatch(/^[a-z]{2}-\d{6}$/)
      expect(detect(`x ${code.replace('-', '')} x`).filter(({ validator }) => validator !== undefined)).toEqual([])
    }
    expect(one('BIC', 'DEUTDEFF')).toMatch(/^[A-Z]{4}ZZ[A-Z]{2}$/)
    expect(one('MAC_ADDRESS', '00:1A:2B:3C:4D:5E')).toMatch(/^02(?::[\dA-F]{2}){5}$/)
  })

  it('addresses of the network are kept for examples', () => {
    for (const email of many('EMAIL', i => `jo.${i}@acme.example`))
      expect(email).toMatch(/^[a-z]+\.[a-z]+\d{3}@example\.(?:com|org|net)$/)
    expect(one('EMAIL', 'a@acme.example').split('@')[1]).toBe(one('EMAIL', 'b@acme.example').split('@')[1])
    for (const ip of many('IP_ADDRESS', i => `10.1.2.${i}`))
      expect(ip).toMatch(/^(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}$/)
    expect(one('IP_ADDRESS', 'fe80::1%eth0')).toMatch(/^2001:db8::[\da-f]+:[\da-f]+%eth0$/)
    expect(one('URL', 'https://www.acme.example/a/b?c=1')).toMatch(
      /^https:\/\/www\.[a-z]+\d{3}\.example\.\w{3}\/[\da-z]+$/,
    )
    expect(one('DOMAIN', 'acme.example')).toMatch(/^[a-z]+\d{3}\.example\.\w{3}$/)
    expect(one('HANDLE', '@jo_99')).toMatch(/^@[a-z]+\d{4}$/)
  })

  it('addresses of places keep their layout, with a postcode that nobody has', () => {
    expect(one('ADDRESS', '742 Evergreen Terrace, Springfield, IL 62704')).toMatch(
      /^[1-9]\d\d \p{Lu}\p{L}+ Terrace, \p{Lu}\p{L}+, IL 000\d\d$/u,
    )
    expect(one('ADDRESS', 'Hauptstraße 12, 10115 Berlin')).toMatch(
      /^\p{Lu}\p{L}+straße [1-9]\d, 000\d\d \p{Lu}\p{L}+$/u,
    )
    expect(one('ADDRESS', '1 Mill Road\nLondon SW1A 1AA')).toMatch(
      /^[1-9] \p{Lu}\p{L}+ Road\n\p{Lu}\p{L}+ Q[A-Z]\d[A-Z] \d[A-Z]{2}$/u,
    )
    expect(one('LOCATION', 'Boston, MA')).toMatch(/^\p{Lu}\p{L}+, MA$/u)
    expect(one('LOCATION', 'Texas')).not.toBe('Texas')
    expect(one('ORGANIZATION', 'Evergreen General Hospital')).toMatch(/^\p{Lu}\p{L}+ General Hospital$/u)
    expect(one('ORGANIZATION', 'General Hospital')).toBe('[ORGANIZATION]')
  })
})

describe('made-up values', () => {
  it('are there for the types that have them, and placeholders for the others', () => {
    expect(one('SECRET', 'hunter2')).toBe('[SECRET]')
    expect(one('NRP', 'Catholic')).toBe('[NRP]')
    for (const type of identifierTypes) if (!surrogateTypes.has(type)) expect(one(type, 'Value 1')).toBe(`[${type}]`)
  })

  it('are the same for the same value, and never any original of the text', () => {
    fc.assert(
      fc.property(generatedTexts, text => {
        const findings = detect(text)
        const result = anonymize(text, findings, policy, { pseudonymKey: key })
        expect(anonymize(text, findings, policy, { pseudonymKey: key }).text).toBe(result.text)
        const originals = new Set(findings.map(({ start, end }) => text.slice(start, end).toLowerCase()))
        for (const { written } of result.decisions)
          expect(originals).not.toContain(result.text.slice(written.start, written.end).toLowerCase())
      }),
      { numRuns: 60 },
    )
  })

  it('are never another original, where the first draw would be one', () => {
    const originalsOf = (type: IdentifierType, values: readonly string[]): Original[] =>
      values.map(value => ({ finding: { type, start: 0, end: value.length, score: 1, rule: 'r' }, value }))
    const first = one('EMAIL', 'jo@acme.example')
    const [jo, other] = originalsOf('EMAIL', ['jo@acme.example', first])
    expect(createSurrogates(key)([jo!, other!])(jo!.finding, jo!.value)).not.toBe(first)
    const families = surrogateLists('en').family.slice(0, 300)
    const people = originalsOf(
      'PERSON',
      families.map(name => `Anna ${name}`),
    )
    const surrogate = createSurrogates(key, { locale: 'en-US' })(people)
    for (const { finding, value } of people) expect(families).not.toContain(surrogate(finding, value).split(' ')[1])
  })

  it('are found again with their types, where what is found does not need a check', () => {
    const types: readonly IdentifierType[] = ['EMAIL', 'IP_ADDRESS', 'URL', 'PHONE', 'DATE']
    const text =
      'Write to jo@acme.example from 10.1.2.3, see https://acme.example/x, call (310) 555-1234, on 3 May 2021.'
    const again = detect(under(text)).map(({ type }) => type)
    for (const type of types) expect(again).toContain(type)
  })

  it('need a key of 16 bytes', () =>
    expect(() => createSurrogates(new Uint8Array(15))).toThrow(expect.objectContaining({ code: 'PII-E004' })))

  it('are drawn anew where there is no key', () => {
    const text = 'Write to jo@acme.example'
    const results = Array.from({ length: 5 }, () => anonymize(text, detect(text), policy).text)
    expect(new Set(results).size).toBe(5)
  })
})
