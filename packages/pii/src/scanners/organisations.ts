import {
  dottedLegalForm,
  facilityHeads,
  facilityPairs,
  headsBeforeOf,
  institutionHeads,
  legalForms,
  placeBeginnings,
  plainLegalForms,
} from '../gazetteer/organisation-words.js'
import { givenNames } from '../gazetteer/given-names.js'
import { proseWords } from '../gazetteer/plain-words.js'
import { gapAfter, isCapital, isInitial, nameEnd, nameKey } from '../person/name-run.js'
import { triggersOf } from '../triggers.js'
import type { Scanner } from '../scanner.js'
import { shape, type Words } from '../words.js'

const mostWords = 7
const joiners: ReadonlySet<string> = new Set(
  'of and for the de del la las los da do dos das di du des y e et und van der den voor für'.split(' '),
)

const triggers = triggersOf(
  legalForms,
  facilityHeads,
  [...facilityPairs].map(pair => pair.slice(pair.indexOf('-') + 1)),
  institutionHeads,
  headsBeforeOf,
  placeBeginnings,
  ['e', 's', 'at'],
)

/**
 * Organisations: a name before a legal form (`Quark & Sons Ltd`), names around what a hospital, school or institution is called
 * (`Mercy General Hospital`, `Ministry of Quarks`), and places that begin as names of saints do.
 */
export const organisationScanner: Scanner = {
  id: 'organisations',
  types: ['ORGANIZATION', 'LOCATION'],
  triggers,
  scan(source, emit) {
    const words = source.words()
    const triggered = source.triggers()
    const found = (first: number, last: number, end: number, score: number, rule: string): number => {
      emit({ type: 'ORGANIZATION', start: words.start[first]!, end, score, rule: `organization/${rule}` })
      return last
    }
    for (let word = 0; word < words.count; word++) {
      if ((triggered[word]! & triggers.bit) === 0 && words.shape[word] !== shape.initial) continue
      const folded = words.folded(word)
      const isPlain = words.shape[word] === shape.lower
      if (legalForms.has(folded) && (!isPlain || plainLegalForms.has(folded))) {
        const first = nameBefore(words, word, true)
        if (first < word) word = found(first, word, withPoint(words, word), 0.8, 'legal-form')
        continue
      }
      if (words.shape[word] === shape.initial || folded === 'e') {
        dottedLegalForm.lastIndex = words.start[word]!
        const first = dottedLegalForm.test(words.text) ? nameBefore(words, word, true) : word
        if (first < word) found(first, word, dottedLegalForm.lastIndex, 0.8, 'legal-form')
        continue
      }
      if (folded === 'at' && isAcronym(words, word + 1)) {
        word = found(word + 1, word + 1, words.end[word + 1]!, 0.5, 'acronym')
        continue
      }
      if (isPlain) continue
      const isFacility = facilityHeads.has(folded) || facilityPairs.has(`${words.folded(word - 1)}-${folded}`)
      if (isFacility || institutionHeads.has(folded)) {
        const first = nameBefore(words, word, false)
        const last = nameAfterHead(words, word, headsBeforeOf.has(folded) || isFacility)
        if (first < word || last > word)
          word = found(
            first,
            last,
            nameEnd(words, last),
            isFacility ? 0.7 : 0.55,
            isFacility ? 'facility' : 'institution',
          )
      } else if (headsBeforeOf.has(folded)) {
        const last = nameAfterHead(words, word, true)
        if (last > word) word = found(word, last, nameEnd(words, last), 0.5, 'institution')
      } else if (placeBeginnings.has(folded)) {
        const last = placeEnd(words, word)
        if (last > word) {
          emit({
            type: 'LOCATION',
            start: words.start[word]!,
            end: words.end[last]!,
            score: 0.55,
            rule: 'location/saint',
          })
          word = last
        }
      }
    }
  },
}

/** `seen at QVH`: three to six capitals after `at`, the first mention of an institution in a hurry. */
const isAcronym = (words: Words, word: number): boolean =>
  words.shape[word] === shape.upper &&
  gapAfter(words, word - 1) === ' ' &&
  /^[A-Z]{3,6}$/.test(words.text.slice(words.start[word]!, words.end[word]!)) &&
  !/[A-Z]{3}/.test(words.text.slice(Math.max(0, words.start[word - 1]! - 8), words.start[word - 1]!)) &&
  !/^(?:all|any|the|least|most|once|home|work|first|last|rest|risk|icu|bmi|usd|mri)$/.test(words.folded(word))

const withPoint = (words: Words, word: number): number =>
  words.text[words.end[word]!] === '.' ? words.end[word]! + 1 : words.end[word]!

const isNamePart = (words: Words, word: number): boolean =>
  (isCapital(words, word) || isInitial(words, word)) &&
  !(proseWords.has(nameKey(words, word)) && !/^(?:new|us|first|central)$/.test(words.folded(word)))

/** The first word of the name that ends before `head`; `head` itself when there is none. */
function nameBefore(words: Words, head: number, isFirm: boolean): number {
  let first = head
  let hasJoin = false
  for (let word = head - 1; word >= 0 && head - word <= mostWords; word--) {
    const gap = gapAfter(words, word, 3)
    const isJoined =
      gap === ' ' ||
      gap === '. ' ||
      gap === ' & ' ||
      gap === '-' ||
      (word === head - 1 && isFirm && gap === ', ') ||
      (hasJoin && gap === ', ')
    if (!isJoined) break
    if (gap === ' & ') hasJoin = true
    if (isNamePart(words, word)) {
      if (gap === '. ' && !/^(?:st|mt|dr|s)$/.test(words.folded(word)) && !isInitial(words, word)) break
      first = word
    } else if (joiners.has(words.folded(word)) && first < head) {
      if (/^(?:and|y|e|et|und)$/.test(words.folded(word))) {
        if (!isFirm) break
        hasJoin = true
      }
    } else break
  }
  return first
}

/** The last word of `of the Republic of Quark`, `de la Paz`, or, after a facility, of a name right after it. */
function nameAfterHead(words: Words, head: number, isOpen: boolean): number {
  let last = head
  let isLinked = false
  for (let word = head + 1; word < words.count && word - head <= mostWords; word++) {
    const gap = gapAfter(words, word - 1, 8)
    if (gap !== ' ' && !(gap === '. ' && /^(?:st|mt)$/.test(words.folded(word - 1))) && !/^ \d{1,3} $/.test(gap ?? ''))
      break
    const folded = words.folded(word)
    if (
      isNamePart(words, word) &&
      (isLinked ||
        (isOpen &&
          /^(?:hospital|clinica|universidad|hopital|ospedale|instituto|colegio|klinikum|centro|sanatorio|ambulatorio)$/.test(
            words.folded(head),
          )))
    )
      last = word
    else if (words.shape[word] === shape.lower && joiners.has(folded) && !/^(?:and|y|e|et|und)$/.test(folded))
      isLinked = true
    else break
  }
  return last
}

/** `St. Olaf's`, `San Telmo`, `Mount Quark`: at most two words after the first. */
function placeEnd(words: Words, word: number): number {
  if (words.shape[word] !== shape.capitalised || !/^\.? $/.test(gapAfter(words, word) ?? '')) return word
  const next = word + 1
  if (!isCapital(words, next) || proseWords.has(nameKey(words, next))) return word
  if (
    /^(?:st|san|santa)$/.test(words.folded(word)) &&
    word > 0 &&
    gapAfter(words, word - 1) === ' ' &&
    givenNames.has(words.folded(word - 1))
  )
    return word
  return next
}
