import { charClass, classOf } from './char-class.js'

/** How a word is written. */
export const shape = { lower: 0, capitalised: 1, upper: 2, mixed: 3, initial: 4, caseless: 5 } as const

/** The words of a text: runs of letters and marks with inner apostrophes and hyphens. Arrays have one entry per word. */
export interface Words {
  readonly text: string
  readonly count: number
  readonly start: Int32Array
  readonly end: Int32Array
  readonly shape: Uint8Array
  /** Lower case, without diacritics. Empty for words of more than 64 characters and for none. */
  folded(word: number): string
}

const longestWord = 64
const apostrophe = 0x27
const hyphen = 0x2d

export function wordsOf(text: string): Words {
  let capacity = Math.max(16, text.length >> 2)
  let start = new Int32Array(capacity)
  let end = new Int32Array(capacity)
  let shapes = new Uint8Array(capacity)
  let count = 0
  for (let i = 0; i < text.length; ) {
    if (classOf(text.charCodeAt(i)) < charClass.upper) {
      i++
      continue
    }
    if (count === capacity) {
      capacity *= 2
      start = grown(start, new Int32Array(capacity))
      end = grown(end, new Int32Array(capacity))
      shapes = grown(shapes, new Uint8Array(capacity))
    }
    const last = wordEnd(text, i)
    start[count] = i
    end[count] = last
    shapes[count++] = shapeOf(text, i, last)
    i = last
  }
  const cache: string[] = []
  return {
    text,
    count,
    start,
    end,
    shape: shapes,
    folded(word) {
      if (word < 0 || word >= count || end[word]! - start[word]! > longestWord) return ''
      return (cache[word] ??= foldWord(text.slice(start[word]!, end[word]!)))
    },
  }
}

function grown<T extends Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from)
  return to
}

/** Lower case without diacritics, so that José and JOSE are one word. */
export function foldWord(word: string): string {
  const lower = word.toLowerCase()
  for (let i = 0; i < lower.length; i++)
    if (lower.charCodeAt(i) >= 0x80) return lower.normalize('NFD').replaceAll(/\p{M}/gu, '')
  return lower
}

const isWordUnit = (unit: number): boolean => classOf(unit) >= charClass.upper

function wordEnd(text: string, from: number): number {
  let i = from + 1
  for (; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (isWordUnit(unit)) continue
    const isInner =
      (unit === apostrophe || unit === hyphen) && i + 1 < text.length && isWordUnit(text.charCodeAt(i + 1))
    if (!isInner) break
  }
  return i
}

function shapeOf(text: string, from: number, to: number): number {
  let upper = 0
  let lower = 0
  for (let i = from; i < to; i++) {
    const unitClass = classOf(text.charCodeAt(i))
    if (unitClass === charClass.upper) upper++
    else if (unitClass === charClass.lower) lower++
  }
  if (upper + lower === 0) return shape.caseless
  if (upper === 0) return shape.lower
  if (classOf(text.charCodeAt(from)) !== charClass.upper) return shape.mixed
  if (lower === 0) return upper === 1 ? shape.initial : shape.upper
  // McDonald, O'Brien, Mary-Jane: capitals inside, more small letters than capitals.
  return upper <= lower ? shape.capitalised : shape.mixed
}
