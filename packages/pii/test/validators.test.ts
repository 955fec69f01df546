import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { getCountryCallingCode, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js'
import {
  cardIssuer,
  isIbanValid,
  isInternationalPhone,
  isLuhnValid,
  isNationalPhone,
  isSsnPossible,
} from '../src/index.js'

const digits = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map(all => all.join(''))

describe('the Luhn formula', () => {
  it('accepts the example of ISO/IEC 7812-1 and refuses it with another check digit', () => {
    expect(isLuhnValid('79927398713')).toBe(true)
    for (const last of '012456789') expect(isLuhnValid(`7992739871${last}`)).toBe(false)
  })

  it('notices every single wrong digit', () => {
    fc.assert(
      fc.property(digits(15), fc.nat(15), fc.integer({ min: 1, max: 9 }), (body, place, shift) => {
        const number = [...'0123456789'].map(check => body + check).find(isLuhnValid)!
        const wrong = [...number]
        wrong[place] = String((Number(wrong[place]) + shift) % 10)
        expect(isLuhnValid(wrong.join(''))).toBe(false)
      }),
    )
  })

  it('refuses nothing at all', () => expect(isLuhnValid('')).toBe(false))
})

describe('card issuers', () => {
  it.each([
    ['4111111111111111', 'visa'],
    ['4222222222222', 'visa'],
    ['5555555555554444', 'mastercard'],
    ['2223003122003222', 'mastercard'],
    ['378282246310005', 'american-express'],
    ['6011111111111117', 'discover'],
    ['30569309025904', 'diners-club'],
    ['3530111333300000', 'jcb'],
    ['6200000000000005', 'unionpay'],
  ])('knows the test number %s as %s', (number, issuer) => expect(cardIssuer(number)).toBe(issuer))

  it.each([
    ['4111111111111112', 'a wrong check digit'],
    ['411111111111116', 'a length that the issuer does not have'],
    ['9999999999999995', 'a prefix of nobody'],
    ['4242', 'too few digits'],
  ])('refuses %s: %s', number => expect(cardIssuer(number)).toBeUndefined())
})

describe('IBANs', () => {
  // Examples of the SWIFT IBAN registry.
  it.each([
    'GB82WEST12345698765432',
    'DE89370400440532013000',
    'FR1420041010050500013M02606',
    'NO9386011117947',
    'MT84MALT011000012345MTLCAST001S',
    'ES9121000418450200051332',
    'SA0380000000608010167519',
    'CH9300762011623852957',
    'BR1800360305000010009795493C1',
  ])('accepts %s', iban => expect(isIbanValid(iban)).toBe(true))

  it('notices every exchange of two neighbouring digits', () => {
    const iban = 'DE89370400440532013000'
    for (let i = 4; i + 1 < iban.length; i++) {
      const swapped = iban.slice(0, i) + iban[i + 1] + iban[i] + iban.slice(i + 2)
      if (swapped !== iban) expect(isIbanValid(swapped)).toBe(false)
    }
  })

  it('refuses the right remainder at the wrong length', () => {
    // 98 - 38 (remainder of the number with check digits 00) gives check digits 60 for a body two digits too long.
    const body = '3704004405320130000'
    const valid = Array.from({ length: 97 }, (_, i) => `DE${String(i + 2).padStart(2, '0')}${body}`)
    expect(valid.some(isIbanValid)).toBe(false)
  })
})

describe('US Social Security numbers', () => {
  it.each(['123456789', '001010001', '665999999', '899999999'])('may be %s', ssn =>
    expect(isSsnPossible(ssn)).toBe(true),
  )

  it.each(['000456789', '666456789', '900456789', '123006789', '123450000', '078051120', '219099999', '12345678'])(
    'are never %s',
    ssn => expect(isSsnPossible(ssn)).toBe(false),
  )
})

describe('telephone numbers', () => {
  const require = createRequire(import.meta.url)
  const examples = JSON.parse(
    readFileSync(require.resolve('libphonenumber-js/examples.mobile.json'), 'utf8'),
  ) as Record<CountryCode, string>

  it('accepts the example number of every region, with its country code', () => {
    const refused = Object.entries(examples).filter(
      ([region, national]) => !isInternationalPhone(getCountryCallingCode(region as CountryCode) + national),
    )
    expect(refused).toEqual([])
  })

  it('accepts the example number of every region inside the region', () => {
    expect(Object.entries(examples).filter(([region, national]) => !isNationalPhone(national, region))).toEqual([])
  })

  it('accepts what libphonenumber accepts, except where that strips a carrier code', () => {
    let valid = 0
    fc.assert(
      fc.property(fc.integer({ min: 7, max: 15 }).chain(digits), number => {
        const parsed = parsePhoneNumberFromString(`+${number}`)
        if (!parsed?.isValid() || parsed.number !== `+${number}`) return
        valid++
        expect(isInternationalPhone(number)).toBe(true)
      }),
      { numRuns: 3000 },
    )
    expect(valid).toBeGreaterThan(100)
  })

  it('refuses nearly all random digits that libphonenumber refuses', () => {
    let [refused, accepted] = [0, 0]
    fc.assert(
      fc.property(fc.integer({ min: 7, max: 15 }).chain(digits), number => {
        if (parsePhoneNumberFromString(`+${number}`)?.isValid()) return
        refused++
        if (isInternationalPhone(number)) accepted++
      }),
      { numRuns: 3000 },
    )
    // What is left are numbers with a trunk prefix after the country code.
    expect(accepted / refused).toBeLessThan(0.03)
  })

  it.each(['999123456789', '12', '1234567890123456', '10', '0044207946095'])('refuses +%s', number =>
    expect(isInternationalPhone(number)).toBe(false),
  )
})
