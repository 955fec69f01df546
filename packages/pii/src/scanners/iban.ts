import { isAsciiLetter, isDigit, isLetterOrDigit } from '../char-class.js'
import type { Scanner } from '../scanner.js'
import { ibanLength, isIbanValid } from '../validators/iban.js'
import { sign } from '../text-signs.js'

const fewestDigits = 5

/**
 * IBANs: a country's letters and two check digits, then as many letters and digits as the country has, together or in
 * fours with a space or hyphen between, in either case.
 */
export const ibanScanner: Scanner = {
  id: 'iban',
  types: ['IBAN'],
  needs: sign.digit,
  scan({ text }, emit) {
    for (let i = 2; i < text.length - 8; i++) {
      // The first check digit is rarer than two letters, so it is looked for first.
      if (!isDigit(text.charCodeAt(i)) || !isAsciiLetter(text.charCodeAt(i - 1))) continue
      const start = i - 2
      if (!isAsciiLetter(text.charCodeAt(start)) || isLetterOrDigit(text.charCodeAt(start - 1))) continue
      const end = ibanEnd(text, start)
      if (end === 0) continue
      emit({ type: 'IBAN', start, end, score: 0.98, rule: 'iban', validator: 'mod97' })
      i = end
    }
  },
}

/** Where the IBAN that begins at `start` ends; 0 when there is none. */
function ibanEnd(text: string, start: number): number {
  const length = ibanLength(text.slice(start, start + 2).toUpperCase())
  if (length === undefined) return 0
  let iban = ''
  let digits = 0
  let at = start
  while (iban.length < length) {
    const unit = text.charCodeAt(at)
    if (isDigit(unit) || isAsciiLetter(unit)) {
      iban += text[at]!.toUpperCase()
      if (isDigit(unit)) digits++
    } else if (iban.length % 4 !== 0 || (unit !== 0x20 && unit !== 0x2d) || isSeparator(text.charCodeAt(at - 1)))
      return 0
    at++
  }
  const isWhole = !isLetterOrDigit(text.charCodeAt(at))
  return isWhole && digits >= fewestDigits + 2 && isIbanValid(iban) ? at : 0
}

const isSeparator = (unit: number): boolean => unit === 0x20 || unit === 0x2d
