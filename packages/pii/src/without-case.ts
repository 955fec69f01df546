import type { Candidate } from './finding.js'
import type { IdentifierType } from './identifier-types.js'
import { nameEnd } from './person/name-run.js'
import { raiseNames, raiseRareWords } from './raise-case.js'
import type { Scanner, ScanOptions, ScanText } from './scanner.js'
import { addressScanner } from './scanners/addresses.js'
import { groupScanner } from './scanners/groups.js'
import { organisationScanner } from './scanners/organisations.js'
import { personScanner } from './scanners/person.js'
import { placeScanner } from './scanners/places.js'
import { tableNameScanner } from './scanners/table-names.js'
import { caselessFactsOf } from './tagger/caseless-facts.js'
import { namesOf, type TaggedName } from './tagger/names.js'
import { packagedCaselessTagger } from './tagger/weights.js'
import type { Words } from './words.js'

/** What trusts capitals: in a text of one case it reads the text in small letters, and again with the capitals that names would have. */
export const readsCase: ReadonlySet<Scanner> = new Set([
  addressScanner,
  groupScanner,
  organisationScanner,
  personScanner,
  placeScanner,
  tableNameScanner,
])

/** Which findings of the second look stay: without company, or only in company. */
const stays: ReadonlyMap<string, 'alone' | 'in company'> = new Map([
  ...['address/street', 'address/numbers', 'address/postcode', 'address/state-zip', 'address/military'].map(
    rule => [rule, 'alone'] as const,
  ),
  ...[
    'organization/facility',
    'organization/legal-form',
    'person/full-name',
    'person/family-name',
    'person/given-name',
    'person/initials',
    'person/table-full',
    'person/table-initials',
    'location/country',
    'location/region',
    'location/saint',
    'location/preposition',
    'location/city-country',
    'nrp',
  ].map(rule => [rule, 'in company'] as const),
])
/** Countries and states, which the capital of a text with both cases makes certain. */
const certainPlaces: ReadonlySet<string> = new Set(['location/country', 'location/region', 'location/city-country'])

interface Kind {
  readonly type: IdentifierType
  readonly rule: string
  /** Margins from which a name counts in company: where the table of names has one of its words, and where not. */
  readonly listed: number
  readonly unlisted: number
}

// By what training prints of the fifth of the corpora that no weight was trained on: persons and places of the table and firms from
// where nine in ten touch a name; the others earlier, persons from where two in three do, for a missed one costs more here.
const kinds: readonly (Kind | undefined)[] = [
  undefined,
  { type: 'PERSON', rule: 'person/tagger', listed: 50, unlisted: 200 },
  { type: 'LOCATION', rule: 'location/tagger', listed: 50, unlisted: 350 },
  { type: 'ORGANIZATION', rule: 'organization/tagger', listed: 200, unlisted: 450 },
]

/** Margins from which a person, and a country or state, count by themselves. */
interface Alone {
  /** A name of several words, and one of one word. */
  readonly several: number
  readonly one: number
  /** What the table of names does not have has to be surer by so much. */
  readonly unlisted: number
  /** Where a rule finds it too. */
  readonly byRule: number
  readonly region: number
}
const inSentences: Alone = { several: 100, one: 250, unlisted: 100, byRule: -50, region: 100 }
/** Questions to a machine are full of names of singers and shops, and of friends with one name. */
const inQueries: Alone = { several: 450, one: Infinity, unlisted: 100, byRule: 0, region: Infinity }

/** Whether there are marks between words or at the end, or several lines. */
const isWrittenOut = (text: string): boolean => /[.?!:;](?:\s|$)|\n/.test(text)

/**
 * Names, places, organisations and addresses in a text whose letters have one case. A model that was trained without case says where
 * names are; the rules read the text with capitals there.
 */
export function scanWithoutCase(
  small: ScanText,
  active: readonly Scanner[],
  emit: (candidate: Candidate) => void,
  options: ScanOptions,
  scanText: (text: string) => ScanText,
): void {
  const words = small.words()
  const alone = isWrittenOut(small.text) ? inSentences : inQueries
  const names = namesOf(caselessFactsOf(words, { onlyNearBlanks: small.isReread }), packagedCaselessTagger())
  const nameAt = nameFinder(words, names)
  const scanAgain = (text: string, scanners: readonly Scanner[]): void => {
    const raised = scanText(text)
    for (const scanner of scanners)
      scanner.scan(
        raised,
        candidate => {
          const how = stays.get(candidate.rule)
          if (how === undefined) return
          const isAlone = how === 'alone' || isSure(candidate, nameAt(candidate), alone)
          emit(isAlone ? candidate : { ...candidate, needsCompany: true })
        },
        options,
      )
  }
  scanAgain(
    raiseNames(words, names),
    active.filter(scanner => readsCase.has(scanner)),
  )
  if (active.includes(addressScanner)) scanAgain(raiseRareWords(words), [addressScanner])
  for (const name of names) {
    const { type, rule, listed, unlisted } = kinds[name.kind]!
    if (name.margin < (name.isListed ? listed : unlisted)) continue
    const isAlone = type === 'PERSON' && name.margin >= leastAlone(name, alone)
    emit({
      type,
      start: words.start[name.first]!,
      end: nameEnd(words, name.last),
      score: isAlone ? 0.6 : 0.45,
      rule: type === 'LOCATION' && name.isRegion ? 'location/region' : rule,
      isGuess: true,
      ...(!isAlone && { needsCompany: true }),
    })
  }
}

const leastAlone = ({ first, last, isListed }: TaggedName, alone: Alone): number =>
  (last > first ? alone.several : alone.one) + (isListed ? 0 : alone.unlisted)

/** Whether the model says the same as the rule. */
function isSure({ type, rule }: Candidate, name: TaggedName | undefined, alone: Alone): boolean {
  if (name === undefined) return false
  if (type === 'PERSON')
    return name.kind === 1 && name.margin >= (name.last > name.first ? alone.several : alone.one) + alone.byRule
  return certainPlaces.has(rule) && name.kind === 2 && name.margin >= alone.region
}

/** The first name that overlaps a range. */
const nameFinder =
  (words: Words, names: readonly TaggedName[]) =>
  ({ start, end }: Candidate): TaggedName | undefined => {
    let low = 0
    let high = names.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (words.end[names[middle]!.last]! <= start) low = middle + 1
      else high = middle
    }
    const name = names[low]
    return name !== undefined && words.start[name.first]! < end ? name : undefined
  }
