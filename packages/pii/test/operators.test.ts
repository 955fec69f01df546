import { createHmac, hkdfSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  anonymize,
  canonicalForm,
  createDetector,
  dateShifts,
  detect,
  identifierTypes,
  lookAgain,
  policies,
  restrictedZipAreas,
  shiftDate,
  valueCipher,
  withActions,
  zip3,
  type Action,
  type AnonymizeOptions,
  type Finding,
  type IdentifierType,
  type PiiPolicy,
} from '../src/index.js'
import { dayNumber, readWrittenDate } from '../src/dates/written-date.js'

const key = new Uint8Array(32).fill(7)
const year = 2026
const everyBy = (action: Action): PiiPolicy => ({
  id: 'own',
  version: '1',
  title: '',
  source: '',
  checkedOn: null,
  rules: [{ types: identifierTypes, action, control: 'X-1', because: 'a test' }],
})
const written = (text: string, action: Action, options: AnonymizeOptions = {}): string =>
  anonymize(text, detect(text), everyBy(action), { year, ...options }).text
const dateFinding = (value: string, foundYear: number, granularity: 'day' | 'month' = 'day'): Finding => ({
  type: 'DATE',
  start: 0,
  end: value.length,
  score: 1,
  rule: 'r',
  meaning: { kind: 'date', granularity, year: foundYear },
})

describe('shift-date', () => {
  it('moves by 1 + HMAC mod 365 days, with a sign from the same digest', () => {
    const typeKey = new Uint8Array(hkdfSync('sha256', key, '', 'attestry/pii/v1|DATE', 32))
    const mac = createHmac('sha256', typeKey).update('date|sub_7').digest()
    const expected = (1 + Number(mac.readBigUInt64BE() % 365n)) * (mac[8]! & 1 ? -1 : 1)
    expect(dateShifts(key)('sub_7')).toBe(expected)
  })

  it('is never 0, within its bound, by whole weeks where asked, and the same for a person', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 7, max: 1000 }), (subject, mostDays) => {
        const days = dateShifts(key, { mostDays })(subject)
        expect(Math.abs(days)).toBeGreaterThanOrEqual(1)
        expect(Math.abs(days)).toBeLessThanOrEqual(mostDays)
        expect(dateShifts(key, { mostDays })(subject)).toBe(days)
        expect(Math.abs(dateShifts(key, { mostDays, keepWeekday: true })(subject) % 7)).toBe(0)
      }),
    )
    const shifts = new Set(Array.from({ length: 200 }, (_, i) => dateShifts(key)(`sub_${i}`)))
    expect(shifts.size).toBeGreaterThan(100)
    expect([...shifts].some(days => days < 0)).toBe(true)
    expect(dateShifts(key, { domain: 'b' })('sub_7')).not.toBe(dateShifts(key)('sub_7'))
    expect(() => dateShifts(key, { mostDays: 6, keepWeekday: true })).toThrow(RangeError)
  })

  it('keeps the time between the dates of a text, and their forms', () => {
    const text = 'Admitted on 14/03/2021, operated on 2021-03-20, seen again on 3 April 2021. Born in 1980.'
    const result = written(text, 'shift-date', { pseudonymKey: key, subject: 'sub_7' })
    const found = detect(result).filter(({ type }) => type === 'DATE')
    expect(result).toMatch(
      /^Admitted on \d\d\/\d\d\/\d{4}, operated on \d{4}-\d\d-\d\d, seen again on \d+ [A-Z][a-z]+ \d{4}\./,
    )
    const [a, b, c] = found.map(({ start, end }) =>
      dayNumber(readWrittenDate(result.slice(start, end), { dayFirst: true })!),
    )
    expect([b! - a!, c! - b!]).toEqual([6, 14])
    expect(result).not.toContain('2021-03-20')
  })

  it('reads a date that could be either by the other dates of the text, and redacts it without', () => {
    const options = { pseudonymKey: key, subject: 's' }
    expect(written('On 04/05/2021 and 14/05/2021', 'shift-date', options)).not.toContain('[DATE]')
    expect(written('On 04/05/2021', 'shift-date', options)).toBe('On [DATE]')
    expect(written('On 04/05/2021', 'shift-date', { ...options, dayFirst: true })).not.toContain('[DATE]')
  })

  it('redacts what would not be read as the moved date', () => {
    expect(shiftDate(dateFinding('31 Feb 2021', 2021), '31 Feb 2021', 3)).toBe('[DATE]')
    expect(shiftDate(dateFinding('12/31/2099', 2099), '12/31/2099', 3)).toBe('[DATE]')
    expect(shiftDate(dateFinding('3-May-29', 2029), '3-May-29', 300)).toBe('[DATE]')
    expect(shiftDate(dateFinding('3 May 2021', 1999), '3 May 2021', 3)).toBe('[DATE]')
  })

  it('needs a key and a person', () => {
    const text = 'On 3 May 2021'
    expect(() => written(text, 'shift-date', { pseudonymKey: key })).toThrow(
      expect.objectContaining({ code: 'PII-E013' }),
    )
    expect(() => written(text, 'shift-date', { subject: 's' })).toThrow(expect.objectContaining({ code: 'PII-E013' }))
  })
})

