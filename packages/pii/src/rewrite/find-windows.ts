import { isDigitByte, isHexByte, isLetterByte, readCodePoint, readEscape, sign, type CodePoint } from './bytes.js'
import { baseOfLetter, codePointKind, kindOfCodePoint } from './code-points.js'
import { charactersAfter, charactersBefore, kind } from './kinds.js'
import { topLevelDomains } from '../gazetteer/top-level-domains.js'
import { hashStep, slotOf, wordKind, wordTable } from './word-table.js'

/** The places of a text that rules have to look at: ranges of its bytes, in order and disjoint. Valid until the next search. */
export interface Windows {
  readonly count: number
  readonly start: Int32Array
  readonly end: Int32Array
  /** Bits of `kind`. */
  readonly kinds: Int32Array
  /** Whether a backslash was met in a JSON string. */
  readonly hasEscape: boolean
  /** Where the text ends: at the limit, and in a JSON string at the quote that closes it or at a byte that it cannot hold. */
  readonly textEnd: number
}

const byteClass = { plain: 0, digit: 1, high: 2, special: 3 } as const
const letterU = 0x75

/** Signs and letters with which something may begin. */
const beginnings = '&-/:@_%.=!#$^*~+A'

function classesOf(isJson: boolean): Uint8Array {
  const classes = new Uint8Array(256)
  for (let unit = 0; unit < 256; unit++) {
    if (isDigitByte(unit)) classes[unit] = byteClass.digit
    else if (unit >= 0x80) classes[unit] = byteClass.high
    else if (unit === 0x7f || (unit < 0x20 && (isJson || unit < 0x09 || unit > 0x0d))) classes[unit] = byteClass.special
  }
  for (const c of isJson ? `${beginnings}"\\` : beginnings) classes[c.charCodeAt(0)] = byteClass.special
  return classes
}

const textClasses = classesOf(false)
const jsonClasses = classesOf(true)

const isTokenByte = (unit: number | undefined): boolean =>
  isDigitByte(unit) || isLetterByte(unit) || unit === sign.hyphen || unit === sign.underscore || isHigh(unit)
const isHigh = (unit: number | undefined): boolean => unit !== undefined && unit >= 0x80
const isJoint = (unit: number | undefined): boolean =>
  unit === sign.hyphen || unit === sign.slash || unit === sign.underscore

/** Bytes back from a value to its label: over the value itself up to a space, then over what may stand between. */
const longestValue = 240
const longestGap = 120
/** More than a word has that is looked up: 64 letters in three bytes each. */
const longestWord = 200
const anyKind = Object.values(kind).reduce((all, one) => all | one, 0)

// One search at a time, and its state stands here and not in a closure: with two closures of one function the engine stops inlining
// what they call, and the search takes twice as long.
let isJson = false
const codePoint: CodePoint = { value: 0, width: 1 }

let low = new Int32Array(64)
let high = new Int32Array(64)
let kinds = new Int32Array(64)
let count = 0

let bytes: Uint8Array = new Uint8Array(0)
let from = 0
let limit = 0
let hasEscape = false
let hasUnicodeEscape = false
/** Ends of the last digit, hyphen that is none of ASCII, symbol, and anything else that is neither. */
let lastDigit = 0
let lastHyphen = 0
let lastSymbol = 0
let lastOdd = 0
/** Digits with only separators between. */
let numberAt = 0
let numberDigits = 0
let dottedRuns = 0
/** Digits with a few letters between, and whether some of them touch letters. */
let mixedAt = 0
let mixedDigits = 0
let isGlued = false
/** Digits with only separators and capitals between. */
let codeAt = 0
let codeDigits = 0

const mark = (what: number, start: number, end: number): void => {
  if (count > 0 && start - high[count - 1]! <= 16) {
    kinds[count - 1]! |= what
    if (start < low[count - 1]!) low[count - 1] = start
    if (end > high[count - 1]!) high[count - 1] = end
    return
  }
  if (count === low.length) [low, high, kinds] = [doubled(low), doubled(high), doubled(kinds)]
  low[count] = start
  high[count] = end
  kinds[count++] = what
}

const isEscapedUnit = (i: number): boolean => isJson && bytes[i] === sign.backslash && bytes[i + 1] === letterU

