import { sign } from './bytes.js'
import { decodeText } from './decode-text.js'
import { endOfString } from './treatment.js'

/** Called at the inside of each string that is a value, with the keys and places that lead to it; gives where the string ends. */
export type OnText = (from: number, path: readonly (string | number)[]) => number

/** Called at each number, `true`, `false` and `null`. */
export type OnLiteral = (from: number, to: number, path: readonly (string | number)[]) => void

const noPath: readonly (string | number)[] = []

/**
 * Walks over one JSON value in bytes, as RFC 8259 defines it, and stops at each string that is no key.
 *
 * @param withPath whether keys are read, which costs time
 * @returns where the value and the white space around it end; what stands there is not part of it. -1 where it is no JSON
 */
export function walkJson(
  bytes: Uint8Array,
  start: number,
  limit: number,
  withPath: boolean,
  onText: OnText,
  onLiteral?: OnLiteral,
): number {
  /** For each open list or object: how many members came before, or -1 for an object. */
  const places: number[] = []
  const path: (string | number)[] = []
  let i = skipSpace(bytes, start, limit)
  let isKeyNext = false
  for (;;) {
    if (isKeyNext) {
      if (bytes[i] !== sign.quote || i >= limit) return -1
      const end = endOfString(bytes, i + 1, limit)
      if (end >= limit || bytes[end] !== sign.quote) return -1
      if (withPath) path[path.length - 1] = decodeText(bytes, i + 1, end, true).text
      i = skipSpace(bytes, end + 1, limit)
      if (bytes[i] !== sign.colon || i >= limit) return -1
      i = skipSpace(bytes, i + 1, limit)
      isKeyNext = false
    }
    if (i >= limit) return -1
    const unit = bytes[i]!
    if (unit === sign.openBrace || unit === sign.openBracket) {
      const isObject = unit === sign.openBrace
      i = skipSpace(bytes, i + 1, limit)
      if (bytes[i] !== (isObject ? sign.closeBrace : sign.closeBracket)) {
        places.push(isObject ? -1 : 0)
        if (withPath) path.push(isObject ? '' : 0)
        isKeyNext = isObject
        continue
      }
      if (i >= limit) return -1
      i++
    } else if (unit === sign.quote) {
      const end = onText(i + 1, withPath ? path : noPath)
      if (end >= limit || bytes[end] !== sign.quote) return -1
      i = end + 1
    } else {
      const end = endOfLiteral(bytes, i, limit)
      if (end < 0) return -1
      onLiteral?.(i, end, withPath ? path : noPath)
      i = end
    }
    // After a value: the next member, or the ends of what holds it.
    for (;;) {
      i = skipSpace(bytes, i, limit)
      const depth = places.length
      if (depth === 0) return i
      if (i >= limit) return -1
      const isObject = places[depth - 1]! < 0
      if (bytes[i] === sign.comma) {
        i = skipSpace(bytes, i + 1, limit)
        isKeyNext = isObject
        if (!isObject && withPath) path[depth - 1] = ++places[depth - 1]!
        break
      }
      if (bytes[i] !== (isObject ? sign.closeBrace : sign.closeBracket)) return -1
      places.pop()
      if (withPath) path.pop()
      i++
    }
  }
}

function skipSpace(bytes: Uint8Array, from: number, limit: number): number {
  let i = from
  while (i < limit && (bytes[i] === sign.space || bytes[i] === 0x0a || bytes[i] === 0x0d || bytes[i] === 0x09)) i++
  return i
}

const literal = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/
const shortLiteral = 32

/** Where a number, `true`, `false` or `null` ends; -1 when it is none. */
function endOfLiteral(bytes: Uint8Array, from: number, limit: number): number {
  let end = from
  let isPlainNumber = true
  for (; end < limit && isLiteralByte(bytes[end]!); end++)
    if (bytes[end]! > 0x39 || bytes[end]! < 0x30) isPlainNumber = false
  if (end === from) return -1
  if (isPlainNumber) return end - from > 1 && bytes[from] === 0x30 ? -1 : end
  if (end - from > shortLiteral * 1024) return -1
  return literal.test(String.fromCharCode(...bytes.subarray(from, end))) ? end : -1
}

const isLiteralByte = (unit: number): boolean =>
  (unit >= 0x30 && unit <= 0x39) ||
  (unit >= 0x61 && unit <= 0x7a) ||
  unit === 0x2d ||
  unit === 0x2b ||
  unit === 0x2e ||
  unit === 0x45
