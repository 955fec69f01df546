import type { CheckedTokenizer } from './tokenizer-json.js'

/** Tokens of a text with their places in it; special tokens that the tokenizer puts around a text are not among them. */
export interface PlacedTokens {
  readonly ids: Int32Array
  /** First UTF-16 unit of each token in the text, without white space before it. */
  readonly starts: Int32Array
  /** One past the last unit; equal to the start where a token stands for white space alone. */
  readonly ends: Int32Array
  /** The word that each token is a part of, counted from 0: what the tokenizer cuts a text into before it looks up tokens. */
  readonly words: Int32Array
}

/** What of the library is used to cut a text. */
export interface CuttingParts {
  readonly normalizer: ((text: string) => string) | null
  readonly pre_tokenizer: ((text: string, options: { readonly section_index: number }) => readonly string[]) | null
  readonly model: { _call(pieces: readonly string[]): readonly string[] }
  readonly added_tokens_map: ReadonlyMap<string, { readonly lstrip?: boolean; readonly rstrip?: boolean }>
  readonly splitter_unnormalized: { split(text: string): readonly string[] }
  readonly splitter_normalized: { split(text: string): readonly string[] }
}

interface Token {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly word: number
}

/** A text, and for each of its units the part of the original that it was made of. */
interface Traced {
  readonly text: string
  readonly starts: ArrayLike<number>
  readonly ends: ArrayLike<number>
}

/**
 * The tokens of a text as the library makes them, step by step, so that each keeps its place. Undefined where a step cannot be traced:
 * a normalizer that changes a word by what stands beside it, or a piece that is not found again.
 */
export function placeTokens(
  text: string,
  library: CuttingParts,
  json: CheckedTokenizer['json'],
): readonly Token[] | undefined {
  const letters = lettersOf(json)
  const subword = subwordPrefix(json)
  const tokens: Token[] = []
  let word = 0
  const sections = sectionsOf(text, library.splitter_unnormalized, library.added_tokens_map)
  for (const [index, { text: section, start: from, isToken }] of sections.entries()) {
    if (isToken) {
      tokens.push({ text: section, start: from, end: from + section.length, word: word++ })
      continue
    }
    const normal = traceNormalizer(section, library.normalizer)
    if (!normal) return undefined
    for (const part of sectionsOf(normal.text, library.splitter_normalized, library.added_tokens_map)) {
      const place = (first: number, last: number): Pick<Token, 'start' | 'end'> => ({
        start: from + normal.starts[part.start + first]!,
        end: from + normal.ends[part.start + last]!,
      })
      if (part.isToken) {
        tokens.push({ text: part.text, ...place(0, part.text.length - 1), word: word++ })
        continue
      }
      const pieces = library.pre_tokenizer ? library.pre_tokenizer(part.text, { section_index: index }) : [part.text]
      const written = letters(part.text)
      const isSpaceAt = (at: number): boolean => isSpace(part.text[written.starts[at]!]!)
      let cursor = 0
      for (const piece of pieces) {
        const found = find(written.text, piece, cursor, isSpaceAt)
        if (!found) return undefined
        cursor = found.end
        const unitOf = (at: number): number => Math.max(found.at, found.at + at - found.added)
        for (const { token, from: first, to: last } of surfaces(library.model._call([piece]), piece, subword)) {
          const [low, high] = [unitOf(first), unitOf(last)]
          if (low < high)
            tokens.push({ text: token, ...place(written.starts[low]!, written.ends[high - 1]! - 1), word })
          // A space that was added stands for nothing in the text.
          else {
            const start =
              low < written.starts.length ? place(written.starts[low]!, written.starts[low]!).start : text.length
            tokens.push({ text: token, start, end: start, word })
          }
        }
        word++
      }
    }
  }
  return tokens.map(token => withoutSpace(text, token))
}

interface Section {
  readonly text: string
  readonly start: number
  readonly isToken: boolean
}

/** The text between added tokens, and they themselves; empty ones are left out. */
function sectionsOf(
  text: string,
  splitter: CuttingParts['splitter_normalized'],
  added: CuttingParts['added_tokens_map'],
): readonly Section[] {
  let at = 0
  const sections = splitter.split(text).map(section => {
    const start = at
    at += section.length
    return { text: section, start, isToken: added.has(section) }
  })
  return sections
    .map((section, i): Section => {
      if (section.isToken) return section
      let { text: kept, start } = section
      if (added.get(sections[i + 1]?.text ?? '')?.lstrip) kept = kept.trimEnd()
      if (added.get(sections[i - 1]?.text ?? '')?.rstrip) {
        start += kept.length - kept.trimStart().length
        kept = kept.trimStart()
      }
      return { text: kept, start, isToken: false }
    })
    .filter(section => section.text !== '')
}

/** A character with its marks, and a run of white space. */
const characters = /\p{White_Space}+\p{M}*|\P{M}\p{M}*|\p{M}+/gu
const wholeWords = /\p{White_Space}+|\P{White_Space}+/gu

/** What a normalizer makes of a text, part by part; undefined unless the parts give the whole again. */
function traceNormalizer(text: string, normalize: CuttingParts['normalizer']): Traced | undefined {
  if (!normalize) return asItIs(text)
  const whole = normalize(text)
  return partByPart(text, whole, normalize, characters) ?? partByPart(text, whole, normalize, wholeWords)
}

/** Each unit was made of the character that it is in. */
function asItIs(text: string): Traced {
  const starts = new Int32Array(text.length)
  const ends = new Int32Array(text.length)
  let at = 0
  for (const character of text) {
    starts.fill(at, at, at + character.length)
    at += character.length
    ends.fill(at, at - character.length, at)
  }
  return { text, starts, ends }
}

