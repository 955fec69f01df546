import { isIPv6 } from 'node:net'
import { isHexDigit, isLetterOrDigit } from '../char-class.js'
import type { Scanner } from '../scanner.js'
import { sign } from '../text-signs.js'

/** Eight groups of four, or six and a dotted quad: 45 characters; then a zone. */
const longestAddress = 45
const longestZone = 16
const colon = 0x3a
const dot = 0x2e
const percent = 0x25

/**
 * IPv6 addresses (RFC 4291 2.2): runs of hexadecimal digits and colons that the platform's own parser accepts. A run
 * needs a digit or four groups, so that `Face::add` in program text stays.
 */
export const ipv6Scanner: Scanner = {
  id: 'ipv6',
  types: ['IP_ADDRESS'],
  needs: sign.colon,
  scan({ text }, emit) {
    for (let at = text.indexOf(':'); at >= 0; ) {
      let start = at
      while (start > 0 && at - start < 4 && isHexDigit(text.charCodeAt(start - 1))) start--
      let end = at
      while (end < text.length && isAddressUnit(text.charCodeAt(end))) end++
      // `ip:2001:db8::1`: the first colon belongs to the label.
      for (const from of [start, at + 1]) {
        const length = addressAt(text, from, end)
        if (length === 0) continue
        const zone = from + length === end ? zoneLength(text, end) : 0
        const score = 0.9
        emit({ type: 'IP_ADDRESS', start: from, end: from + length + zone, score, rule: 'ipv6', validator: 'rfc4291' })
        break
      }
      at = text.indexOf(':', end)
    }
  },
}

function addressAt(text: string, from: number, end: number): number {
  if (end - from > longestAddress + 1 || isLetterOrDigit(text.charCodeAt(from - 1))) return 0
  const length = addressLength(text.slice(from, end))
  return from + length < end || !isLetterOrDigit(text.charCodeAt(end)) ? length : 0
}

const isAddressUnit = (unit: number): boolean => isHexDigit(unit) || unit === colon || unit === dot

/** Length of the address that a run is, without punctuation after it; 0 when it is none. */
function addressLength(run: string): number {
  for (let length = run.length; length >= run.length - 1 && length > 2; length--) {
    const text = run.slice(0, length)
    if (isIPv6(text) && (/\d/.test(text) || text.split(':').length > 4)) return length
    if (!/[:.]$/.test(text)) return 0
  }
  return 0
}

function zoneLength(text: string, from: number): number {
  if (text.charCodeAt(from) !== percent) return 0
  let end = from + 1
  while (end - from <= longestZone && isLetterOrDigit(text.charCodeAt(end))) end++
  return end > from + 1 ? end - from : 0
}
