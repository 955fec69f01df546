import { createHmac, hkdfSync } from 'node:crypto'
import { keyTooShort } from './errors.js'
import { foldCodePoint } from './fold.js'
import { identifierTags, type IdentifierType } from './identifier-types.js'
import { isPseudonymBody, pseudonymLength } from './placeholder.js'
import { foldWord } from './words.js'

const shortestKey = 16
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Gives the same token for the same value, another one under another key. */
export type Pseudonymiser = (type: IdentifierType, value: string) => string

/**
 * Tokens such as `EMAIL_7FQ3…`: the type and 80 bits of HMAC-SHA256 over the value's canonical form, in base32. Each type
 * has a key of its own: HKDF-SHA256 of the given key, info `attestry/pii/v1|<type>`.
 *
 * Who holds the key can test guesses, so the result stays personal data: keep the key apart from the text.
 *
 * @param key secret, at least 16 bytes
 * @throws PII-E004 when the key is shorter
 */
export function pseudonymiser(key: Uint8Array): Pseudonymiser {
  if (key.byteLength < shortestKey) throw keyTooShort(key.byteLength, shortestKey)
  const keys = new Map<IdentifierType, Uint8Array>()
  const keyOf = (type: IdentifierType): Uint8Array => {
    let found = keys.get(type)
    if (!found) keys.set(type, (found = new Uint8Array(hkdfSync('sha256', key, '', `attestry/pii/v1|${type}`, 32))))
    return found
  }
  return (type, value) => {
    const canonical = canonicalForm(type, value)
    for (let counter = 0; ; counter++) {
      const mac = createHmac('sha256', keyOf(type)).update(`${counter}|${canonical}`).digest()
      const body = base32(mac)
      // A body of almost only digits could be read as a number.
      if (isPseudonymBody(body)) return `${type}_${body}`
    }
  }
}

/**
 * The form in which two spellings of one value are the same: plain characters, one case, no separators in numbers, no
 * diacritics in names. A telephone number of ten digits without a country code counts as North American.
 */
export function canonicalForm(type: IdentifierType, value: string): string {
  const plain = plainForm(value)
  switch (type) {
    case 'PHONE': {
      const digits = plain.replace(/(?:x|ext|extn|extension|#).*$/i, '').replaceAll(/\D/g, '')
      if (plain.includes('+')) return `+${digits.replace(/^(\d\d)0(?=\d{9,})/, '$1')}`
      if (digits.length === 10 && /^[2-9]/.test(digits)) return `+1${digits}`
      if (digits.length === 11 && /^1[2-9]/.test(digits)) return `+${digits}`
      return digits.startsWith('00') ? `+${digits.slice(2)}` : digits
    }
    case 'EMAIL':
    case 'IP_ADDRESS':
    case 'URL':
      return plain.toLowerCase()
    default:
      return isNumber(type)
        ? plain.replaceAll(/[^0-9A-Za-z]/g, '').toUpperCase()
        : foldWord(plain)
            .replaceAll(/[\s.]+/g, ' ')
            .trim()
  }
}

const isNumber = (type: IdentifierType): boolean => ['structured', 'labelled'].includes(identifierTags[type].tier)

function plainForm(value: string): string {
  let plain = ''
  for (const character of value.normalize('NFC')) plain += foldCodePoint(character.codePointAt(0)!) ?? character
  return plain
}

function base32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    for (bits += 8; bits >= 5; bits -= 5) {
      text += alphabet[(held >> (bits - 5)) & 31]!
      if (text.length === pseudonymLength) return text
    }
    held &= 0xff
  }
  return text
}
