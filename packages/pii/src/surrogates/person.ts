import { inCaseOf } from '../dates/written-date.js'
import { foldWord } from '../words.js'
import type { Draw } from './draw.js'
import { languageOfName, surrogateLists, type NameRole } from './lists.js'

/** Words of a name that are nobody's: titles, particles, suffixes. They stay. */
const kept = new Set(
  (
    'mr mrs ms miss mx dr prof professor sir dame lady lord rev fr sr sra srta don dona herr frau dipl ing m mme mlle sig signor ' +
    'signora dott dottssa mevr dhr ir jr ii iii iv md phd esq dds rn judge justice captain sergeant officer president ' +
    'van von der den de del della di da do dos das du la le el al bin ibn ben ter ten zu y e i and und et'
  ).split(' '),
)

interface NameWord {
  readonly text: string
  readonly start: number
  readonly folded: string
  readonly isInitial: boolean
}

/** What the names of one text tell about each other: which word is a given name, and whose initials stand in it. */
export interface KnownNames {
  readonly roles: ReadonlyMap<string, NameRole>
  /** The given name of `j smith`. */
  readonly givenOf: ReadonlyMap<string, string>
  readonly words: ReadonlySet<string>
}

export function learnNames(names: Iterable<string>): KnownNames {
  const roles = new Map<string, NameRole>()
  const givenOf = new Map<string, string>()
  const words = new Set<string>()
  for (const name of names) {
    const parts = wordsOfName(name)
    for (const { folded, isInitial } of parts) if (!isInitial) words.add(folded)
    const whole = rolesWithin(name, parts)
    if (parts.length < 2) continue
    for (const [i, { folded, isInitial }] of parts.entries())
      if (!isInitial && !roles.has(folded)) roles.set(folded, whole[i]!)
    const family = parts.findLast((_, i) => whole[i] === 'family')
    const given = parts.find(({ isInitial }, i) => !isInitial && whole[i] === 'given')
    if (family && given) givenOf.set(`${given.folded[0]!} ${family.folded}`, given.folded)
  }
  return { roles, givenOf, words }
}

/**
 * Another name for each word of a name, by itself, so that `John Smith`, `Smith` and `SMITH` stay one person. Initials are those
 * of the other name where the text says it. Undefined when there is no name in it or no other was found.
 */
export function surrogateName(
  value: string,
  draw: Draw,
  known: KnownNames,
  language: string | undefined,
  isTaken: (folded: string) => boolean,
): string | undefined {
  const parts = wordsOfName(value)
  const whole = rolesWithin(value, parts)
  const family = parts.findLast((part, i) => !part.isInitial && whole[i] === 'family')
  const drawn = (folded: string, role: NameRole): string | undefined => {
    const lists = surrogateLists(language ?? languageOfName(role, folded))
    const list = role === 'family' ? lists.family : givenList(lists, folded)
    return draw.from(
      list,
      `PERSON|${role}|${folded}`,
      other => other === folded || known.words.has(other) || isTaken(other),
    )
  }
  let written = ''
  let at = 0
  for (const [i, { text, start, folded, isInitial }] of parts.entries()) {
    let other: string | undefined
    if (isInitial) {
      const given = family && known.givenOf.get(`${folded} ${family.folded}`)
      other = given === undefined ? otherLetter(folded, draw) : drawn(given, 'given')?.[0]
    } else other = drawn(folded, (parts.length === 1 ? known.roles.get(folded) : undefined) ?? whole[i]!)
    if (other === undefined) return undefined
    written +=
      value.slice(at, start) + inCaseOf(text, isInitial || text !== text.toLowerCase() ? other : other.toLowerCase())
    at = start + text.length
  }
  return at === 0 ? undefined : written + value.slice(at)
}

const otherLetter = (letter: string, draw: Draw): string => {
  const letters = [...'ABCDEFGHJKLMNPRSTVW'].filter(other => other.toLowerCase() !== letter)
  return letters[draw.below(letters.length, `PERSON|initial|${letter}`)]!
}

function givenList(lists: ReturnType<typeof surrogateLists>, folded: string): readonly string[] {
  if (lists.female.some(name => foldWord(name) === folded)) return lists.female
  return lists.male.some(name => foldWord(name) === folded) ? lists.male : lists.given
}

function wordsOfName(value: string): readonly NameWord[] {
  const words: NameWord[] = []
  for (const { 0: found, index } of value.matchAll(/\p{L}[\p{L}\p{M}'’]*/gu)) {
    const text = found.replace(/['’]s?$/, '')
    const folded = foldWord(text)
    const isInitial = text.length === 1 && text !== text.toLowerCase()
    if (isInitial || (text.length > 1 && !kept.has(folded))) words.push({ text, start: index, folded, isInitial })
  }
  return words
}

/** The last word is the family name, or what stands before a comma; after a title a single word is one too. */
function rolesWithin(value: string, parts: readonly NameWord[]): readonly NameRole[] {
  const comma = value.indexOf(',')
  const isTurned = comma > 0 && parts.some(({ start }) => start > comma) && parts.some(({ start }) => start < comma)
  return parts.map(({ start, folded }, i): NameRole => {
    if (isTurned) return start < comma ? 'family' : 'given'
    if (parts.length === 1) {
      const isGiven = languageOfName('given', folded) !== undefined
      return start > 0 || (!isGiven && languageOfName('family', folded) !== undefined) ? 'family' : 'given'
    }
    if (i === parts.length - 1) return 'family'
    return i === 0 || languageOfName('given', folded) !== undefined ? 'given' : 'family'
  })
}
