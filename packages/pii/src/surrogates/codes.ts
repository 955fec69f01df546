import type { IdentifierType } from '../identifier-types.js'
import type { CheckedCode } from '../validators/checked-code.js'
import { isLuhnValid } from '../validators/luhn.js'
import { nationalIds } from '../validators/national-ids.js'
import { isVin, otherCodes } from '../validators/other-codes.js'
import { digitsOnly, likeCharacters, someDigits, withDigits } from './characters.js'

type Next = (below: number) => number

const mostTries = 256

/**
 * A card number with the first digit of this one. It fails the Luhn check, so that it is nobody's; with `isValid` it passes, as
 * a test may need.
 */
export function surrogateCard(value: string, next: Next, isValid: boolean): string {
  const digits = digitsOnly(value)
  const body = digits[0]! + someDigits(digits.length - 2, next)
  const right = [...'0123456789'].find(last => isLuhnValid(body + last))!
  const last = isValid ? right : String((Number(right) + 1 + next(9)) % 10)
  return withDigits(value, body + last)
}

/** The country of the IBAN and check digits 00, which none has. */
export const surrogateIban = (value: string, next: Next): string => {
  const head = /^[A-Za-z]{2}[\s-]?\d{2}/.exec(value)?.[0]
  if (head === undefined) return likeCharacters(value, next)
  return head.replaceAll(/\d/g, '0') + likeCharacters(value.slice(head.length), next)
}

/** Area 000, which was never given. */
export const surrogateSsn = (value: string, next: Next): string => withDigits(value, `000${someDigits(6, next)}`)

/** 02 and five other bytes: an address that a network administers itself, never one of a maker. */
export function surrogateMac(value: string, next: Next): string {
  const fixed = ['0', '2']
  const isUpper = /[A-F]/.test(value)
  return value.replaceAll(/[\da-f]/gi, () => {
    const drawn = fixed.shift() ?? '0123456789abcdef'[next(16)]!
    return isUpper ? drawn.toUpperCase() : drawn
  })
}

/** The place of the country is ZZ, which ISO 3166 leaves to users. */
export const surrogateBic = (value: string, next: Next): string => {
  const other = likeCharacters(value, next)
  return `${other.slice(0, 4)}ZZ${other.slice(6)}`
}

/** Characters of the same kinds that fail every check that the detector knows. Undefined when there are none. */
export function surrogateCode(value: string, next: Next): string | undefined {
  for (let i = 0; i < mostTries; i++) {
    const other = likeCharacters(value, next)
    if (!passesSomeCheck(other.replaceAll(/[^0-9A-Za-z]/g, '').toUpperCase())) return other
  }
  return undefined
}

const checks: readonly CheckedCode[] = [...nationalIds, ...otherCodes]

function passesSomeCheck(compact: string): boolean {
  const shape = compact.replaceAll(/\d/g, '9').replaceAll(/[A-Z]/g, 'A')
  return isVin(compact) || checks.some(code => code.shape.split('|').includes(shape) && code.isValid(compact))
}

/** Types whose values are codes of any form. */
export const codeTypes: ReadonlySet<IdentifierType> = new Set([
  'NATIONAL_ID',
  'ID',
  'BANK_ACCOUNT',
  'VIN',
  'IMEI',
  'ROUTING_NUMBER',
  'CRYPTO',
])
