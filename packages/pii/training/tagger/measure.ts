import type { Forgets } from '../../src/tagger/facts.js'
import { taggedNames } from '../../src/tagger/names.js'
import type { Tagger } from '../../src/tagger/weights.js'
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
}

export function hitsOf(examples: readonly Example[], tagger: Tagger, forgets?: Forgets): readonly Hit[] {
  return examples.flatMap(example => {
    const words = wordsOfExample(example)
    return taggedNames(words, tagger, forgets && { forgets }).map(({ kind, first, last, margin, isListed }) => {
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
