import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { getCountryCallingCode, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js'
import { isBase58Check, isBech32 } from '../src/validators/crypto-address.js'
import { nationalIds } from '../src/validators/national-ids.js'
import { isVin, otherCodes } from '../src/validators/other-codes.js'
import { isVerhoeffValid, mod11And2 } from '../src/validators/checksums.js'
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

describe('national identifiers', () => {
  // Specimens that the authorities, standards and textbooks print; nobody bears them.
  const specimens: readonly (readonly [id: string, specimen: string])[] = [
    ['ca-sin', '046454286'],
    ['gb-nhs', '9434765919'],
    ['gb-nino', 'AB123456C'],
    ['ie-pps', '1234567T'],
    ['es-dni', '12345678Z'],
    ['es-nie', 'X1234567L'],
    ['fr-nir', '269054958815780'],
    ['it-codice-fiscale', 'RSSMRA85T10A562S'],
    ['de-steuer-id', '86095742719'],
    ['nl-bsn', '111222333'],
    ['be-nrn', '85073003328'],
    ['pl-pesel', '44051401359'],
    ['pt-nif', '123456789'],
    ['se-personnummer', '8112289874'],
    ['fi-hetu', '131052308T'],
    ['no-fodselsnummer', '01010750160'],
    ['ch-ahv', '7569217076985'],
    ['br-cpf', '11144477735'],
    ['br-cnpj', '11222333000181'],
    ['au-tfn', '123456782'],
    ['au-abn', '51824753556'],
    ['au-medicare', '2123456701'],
    ['sg-nric', 'S1234567D'],
    ['tr-tckn', '17291716060'],
    ['bg-egn', '7523169263'],
    ['ro-cnp', '1630615123457'],
    ['cz-rodne-cislo', '7103192745'],
    ['hr-oib', '33392005961'],
    ['ee-isikukood', '36805280109'],
    ['lt-asmens-kodas', '33309240064'],
    ['lv-personas-kods', '16117519997'],
    ['gr-amka', '01013099997'],
    ['at-svnr', '1237010180'],
    ['is-kennitala', '4504013150'],
    ['za-id', '7503305044089'],
    ['kr-rrn', '9710139019902'],
    ['cn-resident-id', '11010519491231002X'],
    ['tw-id', 'A123456789'],
    ['jp-my-number', '123456789018'],
    ['il-teudat-zehut', '039337423'],
    ['cl-rut', '125319092'],
    ['ar-cuit', '20055361682'],
    ['ec-cedula', '1714307103'],
    ['hu-taj', '111111110'],
    ['si-emso', '0101006500006'],
    ['th-id', '1234545678781'],
    ['mx-curp', 'BOXW310820HNERXN09'],
    ['nz-ird', '49091850'],
    ['hk-id', 'A1234563'],
    ['ru-inn', '500100732259'],
    ['ru-snils', '11223344595'],
    ['dk-cpr', '2110625629'],
    ['in-aadhaar', '234123412346'],
    ['in-pan', 'ABCPE1234F'],
  ]
  const validatorOf = (id: string): ((compact: string) => boolean) => nationalIds.find(one => one.id === id)!.isValid

  it.each(specimens)('know the specimen of %s, %s', (id, specimen) => expect(validatorOf(id)(specimen)).toBe(true))

  it.each(specimens.filter(([id]) => !['gb-nino', 'in-pan', 'dk-cpr'].includes(id)))(
    'refuse most other last characters of %s',
    (id, specimen) => {
      const body = specimen.slice(0, -1)
      const lasts = /\d$/.test(specimen) ? '0123456789' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
      // Belgium checks two digits, Australian Medicare and Iceland and Norway one that is not the last.
      const accepted = [...lasts].filter(last => validatorOf(id)(body + last))
      expect(accepted.length).toBeLessThanOrEqual(['au-medicare', 'is-kennitala', 'at-svnr'].includes(id) ? 10 : 1)
    },
  )

  it.each([
    ['at-svnr', '1238010180'],
    ['au-medicare', '2123456711'],
    ['is-kennitala', '4504013160'],
    ['gb-nino', 'BG123456C'],
    ['in-pan', 'ABCXE1234F'],
    ['dk-cpr', '3213625629'],
    ['us-itin', '912345678'],
    ['my-nric', '991331145678'],
  ])('refuse %s %s', (id, wrong) => expect(validatorOf(id)(wrong)).toBe(false))

  it('have the form that their table says', () => {
    for (const [id, specimen] of specimens) {
      const shape = specimen.replaceAll(/\d/g, '9').replaceAll(/[A-Z]/g, 'A')
      expect(nationalIds.find(one => one.id === id)!.shape.split('|')).toContain(shape)
    }
  })

  it('cover 45 countries and more', () =>
    expect(new Set(nationalIds.map(({ id }) => id.slice(0, 2))).size).toBeGreaterThanOrEqual(45))
})

describe('other codes', () => {
  const validatorOf = (id: string): ((compact: string) => boolean) => otherCodes.find(one => one.id === id)!.isValid

  it.each([
    ['npi', '1234567893', '1234567894'],
    ['dea', 'AB1234563', 'AB1234564'],
    ['mbi', '1EG4TE5MK73', '1EG4TE5MS73'],
    ['imei', '490154203237518', '490154203237519'],
    ['aba', '021000021', '021000022'],
  ])('%s accepts %s and refuses %s', (id, right, wrong) => {
    expect(validatorOf(id)(right)).toBe(true)
    expect(validatorOf(id)(wrong)).toBe(false)
  })

  it('know the check digit of vehicles, X among them', () => {
    expect(isVin('1M8GDM9AXKP042788')).toBe(true)
    expect(isVin('11111111111111111')).toBe(true)
    expect(isVin('1M8GDM9A0KP042788')).toBe(false)
  })

  it('know addresses of Bitcoin of all three forms', () => {
    expect(isBase58Check('1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa')).toBe(true)
    expect(isBase58Check('1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb')).toBe(false)
    expect(isBech32('bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4')).toBe(true)
    expect(isBech32('bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0')).toBe(true)
    expect(isBech32('bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5')).toBe(false)
  })

  it('know the published examples of Verhoeff and of MOD 11-2', () => {
    expect(isVerhoeffValid('2363')).toBe(true)
    expect(isVerhoeffValid('2364')).toBe(false)
    expect(mod11And2('079')).toBe('X')
  })
})
