import { isLuhnValid } from './luhn.js'

/** What account data is: a number that may be kept if unreadable, and authentication data that may not be kept at all. */
export type AccountDataKind = 'pan' | 'track' | 'card-verification-code' | 'pin'

/** Leading digits of an issuer, inclusive and of one length, and the lengths of its numbers. */
interface IssuerRange {
  readonly from: number
  readonly to: number
  readonly lengths: readonly number[]
}

const from16 = [16, 17, 18, 19]
const from14 = [14, 15, ...from16]

/** Ranges that the card networks publish. */
const issuers: readonly IssuerRange[] = [
  { from: 4, to: 4, lengths: [13, 16, 19] },
  { from: 51, to: 55, lengths: [16] },
  { from: 2221, to: 2720, lengths: [16] },
  { from: 34, to: 34, lengths: [15] },
  { from: 37, to: 37, lengths: [15] },
  { from: 6011, to: 6011, lengths: from16 },
  { from: 644, to: 659, lengths: from16 },
  { from: 300, to: 305, lengths: from14 },
  { from: 309, to: 309, lengths: from14 },
  { from: 36, to: 36, lengths: from14 },
  { from: 38, to: 39, lengths: from14 },
  { from: 3528, to: 3589, lengths: from16 },
  { from: 62, to: 62, lengths: from16 },
  { from: 81, to: 82, lengths: [16] },
  { from: 2200, to: 2204, lengths: from16 },
  { from: 9792, to: 9792, lengths: [16] },
  ...[50, 56, 57, 58, 63, 67].map(prefix => ({ from: prefix, to: prefix, lengths: [13, ...from14] })),
]

const cardContext = /\b(?:card|pan|visa|mastercard|amex|debit|credit|kreditkarte|karte|carte|tarjeta|cc)\b/i
const codeContext =
  /\b(?:cvv2?|cvc2?|cav2?|csc|card verification (?:code|value)|security code)\b\W{0,12}(?:is\W{1,4})?\d{3,4}\b/i
const pinContext = /\bpin(?: ?(?:number|block))?\b\W{0,12}(?:is\W{1,4})?(?:\d{4}|[0-9a-f]{16})\b/i
// What also has a meaning outside of payment (a customer's id, a postal code) counts beside a card word only.
const underCardOnly: readonly (readonly [AccountDataKind, RegExp])[] = [
  ['card-verification-code', /\bcid\b\W{0,12}(?:is\W{1,4})?\d{3,4}\b/i],
  ['pin', /\bpin(?: ?code)?\b\W{0,12}(?:is\W{1,4})?\d{4,6}\b/i],
]
// ISO/IEC 7813: track 1 `%B<pan>^<name>^<expiry…>`, track 2 `;<pan>=<expiry…>`. Sentinels are often cut off.
const track = /B\d{12,19}\^[^^]{2,26}\^\d{7,}|(?<!\d)\d{12,19}[=D]\d{7,}/

/** Characters without width, which can split a number unseen. */
const invisible = /[\u00ad\u200b-\u200d\u2060\ufeff]/g
const separators = new Set([' ', '-', '.', '\u00a0', '\u2009', '\u2011', '\u2013'])
const longest = 19
const shortest = 13

/**
 * The kinds of account data in one text. Linear in its length: each run of digits is read once, with at most seven lengths
 * tried at each start.
 *
 * @param text    as it stands in the data
 * @param heading name of its column, which gives context to bare numbers
 */
export function accountDataIn(text: string, heading = ''): ReadonlySet<AccountDataKind> {
  const found = new Set<AccountDataKind>()
  const plain = text.normalize('NFKC').replace(invisible, '')
  const named = `${heading.replace(/([a-z])(?=[A-Z])/g, '$1 ').replace(/[_.-]/g, ' ')} ${plain}`
  const isUnderCard = cardContext.test(named)
  if (hasCardNumber(plain, isUnderCard)) found.add('pan')
  if (track.test(plain)) found.add('track')
  if (codeContext.test(named)) found.add('card-verification-code')
  if (pinContext.test(named)) found.add('pin')
  if (isUnderCard) for (const [kind, pattern] of underCardOnly) if (pattern.test(named)) found.add(kind)
  return found
}

/**
 * Digits that read as a card number: an issuer's range and length, and the check digit. A longer run of digits counts only
 * with a card word near, because one random number in ten has a fitting check digit.
 */
function hasCardNumber(text: string, isUnderCard: boolean): boolean {
  for (const digits of digitRuns(text)) {
    if (digits.length >= shortest && digits.length <= longest && isCardNumber(digits)) return true
    if (!isUnderCard) continue
    for (let start = 0; start + shortest <= digits.length; start++)
      for (let length = shortest; length <= longest && start + length <= digits.length; length++)
        if (isCardNumber(digits.slice(start, start + length))) return true
  }
  return false
}

const isCardNumber = (digits: string): boolean =>
  issuers.some(({ from, to, lengths }) => {
    const prefix = Number(digits.slice(0, String(from).length))
    return prefix >= from && prefix <= to && lengths.includes(digits.length)
  }) && isLuhnValid(digits)

/** Runs of digits, with single separators between digits left out. */
function digitRuns(text: string): readonly string[] {
  const runs: string[] = []
  let run = ''
  for (let at = 0; at <= text.length; at++) {
    const character = text.charAt(at)
    if (character >= '0' && character <= '9') run += character
    else if (run !== '' && separators.has(character) && isDigit(text.charAt(at + 1))) continue
    else if (run !== '') {
      runs.push(run)
      run = ''
    }
  }
  return runs
}

const isDigit = (character: string): boolean => character >= '0' && character <= '9'
