import { foldCodePoint } from './fold.js'
import { findPlaceholders } from './placeholder.js'
import { scratchInts } from './scratch.js'

/** Stands for something that scanners must not read. Neither letter, digit, space nor separator. */
export const blank = '\uFFFC'

/**
 * A text as scanners read it: folded to plain forms, without invisible characters, with blanks for what was already
 * replaced; and for each of its characters the extent in the original text that it came from.
 */
export interface TextView {
  readonly text: string
  /** Start and end of each character in the original; null when the view is the original. */
  readonly origin: { readonly start: Int32Array; readonly end: Int32Array } | null
}

interface Span {
  readonly start: number
  readonly end: number
}

/** The view of a text. Linear; the text itself when nothing needs folding. */
export function viewOf(text: string): TextView {
  const placeholders = findPlaceholders(text)
  if (placeholders.length === 0 && isPlain(text)) return { text, origin: null }
  const builder = viewBuilder(text.length)
  let at = 0
  for (const { start, end } of placeholders) {
    foldInto(builder, text, at, start)
    builder.add(blank, start, end)
    at = end
  }
  foldInto(builder, text, at, text.length)
  return builder.view()
}

/** The view with each span (of the view, sorted and disjoint) replaced by one blank. */
export function withBlanks(view: TextView, spans: readonly Span[]): TextView {
  const builder = viewBuilder(view.text.length)
  let at = 0
  for (const span of spans) {
    builder.copy(view, at, span.start)
    builder.add(blank, originalStart(view, span.start), originalEnd(view, span.end))
    at = span.end
  }
  builder.copy(view, at, view.text.length)
  return builder.view()
}

/** What spans some characters, widened to whole ones of the original where one of them reads as several. */
export function wholeCharacters<T extends Span>({ origin }: TextView, given: T): T {
  if (!origin) return given
  let { start, end } = given
  while (start > 0 && origin.start[start - 1] === origin.start[start]) start--
  while (end < origin.end.length && origin.end[end] === origin.end[end - 1]) end++
  return start === given.start && end === given.end ? given : { ...given, start, end }
}

export const originalStart = ({ origin }: TextView, index: number): number => (origin ? origin.start[index]! : index)

/** Where the character before `index` ends in the original. */
export const originalEnd = ({ origin }: TextView, index: number): number => (origin ? origin.end[index - 1]! : index)

/** An at sign in a link or in HTML, as far as it hides an address. */
const encodedAt = /^(?:%40|&#64;|&#x40;|&commat;)/i

const percent = 0x25
const ampersand = 0x26

function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) {
      if (unit < 0x20 || unit === 0x7f) {
        if (foldCodePoint(unit) !== undefined) return false
      } else if ((unit === percent || unit === ampersand) && encodedAt.test(text.slice(i, i + 8))) return false
    } else if (foldCodePoint(text.codePointAt(i)!) !== undefined) return false
  }
  return true
}

function foldInto(builder: ViewBuilder, text: string, from: number, to: number): void {
  for (let i = from; i < to; ) {
    const codePoint = text.codePointAt(i)!
    const width = codePoint > 0xffff && i + 1 < to ? 2 : 1
    const encoded = codePoint === percent || codePoint === ampersand ? encodedAt.exec(text.slice(i, i + 8)) : null
    if (encoded) {
      builder.add('@', i, i + encoded[0].length)
      i += encoded[0].length
      continue
    }
    const folded = foldCodePoint(codePoint)
    if (folded === undefined) for (let k = 0; k < width; k++) builder.add(text[i + k]!, i + k, i + k + 1)
    else for (const character of folded) builder.add(character, i, i + width)
    i += width
  }
}

interface ViewBuilder {
  add(character: string, start: number, end: number): void
  copy(view: TextView, from: number, to: number): void
  view(): TextView
}

function viewBuilder(expectedLength: number): ViewBuilder {
  let text = ''
  let start = scratchInts(expectedLength + 16)
  let end = scratchInts(expectedLength + 16)
  let length = 0
  const reserve = (more: number): void => {
    if (length + more <= start.length) return
    const grown = [scratchInts((length + more) * 2), scratchInts((length + more) * 2)] as const
    grown[0].set(start)
    grown[1].set(end)
    ;[start, end] = grown
  }
  return {
    add(character, from, to) {
      reserve(1)
      text += character
      start[length] = from
      end[length++] = to
    },
    copy({ text: source, origin }, from, to) {
      reserve(to - from)
      text += source.slice(from, to)
      for (let i = from; i < to; i++) {
        start[length] = origin ? origin.start[i]! : i
        end[length++] = origin ? origin.end[i]! : i + 1
      }
    },
    view: () => ({ text, origin: { start: start.subarray(0, length), end: end.subarray(0, length) } }),
  }
}
