import { foldWord } from '../../src/words.js'
import { exampleOf, type Example, type Kind, type Piece } from './example.js'
import { listsOf, type NameLists } from './name-lists.js'
import type { Draw } from './random.js'
import { plainLines } from './plain-lines.js'
import { eponyms, firms, typedLines, typedPlainLines, typedQuestions } from './typed-lines.js'
import { months, organisations, otherThings, templates, wards } from './templates.js'

/** FNV-1a of the folded word, as the table of names has it. */
export function hashOfWord(word: string): number {
  let hash = 0x811c9dc5
  for (const unit of foldWord(word)) hash = Math.imul(hash ^ unit.charCodeAt(0), 0x01000193)
  return hash
}

const shareOf = (hash: number): number => (hash >>> 0) % 10
/** A tenth of all words: names of held-out text, which no weight was trained on. */
export const isHeldOut = (hash: number): boolean => shareOf(hash) === 0
/** What the table of names forgets while weights are trained, so that they learn names that it does not know. */
export const isForgotten = (hash: number): boolean => shareOf(hash) < 4

export interface Source {
  /** A sentence with names. */
  example(draw: Draw): Example
  /** Lines without any. */
  plain(draw: Draw): Example
  /** The same two, where there are any from lines as they are typed in a hurry as well. */
  typed(draw: Draw): Example
  typedPlain(draw: Draw): Example
  person(draw: Draw): string
  town(draw: Draw): string
}

/** Sentences of one language: of its trained templates and names, or of the held-out ones. */
export function sourceOf(language: string, part: 'trained' | 'heldOut'): Source {
  const all = listsOf(language)
  const own = (list: readonly string[]): readonly string[] =>
    list.filter(name => name.split(/[ -]/).some(word => isHeldOut(hashOfWord(word))) === (part === 'heldOut'))
  const lists: NameLists = { ...all, given: own(all.given), family: own(all.family), town: own(all.town) }
  const forms = organisations[language]!.split('|')
  const things = [...otherThings.split('|'), ...wards[language]!.split('|'), ...wards[language]!.split('|')]
  const days = months[language]!.split('|')
  const capital = (draw: Draw): string => {
    const word = draw.of(lists.word)
    return word[0]!.toUpperCase() + word.slice(1)
  }
  // Every list is short beside what people are called: a third of the names are made from the halves of two.
  const oneOf = (list: readonly string[], draw: Draw): string => {
    const name = draw.of(list)
    if (part === 'heldOut' || !draw.chance(35)) return name
    const other = draw.of(list)
    return name.slice(0, (name.length + 1) >> 1) + other.slice((other.length + 1) >> 1)
  }
  const given = (draw: Draw): string => oneOf(lists.given, draw)
  const family = (draw: Draw): string =>
    draw.chance(5) ? `${draw.of(lists.family)}-${draw.of(lists.family)}` : oneOf(lists.family, draw)
  const town = (draw: Draw): string => oneOf(lists.town, draw)
  const person = (draw: Draw): string => {
    const form = draw.below(100)
    if (form < 50) return `${given(draw)} ${family(draw)}`
    if (form < 60) return `${given(draw)} ${given(draw)} ${family(draw)}`
    if (form < 68) return `${given(draw)} ${given(draw)[0]}. ${family(draw)}`
    if (form < 74) return `${given(draw)[0]}. ${family(draw)}`
    if (form < 80) return `${given(draw)} ${family(draw)} ${family(draw)}`
    if (form < 84) return `${family(draw)}, ${given(draw)}`
    return form < 94 ? given(draw) : family(draw)
  }
  const organisation = (draw: Draw): string => {
    if (draw.chance(8))
      return Array.from({ length: 2 + draw.below(3) }, () => 'ABCDEFGHIKLMNOPRSTUVW'[draw.below(21)]).join('')
    return draw.of(forms).replaceAll(/\b[ABFGL]\b/g, slot => {
      if (slot === 'F') return family(draw)
      if (slot === 'G') return given(draw)
      return slot === 'L' ? town(draw) : capital(draw)
    })
  }
  const number = (draw: Draw): string => String(draw.below(10 ** (1 + draw.below(5))))
  const fill = (slot: string, draw: Draw): { text: string; kind: 0 | Kind } => {
    switch (slot) {
      case 'P':
        return { text: person(draw), kind: 1 }
      case 'G':
        return { text: given(draw), kind: 1 }
      case 'F':
        return { text: family(draw), kind: 1 }
      case 'L':
        return { text: town(draw), kind: 2 }
      case 'C':
        return { text: draw.of(lists.country), kind: 2 }
      case 'O':
        return { text: organisation(draw), kind: 3 }
      case 'N':
        return { text: draw.of(draw.chance(60) ? lists.thing : things), kind: 0 }
      case 'S':
        return { text: draw.of(lists.street).replace('#', number(draw)), kind: 0 }
      default:
        return { text: draw.chance(50) ? draw.of(days) : `${1 + draw.below(28)} ${draw.of(days)}`, kind: 0 }
    }
  }

  /** More of what is called after people, things that nobody ever heard of, and firms that everybody knows. */
  const fillTyped = (slot: string, draw: Draw): { text: string; kind: 0 | Kind } => {
    if (slot === 'O' && draw.chance(20)) return { text: draw.of(firms), kind: 3 }
    if (slot !== 'N' || draw.chance(30)) return fill(slot, draw)
    const name = draw.of(draw.chance(60) ? eponyms : things)
    if (part === 'heldOut' || !draw.chance(25)) return { text: name, kind: 0 }
    const other = draw.of(eponyms)
    return { text: name.slice(0, (name.length + 1) >> 1) + other.slice((other.length + 1) >> 1), kind: 0 }
  }

  const filled = (template: string, draw: Draw, fillSlot = fill): Example => {
    const pieces: Piece[] = []
    for (const slot of template.split(/(\{G\} \{F\}|\{[A-Z]\}|#)/)) {
      if (slot === '') continue
      if (slot === '#') pieces.push({ text: number(draw), kind: 0 })
      else if (slot === '{G} {F}') pieces.push({ text: `${given(draw)} ${family(draw)}`, kind: 1 })
      else if (/^\{[A-Z]\}$/.test(slot)) pieces.push(fillSlot(slot[1]!, draw))
      else pieces.push({ text: slot, kind: 0 })
    }
    return exampleOf(pieces)
  }

  const isTyped = language === 'en'
  const withTyped = [...templates[language]![part], ...(isTyped ? typedLines[part] : [])]
  const plainWithTyped = [...plainLines[language]!, ...(isTyped ? [...typedPlainLines, ...typedQuestions] : [])]

  return {
    person,
    town,
    example: draw => filled(draw.of(templates[language]![part]), draw),
    plain: draw => filled(draw.of(plainLines[language]!), draw),
    typed: draw => filled(draw.of(withTyped), draw, fillTyped),
    typedPlain: draw => filled(draw.of(plainWithTyped), draw, fillTyped),
  }
}
