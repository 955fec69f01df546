import type { Random } from '@attestry/core'

/** A piece of a text: where it is and of which kind, so that it can be spoken of without being quoted. */
export interface Token {
  readonly kind: string
  /** UTF-16 code units, the end not included. */
  readonly from: number
  readonly to: number
}

/** A token, or several in a row that are shown and hidden together. */
export interface Passage extends Token {
  /** Tokens in it. */
  readonly length: number
}

/** Passages of one text. */
export const mostPassages = 32

const pattern = /\p{L}[\p{L}\p{M}'’]*|\p{N}[\p{N}.,]*|[^\s\p{L}\p{N}]+/gu

/** Words, numbers and runs of signs. */
export const tokenise = (text: string): readonly Token[] =>
  Array.from(text.matchAll(pattern), ({ 0: found, index: from }) => ({
    kind: kindOf(found),
    from,
    to: from + found.length,
  }))

function kindOf(token: string): string {
  if (/^\p{N}/u.test(token)) return 'number'
  if (!/^\p{L}/u.test(token)) return 'signs'
  const letters = [...token].length
  if (letters <= 3) return 'word of 1 to 3 letters'
  return letters <= 7 ? 'word of 4 to 7 letters' : 'word of 8 or more letters'
}

/** The tokens of a text, in passages of equal length where there are more than 32. */
export function passagesOf(text: string): readonly Passage[] {
  const tokens = tokenise(text)
  const size = Math.ceil(tokens.length / mostPassages)
  return Array.from({ length: Math.ceil(tokens.length / size) || 0 }, (_, i) => {
    const own = tokens.slice(i * size, (i + 1) * size)
    const kind = own.length === 1 ? own[0]!.kind : 'several words'
    return { kind, from: own[0]!.from, to: own.at(-1)!.to, length: own.length }
  })
}

/** What passages are called: `token 3 (number)`, `passage of tokens 60 to 64`. Counted from 0. */
export function namesOf(passages: readonly Passage[]): readonly string[] {
  let at = 0
  return passages.map(({ kind, length }) => {
    const first = at
    at += length
    return length === 1 ? `token ${first} (${kind})` : `passage of tokens ${first} to ${at - 1}`
  })
}

/**
 * Words of another text, from a random one on and round again, as many as each passage has; nothing where that text has none.
 */
export function standIns(passages: readonly Passage[], other: string, random: Random): readonly string[] {
  const tokens = tokenise(other)
  let at = Math.floor(random() * tokens.length)
  return passages.map(({ length }) =>
    Array.from({ length: tokens.length === 0 ? 0 : length }, () => {
      const { from, to } = tokens[at++ % tokens.length]!
      return other.slice(from, to)
    }).join(' '),
  )
}

/** The text with what stands in for the tokens for which `shown` is 0, or without them; white space around them stays. */
export function showTokens(
  text: string,
  tokens: readonly Token[],
  shown: ArrayLike<number>,
  instead: readonly string[] = [],
): string {
  let left = ''
  let at = 0
  for (const [i, { from, to }] of tokens.entries()) {
    if (shown[i] === 1) continue
    left += text.slice(at, from) + (instead[i] ?? '')
    at = to
  }
  return left + text.slice(at)
}

/** A text without one of its passages, and the others where they then are. */
export function withoutPassage(
  text: string,
  passages: readonly Passage[],
  gone: number,
): { readonly text: string; readonly passages: readonly Passage[] } {
  const { from, to } = passages[gone]!
  const left = passages.filter((_, i) => i !== gone)
  return {
    text: text.slice(0, from) + text.slice(to),
    passages: left.map(one =>
      one.from < from ? one : { ...one, from: one.from - (to - from), to: one.to - (to - from) },
    ),
  }
}
