import { isAsciiLetter, isDigit, isLetterOrDigit } from '../char-class.js'
import { isCounted } from '../counted.js'
import { months } from '../dates/months.js'
import type { Scanner } from '../scanner.js'
import { sign } from '../text-signs.js'

const fewestDigits = 5
const longest = 48
const fewestBare = 7
const mostBare = 20

/**
 * Codes that nobody writes for another reason: letters and at least five digits in one token (`QVH-123456`, `X7Q40912`), or
 * three and more in groups of capitals,
 * file numbers such as `36244/06`, and, in company, bare numbers of seven digits and more.
 */
export const mixedIdScanner: Scanner = {
  id: 'mixed-ids',
  types: ['ID'],
  needs: sign.digit,
  scan(source, emit) {
    const { text } = source
    let i = 0
    for (const run of source.digitRuns()) {
      if (run < i) continue
      let start = run
      while (start > i && (isUnit(text.charCodeAt(start - 1)) || isInner(text, start - 1))) start--
      let digits = 0
      for (i = start; isUnit(text.charCodeAt(i)) || isInner(text, i); i++) if (isDigit(text.charCodeAt(i))) digits++
      const isGrouped = digits >= 3 && digits < fewestDigits && grouped.test(text.slice(start, i))
      if ((digits < fewestDigits && !isGrouped) || i - start > longest || isLetterOrDigit(text.charCodeAt(start - 1)))
        continue
      if (isLetterOrDigit(text.charCodeAt(i)) || /[$€£@.]/.test(text[start - 1] ?? '')) continue
      const token = text.slice(start, i)
      if (digits === token.length) {
        if (digits >= fewestBare && digits <= mostBare && !isCounted(text, i) && !/^[.,]\d/.test(text.slice(i, i + 2)))
          emit({ type: 'ID', start, end: i, score: 0.4, rule: 'id/long-number', needsCompany: true })
      } else if (/^\d{4,7}\/\d\d(?:\d\d)?$/.test(token)) {
        if (!/^(?:19|20)\d\d\//.test(token)) emit({ type: 'ID', start, end: i, score: 0.6, rule: 'id/file' })
      } else if (isGrouped || isMixed(token)) emit({ type: 'ID', start, end: i, score: 0.6, rule: 'id/mixed' })
    }
  },
}

/** Capitals and digits in three groups or more: `QX-ZV-407`. */
const grouped = /^[A-Z]{1,6}(?:-[A-Z\d]{1,8}){2,5}$/

const isUnit = (unit: number): boolean => isDigit(unit) || isAsciiLetter(unit)
const isInner = (text: string, at: number): boolean => {
  const unit = text.charCodeAt(at)
  return (
    (unit === 0x2d || unit === 0x2f || unit === 0x5f) &&
    isUnit(text.charCodeAt(at - 1)) &&
    isUnit(text.charCodeAt(at + 1))
  )
}

/** Letters first, or letters and digits in one piece; neither a number with its unit nor a date. */
function isMixed(token: string): boolean {
  if (!/[A-Za-z]/.test(token) || /^\d+[A-Za-z]{1,4}$/.test(token) || /^\d{8}T?\d*Z?$/i.test(token)) return false
  const letters = token.toLowerCase().split(/[^a-z]+/)
  if (letters.some(part => months.has(part))) return false
  if (/^[A-Za-z]{1,8}[-_/]?\d/.test(token)) return true
  return token.split(/[-_/]/).some(piece => /[A-Za-z]/.test(piece) && piece.replaceAll(/\D/g, '').length >= 3)
}