function partByPart(
  text: string,
  whole: string,
  normalize: (text: string) => string,
  parts: RegExp,
): Traced | undefined {
  const starts = new Int32Array(whole.length)
  const ends = new Int32Array(whole.length)
  const forms = new Map<string, readonly string[]>()
  let at = 0
  for (const { 0: part, index } of text.matchAll(parts)) {
    let known = forms.get(part)
    if (!known) forms.set(part, (known = formsOf(part, normalize)))
    const form = known.find(one => whole.startsWith(one, at))
    if (form === undefined) return undefined
    starts.fill(index, at, at + form.length)
    ends.fill(index + part.length, at, at + form.length)
    at += form.length
  }
  return at === whole.length ? { text: whole, starts, ends } : undefined
}

/** What becomes of a part within a text, and alone: the ends of a text may be stripped. */
function formsOf(part: string, normalize: (text: string) => string): readonly string[] {
  const alone = normalize(part)
  const within = normalize(`a${part}a`)
  return within.startsWith('a') && within.endsWith('a') && within.length >= 2 ? [within.slice(1, -1), alone] : [alone]
}

/** How a text is written in the pieces that are looked up: as letters for its bytes, with signs for its spaces, or as it is. */
function lettersOf({ pre_tokenizer }: CheckedTokenizer['json']): (text: string) => Traced {
  const parts = JSON.stringify(pre_tokenizer ?? null)
  if (parts.includes('"type":"ByteLevel"')) return inByteLetters
  if (parts.includes('"type":"Metaspace"')) return text => ({ ...asItIs(text), text: text.replaceAll(' ', '▁') })
  return asItIs
}

/** The letters of GPT-2 for bytes: printable ones are themselves, the others follow from U+0100 on. */
const byteLetter: readonly string[] = (() => {
  const printable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
  let next = 0x100
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : next++))
})()

function inByteLetters(text: string): Traced {
  const starts: number[] = []
  const ends: number[] = []
  let letters = ''
  let at = 0
  for (const character of text) {
    for (const byte of new TextEncoder().encode(character)) {
      letters += byteLetter[byte]
      starts.push(at)
      ends.push(at + character.length)
    }
    at += character.length
  }
  return { text: letters, starts, ends }
}

/** How pieces write a space that was put before a word. */
const spaceSigns = new Set([' ', '▁', 'Ġ'])

/** Where a piece stands next; before it only white space may have been left out, and one sign of a space may have been added to it. */
function find(
  text: string,
  piece: string,
  from: number,
  isSpaceAt: (at: number) => boolean,
): { readonly at: number; readonly end: number; readonly added: number } | undefined {
  for (const added of spaceSigns.has(piece[0] ?? '') ? [0, 1] : [0]) {
    const sought = piece.slice(added)
    for (let at = from; at <= text.length - sought.length; at++) {
      if (text.startsWith(sought, at)) return { at, end: at + sought.length, added }
      if (!isSpaceAt(at)) break
    }
  }
  return undefined
}

function subwordPrefix({ model }: CheckedTokenizer['json']): string {
  const { type, continuing_subword_prefix: prefix } = model as { type?: unknown; continuing_subword_prefix?: unknown }
  return type === 'WordPiece' && typeof prefix === 'string' ? prefix : ''
}

/**
 * The parts of a piece that its tokens stand for. One that does not spell its part is the unknown token and stands for all up to the next
 * one that does; where even that does not come out, each token stands for the whole piece.
 */
function surfaces(
  tokens: readonly string[],
  piece: string,
  subword: string,
): readonly { readonly token: string; readonly from: number; readonly to: number }[] {
  const bare = (i: number): string => {
    const token = tokens[i]!
    return i > 0 && subword !== '' && token.startsWith(subword) ? token.slice(subword.length) : token
  }
  const units = unitsByByte(piece)
  let at = 0
  let byte = 0
  const placed = tokens.map((token, i) => {
    if (byteToken.test(token)) {
      const from = units.from(byte++)
      at = units.to(byte)
      return { token, from, to: at }
    }
    const from = at
    if (piece.startsWith(bare(i), at)) at += bare(i).length
    else at = i + 1 === tokens.length ? piece.length : piece.indexOf(bare(i + 1), at + 1)
    byte += byteLength(piece.slice(from, Math.max(at, from)))
    return { token, from, to: at }
  })
  return placed.every(({ from, to }) => to > from)
    ? placed
    : tokens.map(token => ({ token, from: 0, to: piece.length }))
}

/** What models with byte fallback call the bytes of letters that they do not know. */
const byteToken = /^<0x[0-9A-F]{2}>$/

const byteLength = (text: string): number => new TextEncoder().encode(text).length

/** The letter that a byte of a text is in: where it begins, and where it ends. */
function unitsByByte(text: string): {
  from(byte: number): number
  to(byte: number): number
} {
  const starts: number[] = []
  const ends: number[] = []
  let at = 0
  for (const character of text) {
    for (let i = byteLength(character); i > 0; i--) {
      starts.push(at)
      ends.push(at + character.length)
    }
    at += character.length
  }
  return { from: byte => starts[byte] ?? at, to: byte => ends[byte - 1] ?? at }
}

function withoutSpace(text: string, token: Token): Token {
  let { start, end } = token
  while (start < end && isSpace(text[start]!)) start++
  while (end > start && isSpace(text[end - 1]!)) end--
  return { ...token, start, end }
}

const isSpace = (unit: string): boolean => /\p{White_Space}/u.test(unit)
