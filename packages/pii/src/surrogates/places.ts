import {
  gluedSuffix,
  streetPrefixes,
  streetSuffixes,
  looseStreetPrefixes,
  suffixesBeforeNumber,
} from '../addresses/street-words.js'
import { inCaseOf } from '../dates/written-date.js'
import { regionCodes, regionsByWord, usStateCodes, usStateNames } from '../gazetteer/regions.js'
import {
  facilityHeads,
  headsBeforeOf,
  institutionHeads,
  legalForms,
  placeBeginnings,
} from '../gazetteer/organisation-words.js'
import { foldWord } from '../words.js'
import { likeCharacters, someDigits } from './characters.js'
import type { Draw } from './draw.js'
import { surrogateLists } from './lists.js'

type IsTaken = (folded: string) => boolean

const addressWords: readonly ReadonlySet<string>[] = [
  streetSuffixes,
  streetPrefixes,
  looseStreetPrefixes,
  suffixesBeforeNumber,
  placeBeginnings,
  new Set(
    (
      'apt apartment suite ste unit floor fl flat room rm bldg building lot po box p o n s e w ne nw se sw north south east west ' +
      'piso puerta planta esc escalera no num psc apo fpo dpo unit postfach postbus casella postale bp'
    ).split(' '),
  ),
]
const organisationWords: readonly ReadonlySet<string>[] = [
  facilityHeads,
  headsBeforeOf,
  institutionHeads,
  legalForms,
  placeBeginnings,
  new Set(
    (
      'medical health center centre general regional national international care children women cancer nursing home system group ' +
      'high primary secondary elementary public united first new the of and for saint clinic community memorial'
    ).split(' '),
  ),
]

/**
 * Another address in the layout of this one: words for streets, units, states' codes and the country at its end stay, numbers
 * become others, names become towns, postcodes such as nobody has.
 */
export function surrogateAddress(
  value: string,
  draw: Draw,
  language: string | undefined,
  isTaken: IsTaken,
): string | undefined {
  const next = draw.series(`ADDRESS|${foldWord(value)}`)
  const towns = language ?? languageOfStreet(value)
  return wordByWord(value, (word, at) => {
    if (/\d/.test(word)) return otherNumber(word, at, next)
    if (isIn(addressWords, word) || (at > 0 && regionCodes.has(word)) || isLastCountry(value, word, at)) return word
    return otherTown(word, draw, towns, isTaken)
  })
}

const streetLanguages: readonly (readonly [RegExp, string])[] = [
  [/(?:stra(?:ss|ß)e|gasse|platz|allee|damm|ufer)(?!\p{L})/iu, 'de'],
  [/(?:straat|laan|plein|gracht|kade)(?!\p{L})/iu, 'nl'],
  [/(?<!\p{L})(?:calle|avenida|avda|paseo|carretera)(?!\p{L})/iu, 'es'],
  [/(?<!\p{L})(?:rue|chemin|impasse|quai)(?!\p{L})/iu, 'fr'],
  [/(?<!\p{L})(?:via|viale|piazza|corso|vicolo)(?!\p{L})/iu, 'it'],
  [/(?<!\p{L})(?:rua|travessa|praça|alameda)(?!\p{L})/iu, 'pt'],
]

const languageOfStreet = (value: string): string | undefined =>
  streetLanguages.find(([words]) => words.test(value))?.[1]

/** Another town, state or country. */
export function surrogateLocation(
  value: string,
  draw: Draw,
  language: string | undefined,
  isTaken: IsTaken,
): string | undefined {
  const folded = foldWord(value.trim())
  if (usStateCodes.has(value)) return draw.from([...usStateCodes], `LOCATION|state|${value}`, other => other === folded)
  if (usStateNames.has(folded))
    return titled(
      value,
      draw.from([...usStateNames], `LOCATION|state|${folded}`, other => other === folded),
    )
  if (isCountry(folded))
    return titled(
      value,
      draw.from(countries, `LOCATION|country|${folded}`, other => other === folded),
    )
  if (/\d/.test(value) || value.includes(',')) return surrogateAddress(value, draw, language, isTaken)
  return titled(value, otherTown(value, draw, language, isTaken))
}

