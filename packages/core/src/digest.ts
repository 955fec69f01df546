import { createHash } from 'node:crypto'
import { canonicalJson, type JsonValue } from './canonical-json.js'

/** A content digest in the form `sha256:<64 hex digits>`. */
export type Digest = `sha256:${string}`

/** SHA-256 of bytes, or of the UTF-8 form of a string. */
export const sha256 = (content: Uint8Array | string): Digest =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`

/** SHA-256 of the RFC 8785 form of a JSON value: equal values have equal digests, whatever their key order. */
export const digestOf = (value: JsonValue): Digest => sha256(canonicalJson(value))
