import { createHash } from 'node:crypto'

/** Our own name space, drawn once; every identifier below is derived in it. */
const attestryNamespace = 'c1b7a0de-6f43-4b0e-9d5a-4e2f8c1a7b36'

/**
 * A UUID version 5 (RFC 9562, section 5.5) of several parts: the same parts give the same id, so that a document rendered
 * twice is the same to the byte.
 */
export function derivedUuid(...parts: readonly string[]): string {
  const hash = createHash('sha1')
    .update(Buffer.from(attestryNamespace.replaceAll('-', ''), 'hex'))
    // Joined as JSON, so that ['ab', 'c'] and ['a', 'bc'] differ.
    .update(JSON.stringify(parts))
    .digest()
    .subarray(0, 16)
  hash[6] = (hash[6]! & 0x0f) | 0x50
  hash[8] = (hash[8]! & 0x3f) | 0x80
  return dashed(hash.toString('hex'))
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * The 128 bits of a ULID in the form of a UUID, which OpenLineage asks for. Anything that is no ULID gets a derived UUID
 * instead, so that a run always has the same id.
 */
export function uuidOfUlid(ulid: string): string {
  if (!/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(ulid)) return derivedUuid('run', ulid)
  const bits = [...ulid].reduce((value, letter) => value * 32n + BigInt(crockford.indexOf(letter)), 0n)
  return dashed(bits.toString(16).padStart(32, '0'))
}

const dashed = (hex: string): string =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
