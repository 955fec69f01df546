import { isAsciiLetter, isDigit, isLetterOrDigit } from './char-class.js'
import type { DocumentMemory } from './document-memory.js'
import type { Candidate } from './finding.js'
import { plainWords } from './gazetteer/plain-words.js'
import { shape, type Words } from './words.js'

const shortestValue = 5
const longestValue = 40
const idTypes: ReadonlySet<string> = new Set(['ID', 'BANK_ACCOUNT', 'NATIONAL_ID', 'HANDLE', 'VIN', 'IMEI'])

/** A short name that a text gives to what it just named: `("EDF")`, `(hereinafter the "Bank")` without its article. */
const definition = /^ ?\((?:["'“‘„]|[a-z ]{0,24}["'“‘„])?(\p{Lu}[\p{L}&-]{1,14})["'”’]?\)/u

/** Labelled and checked identifiers and the short names of organisations, found again without what announced them. */
export function createValueMemory(): DocumentMemory {
  const values = new Map<string, Candidate>()
  const names = new Set<string>()

  const remember = (name: string): void => {
    if (name.length >= 2 && !plainWords.has(name.toLowerCase())) names.add(name)
  }

  return {
    learn({ text }, found) {
      for (const one of found) {
        const value = text.slice(one.start, one.end)
        if (
          idTypes.has(one.type) &&
          value.length >= shortestValue &&
          value.length <= longestValue &&
          /^\S*\d\S*$/.test(value)
        )
          values.set(value.toUpperCase(), one)
        if (one.type !== 'ORGANIZATION') continue
        const short = definition.exec(text.slice(one.end, one.end + 48))
        if (short) remember(short[1]!)
        if (one.rule === 'organization/legal-form') {
          const name = value.replace(/,? [^ ]+$/, '')
          if (name.length >= 4 && !name.includes(' ')) remember(name)
        }
      }
    },
    recall(words, found, emit) {
      const { text } = words
      const isFree = freePlaces(found)
      if (values.size > 0)
        for (const [start, end] of tokens(text)) {
          const known = values.get(text.slice(start, end).toUpperCase())
          if (known && isFree(start, end))
            emit({
              type: known.type,
              start,
              end,
              score: 0.6,
              rule: `${known.type === 'HANDLE' ? 'handle' : 'id'}/repeated`,
            })
        }
      if (names.size === 0) return
      const isFreeWord = freePlaces(found)
      for (let word = 0; word < words.count; word++) {
        const [start, end] = [words.start[word]!, words.end[word]!]
        if (words.shape[word] === shape.lower || end - start > 16 || !names.has(text.slice(start, end))) continue
        if (isFreeWord(start, end))
          emit({ type: 'ORGANIZATION', start, end, score: 0.5, rule: 'organization/repeated' })
      }
    },
  }
}

/** Whether places, asked for in order, touch none of the findings, which are sorted. */
function freePlaces(found: readonly Candidate[]): (start: number, end: number) => boolean {
  let nearest = 0
  return (start, end) => {
    while (nearest < found.length && found[nearest]!.end <= start) nearest++
    return nearest >= found.length || found[nearest]!.start >= end
  }
}

/** Runs of ASCII letters and digits with single separators inside, as identifiers are written. */
function* tokens(text: string): Generator<readonly [start: number, end: number]> {
  for (let i = 0; i < text.length; ) {
    if (!isUnit(text.charCodeAt(i))) {
      i++
      continue
    }
    const start = i
    while (isUnit(text.charCodeAt(i)) || (/[-./_@]/.test(text[i] ?? '') && isUnit(text.charCodeAt(i + 1)))) i++
    if (i - start >= shortestValue && i - start <= longestValue && !isLetterOrDigit(text.charCodeAt(start - 1)))
      yield [start, i]
  }
}

const isUnit = (unit: number): boolean => isDigit(unit) || isAsciiLetter(unit)