/** Reads what is not ASCII, written or escaped, into `codePoint`; gives its kind. An escape of ASCII counts as disguised. */
const readOdd = (i: number): number => {
  if (bytes[i] !== sign.backslash) readCodePoint(bytes, i, limit, codePoint)
  else {
    hasEscape = hasUnicodeEscape = true
    readEscape(bytes, i, limit, codePoint)
    const { value } = codePoint
    if (value >= 0x09 && value <= 0x0d) return codePointKind.space
    if (value < 0x80) return harmless.has(value) ? codePointKind.space : codePointKind.disguised
  }
  return kindOfCodePoint(codePoint.value)
}

/** `AKIA`, `ASIA`, `AIza`. */
const isTokenStart = (i: number): boolean =>
  ((bytes[i + 1] === 0x4b || bytes[i + 1] === 0x53) && bytes[i + 2] === 0x49 && bytes[i + 3] === 0x41) ||
  (bytes[i + 1] === 0x49 && bytes[i + 2] === 0x7a && bytes[i + 3] === 0x61)

/** Bits of the word that ends at `end`, which may hold letters that are none of ASCII; where it begins, in `wordStart`. */
let wordStart = 0
const wordBefore = (end: number): number => {
  let start = end
  while (start > from && end - start <= longestWord && isWordByte(start - 1)) start--
  wordStart = start
  if (end - start > longestWord) return 0
  let hash = 0
  let letters = 0
  let isOdd = false
  for (let i = start; i < end; ) {
    const unit = bytes[i]!
    if (isLetterByte(unit)) {
      hash = hashStep(hash, unit | 0x20)
      letters++
      i++
      continue
    }
    if (readOdd(i) !== codePointKind.letter) {
      // Not part of the word: it begins after this.
      i += codePoint.width
      hash = letters = 0
      wordStart = i
      isOdd = false
      continue
    }
    const base = baseOfLetter(codePoint.value)
    if (base !== 0) hash = hashStep(hash, base)
    isOdd = true
    letters++
    i += codePoint.width
  }
  const bits = wordTable[slotOf(hash)]!
  return letters > 8 && (isOdd || mayEndInNummer(end)) ? bits | wordKind.label : bits
}

/** A letter, or a byte of something that may be one. */
const isWordByte = (i: number): boolean =>
  (isLetterByte(bytes[i]) && !isEscapedLetter(i)) || isHigh(bytes[i]) || (hasUnicodeEscape && isInEscape(i))

/** The letter of `\n` and the like. */
const isEscapedLetter = (i: number): boolean => {
  if (!hasEscape) return false
  let start = i
  while (start > from && bytes[start - 1] === sign.backslash) start--
  return (i - start) % 2 === 1
}

/** Whether a byte belongs to an escape `\uXXXX`. */
const isInEscape = (i: number): boolean => {
  for (let start = Math.max(from, i - 5); start <= i; start++) if (isEscapedUnit(start)) return true
  return false
}

/** `Kundennummer`. */
const mayEndInNummer = (end: number): boolean =>
  (bytes[end - 1]! | 0x20) === 0x72 && (bytes[end - 6]! | 0x20) === 0x6e && (bytes[end - 5]! | 0x20) === letterU

/**
 * Where the label of a value begins that holds the byte at `at`; -1 without one. Up to the first space or quote before it all may be the
 * value; further back only words may stand that can come between, and others in brackets.
 */
const labelBefore = (at: number): number => {
  let i = at
  const lowest = Math.max(from, at - longestValue)
  let isInValue = true
  let gapEnd = 0
  while (i > lowest) {
    const unit = bytes[i - 1]!
    if (!isWordByte(i - 1)) {
      if (isInValue && (unit <= sign.quote || unit === sign.apostrophe || isLetterByte(unit))) {
        isInValue = false
        gapEnd = i
      }
      if (!isInValue && gapEnd - i > longestGap) return -1
      i--
      continue
    }
    const bits = wordBefore(i)
    if (bits & wordKind.label) return wordStart
    if (!isInValue && !(bits & wordKind.connector) && !isBracketed(i)) return -1
    i = Math.min(wordStart, i - 1)
  }
  return -1
}

/** Whether an opening bracket stands a few characters before. */
const isBracketed = (i: number): boolean => {
  for (let k = i - 1; k >= from && k >= i - 20; k--) if (bytes[k] === 0x28) return true
  return false
}