describe('zip3', () => {
  it.each([
    ['742 Oak Terrace, Springfield, IL 62704', '[ADDRESS ZIP 627]'],
    ['1 Elm St\nBurlington, Vermont 05901-1234', '[ADDRESS ZIP 000]'],
    ['1 Elm St, Albany, New York 12207, USA', '[ADDRESS ZIP 122]'],
    ['Calle Mayor 5, Sevilla, Andalucia 41001', '[ADDRESS]'],
    ['Hauptstraße 12, 10115 Berlin', '[ADDRESS]'],
    ['12345 Oak Street', '[ADDRESS]'],
  ])('%j becomes %s', (value, expected) => expect(zip3('ADDRESS', value.replace('05901', '03601'))).toBe(expected))

  it('holds the list as data, with its census and its source, and takes another', () => {
    expect(restrictedZipAreas).toMatchObject({ censusYear: 2000, checkedOn: null })
    expect(restrictedZipAreas.areas).toHaveLength(17)
    expect(zip3('LOCATION', '62704', { ...restrictedZipAreas, areas: ['627'] })).toBe('[LOCATION ZIP 000]')
    expect(zip3('PERSON', '62704')).toBe('[PERSON]')
  })

  it('is not found again', () => {
    const text = 'Lives at 742 Oak Terrace, Springfield, IL 62704. MRN 8847362'
    const policy = withActions('hipaa', [{ types: ['ADDRESS'], action: 'zip3' }])
    const result = anonymize(text, detect(text), policy, { year })
    expect(result.text).toBe('Lives at [ADDRESS ZIP 627]. MRN [ID]')
    expect(detect(result.text)).toEqual([])
  })
})

describe('hash', () => {
  it('is the whole keyed digest, the same for two spellings, and not found again', () => {
    const text = 'From jo@example.org and JO@example.org'
    const result = written(text, 'hash', { pseudonymKey: key })
    expect(result).toMatch(/^From (\[EMAIL#[0-9a-f]{64}\]) and \1$/)
    expect(detect(result)).toEqual([])
    expect(written(text, 'hash', { pseudonymKey: key, domain: 'b' })).not.toBe(result)
    expect(() => written(text, 'hash')).toThrow(expect.objectContaining({ code: 'PII-E013' }))
  })
})

describe('encryption of values', () => {
  const cipher = valueCipher(key)

  it('opens with the key, the type and the record, and with nothing else', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), (value, record) => {
        const whole = cipher.encrypt('EMAIL', record, value)
        const sealed = /^\[EMAIL:([\w-]{38,})\]$/.exec(whole)![1]!
        expect(cipher.decrypt('EMAIL', record, sealed)).toBe(value)
        expect(cipher.decrypt('PHONE', record, sealed)).toBeUndefined()
        expect(cipher.decrypt('EMAIL', `${record}x`, sealed)).toBeUndefined()
        expect(valueCipher(new Uint8Array(32)).decrypt('EMAIL', record, sealed)).toBeUndefined()
      }),
      { numRuns: 50 },
    )
  })

  it('is another text each time, and no byte of it can be changed', () => {
    const [a, b] = [cipher.encrypt('ID', 'r', 'A1'), cipher.encrypt('ID', 'r', 'A1')]
    expect(a).not.toBe(b)
    const sealed = Buffer.from(a.slice(4, -1), 'base64url')
    for (let i = 0; i < sealed.length; i++) {
      const changed = Uint8Array.from(sealed)
      changed[i]! ^= 1
      expect(cipher.decrypt('ID', 'r', Buffer.from(changed).toString('base64url'))).toBeUndefined()
    }
    expect(cipher.decrypt('ID', 'r', 'AAAA')).toBeUndefined()
  })

  it('is not found again, and needs 32 bytes and a record', () => {
    const text = 'Write to jo@example.org'
    const result = written(text, 'encrypt', { encryptionKey: key, recordId: 'r1' })
    expect(result).toMatch(/^Write to \[EMAIL:[\w-]+\]$/)
    expect(detect(result)).toEqual([])
    expect(() => written(text, 'encrypt', { encryptionKey: key })).toThrow(
      expect.objectContaining({ code: 'PII-E013' }),
    )
    expect(() => written(text, 'encrypt', { recordId: 'r' })).toThrow(expect.objectContaining({ code: 'PII-E013' }))
    expect(() => valueCipher(new Uint8Array(31))).toThrow(expect.objectContaining({ code: 'PII-E004' }))
  })

  it('enciphers digits into digits and back, and redacts what is no number', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{3}[- ]\d{3,12}$/), value => {
        const other = cipher.encipher('ID', value)
        expect(other).toHaveLength(value.length)
        expect(other.replaceAll(/\d/g, '0')).toBe(value.replaceAll(/\d/g, '0'))
        expect(cipher.decipher('ID', other)).toBe(value)
      }),
    )
    expect(cipher.encipher('ID', 'AB123456')).toBe('[ID]')
    expect(cipher.encipher('ID', '12345')).toBe('[ID]')
    expect(cipher.encipher('DATE', '12/03/2021')).toBe('[DATE]')
    expect(cipher.encipher('IP_ADDRESS', '192.168.100.1')).toBe('[IP_ADDRESS]')
    expect(cipher.decipher('ID', 'x')).toBeUndefined()
  })
})

