import { scratchBytes, scratchFloats } from '../scratch.js'
import type { WordFacts } from './facts.js'
import { gap, gapKinds } from './facts.js'

/** Outside, then the beginning and the inside of a person, a place and an organisation. */
export const tagCount = 7
export const outside = 0
export const kindOfTag = (tag: number): number => (tag + 1) >> 1
export const isInside = (tag: number): boolean => tag !== outside && (tag & 1) === 0

/** The score of being outside for a word that cannot be part of a name. */
export const certain = 1e6

/** Scores of the tags of each word, and of one tag after another by what stands between the words. */
export interface TagScores {
  /** `tagCount` per word. */
  readonly emissions: Float64Array
  /** `(gap * tagCount + before) * tagCount + tag`. */
  readonly transitions: Float64Array
}

const never = -1e9
export const transitionCount: number = gapKinds * tagCount * tagCount

/** An inside follows only its own kind, and never across an edge, a sign or something that was found. */
const separates: Uint8Array = Uint8Array.from({ length: gapKinds }, (_, between) =>
  between === gap.edge || between === gap.blank || between === gap.sign ? 1 : 0,
)

/** The best sequence of tags (Viterbi), one pass forward and one back. */
export function bestTags(
  { count, gap: gaps, possible }: Pick<WordFacts, 'count' | 'gap' | 'possible'>,
  { emissions, transitions }: TagScores,
): Uint8Array {
  const width = tagCount
  const tags = scratchBytes(count)
  if (count === 0) return tags
  const from = scratchBytes(count * width)
  let scores = scratchFloats(width)
  let next = scratchFloats(width)
  for (let tag = 0; tag < width; tag++) scores[tag] = isInside(tag) ? never : emissions[tag]!
  for (let word = 1; word < count; word++) {
    // Outside after outside, for certain: the scores of all sequences stay as far apart as they are.
    if (possible[word] === 0 && possible[word - 1] === 0) continue
    const between = gaps[word]!
    const base = between * width * width
    for (let tag = 0; tag < width; tag++) {
      const inside = isInside(tag)
      const first = inside ? tag - 1 : 0
      const last = inside ? tag : width - 1
      let best = never * 2
      let bestBefore = first
      if (!inside || separates[between] === 0)
        for (let before = first; before <= last; before++) {
          const score = scores[before]! + transitions[base + before * width + tag]!
          if (score > best) {
            best = score
            bestBefore = before
          }
        }
      next[tag] = best + emissions[word * width + tag]!
      from[word * width + tag] = bestBefore
    }
    ;[scores, next] = [next, scores]
  }
  let tag = 0
  for (let other = 1; other < width; other++) if (scores[other]! > scores[tag]!) tag = other
  for (let word = count - 1; word >= 0; word--) {
    tags[word] = tag
    tag = from[word * width + tag]!
  }
  return tags
}
