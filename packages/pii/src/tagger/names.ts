import { nameBit } from '../gazetteer/name-table.js'
import type { Words } from '../words.js'
import { bestTags, isInside, kindOfTag, outside, tagCount } from './decode.js'
import { factsOf, listed, type FactOptions, type WordFacts } from './facts.js'
import { scoresOf, type Tagger } from './weights.js'

/** A name by the tagger: its first and last word. */
export interface TaggedName {
  /** 1 a person, 2 a place, 3 an organisation. */
  readonly kind: number
  readonly first: number
  readonly last: number
  /** How much more its words score as a name than as none, on average; in units of the weights. */
  readonly margin: number
  /** Whether the table of names has one of its words. */
  readonly isListed: boolean
  /** Whether it is a country or a state, as far as the table of names tells it from a town. */
  readonly isRegion: boolean
}

/** The names of a text, in order. */
export const taggedNames = (words: Words, tagger: Tagger, options?: FactOptions): readonly TaggedName[] =>
  namesOf(factsOf(words, options), tagger)

/** The names among words of which the facts are known. */
export function namesOf(facts: WordFacts, tagger: Tagger): readonly TaggedName[] {
  if (!isAnyPossible(facts)) return []
  const scores = scoresOf(facts, tagger)
  const tags = bestTags(facts, scores)
  const names: TaggedName[] = []
  for (let first = 0; first < facts.count; ) {
    if (tags[first] === outside) {
      first++
      continue
    }
    let last = first
    let margin = 0
    let someBits = 0
    let allBits = -1
    do {
      const at = last * tagCount
      margin += scores.emissions[at + tags[last]!]! - scores.emissions[at + outside]!
      someBits |= facts.bits[last]!
      allBits &= facts.bits[last]!
      last++
    } while (last < facts.count && isInside(tags[last]!))
    const kind = kindOfTag(tags[first]!)
    names.push({
      kind,
      first,
      last: last - 1,
      margin: margin / (last - first),
      isListed: (someBits & listed) !== 0,
      isRegion: (allBits & nameBit.country) !== 0 && (someBits & nameBit.town) === 0,
    })
    first = last
  }
  return names
}

// By hand, for `includes` of a typed array takes longer than all else for a text without names.
function isAnyPossible({ possible, count }: WordFacts): boolean {
  for (let word = 0; word < count; word++) if (possible[word] === 1) return true
  return false
}
