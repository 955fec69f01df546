import { factsOf, type FactOptions, type Forgets, type WordFacts } from '../../src/tagger/facts.js'
import { namesOf } from '../../src/tagger/names.js'
import type { Tagger } from '../../src/tagger/weights.js'
import type { Words } from '../../src/words.js'
import { wordsOfExample, type Example } from './example.js'

/** Names that are the same to the letter, against those found and those there. */
export interface Score {
  readonly right: number
  readonly found: number
  readonly there: number
}

export const kindNames = ['', 'person', 'place', 'organisation'] as const

/** One name found in held-out text. */
export interface Hit {
  readonly kind: number
  readonly margin: number
  readonly isRight: boolean
  /** Whether the table of names has one of its words. */
  readonly isListed: boolean
  /** Whether it touches a name of any kind. */
  readonly touches: boolean
  readonly hasSeveralWords: boolean
}

export function hitsOf(
  examples: readonly Example[],
  tagger: Tagger,
  {
    forgets,
    read = factsOf,
  }: { readonly forgets?: Forgets; readonly read?: (words: Words, options?: FactOptions) => WordFacts } = {},
): readonly Hit[] {
  return examples.flatMap(example => {
    const words = wordsOfExample(example)
    return namesOf(read(words, forgets && { forgets }), tagger).map(({ kind, first, last, margin, isListed }) => {
      const [start, end] = [words.start[first]!, words.end[last]!]
      const isRight = example.spans.some(
        span =>
          span.kind === kind &&
          span.start >= start &&
          span.start < words.end[first]! &&
          span.end <= end &&
          span.end > words.start[last]!,
      )
      return {
        kind,
        margin,
        isRight,
        isListed,
        hasSeveralWords: last > first,
        touches: example.spans.some(span => span.start < end && span.end > start),
      }
    })
  })
}

export function scoreOf(hits: readonly Hit[], examples: readonly Example[], kind: number): Score {
  const there = examples.reduce((sum, { spans }) => sum + spans.filter(span => span.kind === kind).length, 0)
  const own = hits.filter(hit => hit.kind === kind)
  return { right: own.filter(({ isRight }) => isRight).length, found: own.length, there }
}

export const f1 = ({ right, found, there }: Score): number => (found + there === 0 ? 0 : (2 * right) / (found + there))

const wanted = 0.9

/** For each kind, listed or not, the least margin from which nine in ten of the hits touch a name, and what share of all hits stays. */
export function printThresholds(hits: readonly Hit[]): void {
  for (const kind of [1, 2, 3])
    for (const isListed of [true, false]) {
      const own = hits.filter(hit => hit.kind === kind && hit.isListed === isListed)
      for (let margin = 0; margin <= 500; margin += 25) {
        const kept = own.filter(hit => hit.margin >= margin)
        const precision = kept.filter(({ touches }) => touches).length / Math.max(1, kept.length)
        if (precision < wanted && margin < 500) continue
        console.log(
          `  ${kindNames[kind]!.padEnd(13)} ${isListed ? 'listed  ' : 'unlisted'} from ${margin}: ${kept.length} of ${own.length}, ${precision.toFixed(3)}`,
        )
        break
      }
    }
}

/** For persons, by whether the table has one of their words and whether they have several: how many of the hits from a margin on touch a name. */
export function printSharesOfPersons(hits: readonly Hit[]): void {
  for (const isListed of [true, false])
    for (const isLong of [true, false]) {
      const own = hits.filter(hit => hit.kind === 1 && hit.isListed === isListed && hit.hasSeveralWords === isLong)
      const shares = Array.from({ length: 11 }, (_, i) => i * 50).map(margin => {
        const kept = own.filter(hit => hit.margin >= margin)
        return `${margin}: ${kept.filter(({ touches }) => touches).length} of ${kept.length}`
      })
      console.log(
        `  ${isListed ? 'listed  ' : 'unlisted'} ${isLong ? 'several words' : 'one word     '} ${shares.join(', ')}`,
      )
    }
}
