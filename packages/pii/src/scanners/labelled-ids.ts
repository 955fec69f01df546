import { isDigit, isLetterOrDigit } from '../char-class.js'
import { isCounted } from '../counted.js'
import type { Candidate } from '../finding.js'
import { idLabels, otherNumbers, type Label } from '../ids/labels.js'
import { triggersOf } from '../triggers.js'
import type { Scanner } from '../scanner.js'
import type { Words } from '../words.js'
import { sign } from '../text-signs.js'

/** What may stand between a label and its value; the first group says that a value is announced. */
const gap =
  /^(?:'s)?[ \t]*(?:\([^()\n]{1,16}\)[ \t]*)?((?:(?:number|numbers|num|nummer|número|numero|numéro|nr|no|id|ids|code|código|card|file|record|clínica|clinica)\b\.?[ \t]*){0,3}(?:(?:is|was|are|es|ist|est|è|é)\b[ \t]*)?[:#=.-]{0,3}[ \t]{0,3}#?["']?)/i
const value = /[A-Za-z0-9](?:[A-Za-z0-9]|[-./_](?=[A-Za-z0-9])){0,39}/y
/** More of a value after single spaces, where nothing but an end follows. */
const moreDigits = /(?:[ -]\d{1,10}){1,5}(?=[.,;:)\]]?(?:\s*$|\s*\n|\s{2}|[.,;)] ))/y
const date = /^(?:(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:\d\d|(?:19|20)\d\d))$/
const longestGap = 44

const triggers = triggersOf(idLabels.keys())

/**
 * Identifiers that a label announces: `MRN: 0012345`, `account number is 12345678`, `NHC nhc-40718`, `case no. 3/45-B`. The
 * value runs over letters, digits and single inner separators; more groups of digits belong to it up to the end of a line.
 */
export const labelledIdScanner: Scanner = {
  id: 'labelled-ids',
  types: ['ID', 'BANK_ACCOUNT', 'VIN', 'IMEI', 'NATIONAL_ID'],
  triggers,
  needs: sign.digit,
  scan(source, emit) {
    const triggered = source.triggers()
    const words = source.words()
    let floor = 0
    for (let word = 0; word < words.count; word++) {
      if ((triggered[word]! & triggers.bit) === 0 || words.end[word]! < floor) continue
      const label = labelOf(words, word)
      const found = label && valueAfter(words, word, label)
      if (!found) continue
      emit(found)
      floor = found.end
    }
  },
}

function labelOf(words: Words, word: number): Label | undefined {
  const folded = words.folded(word)
  const label = idLabels.get(folded) ?? idLabels.get(folded.slice(folded.lastIndexOf('-') + 1))
  if (label) return label
  return folded.length > 8 && folded.endsWith('nummer') && !/^(?:telefon|mobil|haus|handy|ruf|fax)/.test(folded)
    ? { type: 'ID', rule: 'id/person', isStrong: false }
    : undefined
}

function valueAfter(words: Words, word: number, { type, rule, isStrong }: Label): Candidate | undefined {
  const { text } = words
  const from = words.end[word]!
  // Every gap ends in a value, and a value begins with a letter or digit: most labels are plain words before plain words.
  const between = gap.exec(text.slice(from, from + longestGap))!
  const announced = between[1]!
  if (between[0] === '' && !isLetterOrDigit(text.charCodeAt(from))) return undefined
  const start = from + between[0].length
  value.lastIndex = start
  const first = value.exec(text)
  if (!first || (start === from && isDigit(text.charCodeAt(start)) && !isStrong)) return undefined
  let end = start + first[0].length
  const isNumeric = /\d$/.test(first[0])
  if (isNumeric) {
    moreDigits.lastIndex = end
    end += moreDigits.exec(text)?.[0].length ?? 0
  }
  const digits = first[0].replaceAll(/\D/g, '').length + (end - start - first[0].length)
  const hasLetter = /[A-Za-z]/.test(first[0])
  const isAnnounced = /[:#=]|(?:^|\s)(?:n[ou]|id|code|cód|nr|num|card|file|record)/i.test(announced)
  const fewest = isStrong ? 3 : isAnnounced ? (hasLetter ? 2 : 3) : hasLetter ? 3 : 5
  if (digits < fewest || digits > 30 || first[0].length + digits < 4) return undefined
  if (date.test(first[0]) || isCounted(text, end) || /^\d{1,3}(?:st|nd|rd|th)$/i.test(first[0])) return undefined
  if (!isStrong && isPlainNumber(words, word, first[0], isAnnounced)) return undefined
  return {
    type,
    start,
    end,
    score: isStrong ? 0.85 : isAnnounced ? 0.75 : 0.6,
    rule,
  }
}

const weakest = new Set(
  'number numero nummer num no nr code codigo tag sort group plan app lot acc pt po col subject payment visa bank'.split(
    ' ',
  ),
)

/** A year, an amount with decimals, or a number that counts something else than an identifier. */
function isPlainNumber(words: Words, word: number, value: string, isAnnounced: boolean): boolean {
  if (/^(?:19|20)\d\d$/.test(value) || /^\d{1,3}(?:[.,]\d{3})*[.,]\d{1,2}$/.test(value)) return true
  if (!weakest.has(words.folded(word))) return false
  const digits = value.replaceAll(/\D/g, '').length
  if (otherNumbers.has(words.folded(word - 1))) return true
  return digits < 5 && !(isAnnounced && digits >= 4)
}
