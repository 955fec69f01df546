import { AttestryError } from './errors.js'

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue }

/**
 * The canonical form of a JSON value (RFC 8785): sorted keys, no white space, ECMAScript numbers.
 *
 * Members whose value is `undefined` are left out, as JSON does. Refuses NaN, infinities, integers beyond 2^53, lone
 * surrogates, and anything that is not plain data, with CORE-E040.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return canonicalNumber(value)
  if (typeof value === 'string') return canonicalString(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value === 'object' && isPlain(value)) {
    const members = Object.keys(value)
      .filter(key => value[key] !== undefined)
      .sort()
      .map(key => `${canonicalString(key)}:${canonicalJson(value[key])}`)
    return `{${members.join(',')}}`
  }
  throw notCanonical(typeof value)
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw notCanonical(String(value))
  if (Number.isInteger(value) && Math.abs(value) > Number.MAX_SAFE_INTEGER && Math.abs(value) < 1e21)
    throw notCanonical('an integer beyond 2^53')
  return Object.is(value, -0) ? '0' : String(value)
}

const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

function canonicalString(value: string): string {
  if (loneSurrogate.test(value)) throw notCanonical('a lone surrogate')
  return JSON.stringify(value)
}

const isPlain = (value: object): value is Record<string, unknown> => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

const notCanonical = (what: string): AttestryError =>
  new AttestryError({
    code: 'CORE-E040',
    message: `${what} has no canonical JSON form`,
    help: 'write big integers as strings, and missing values as null',
  })
