import { isDigit, isLetterOrDigit } from '../char-class.js'
import {
  gluedSuffix,
  looseStreetPrefixes,
  lowerStreetSuffixes,
  plainStreetSuffixes,
  streetPrefixes,
  streetSuffixes,
  suffixesBeforeNumber,
} from '../addresses/street-words.js'
import {
  addressLine,
  boxAlone,
  codedPart,
  houseNumber,
  lowerNameAfterPrefix,
  lowerPart,
  militaryTail,
  nameAfterPrefix,
  nameAndNumber,
  nameOnSameLine,
  nextLine,
  numberPart,
  postcodeAndCity,
  sameLineBefore,
  stateAndZip,
  unitAlone,
  unitPart,
} from '../addresses/parts.js'
import { isCounted } from '../counted.js'
import { regionCodes } from '../gazetteer/regions.js'
import { plainWords, proseWords } from '../gazetteer/plain-words.js'
import { triggersOf } from '../triggers.js'
import type { Scanner } from '../scanner.js'
import { foldWord, shape, type Words } from '../words.js'

/** The part of a text that names a street, and what speaks for it. */
interface Core {
  readonly start: number
  readonly end: number
  readonly hasNumber: boolean
  readonly score: number
  readonly rule: string
}

/** Words that begin the last line of an address, or a line of its own. */
const militaryPosts = new Set('apo fpo dpo'.split(' '))
const units = new Set('apt apartment suite ste flat'.split(' '))
const boxes = new Set('po p box apartado postfach casella postbus bp'.split(' '))
const lowerRegionCodes = [...regionCodes].map(code => code.toLowerCase())
const mostNameWords = 5
const mostParts = 6
const mostLinesBefore = 3
const longestLine = 60

const triggers = triggersOf(
  streetSuffixes,
  streetPrefixes,
  looseStreetPrefixes,
  suffixesBeforeNumber,
  militaryPosts,
  units,
  boxes,
  lowerRegionCodes,
)

/**
 * Postal addresses: a street with its house number in the order of its language, or the last line of an address (a state with
 * its ZIP code, a military post office, a post box), and around it unit, postcode, place and country over several lines.
 */
export const addressScanner: Scanner = {
  id: 'addresses',
  types: ['ADDRESS'],
  triggers,
  scan(source, emit) {
    const { text } = source
    const words = source.words()
    const triggered = source.triggers()
    let floor = 0
    for (let word = 0; word < words.count; word++) {
      if (((triggered[word]! & triggers.bit) === 0 && words.shape[word] === shape.lower) || words.start[word]! < floor)
        continue
      const core = coreAt(words, word, floor, (triggered[word]! & triggers.bit) !== 0)
      if (!core) continue
      const end = grownRight(text, core)
      emit({ type: 'ADDRESS', start: core.start, end, score: core.score, rule: core.rule })
      floor = end
    }
  },
}

function coreAt(words: Words, word: number, floor: number, isTrigger: boolean): Core | undefined {
  const folded = words.folded(word)
  const core = isTrigger ? coreOfTrigger(words, word, folded, floor) : undefined
  if (core) return core
  if (words.shape[word] === shape.lower) return undefined
  if (folded.length > 5 && isNumberNext(words, word) && gluedSuffix.test(folded)) return gluedCore(words, word)
  if (words.text.charCodeAt(words.start[word]! - 1) !== space) return undefined
  return betweenNumbersCore(words, word) ?? postcodeCore(words, word, floor)
}

function coreOfTrigger(words: Words, word: number, folded: string, floor: number): Core | undefined {
  const suffix = streetSuffixes.has(folded) ? suffixCore(words, word, folded, floor) : undefined
  if (suffix) return suffix
  const prefix = streetPrefixes.has(folded)
    ? prefixCore(words, word, false)
    : looseStreetPrefixes.has(folded)
      ? prefixCore(words, word, true)
      : undefined
  if (prefix) return prefix
  if (suffixesBeforeNumber.has(folded) && isNumberNext(words, word)) return nameAndNumberCore(words, word)
  return tailCore(words, word, folded, floor)
}

