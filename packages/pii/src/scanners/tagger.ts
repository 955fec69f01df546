import type { IdentifierType } from '../identifier-types.js'
import { nameEnd } from '../person/name-run.js'
import type { Scanner } from '../scanner.js'
import { taggedNames } from '../tagger/names.js'
import { packagedTagger } from '../tagger/weights.js'
import { shape } from '../words.js'

/** What a kind of the tagger is, and the margins from which it counts in company. */
interface Kind {
  readonly type: IdentifierType
  readonly rule: string
  /** Where the table of names has one of its words. */
  readonly listed: number
  readonly unlisted: number
  /** In small letters, listed; others never count. */
  readonly small: number
}

// As training prints them: from here on nine in ten touch a name, in the fifth of the corpora that no weight was trained on.
const kinds: readonly (Kind | undefined)[] = [
  undefined,
  { type: 'PERSON', rule: 'person/tagger', listed: 0, unlisted: 350, small: 0 },
  { type: 'LOCATION', rule: 'location/tagger', listed: 0, unlisted: 325, small: 0 },
  { type: 'ORGANIZATION', rule: 'organization/tagger', listed: 275, unlisted: 375, small: 125 },
]
/** From here on a person with a name of several words counts by itself; a place or a firm alone is nobody's. */
const alone = 250

/**
 * Names of persons, places and organisations by a linear model of the words around them. What it is not sure of counts only in a
 * text in which something else is found, and where a rule found something the rule is right.
 */
export const taggerScanner: Scanner = {
  id: 'tagger',
  types: ['PERSON', 'LOCATION', 'ORGANIZATION'],
  scan(source, emit) {
    const words = source.words()
    for (const name of taggedNames(words, packagedTagger(), { onlyNearBlanks: source.isReread })) {
      const { first, last, margin, isListed } = name
      const { type, rule, listed, unlisted, small } = kinds[name.kind]!
      const isSmall = words.shape[first] === shape.lower
      if (isSmall && !isListed) continue
      if (margin < (isSmall ? small : isListed ? listed : unlisted)) continue
      const isSure = type === 'PERSON' && !isSmall && last > first && margin >= alone
      emit({
        type,
        start: words.start[first]!,
        end: nameEnd(words, last),
        score: isSure ? 0.6 : 0.45,
        rule: type === 'LOCATION' && name.isRegion ? 'location/region' : rule,
        isGuess: true,
        ...(!isSure && { needsCompany: true }),
      })
    }
  },
}
