import type { GoldSpan, Labelled } from './data.js'
import type { Range } from './span-score.js'

/** A document, its gold spans, and what was found in it. */
export interface Scored extends Labelled {
  readonly predicted: readonly Range[]
}

export interface Share {
  readonly hits: number
  readonly n: number
}

const isScored = (text: string, index: number): boolean => /[\p{L}\p{N}]/u.test(text[index]!)

function coverage({ text }: { readonly text: string }, ranges: readonly Range[]): Uint8Array {
  const covered = new Uint8Array(text.length)
  for (const [start, end] of ranges) covered.fill(1, start, end)
  return covered
}

const isHidden = (text: string, covered: Uint8Array, [start, end]: GoldSpan): boolean => {
  for (let i = start; i < end; i++) if (covered[i] === 0 && isScored(text, i)) return false
  return true
}

/** Over letters and digits alone: precision, recall and F2 of being covered. */
export function characterScore(documents: readonly Scored[]): { precision: number; recall: number; f2: number } {
  let [shared, gold, predicted] = [0, 0, 0]
  for (const document of documents) {
    const inGold = coverage(
      document,
      document.spans.map(([start, end]) => [start, end] as const),
    )
    const found = coverage(document, document.predicted)
    for (let i = 0; i < document.text.length; i++) {
      if (inGold[i] === 0 && found[i] === 0) continue
      if (!isScored(document.text, i)) continue
      gold += inGold[i]!
      predicted += found[i]!
      shared += inGold[i]! & found[i]!
    }
  }
  const precision = predicted === 0 ? 0 : shared / predicted
  const recall = gold === 0 ? 0 : shared / gold
  return { precision, recall, f2: precision + recall === 0 ? 0 : (5 * precision * recall) / (4 * precision + recall) }
}

/** For each gold type, the share of its mentions that are covered in full. */
export function coveredByType(documents: readonly Scored[]): ReadonlyMap<string, Share> {
  const shares = new Map<string, Share>()
  for (const document of documents) {
    const found = coverage(document, document.predicted)
    for (const span of document.spans) {
      const { hits, n } = shares.get(span[2]) ?? { hits: 0, n: 0 }
      shares.set(span[2], { hits: hits + (isHidden(document.text, found, span) ? 1 : 0), n: n + 1 })
    }
  }
  return new Map([...shares].sort(([, a], [, b]) => b.n - a.n))
}

/** Entities of one level (DIRECT, QUASI) all of whose mentions of that level are covered in full. */
export function protectedEntities(documents: readonly Scored[], level: string): Share {
  let [hits, n] = [0, 0]
  for (const document of documents) {
    const found = coverage(document, document.predicted)
    const entities = new Map<string, boolean>()
    for (const span of document.spans) {
      if (span[3] !== level) continue
      const entity = span[4] ?? `${span[0]}`
      entities.set(entity, (entities.get(entity) ?? true) && isHidden(document.text, found, span))
    }
    n += entities.size
    for (const isProtected of entities.values()) if (isProtected) hits++
  }
  return { hits, n }
}

export interface LeakScore {
  /** Distinct gold strings that occur nowhere in the output. Lenient: one hidden character hides a string. */
  readonly hidden: Share
  /** Documents with gold strings of which none leaks. */
  readonly perfect: Share
  /** Documents without gold in which nothing is found. */
  readonly clean: Share
  /** Letters and digits of gold spans that are covered. */
  readonly characters: Share
}

/** Leaks of gold strings, and false finds in texts without any. */
export function leakScore(documents: readonly Scored[]): LeakScore {
  let hidden: Share = { hits: 0, n: 0 }
  let perfect: Share = { hits: 0, n: 0 }
  let clean: Share = { hits: 0, n: 0 }
  let characters: Share = { hits: 0, n: 0 }
  const plus = ({ hits, n }: Share, hit: number, of = 1): Share => ({ hits: hits + hit, n: n + of })
  for (const document of documents) {
    const { text, spans, predicted } = document
    if (spans.length === 0) {
      clean = plus(clean, predicted.length === 0 ? 1 : 0)
      continue
    }
    const found = coverage(document, predicted)
    const output = [...text.split('')].map((unit, i) => (found[i] === 1 ? '\u0000' : unit)).join('')
    const values = new Set(spans.map(([start, end]) => text.slice(start, end)))
    let leaks = 0
    for (const value of values) if (output.includes(value)) leaks++
    hidden = plus(hidden, values.size - leaks, values.size)
    perfect = plus(perfect, leaks === 0 ? 1 : 0)
    const inGold = coverage(
      document,
      spans.map(([start, end]) => [start, end] as const),
    )
    for (let i = 0; i < text.length; i++)
      if (inGold[i] === 1 && isScored(text, i)) characters = plus(characters, found[i]!)
  }
  return { hidden, perfect, clean, characters }
}
