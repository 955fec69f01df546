import { charClass, classOf, isDigit, isLetter, isLetterOrDigit } from '../char-class.js'
import type { Scanner } from '../scanner.js'
import { sign } from '../text-signs.js'

const localLimit = 64
const labelLimit = 63
const domainLimit = 253

/** RFC 5321 `atext` without the characters that stand between fields in practice (`=`, `/`, `?`, `|`, braces). */
const localPunctuation = new Set([...".!#$%&'*+-^_~"].map(c => c.charCodeAt(0)))
const dot = 0x2e
const hyphen = 0x2d

/**
 * Addresses: at each `@`, left over the local part (64 characters, RFC 5321 4.5.3.1.1) and right over the labels of a
 * domain that ends in letters or an `xn--` label. Unicode letters count; ideographs only when they touch the `@`, so that
 * a sentence without spaces around an address stays.
 */
export const emailScanner: Scanner = {
  id: 'email',
  types: ['EMAIL'],
  needs: sign.at,
  scan({ text }, emit) {
    let floor = 0
    for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
      const start = localStart(text, at, floor)
      const end = start < at ? domainEnd(text, at + 1) : 0
      floor = at + 1
      if (end > 0) {
        emit({ type: 'EMAIL', start, end, score: 0.95, rule: 'email', validator: 'rfc5321' })
        floor = end
      }
    }
  },
}

function localStart(text: string, at: number, floor: number): number {
  const withIdeographs = classOf(text.charCodeAt(at - 1)) === charClass.letter
  const lowest = Math.max(floor, at - localLimit)
  let start = at
  while (start > lowest) {
    const unit = text.charCodeAt(start - 1)
    const isLocal = isLetterOrDigit(unit)
      ? withIdeographs || classOf(unit) !== charClass.letter
      : localPunctuation.has(unit) && !(unit === dot && (start === at || text.charCodeAt(start) === dot))
    if (!isLocal) break
    start--
  }
  while (start < at && !isLetterOrDigit(text.charCodeAt(start)) && text[start] !== '_') start++
  return start
}

/** Where the longest domain from `from` on ends; 0 when there is none. */
function domainEnd(text: string, from: number): number {
  const withIdeographs = classOf(text.charCodeAt(from)) === charClass.letter
  const limit = Math.min(text.length, from + domainLimit)
  let best = 0
  let labels = 0
  for (let start = from; start < limit; ) {
    let end = start
    let letters = 0
    while (end < limit && end - start < labelLimit) {
      const unit = text.charCodeAt(end)
      const isLabelLetter = isLetter(unit) && (withIdeographs || classOf(unit) !== charClass.letter)
      if (isLabelLetter && letters === end - start) letters++
      else if (!isLabelLetter && !isDigit(unit) && unit !== hyphen) break
      end++
    }
    if (end === start || text.charCodeAt(start) === hyphen) break
    labels++
    const top = topLabelEnd(text, start, end, letters)
    if (labels >= 2 && top > 0) best = top
    if (text.charCodeAt(end) !== dot) break
    start = end + 1
  }
  return best
}

/** A last label: `xn--` and what follows, or the letters that it begins with, two at least. */
function topLabelEnd(text: string, start: number, end: number, letters: number): number {
  if (end - start > 4 && /^xn--$/i.test(text.slice(start, start + 4))) return end
  return letters >= 2 || (letters === 1 && classOf(text.charCodeAt(start)) === charClass.letter) ? start + letters : 0
}