const digits = (start: number): number => {
  let end = start + 1
  while (end < limit && isDigitByte(bytes[end])) end++
  const length = end - start
  const before = start > from ? bytes[start - 1] : sign.space
  const after = end < limit ? bytes[end] : sign.space
  const touches =
    isLetterByte(before) ||
    isLetterByte(after) ||
    (isJoint(before) && start - 2 >= from && isLetterByte(bytes[start - 2])) ||
    (isJoint(after) && isLetterByte(bytes[end + 1])) ||
    lastHyphen === start ||
    (isHigh(after) && readOdd(end) === codePointKind.hyphen && isLetterByte(bytes[end + codePoint.width]))
  const gap = start - lastDigit
  const isPure = (gap <= (hasEscape ? 6 : 3) || (lastOdd > lastDigit && gap <= 24)) && !holdsLetter(lastDigit, start)
  if (isPure) numberDigits += length
  else {
    numberDigits = length
    numberAt = start
  }
  dottedRuns = isPure && gap === 1 && before === sign.dot ? dottedRuns + 1 : 1
  if (gap <= 12 || isPure) {
    mixedDigits += length
    isGlued ||= touches
  } else {
    mixedDigits = length
    mixedAt = start
    isGlued = touches
  }
  if (gap <= 24 && isInCode(lastDigit, start)) codeDigits += length
  else {
    codeDigits = length
    codeAt = start
  }
  lastDigit = end
  if (numberDigits >= 6 || dottedRuns >= 4) {
    // A list of numbers is looked at from its beginning on.
    const listAt = gap <= 12 || isPure ? Math.min(numberAt, mixedAt) : numberAt
    mark(before === sign.slash && isPure ? kind.number | kind.mixed : kind.number, listAt, end)
  }
  if (before === sign.dot && length >= 3) mark(kind.coordinate, numberAt, end)
  if (isGlued && mixedDigits >= 3) mark(kind.mixed, mixedAt, end)
  else if (codeDigits >= 5 && !isPure) mark(kind.mixed, codeAt, end)
  if (touches) {
    let first = start
    while (first > from && start - first < 26 && (isLetterByte(bytes[first - 1]) || isDigitByte(bytes[first - 1])))
      first--
    let last = end
    while (last < limit && last - first < 26 && (isLetterByte(bytes[last]) || isDigitByte(bytes[last]))) last++
    if (last - first >= 8) mark(last - first >= 26 ? kind.mixed | kind.long : kind.mixed, first, end)
    // `ya29.`
    if (after === sign.dot && before === 0x61) mark(kind.token, first, end)
  }
  if (
    length >= 2 &&
    isLetterByte(before) &&
    isLetterByte(bytes[start - 2]) &&
    (start - from < 3 || hasEscape || !isLetterByte(bytes[start - 3]))
  )
    mark(kind.iban, start - 2, end)
  // Degrees.
  if (after === 0xc2 || after === sign.backslash) mark(kind.coordinate, start, end)
  // A label wants two digits, or one with something at it.
  if (
    length >= 2 ||
    touches ||
    isJoint(after) ||
    isHigh(before) ||
    isHigh(after) ||
    isLabelSign(before) ||
    isLabelSign(after) ||
    isDigitByte(bytes[end + 1])
  ) {
    const label = labelBefore(start)
    if (label >= 0) mark(kind.label | kind.announced, label, end)
  }
  return end
}

/** Whether bytes may stand between the digits of a code that is written with separators. */
const isInCode = (start: number, end: number): boolean => {
  for (let i = start; i < end; i++) {
    const unit = bytes[i]!
    const isPart =
      (unit >= 0x41 && unit <= 0x5a) ||
      unit === sign.space ||
      (unit >= 0x28 && unit <= 0x29) ||
      (unit >= 0x2d && unit <= 0x2f)
    if (!isPart && !isHigh(unit) && !(hasUnicodeEscape && isInEscape(i))) return false
  }
  return true
}

const holdsLetter = (start: number, end: number): boolean => {
  for (let i = start; i < end; i++)
    if (isLetterByte(bytes[i]) && !isEscapedLetter(i) && !(hasUnicodeEscape && isInEscape(i))) return true
  return false
}

