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
  scan(source, emit) {
    const { text } = source
    let floor = 0
    // The check digits are rarer than two letters, so they are looked for first.
    for (const run of source.digitRuns()) {
      const start = run - 2
      if (start < 0 || run < floor || run >= text.length - 8) continue
      if (!isAsciiLetter(text.charCodeAt(run - 1)) || !isAsciiLetter(text.charCodeAt(start))) continue
      const end = isLetterOrDigit(text.charCodeAt(start - 1)) ? 0 : ibanEnd(text, start)
      if (end === 0) continue
      emit({ type: 'IBAN', start, end, score: 0.98, rule: 'iban', validator: 'mod97' })
      floor = end
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