describe('a policy with other actions', () => {
  it.each([
    ['hipaa', 'PERSON', 'pseudonym', 'HIPAA-164.514(c)(1)'],
    ['hipaa', 'EMAIL', 'hash', 'HIPAA-164.514(c)(1)'],
    ['hipaa', 'EMAIL', 'encrypt', 'HIPAA-164.514(c)(1)'],
    ['hipaa', 'DATE', 'shift-date', 'expert'],
    ['hipaa', 'PHONE', 'mask', 'a part'],
    ['hipaa', 'DATE', 'year', 'leaves more'],
    ['hipaa', 'EMAIL', 'keep', 'leaves more'],
    ['pci', 'SECRET', 'encrypt', 'PCI-3.3.1'],
    ['gdpr', 'NRP', 'token', 'GDPR-9'],
  ] as const)('%s does not write %s by %s', (policy, type, action, reason) => {
    expect(() => withActions(policy, [{ types: [type], action }])).toThrow(
      expect.objectContaining({ code: 'PII-E014', message: expect.stringContaining(reason) as string }),
    )
  })

  it('changes how values are replaced and never whether', () => {
    const text = 'John Smith, aged 45, seen on 3 May 2020'
    const policy = withActions('hipaa', [{ types: ['PERSON', 'AGE', 'YEAR'], action: 'number' }])
    const { decisions, text: result } = anonymize(text, detect(text), policy, { year })
    expect(result).toBe('[PERSON_1], aged 45, seen on 2020')
    expect(decisions[0]!.control).toBe('HIPAA-164.514(b)(2)(i)(A)')
  })

  it('has a version of its own, the same for the same changes', () => {
    const changes = [{ types: ['PERSON'], action: 'number' }] as const
    const policy = withActions('hipaa', changes)
    expect(policy.version).toMatch(/^2\+[0-9a-f]{8}$/)
    expect(withActions('hipaa', changes).version).toBe(policy.version)
    expect(withActions('hipaa', [{ types: ['EMAIL'], action: 'number' }]).version).not.toBe(policy.version)
  })

  it('that is written by hand is held to its refusals as well', () => {
    const own: PiiPolicy = { ...everyBy('shift-date'), refuses: policies.hipaa.refuses! }
    const text = 'On 3 May 2020'
    const { decisions } = anonymize(text, detect(text), own, { year, pseudonymKey: key, subject: 's' })
    expect(decisions.map(({ action, control }) => [action, control])).toEqual([['redact', 'HIPAA-164.514(b)(2)(i)(C)']])
  })

  it('draws made-up values anew for each text under Safe Harbor, whatever key there is', () => {
    const policy = withActions('hipaa', [{ types: ['PERSON'], action: 'surrogate' }])
    const text = 'I am John Smith. Mr. Smith is here.'
    const results = Array.from(
      { length: 8 },
      () => anonymize(text, detect(text), policy, { year, pseudonymKey: key }).text,
    )
    expect(new Set(results).size).toBeGreaterThan(4)
    for (const result of results) expect(result).not.toContain('Smith')
  })
})

describe('a second look', () => {
  it('tells what was made up from what was missed', () => {
    const text = 'Write to jo@example.org or al@example.org'
    const [first] = detect(text)
    const policy = withActions('gdpr', [{ types: ['EMAIL'], action: 'surrogate' }])
    const result = anonymize(text, [first!], policy, { pseudonymKey: key })
    expect(lookAgain(result, detect)).toEqual({ left: { EMAIL: 1 }, ours: { EMAIL: 1 } })
    const whole = anonymize(text, detect(text), policy, { pseudonymKey: key })
    expect(lookAgain(whole, createDetector().detect)).toEqual({ left: {}, ours: { EMAIL: 2 } })
  })
})

describe('canonical forms', () => {
  it.each<[IdentifierType, string, string]>([
    ['DATE', '14 March 2021', '2021-03-14'],
    ['DATE', '14.03.2021', '2021-03-14'],
    ['DATE', 'March 2021', '2021-03'],
    ['DATE', '04/05/2021', '04/05/2021'],
    ['EMAIL', 'Jo@BÜCHER.example', 'jo@xn--bcher-kva.example'],
    ['PERSON', 'Dr. John  Smith, Jr.', 'john smith'],
    ['PERSON', 'Mr. O’Neil', "o'neil"],
    ['PERSON', 'Ｊohn Smith', 'john smith'],
    ['PERSON', 'Dr', 'dr'],
  ])('%s %s is %s', (type, value, canonical) => expect(canonicalForm(type, value)).toBe(canonical))
})