const odd = (start: number, what: number): number => {
  const end = start + codePoint.width
  if (what === codePointKind.letter) return end
  lastOdd = end
  if (what === codePointKind.disguised) mark(anyKind, start, end)
  else if (what === codePointKind.dropped) {
    // After an emoji it is part of that.
    if (lastSymbol !== start) mark(anyKind, start, end)
    else lastSymbol = end
  } else if (what === codePointKind.symbol) lastSymbol = end
  else if (what === codePointKind.hyphen) {
    lastHyphen = end
    if (
      isTokenByte(bytes[start - 1]) &&
      isTokenByte(bytes[end]) &&
      ((isHexPair(start - 2) && isHexPair(end)) || isTokenBefore(start, end))
    )
      mark(anyKind, start, end)
  }
  return end
}

const isHexPair = (i: number): boolean => i >= from && isHexByte(bytes[i]) && isHexByte(bytes[i + 1])

/** Whether `glpat`, `xoxb` or `sk` stands before a hyphen, with enough after it. */
const isTokenBefore = (hyphenAt: number, end: number): boolean => {
  const [a, b, c] = [bytes[hyphenAt - 1], bytes[hyphenAt - 2], bytes[hyphenAt - 3]]
  const fewest =
    a === 0x6b && b === 0x73 ? 20 : b === 0x78 && c === 0x6f ? 10 : a === 0x74 && b === 0x61 && c === 0x70 ? 20 : 0
  if (fewest === 0) return false
  let last = end
  while (last < limit && last - end < fewest && isTokenByte(bytes[last])) last++
  return last - end >= fewest
}

/** Groups of at most four hexadecimal digits from a colon on, as many as an address has. */
const isHexGroups = (i: number): boolean => {
  let groups = 0
  let at = i
  while (groups < 5 && bytes[at] === sign.colon) {
    let group = at + 1
    while (group - at <= 4 && isHexByte(bytes[group])) group++
    if (group === at + 1) break
    at = group
    groups++
  }
  return groups >= 5
}

/** Signs of ASCII that something begins with. Gives where to go on; -1 at the end of a JSON string. */
const special = (i: number, unit: number): number => {
  const next = bytes[i + 1]
  switch (unit) {
    case sign.quote:
      return -1
    case sign.at:
      mark(kind.at, i, i + 1)
      announce(i)
      return i + 1
    case sign.dot:
      lookAtDot(i)
      return i + 1
    case sign.equals:
      announce(i)
      return i + 1
    case 0x21:
      if (!endsValue(i + 1)) announce(i)
      return i + 1
    case 0x23:
    case 0x24:
    case 0x5e:
    case 0x2a:
    case 0x7e:
    case 0x2b:
      announce(i)
      return i + 1
    case 0x41:
      if (isTokenStart(i)) mark(kind.token, i, i + 4)
      return i + 1
    case sign.colon:
      if (next === sign.slash || next === sign.backslash) {
        if (bytes[i + 2] === sign.slash) mark(kind.link, i, i + 1)
      } else if (next === sign.colon || (isHexByte(next) && isHexGroups(i))) mark(kind.hex, i, i + 1)
      announce(i)
      return i + 1
    case sign.hyphen:
      if (bytes[i + 3] === sign.hyphen && bytes[i + 6] === sign.hyphen && isHexPair(i + 1) && isHexPair(i - 2))
        mark(kind.hex, i, i + 1)
      if (isTokenBefore(i, i + 1)) mark(kind.token, i, i + 1)
      // A private key may end anywhere after this.
      if (next === 0x42 && bytes[i + 2] === 0x45 && bytes[i + 5] === 0x4e) mark(kind.token, i, limit)
      return i + 1
    case sign.underscore:
      announce(i)
      // A pseudonym of ours is read as nothing, and what is glued to it stands alone.
      if (isPseudonym(i + 1)) mark(anyKind, i, i + 1)
      if (i - 3 >= from && isBeforeUnderscore(i)) mark(kind.token, i, i + 1)
      else if (i - 2 >= from && bytes[i - 1] === 0x6b) mark(kind.token, i, i + 1)
      return i + 1
    case sign.slash: {
      const before = i > from ? bytes[i - 1] : undefined
      if (((before! | 0x20) === letterU || isHigh(before)) && isTokenByte(next)) mark(kind.announced, i - 1, i + 1)
      return i + 1
    }
    case sign.ampersand:
      if (next === 0x23 || (next! | 0x20) === 0x63) mark(anyKind, i, i + 1)
      announce(i)
      return i + 1
    case sign.percent:
      if (next === 0x34 && bytes[i + 2] === 0x30) mark(anyKind, i, i + 1)
      announce(i)
      return i + 1
    case sign.backslash:
      hasEscape = true
      if (!escapable.has(next!)) return -1
      // A slash may be escaped, and a backspace is invisible.
      if (next === sign.slash || next === 0x62) mark(anyKind, i, i + 2)
      return i + 2
    default:
      if (isJson && unit < 0x20) return -1
      mark(anyKind, i, i + 1)
      return i + 1
  }
}

