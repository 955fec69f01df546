import { base32 } from './base32.js'
import { canonicalForm } from './canonical-form.js'
import type { IdentifierType } from './identifier-types.js'
import { isPseudonymBody, pseudonymLength } from './placeholder.js'
import { keyedDigest } from './subkeys.js'

/** Gives the same token for the same value, another one under another key. */
export type Pseudonymiser = (type: IdentifierType, value: string) => string

/**
 * Tokens such as `EMAIL_7FQ3…`: the type and 80 bits of HMAC-SHA256 over the value's canonical form, in base32. Each type
 * has a key of its own: HKDF-SHA256 of the given key, info `attestry/pii/v1|<type>`, the domain as salt.
 *
 * Who holds the key can test guesses, so the result stays personal data: keep the key apart from the text.
 *
 * @param key secret, at least 16 bytes
 * @param domain tokens of two domains cannot be linked without the key; none by default
 * @throws PII-E004 when the key is shorter
 */
export function pseudonymiser(key: Uint8Array, domain?: string): Pseudonymiser {
  const digest = keyedDigest(key, domain)
  return (type, value) => {
    const canonical = canonicalForm(type, value)
    for (let counter = 0; ; counter++) {
      const body = base32(digest(type, `${counter}|${canonical}`)).slice(0, pseudonymLength)
      // A body of almost only digits could be read as a number.
      if (isPseudonymBody(body)) return `${type}_${body}`
    }
  }
}
