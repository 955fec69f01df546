import { createHmac, hkdfSync } from 'node:crypto'
import { keyTooShort } from './errors.js'

const shortestKey = 16

/** HMAC-SHA256 under a key of a purpose. */
export type KeyedDigest = (purpose: string, message: string) => Buffer

/**
 * Keys for purposes from one key: HKDF-SHA256 with the domain as salt and `attestry/pii/v1|<purpose>` as info. Digests of two
 * domains cannot be linked without the key.
 *
 * @param key secret, at least 16 bytes
 * @throws PII-E004 when the key is shorter
 */
export function subkeys(key: Uint8Array, domain = '', shortest: number = shortestKey): (purpose: string) => Uint8Array {
  if (key.byteLength < shortest) throw keyTooShort(key.byteLength, shortest)
  const keys = new Map<string, Uint8Array>()
  return purpose => {
    let found = keys.get(purpose)
    if (!found)
      keys.set(purpose, (found = new Uint8Array(hkdfSync('sha256', key, domain, `attestry/pii/v1|${purpose}`, 32))))
    return found
  }
}

/** @throws PII-E004 */
export function keyedDigest(key: Uint8Array, domain?: string): KeyedDigest {
  const keyOf = subkeys(key, domain)
  return (purpose, message) => createHmac('sha256', keyOf(purpose)).update(message).digest()
}