/** A sign that makes a word a value, or announces one: what matters is a label before. */
const announce = (i: number): void => {
  const label = labelBefore(i)
  if (label >= 0) mark(kind.announced, label, i + 1)
}

/** Whether only punctuation stands before the end of a value. */
const endsValue = (start: number): boolean => {
  let i = start
  while (i < limit && punctuation.has(bytes[i]!)) i++
  const unit = i < limit ? bytes[i]! : sign.space
  if (unit <= sign.quote || unit === sign.apostrophe) return true
  const next = bytes[i + 1]
  return isJson && unit === sign.backslash && !isEscapedUnit(i) && next !== sign.backslash && next !== sign.slash
}

/** A point before an ending of domains or a part of a token, or after `www` or `SG`. */
const lookAtDot = (i: number): void => {
  const next = bytes[i + 1]
  const isAfterWord = isLetterByte(next) || isDigitByte(next) || isHigh(next) || isEscapedUnit(i + 1)
  if (!isAfterWord || i + 1 >= limit) return
  if (isHigh(next) || isEscapedUnit(i + 1) || (bytes[i - 1]! | 0x20) === 0x77) return mark(kind.link, i, i + 1)
  if (bytes[i - 1] === 0x47 && bytes[i - 2] === 0x53) mark(kind.token, i, i + 1)
  if (!isLetterByte(next)) return
  if (next === 0x65 && bytes[i + 2] === 0x79 && bytes[i + 3] === 0x4a) mark(kind.token, i, i + 1)
  let end = i + 2
  while (end < limit && end - i < 12 && isLetterByte(bytes[end])) end++
  if (end - i > 2 && isTopLevelDomain(i + 1, end)) mark(kind.link, i, end)
  // A value of its own, as `john.doe` after `user is`.
  announce(i)
}

const isTopLevelDomain = (start: number, end: number): boolean => {
  let hash = 0
  for (let i = start; i < end; i++) hash = hashStep(hash, bytes[i]! | 0x20)
  return topLevels[slotOf(hash)] === 1
}

/** Sixteen capitals and digits of base32. */
const isPseudonym = (start: number): boolean => {
  if (start + 16 > limit) return false
  for (let i = start; i < start + 16; i++) {
    const unit = bytes[i]!
    if (!(unit >= 0x41 && unit <= 0x5a) && !(unit >= 0x32 && unit <= 0x37)) return false
  }
  return true
}

/** `ghp`, `npm`, `github` before an underscore. */
const isBeforeUnderscore = (i: number): boolean => {
  const [c, b, a] = [bytes[i - 1], bytes[i - 2], bytes[i - 3]]
  return (
    (a === 0x67 && b === 0x68) || (a === 0x6e && b === 0x70 && c === 0x6d) || (a === 0x68 && b === 0x75 && c === 0x62)
  )
}

/**
 * Finds where a text may hold something that the structured rules know, by one pass over its bytes: nothing is decoded, and most bytes
 * cost one look into a table.
 *
 * It finds more than the rules do and never less: each rule begins with something that is looked for here, whatever stands around it,
 * and a window reaches as far as the rule looks. What lies between two windows need not be looked at again.
 *
 * @param isInJson whether the bytes are the inside of a JSON string, where a backslash begins an escape and a quote ends the text
 */
