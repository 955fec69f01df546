import { isAsciiLetter, isDigit, isLetterOrDigit } from './char-class.js'
import type { DocumentMemory } from './document-memory.js'
import type { Candidate } from './finding.js'
import { plainWords } from './gazetteer/plain-words.js'
import type { ScanText } from './scanner.js'
import { shape } from './words.js'

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
    recall(source, found, emit) {
      const { text } = source
      if (values.size > 0) {
        const isFree = freePlaces(found)
        for (const [start, end] of tokensWithDigits(source)) {
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
      }
      if (names.size === 0) return
      const words = source.words()
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

/** Runs of ASCII letters and digits with single separators inside, as identifiers are written, that hold a digit. */
function* tokensWithDigits({ text, digitRuns }: ScanText): Generator<readonly [start: number, end: number]> {
  let i = 0
  for (const run of digitRuns()) {
    if (run < i) continue
    let start = run
    while (start > i && (isUnit(text.charCodeAt(start - 1)) || isInner(text, start - 1))) start--
    for (i = run; isUnit(text.charCodeAt(i)) || isInner(text, i); ) i++
    if (i - start >= shortestValue && i - start <= longestValue && !isLetterOrDigit(text.charCodeAt(start - 1)))
      yield [start, i]
  }
}

const inner = new Set([...'-./_@'].map(c => c.charCodeAt(0)))
const isInner = (text: string, at: number): boolean =>
  inner.has(text.charCodeAt(at)) && isUnit(text.charCodeAt(at - 1)) && isUnit(text.charCodeAt(at + 1))
const isUnit = (unit: number): boolean => isDigit(unit) || isAsciiLetter(unit)
