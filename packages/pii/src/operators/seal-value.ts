import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { formatPreserving, type FormatPreserving } from '../format-preserving.js'
import type { IdentifierType } from '../identifier-types.js'
import { placeholderOf, sealedPlaceholder } from '../placeholder.js'
import { subkeys } from '../subkeys.js'
import { textOfSpelling, type Spelling } from './spelling.js'

/** Fewest bytes of a key that leads back to people. */
export const shortestSealingKey = 32

const nonceBytes = 12
const tagBytes = 16

/** Types whose values are numbers that mean nothing else. */
const numberTypes: ReadonlySet<IdentifierType> = new Set([
  'CREDIT_CARD',
  'US_SSN',
  'NATIONAL_ID',
  'IMEI',
  'ROUTING_NUMBER',
  'BANK_ACCOUNT',
  'ID',
  'PHONE',
])

/** A value that was read back, and how it stood in its file where the value alone does not tell. */
export interface OpenedValue {
  readonly value: string
  readonly spelling?: Spelling
}

/** Encryption of values under one key, and back. */
export interface ValueCipher {
  /**
   * `[EMAIL:…]`: nonce, AES-256-GCM text and tag in base64url, bound to the type and to the record.
   *
   * @param spelling encrypted instead of the value, which it tells
   */
  encrypt(type: IdentifierType, recordId: string, value: string, spelling?: Spelling): string
  /** What stands after the colon; undefined when the key, the type, the record or a byte is another. */
  decrypt(type: IdentifierType, recordId: string, sealed: string): string | undefined
  /** As `decrypt`, with how the value stood in its file. */
  open(type: IdentifierType, recordId: string, sealed: string): OpenedValue | undefined
  /** Digits for digits under FF1 with the type as tweak; the placeholder for fewer than six digits, with letters, and for what is no number. */
  encipher(type: IdentifierType, value: string): string
  /** Back again; undefined for what `encipher` does not write. */
  decipher(type: IdentifierType, value: string): string | undefined
}

/**
 * Ciphers with keys of their own from one key. A nonce is 96 random bits: stay below 2^32 values for one key.
 *
 * @param key secret, at least 32 bytes
 * @throws PII-E004 when the key is shorter
 */
export function valueCipher(key: Uint8Array): ValueCipher {
  const keyOf = subkeys(key, '', shortestSealingKey)
  let numbers: FormatPreserving | undefined
  const mapDigits = (
    type: IdentifierType,
    value: string,
    map: (cipher: FormatPreserving, digits: string) => string,
  ): string | undefined => {
    const digits = value.replaceAll(/[^0-9]/g, '')
    if (!numberTypes.has(type) || digits.length < 6 || /[\p{L}\p{M}]|[^0-9\P{N}]/u.test(value)) return undefined
    const others = map((numbers ??= formatPreserving({ key: keyOf('encipher') })), digits)
    let at = 0
    return value.replaceAll(/[0-9]/g, () => others[at++]!)
  }
  const tweak = (type: IdentifierType): Uint8Array => Buffer.from(type)
  const opened = (bytes: Buffer, context: Uint8Array): Buffer | undefined => {
    const decipher = createDecipheriv('aes-256-gcm', keyOf('encrypt'), bytes.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    }).setAAD(context)
    decipher.setAuthTag(bytes.subarray(-tagBytes))
    try {
      return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()])
    } catch {
      return undefined
    }
  }
  const open: ValueCipher['open'] = (type, recordId, sealed) => {
    const bytes = Buffer.from(sealed, 'base64url')
    if (bytes.length < nonceBytes + tagBytes || bytes.toString('base64url') !== sealed) return undefined
    const text = opened(bytes, contextOf(type, recordId))
    if (text) return { value: text.toString('utf8') }
    for (const form of ['json', 'bytes'] as const) {
      const spelt = opened(bytes, contextOf(type, recordId, form))
      if (spelt) return { value: textOfSpelling({ form, bytes: spelt }), spelling: { form, bytes: spelt } }
    }
    return undefined
  }
  return {
    encrypt(type, recordId, value, spelling) {
      const nonce = randomBytes(nonceBytes)
      const context = contextOf(type, recordId, spelling?.form)
      const cipher = createCipheriv('aes-256-gcm', keyOf('encrypt'), nonce).setAAD(context)
      const text = Buffer.concat([cipher.update(spelling?.bytes ?? Buffer.from(value, 'utf8')), cipher.final()])
      return sealedPlaceholder(type, Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64url'))
    },
    decrypt: (type, recordId, sealed) => open(type, recordId, sealed)?.value,
    open,
    encipher: (type, value) =>
      mapDigits(type, value, (cipher, digits) => cipher.encrypt(digits, tweak(type))) ?? placeholderOf(type),
    decipher: (type, value) => mapDigits(type, value, (cipher, digits) => cipher.decrypt(digits, tweak(type))),
  }
}

/** What a value is bound to. No type is called as a form is, so no context has two readings. */
const contextOf = (type: IdentifierType, recordId: string, form?: Spelling['form']): Uint8Array =>
  Buffer.from(`${form ? `${form}|` : ''}${type}|${recordId}`, 'utf8')
