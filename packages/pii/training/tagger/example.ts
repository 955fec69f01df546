import { viewOf } from '../../src/text-view.js'
import { wordsOf, type Words } from '../../src/words.js'

/** 1 a person, 2 a place, 3 an organisation. */
export type Kind = 1 | 2 | 3

export interface Span {
  readonly start: number
  readonly end: number
  readonly kind: Kind
}

/** A text and the names in it, sorted and disjoint. */
export interface Example {
  readonly text: string
  readonly spans: readonly Span[]
}

/** Pieces put one after the other. A piece with a kind is a name; with `joins`, it goes on with the one before it. */
export interface Piece {
  readonly text: string
  readonly kind: 0 | Kind
  readonly joins?: boolean
}

/** The text as the detector folds it, so that places are those of the words it reads. */
export function exampleOf(pieces: readonly Piece[]): Example {
  let text = ''
  const spans: Span[] = []
  for (const piece of pieces) {
    const start = text.length
    text += viewOf(piece.text).text
    const last = spans.at(-1)
    if (piece.kind === 0) continue
    if (piece.joins && last) spans[spans.length - 1] = { ...last, end: text.length }
    else spans.push({ start, end: text.length, kind: piece.kind })
  }
  return { text, spans }
}

/** The tag of each word: 0 outside, 2k-1 the first and 2k a further word of a name of kind k. */
export function goldTags(words: Words, spans: readonly Span[]): Uint8Array {
  const tags = new Uint8Array(words.count)
  let span = 0
  let isOpen = -1
  for (let word = 0; word < words.count; word++) {
    while (span < spans.length && spans[span]!.end <= words.start[word]!) span++
    const here = spans[span]
    if (!here || here.start >= words.end[word]!) continue
    tags[word] = isOpen === span ? here.kind * 2 : here.kind * 2 - 1
    isOpen = span
  }
  return tags
}

export const wordsOfExample = ({ text }: Example): Words => wordsOf(text)

/** The same in another case, unit by unit, so that places stay. */
export const inCase = ({ text, spans }: Example, change: (unit: string) => string): Example => ({
  text: text.replaceAll(/[^]/g, unit => (change(unit).length === unit.length ? change(unit) : unit)),
  spans,
})
