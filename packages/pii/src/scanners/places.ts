import { isCommonNoun } from '../gazetteer/common-nouns.js'
import { familyNames } from '../gazetteer/family-names.js'
import { givenNames } from '../gazetteer/given-names.js'
import { proseWords } from '../gazetteer/plain-words.js'
import { regionCodes, regionsByWord, type Region } from '../gazetteer/regions.js'
import { gapAfter, isCapital, nameEnd, nameKey } from '../person/name-run.js'
import { triggersOf } from '../triggers.js'
import type { Scanner } from '../scanner.js'
import { shape, type Words } from '../words.js'

/** Labels of the parts of an address in forms, and what follows them. */
const labels: ReadonlyMap<string, 'ADDRESS' | 'LOCATION'> = new Map([
  ...'address addresses domicilio direccion adresse indirizzo endereco adres anschrift morada residencia domicile wohnort'
    .split(' ')
    .map(word => [word, 'ADDRESS'] as const),
  ...(
    'city town county state country province zip zipcode postcode postal location birthplace hometown localidad provincia poblacion municipio ciudad pais cp ' +
    'ville pays stadt ort land plz comune citta paese cap cidade distrito estado concelho woonplaats plaats nacionalidad naturalidad'
  )
    .split(' ')
    .map(word => [word, 'LOCATION'] as const),
])
const afterLabel =
  /^(?: ?\/ ?\p{L}{2,20}| (?:code|postal|line ?\d|of birth|de residencia|de nacimiento|completo|completa))?["']? ?[:=][ \t]{0,3}["']?/iu
const prepositions = new Set('in at from near to en desde aus nach zu depuis'.split(' '))
const postcodes = new Set('zip zipcode postcode postal plz cp cap'.split(' '))
const labelledValue = /[\p{L}\d][^\n\r\t;|"<>:]{1,80}/uy

const triggers = triggersOf(
  labels.keys(),
  postcodes,
  prepositions,
  regionsByWord.keys(),
  [...regionCodes].map(code => code.toLowerCase()),
)

/**
 * Places: what a label such as `City:` or `Domicilio:` announces up to the end of its line, and names of states and countries.
 * A state or country without a capital counts in company only.
 */
export const placeScanner: Scanner = {
  id: 'places',
  types: ['ADDRESS', 'LOCATION'],
  triggers,
  scan(source, emit) {
    const words = source.words()
    const triggered = source.triggers()
    for (let word = 0; word < words.count; word++) {
      if ((triggered[word]! & triggers.bit) === 0) continue
      const folded = words.folded(word)
      const type = labels.get(folded)
      if (type) {
        const range = labelled(words, word)
        if (range) emit({ type, ...range, score: 0.7, rule: type === 'ADDRESS' ? 'address/label' : labelRule(folded) })
      }
      const postcode = postcodes.has(folded) ? postcodeAfter(words, word) : undefined
      if (postcode) emit({ type: 'LOCATION', ...postcode, score: 0.7, rule: 'location/postcode' })
      if (
        words.shape[word] === shape.upper &&
        regionCodes.has(folded.toUpperCase()) &&
        !isWordInCapitals(words, word)
      ) {
        const first = cityBefore(words, word)
        if (first < word)
          emit({
            type: 'LOCATION',
            start: words.start[first]!,
            end: words.end[word]!,
            score: 0.7,
            rule: 'location/city-state',
          })
      }
      if (prepositions.has(folded) && words.shape[word] === shape.lower) {
        const last = placeAfter(words, word)
        if (last > word)
          emit({
            type: 'LOCATION',
            start: words.start[word + 1]!,
            end: nameEnd(words, last),
            score: 0.4,
            rule: 'location/preposition',
            needsCompany: true,
          })
      }
      const regions = regionsByWord.get(folded)
      const region = regions && regionAt(words, word, regions)
      if (!region) continue
      const last = word + region.words.length - 1
      const isCapital = words.shape[word] !== shape.lower && !region.isAmbiguous
      emit({
        type: 'LOCATION',
        start: words.start[word]!,
        end: words.end[last]!,
        score: 0.6,
        rule: `location/${region.kind}`,
        ...(!isCapital && { needsCompany: true }),
      })
      const city = cityBeforeCountry(words, word)
      if (city < word)
        emit({
          type: 'LOCATION',
          start: words.start[city]!,
          end: words.end[word - 1]!,
          score: 0.6,
          rule: 'location/city-country',
        })
      word = last
    }
  },
}

const afterPostcode =
  /^(?: code)?(?: (?:is|of|es|ist|to)| ?:)? #?(?=(\d{4,6}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d)(?![\p{L}\p{N}]))/iu

/** `zip code is 62701`. */
function postcodeAfter(words: Words, word: number): { start: number; end: number } | undefined {
  const from = words.end[word]!
  const found = afterPostcode.exec(words.text.slice(from, from + 32))
  return found ? { start: from + found[0].length, end: from + found[0].length + found[1]!.length } : undefined
}

/** A capitalised word, or an abbreviation before one: `QVH Quark Centre`. */
const isPlacePart = (words: Words, word: number): boolean =>
  words.shape[word] === shape.capitalised ||
  (words.shape[word] === shape.upper && gapAfter(words, word) === ' ' && words.shape[word + 1] === shape.capitalised)

/** The last word of a name with capitals after `in` and the like: `in New Quarkville`. No person. */
function placeAfter(words: Words, preposition: number): number {
  let last = preposition
  while (last - preposition < 4 && gapAfter(words, last) === ' ' && isPlacePart(words, last + 1)) {
    const key = nameKey(words, last + 1)
    if ((proseWords.has(key) && key !== 'new') || givenNames.has(key)) break
    last++
  }
  return last === preposition + 1 && isCommonNoun(nameKey(words, last)) ? preposition : last
}

/** The first word of the town in `Quarkville, Spain` or `Quarkville (Spain)`; after a point only where it stands alone. */
function cityBeforeCountry(words: Words, country: number): number {
  const gap = gapAfter(words, country - 1)
  if (gap !== ', ' && gap !== ' (' && gap !== '. ' && gap !== ',\n') return country
  let first = country
  while (first > 0 && country - first < 3) {
    const isNext = first === country || gapAfter(words, first - 1) === ' '
    if (!isNext || words.shape[first - 1] !== shape.capitalised || proseWords.has(words.folded(first - 1))) break
    first--
  }
  if (gap !== '. ') return first
  return /(?:^|[.,;\n(-] ?)$/.test(words.text.slice(Math.max(0, words.start[first]! - 2), words.start[first]!))
    ? first
    : country
}

/** Codes of states that are small words: `QUARKVILLE, IN PAIN`. */
const smallWords = new Set('in or me hi ok oh de la id pa ma on al as'.split(' '))
const isWordInCapitals = (words: Words, word: number): boolean =>
  smallWords.has(words.folded(word)) && gapAfter(words, word) === ' ' && words.shape[word + 1] === shape.upper

/** Codes of states that are degrees as well: `Maria Smith, MD`. */
const degrees = new Set('md pa ma do de ms'.split(' '))

/** The first word of the town in `Springfield, IL`; the state itself when there is none. */
function cityBefore(words: Words, state: number): number {
  let first = state
  while (first > 0 && state - first < 4) {
    const gap = gapAfter(words, first - 1)
    const isNext = first === state ? gap === ', ' : gap === ' ' || gap === '. '
    if (!isNext || !isCapital(words, first - 1) || proseWords.has(words.folded(first - 1))) break
    first--
  }
  const isPerson = (word: number): boolean => givenNames.has(words.folded(word)) || familyNames.has(words.folded(word))
  if (!degrees.has(words.folded(state))) return first
  for (let word = first; word < state; word++) if (isPerson(word)) return state
  return first
}

const labelRule = (folded: string): string =>
  /^(?:country|pais|pays|land|paese|nacionalidad)$/.test(folded) ? 'location/country' : 'location/label'

function labelled(words: Words, word: number): { start: number; end: number } | undefined {
  const { text } = words
  const from = words.end[word]!
  const gap = afterLabel.exec(text.slice(from, from + 32))
  if (!gap) return undefined
  const start = from + gap[0].length
  labelledValue.lastIndex = start
  const found = labelledValue.exec(text)?.[0]
  if (found === undefined) return undefined
  // A sentence ends the value, and so does the label of the next field: a word before a colon.
  let value = found.split(/\.(?= \p{Lu}\p{Ll})|\. *$| {2,}/u)[0]!
  if (text[start + value.length] === ':' || (value.length === found.length && text[start + found.length] === ':'))
    value = value.replace(/[\s.,]+[^\s]+ ?$/u, '')
  value = value.replace(/[\s.,;]+$/, '')
  if (value.length < 2 || value.split(' ').length > 12) return undefined
  return { start, end: start + value.length }
}

function regionAt(words: Words, word: number, regions: readonly Region[]): Region | undefined {
  return regions.find(region =>
    region.words.every(
      (part, i) => i === 0 || (words.folded(word + i) === part && gapAfter(words, word + i - 1) === ' '),
    ),
  )
}