const space = 0x20

/** Whether a digit stands after a word, a point and a space or comma. */
function isNumberNext({ text, end }: Words, word: number): boolean {
  const at = end[word]!
  for (let i = at; i < at + 4; i++) if (isDigit(text.charCodeAt(i))) return true
  return false
}

const test = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : 0
}

const numberBefore = new RegExp(`(?<![\\p{L}\\p{N}.,/-])${houseNumber},? $`, 'iu')
const directionAfter = /(?: (?:NW|NE|SW|SE|N|S|E|W)(?:\.|(?![\p{L}\d]))| (?:North|South|East|West)(?![\p{L}\d]))/uy

/** `123 Oak Street`, `5th Avenue`, `Oak Street`, `123 oak street`. */
function suffixCore(words: Words, word: number, folded: string, floor: number): Core | undefined {
  const { text } = words
  const isLower = words.shape[word] === shape.lower
  let at = words.start[word]!
  let names = 0
  let lowerNames = 0
  let number = -1
  while (names <= mostNameWords && at > floor && text[at - 1] === ' ') {
    let from = at - 1
    while (
      from > floor &&
      at - from < 32 &&
      (isLetterOrDigit(text.charCodeAt(from - 1)) || /['.’/-]/.test(text[from - 1]!))
    )
      from--
    const token = text.slice(from, at - 1).replace(/^[.'/-]+/, '')
    from = at - 1 - token.length
    if (/^\d{1,6}[A-Za-z]?(?:[-/]\d{1,5}[A-Za-z]?)?$/.test(token)) {
      if (names > 0 && !isCounted(text, from + token.length)) number = withNumberBefore(text, from)
      break
    }
    const isOrdinal = /^\d{1,3}(?:st|nd|rd|th)$/i.test(token)
    if (!isOrdinal && !/^\p{L}[\p{L}\p{M}'.’-]*$/u.test(token)) break
    const key = token.toLowerCase()
    const isCapital = isOrdinal || token[0] !== token[0]!.toLowerCase()
    if (!isCapital && (!lowerStreetSuffixes.has(folded) || !isLower || plainWords.has(key) || lowerNames >= 3)) break
    if (
      isCapital &&
      names > 0 &&
      plainWords.has(key) &&
      !/^(?:north|south|east|west|st\.?|new|old|upper|lower|mount|lake|river|park|n\.?|s\.?|e\.?|w\.?)$/.test(key)
    )
      break
    if (isCapital && /^(?:the|in|on|at|of|from|to|my|our|your|his|her|a|an|this|that|by|near)$/.test(key)) break
    if (!isCapital) lowerNames++
    names++
    at = from
  }
  if (names === 0) return undefined
  const ends =
    words.end[word]! +
    (text[words.end[word]!] === '.' &&
    folded.length <= 4 &&
    /^\.(?:[ ,\n]|$)/.test(text.slice(words.end[word]!, words.end[word]! + 2))
      ? 1
      : 0)
  const end = test(directionAfter, text, ends) || ends
  const score = 0.8
  if (number >= 0) {
    if (lowerNames > 0 && !lowerStreetSuffixes.has(folded)) return undefined
    return { start: number, end, hasNumber: true, score, rule: 'address/street' }
  }
  if (lowerNames > 0 || isLower || !plainStreetSuffixes.has(folded)) return undefined
  return { start: at, end, hasNumber: false, score: 0.6, rule: 'address/street-name' }
}

/** A second number before a house number: of a building, or of the house itself. */
const withNumberBefore = (text: string, at: number): number =>
  at - (/(?<![\p{L}\p{N}.,/-])\d{1,6}[A-Za-z]?,? $/u.exec(text.slice(Math.max(0, at - 10), at))?.[0].length ?? 0)

/** `calle de Alcalá, 12`, `12 rue de la Paix`. */
function prefixCore(words: Words, word: number, needsNumber: boolean): Core | undefined {
  const { text } = words
  const from = words.end[word]!
  let end = test(nameAfterPrefix, text, from)
  const isLower = end === 0
  if (isLower) end = test(lowerNameAfterPrefix, text, from)
  if (end === 0 || (needsNumber && isLower)) return undefined
  const left = text.slice(Math.max(0, words.start[word]! - 16), words.start[word]!)
  const before = numberBefore.exec(left)
  const withNumber = before ? 0 : test(numberPart, text, end)
  if (needsNumber && !before && !withNumber) return undefined
  if (needsNumber && words.folded(word).length <= 2 && !before && !/[./]/.test(text[from] ?? '')) return undefined
  const start = words.start[word]! - (before ? before[0].length : 0)
  return {
    start,
    end: withNumber || end,
    hasNumber: before !== null || withNumber > 0,
    score: before || withNumber ? 0.8 : 0.6,
    rule: 'address/street',
  }
}

/** `Hauptstraße 12`, `Lange Hauptstr. 12a`. */
function gluedCore(words: Words, word: number): Core | undefined {
  const { text } = words
  const from = words.end[word]! + (text[words.end[word]!] === '.' ? 1 : 0)
  const end = test(numberPart, text, from)
  if (end === 0 || /[\n;]/.test(text.slice(from, end))) return undefined
  const start = withNumberBefore(text, withCapitalsBefore(words, word, 2))
  return { start, end, hasNumber: true, score: 0.8, rule: 'address/street' }
}

/** `Kossuth Lajos utca 12`. */
function nameAndNumberCore(words: Words, word: number): Core | undefined {
  const { text } = words
  const start = withCapitalsBefore(words, word, 3)
  if (start === words.start[word]) return undefined
  const from = words.end[word]! + (text[words.end[word]!] === '.' ? 1 : 0)
  const end = test(numberPart, text, from)
  return end > 0 && !/[\n;,]/.test(text.slice(from, end))
    ? { start, end, hasNumber: true, score: 0.7, rule: 'address/street' }
    : undefined
}

function withCapitalsBefore(words: Words, word: number, most: number): number {
  let first = word
  while (
    first > 0 &&
    word - first < most &&
    words.shape[first - 1] === shape.capitalised &&
    words.text.slice(words.end[first - 1]!, words.start[first]!) === ' ' &&
    !plainWords.has(words.folded(first - 1))
  )
    first--
  return words.start[first]!
}

/** `Springfield, IL 62701`, `APO AA 34012`, `PO Box 12`, with the lines before that belong to it. */
function tailCore(words: Words, word: number, folded: string, floor: number): Core | undefined {
  const { text } = words
  const start = words.start[word]!
  if (militaryPosts.has(folded)) {
    const end = test(militaryTail, text, start)
    return end
      ? { start: linesBefore(text, start, floor), end, hasNumber: true, score: 0.85, rule: 'address/military' }
      : undefined
  }
  if (units.has(folded)) {
    const end = test(unitAlone, text, start)
    return end
      ? { start: lineOfUnit(text, start, floor), end, hasNumber: true, score: 0.5, rule: 'address/unit' }
      : undefined
  }
  if (boxes.has(folded)) {
    const end = test(boxAlone, text, start)
    return end ? { start, end, hasNumber: true, score: 0.75, rule: 'address/box' } : undefined
  }
  if (folded.length > 3 || !regionCodes.has(folded.toUpperCase()) || words.shape[word] !== shape.upper) return undefined
  const end = test(stateAndZip, text, start)
  if (end === 0) return undefined
  const city = cityBefore(words, word)
  return { start: linesBefore(text, city, floor), end, hasNumber: true, score: 0.8, rule: 'address/state-zip' }
}

/** `Heideweg 12\n12345 Musterstadt`: a postcode and a place under a line with a number. */
function postcodeCore(words: Words, word: number, floor: number): Core | undefined {
  const { text } = words
  const at = words.start[word]!
  // A digit, or the two letters of a Dutch postcode.
  if (!isDigit(text.charCodeAt(at - 2)) && !isDigit(text.charCodeAt(at - 4)) && !isDigit(text.charCodeAt(at - 5)))
    return undefined
  let start = at - 1
  while (start > floor && at - start < 12 && /[\dA-Z-]/.test(text[start - 1]!)) start--
  if (/\d{3}$/.test(text.slice(start - 4, start - 1))) start -= 4
  const end = test(postcodeAndCity, text, start)
  if (end === 0) return undefined
  const first = linesBefore(text, start, floor)
  return first < start ? { start: first, end, hasNumber: true, score: 0.7, rule: 'address/postcode' } : undefined
}

/** Where the address begins that a unit belongs to: with capital words and a number before it, or on the lines before. */
function lineOfUnit(text: string, at: number, floor: number): number {
  const found = sameLineBefore.exec(text.slice(Math.max(floor, at - longestLine), at))
  if (found && /\d/.test(found[1]!)) return at - (found[0].length - found[0].indexOf(found[1]!))
  return linesBefore(text, at, floor)
}

/** `14 Mosevej 4, …`: a name between two numbers, before another part of an address. */
function betweenNumbersCore(words: Words, word: number): Core | undefined {
  const { text } = words
  const at = words.start[word]!
  if (words.shape[word] === shape.lower || text[at - 1] !== ' ' || !isDigit(text.charCodeAt(at - 2))) return undefined
  const start = withNumberBefore(text, at)
  const end = start < at ? test(nameAndNumber, text, at) : 0
  if (end === 0 || plainWords.has(words.folded(word)) || isCounted(text, at - 1)) return undefined
  return nextPart(text, end) > 0 ? { start, end, hasNumber: true, score: 0.6, rule: 'address/numbers' } : undefined
}

/** Where the name of a place begins that stands before a state. */
function cityBefore(words: Words, word: number): number {
  let first = word
  while (first > 0 && word - first < 4 && words.shape[first - 1] !== shape.lower) {
    const gap = words.text.slice(words.end[first - 1]!, words.start[first]!)
    if (!(first === word ? /^(?:,? |,?\n,? ?)$/ : /^(?: |\. )$/).test(gap)) break
    first--
  }
  return words.start[first]!
}

/** Lines, or parts between commas, before a place that look like lines of an address: at most three. */
function linesBefore(text: string, at: number, floor: number): number {
  let start = at
  for (let line = 0; line < mostLinesBefore; line++) {
    let end = start
    while (end > floor && /[\s,]/.test(text[end - 1]!)) end--
    if (end === start || !/[\n,]/.test(text.slice(end, start))) break
    let from = end
    while (from > floor && end - from < longestLine && !/[\n,:;.!?]/.test(text[from - 1]!)) from--
    while (from < end && !isLetterOrDigit(text.charCodeAt(from))) from++
    const candidate = text.slice(from, end)
    const tail = /(?:^| )((?:PSC|CMR|Unit|USS|USNS|USCGC|USNV) .{1,40}|\d{1,6}[A-Za-z]? \p{L}.{2,40})$/u.exec(candidate)
    if (tail) from = end - tail[1]!.length
    else if (!addressLine.test(candidate) || !/^[\p{Lu}\d]/u.test(candidate)) break
    start = from
  }
  return start
}

/** The end of an address after as many further parts as follow. */
function grownRight(text: string, core: Core): number {
  let end = core.end
  if (!core.hasNumber) {
    const number = test(numberPart, text, end)
    if (number > 0) end = number
  }
  for (let parts = 0; parts < mostParts && end < text.length; parts++) {
    const next = nextPart(text, end)
    if (next === 0) break
    end = next
  }
  return end
}

function nextPart(text: string, at: number): number {
  if (isLetterOrDigit(text.charCodeAt(at))) return 0
  const certain = test(unitPart, text, at) || test(codedPart, text, at)
  if (certain) return certain
  for (const pattern of [nextLine, nameOnSameLine]) {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found && !isProse(found[1]!)) return pattern.lastIndex
  }
  return test(lowerPart, text, at)
}

/** Whether a line begins as sentences and closing formulas do. */
const isProse = (line: string): boolean => proseWords.has(foldWord(/^\p{L}*/u.exec(line)![0]))