export function findWindows(given: Uint8Array, start: number, end: number, isInJson: boolean): Windows {
  bytes = given
  isJson = isInJson
  const classes = isInJson ? jsonClasses : textClasses
  from = start
  limit = end
  count = 0
  hasEscape = hasUnicodeEscape = false
  lastDigit = lastHyphen = lastSymbol = lastOdd = start - 1000
  numberDigits = mixedDigits = codeDigits = 0
  isGlued = false
  let i = start
  const lastFour = end - 3
  while (i < end) {
    // Most bytes are plain: four of them at once.
    while (
      i < lastFour &&
      (classes[given[i]!]! | classes[given[i + 1]!]! | classes[given[i + 2]!]! | classes[given[i + 3]!]!) === 0
    )
      i += 4
    if (i >= end) break
    const unit = given[i]!
    const unitClass = classes[unit]!
    if (unitClass === byteClass.plain) {
      i++
      continue
    }
    if (unitClass === byteClass.digit) i = digits(i)
    else if (unitClass === byteClass.high || isEscapedUnit(i)) {
      const what = readOdd(i)
      if (codePoint.value < 0) break
      i = odd(i, what)
    } else {
      const next = special(i, unit)
      if (next < 0) break
      i = next
    }
  }
  const textEnd = Math.min(i, end)
  const windows = finish(textEnd)
  return { count: windows, start: low, end: high, kinds, hasEscape, textEnd }
}

/** Whether a text holds any place that rules have to look at. Leaves the windows of the last search as they are. */
export function holdsWindows(given: Uint8Array, end: number): boolean {
  const kept = [low, high, kinds] as const
  ;[low, high, kinds] = spare
  const { count: found } = findWindows(given, 0, end, false)
  ;[spare[0], spare[1], spare[2]] = [low, high, kinds]
  ;[low, high, kinds] = kept
  return found > 0
}

const spare: [Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>] = [
  new Int32Array(64),
  new Int32Array(64),
  new Int32Array(64),
]

/** Widens the places to what their rules look at, up to a space, and merges what then overlaps. Gives their number. */
function finish(textEnd: number): number {
  if (count === 0) return 0
  const widen = hasUnicodeEscape ? 6 : 1
  // From the last to the first: what a place looks back over is not shortened by what is found there.
  let kept = count
  for (let k = count - 1; k >= 0; k--) {
    let [start, end, what] = [low[k]!, high[k]!, kinds[k]!]
    end = after(Math.min(end, textEnd), charactersAfter(what) * widen, textEnd)
    while (kept < count && end >= low[kept]!) {
      what |= kinds[kept]!
      end = Math.max(end, high[kept]!)
      kept++
    }
    start = before(start, charactersBefore(what) * widen)
    kept--
    low[kept] = start
    high[kept] = end
    kinds[kept] = what
  }
  const windows = count - kept
  low.copyWithin(0, kept, count)
  high.copyWithin(0, kept, count)
  kinds.copyWithin(0, kept, count)
  return windows
}

function before(at: number, characters: number): number {
  let i = at
  for (let left = characters; i > from && left > 0; i--) if (isCounted(bytes[i - 1]!)) left--
  while (i > from && !isSpace(bytes[i - 1]!)) i--
  return i
}

function after(at: number, characters: number, textEnd: number): number {
  let i = at
  for (let left = characters; i < textEnd && left > 0; i++) if (isCounted(bytes[i]!)) left--
  while (i < textEnd && !isSpace(bytes[i]!)) i++
  if (characters === 0) return i
  for (let left = 8; i < textEnd && left > 0; i++) left--
  while (i < textEnd && !isSpace(bytes[i]!)) i++
  return i
}

/** One per character: neither the later bytes of one nor the backslash of an escape. */
const isCounted = (unit: number): boolean => (unit & 0xc0) !== 0x80 && unit !== sign.backslash

// In a JSON string other white space is escaped, and not a border.
const isSpace = (unit: number): boolean => unit === sign.space || unit === 0x0a || unit === 0x0d

const doubled = (array: Int32Array): Int32Array<ArrayBuffer> => {
  const larger = new Int32Array(array.length * 2)
  larger.set(array)
  return larger
}

/** Signs of ASCII that some writers of JSON escape, and with which nothing begins. */
const harmless = new Set([...`"'<>`].map(c => c.charCodeAt(0)))

/** What may stand between a label and a value besides words, so that a single digit after it counts. */
const isLabelSign = (unit: number | undefined): boolean => unit === sign.dot || unit === sign.backslash

const punctuation = new Set([...'.,;:!?)]}'].map(c => c.charCodeAt(0)))

const topLevels = new Uint8Array(0x10000)
for (const name of topLevelDomains) {
  let hash = 0
  for (let i = 0; i < name.length; i++) hash = hashStep(hash, name.charCodeAt(i))
  topLevels[slotOf(hash)] = 1
}

const escapable = new Set([...'"\\/bfnrt'].map(c => c.charCodeAt(0)))
