import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical-json.js'

/** A content digest in the form `sha256:<64 hex digits>`. */
export type Digest = `sha256:${string}`

/** SHA-256 of bytes, or of the UTF-8 form of a string. */
export const sha256 = (content: Uint8Array | string): Digest =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`

/**
 * SHA-256 of the RFC 8785 form of plain data: equal values have equal digests, whatever their key order.
 *
 * @throws CORE-E040 when the value has no such form
 */
export const digestOf = (value: unknown): Digest => sha256(canonicalJson(value))