/** Another name for an institution or a firm; what says that it is one stays. */
export function surrogateOrganisation(
  value: string,
  draw: Draw,
  language: string | undefined,
  isTaken: IsTaken,
): string | undefined {
  const { family } = surrogateLists(language)
  return wordByWord(value, word => {
    if (/\d/.test(word)) return likeCharacters(word, draw.series(`ORGANIZATION|${word}`))
    if (isIn(organisationWords, word) || (word === word.toLowerCase() && value !== value.toLowerCase())) return word
    const folded = foldWord(word)
    if (word.length <= 5 && word.length > 1 && word === word.toUpperCase() && value.includes(word))
      return likeCharacters(word, draw.series(`ORGANIZATION|${folded}`))
    const drawn = draw.from(family, `ORGANIZATION|${folded}`, other => other === folded || isTaken(other))
    return drawn === undefined ? undefined : inCaseOf(word, drawn)
  })
}

const countries =
  'Argentina Australia Austria Belgium Brazil Canada Chile Denmark Finland France Germany Greece Iceland India Italy Japan Kenya Mexico Norway Peru Poland Portugal Spain Sweden Uruguay'.split(
    ' ',
  )

const isCountry = (folded: string): boolean =>
  (regionsByWord.get(folded.split(' ')[0]!) ?? []).some(
    ({ kind, words }) => kind === 'country' && words.join(' ') === folded,
  )

const isLastCountry = (value: string, word: string, at: number): boolean =>
  at > 0 && /^[\s.]*$/.test(value.slice(at + word.length)) && isCountry(foldWord(word))

const isIn = (sets: readonly ReadonlySet<string>[], word: string): boolean => {
  const folded = foldWord(word)
  return sets.some(set => set.has(folded))
}

const titled = (model: string, word: string | undefined): string | undefined => {
  if (word === undefined || model === model.toLowerCase()) return word?.toLowerCase()
  return model.length > 2 && model === model.toUpperCase()
    ? word.toUpperCase()
    : word.replaceAll(/(?<!\p{L})\p{Ll}/gu, letter => letter.toUpperCase())
}

function otherTown(word: string, draw: Draw, language: string | undefined, isTaken: IsTaken): string | undefined {
  const { towns } = surrogateLists(language)
  const folded = foldWord(word)
  const suffix = /^\p{L}{3,}$/u.test(word) ? gluedPart(folded, word) : ''
  const drawn = draw.from(towns, `LOCATION|town|${folded}`, other => folded.includes(other) || isTaken(other))
  return drawn === undefined ? undefined : inCaseOf(word, drawn.split(' ')[0]!) + suffix
}

/** `straße` of `Hauptstraße`. */
function gluedPart(folded: string, word: string): string {
  const found = gluedSuffix.exec(folded)
  return found && word.length === folded.length ? word.slice(found.index + 1) : ''
}

/** Five digits that are not the first of an address are a postcode; none begins with 000. */
function otherNumber(word: string, at: number, next: (below: number) => number): string {
  if (/^\d{5}$/.test(word) && at > 0) return `000${someDigits(2, next)}`
  const other = likeCharacters(word, next)
  // No postcode of the United Kingdom begins with Q.
  if (/^\p{L}/u.test(other)) return `${word[0] === word[0]!.toUpperCase() ? 'Q' : 'q'}${other.slice(1)}`
  return /^0/.test(other) && !word.startsWith('0') ? `${1 + next(9)}${other.slice(1)}` : other
}

/** Each run of letters and digits replaced; undefined when one of them finds no other, or when nothing changes. */
function wordByWord(value: string, other: (word: string, at: number) => string | undefined): string | undefined {
  let written = ''
  let at = 0
  for (const { 0: word, index } of value.matchAll(/[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*/gu)) {
    const replaced =
      word === word.toLowerCase() && !/\d/.test(word) && value !== value.toLowerCase() ? word : other(word, index)
    if (replaced === undefined) return undefined
    written += value.slice(at, index) + replaced
    at = index + word.length
  }
  return written + value.slice(at)
}
