import { invalidRecognizer, recognizerFailed } from '../errors.js'
import { isIdentifierType, type IdentifierType } from '../identifier-types.js'
import type { Scanner, ScanText } from '../scanner.js'
import { blank } from '../text-view.js'
import { foldWord, type Words } from '../words.js'
import { compilePattern } from './linear-pattern.js'

/** Where a value is to be looked for: exactly one of the three. */
export type Finder =
  /** A regular expression without anchors, look-around and back references: it is matched in linear time. */
  | { readonly pattern: string | RegExp }
  /** Words and phrases, found whole and in any case. */
  | { readonly words: readonly string[] }
  /** A function of one's own. It must be linear; it sees the text as scanners do, folded to plain characters. */
  | { readonly find: (text: string) => Iterable<{ readonly start: number; readonly end: number }> }

/** A recogniser of one's own, beside those of the package. */
export type Recognizer = Finder & {
  /** Stable and short: findings have the rule `custom/<id>`. */
  readonly id: string
  readonly type: IdentifierType
  /** Whether a value that was found is one, such as a check of its digits. */
  readonly validate?: (value: string) => boolean
  /** Words of which one must stand within six words before or two after. */
  readonly near?: readonly string[]
  /** In (0, 1]; 0.85 by default. */
  readonly score?: number
}

const mostWords = 100_000
const longestPhrase = 8
const before = 6
const after = 2

/**
 * A scanner of recognisers.
 *
 * @throws PII-E008 for a recogniser that cannot be carried out; PII-E009 from a scan when a function of its own fails
 */
export const recognizerScanners = (recognizers: readonly Recognizer[]): readonly Scanner[] =>
  recognizers.map(recognizer => scannerOf(checked(recognizer)))

function checked(recognizer: Recognizer): Recognizer {
  const { id, type, score = 0.85, near = [] } = recognizer
  if (typeof id !== 'string' || !/^[a-z0-9][a-z0-9-]{0,40}$/.test(id))
    throw invalidRecognizer(String(id), 'its id is not of lower-case letters, digits and hyphens')
  if (typeof type !== 'string' || !isIdentifierType(type))
    throw invalidRecognizer(id, 'its type is not one of the detector')
  if (!(score > 0 && score <= 1)) throw invalidRecognizer(id, 'its score does not lie in (0, 1]')
  if (!Array.isArray(near) || near.some(word => typeof word !== 'string' || foldWord(word) === ''))
    throw invalidRecognizer(id, 'near is not a list of words')
  if (['pattern', 'words', 'find'].filter(key => key in recognizer).length !== 1)
    throw invalidRecognizer(id, 'it has not exactly one of pattern, words and find')
  return recognizer
}

type Spans = (source: ScanText) => Iterable<{ readonly start: number; readonly end: number }>

function scannerOf(recognizer: Recognizer): Scanner {
  const { id, type, validate, score = 0.85 } = recognizer
  const near = recognizer.near && new Set(recognizer.near.map(foldWord))
  const spansOf = spansFor(recognizer)
  const attempt = <T>(act: () => T): T => {
    try {
      return act()
    } catch (cause) {
      throw recognizerFailed(id, cause)
    }
  }
  return {
    id: `custom/${id}`,
    types: [type],
    scan(source, emit) {
      for (const { start, end } of attempt(() => [...spansOf(source)])) {
        const { text } = source
        if (!(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && end > start && end <= text.length))
          throw recognizerFailed(id, new Error('it gave a span outside of the text'))
        const value = text.slice(start, end)
        if (value.includes(blank) || (near && !standsNear(source.words(), start, end, near))) continue
        if (validate && !attempt(() => validate(value))) continue
        emit({ type, start, end, score, rule: `custom/${id}`, ...(validate && { validator: id }) })
      }
    },
  }
}

function spansFor(recognizer: Recognizer): Spans {
  const { id } = recognizer
  if ('find' in recognizer) {
    if (typeof recognizer.find !== 'function') throw invalidRecognizer(id, 'find is not a function')
    return ({ text }) => recognizer.find(text)
  }
  if ('words' in recognizer) return phrases(id, recognizer.words)
  const { pattern } = recognizer
  if (typeof pattern !== 'string' && !(pattern instanceof RegExp))
    throw invalidRecognizer(id, 'its pattern is neither text nor a regular expression')
  const [source, flags] = typeof pattern === 'string' ? [pattern, ''] : [pattern.source, pattern.flags]
  if (source === '' || source.length > 2000) throw invalidRecognizer(id, 'its pattern has not 1 to 2000 characters')
  if (/[^giu]/.test(flags)) throw invalidRecognizer(id, `its pattern has the flags '${flags}'`)
  const compiled = compilePattern(source, flags.includes('i'), reason => invalidRecognizer(id, reason))
  return ({ text }) => compiled.matches(text)
}

/** Phrases, word by word: at each word of a text the longest one that begins there. */
function phrases(id: string, list: readonly string[]): Spans {
  if (!Array.isArray(list) || list.length === 0 || list.length > mostWords)
    throw invalidRecognizer(id, `its words are not a list of 1 to ${mostWords}`)
  const known = new Set<string>()
  let longest = 0
  for (const phrase of list) {
    const parts = typeof phrase === 'string' ? foldedParts(phrase) : []
    if (parts.length === 0 || parts.length > longestPhrase)
      throw invalidRecognizer(id, `its words hold a phrase that has not 1 to ${longestPhrase} words`)
    known.add(parts.join(' '))
    longest = Math.max(longest, parts.length)
  }
  return function* (source) {
    const words = source.words()
    for (let first = 0; first < words.count; first++) {
      let phrase = ''
      let end = -1
      let last = first
      for (let length = 1; length <= longest && first + length <= words.count; length++) {
        const word = first + length - 1
        if (length > 1 && !/^[\s.,]{1,3}$/.test(source.text.slice(words.end[word - 1]!, words.start[word]!))) break
        phrase += `${length > 1 ? ' ' : ''}${words.folded(word)}`
        if (known.has(phrase)) [end, last] = [words.end[word]!, word]
      }
      if (end < 0) continue
      yield { start: words.start[first]!, end }
      first = last
    }
  }
}

const foldedParts = (phrase: string): readonly string[] =>
  phrase
    .split(/[\s.,]+/)
    .map(foldWord)
    .filter(Boolean)

function standsNear(words: Words, start: number, end: number, near: ReadonlySet<string>): boolean {
  let [low, high] = [0, words.count]
  while (low < high) {
    const middle = (low + high) >> 1
    if (words.start[middle]! < start) low = middle + 1
    else high = middle
  }
  for (let word = Math.max(0, low - before); word < low; word++) if (near.has(words.folded(word))) return true
  let next = low
  while (next < words.count && words.start[next]! < end) next++
  for (let word = next; word < Math.min(words.count, next + after); word++)
    if (near.has(words.folded(word))) return true
  return false
}
