/** A piece of a text: where it is and of which kind, so that it can be spoken of without being quoted. */
export interface Token {
  readonly kind: string
  /** UTF-16 code units, the end not included. */
  readonly from: number
  readonly to: number
}

/** Tokens beyond this are hidden together. */
export const mostTokens = 64

const pattern = /\p{L}[\p{L}\p{M}'’]*|\p{N}[\p{N}.,]*|[^\s\p{L}\p{N}]+/gu

/** Words, numbers and runs of signs; after the 64th one token holds the rest of the text. */
export function tokenise(text: string): readonly Token[] {
  const tokens: Token[] = []
  for (const found of text.matchAll(pattern)) {
    const from = found.index
    if (tokens.length === mostTokens - 1 && /\S\s*\S/u.test(text.slice(from + found[0].length))) {
      tokens.push({ kind: 'rest of the text', from, to: text.length })
      break
    }
    tokens.push({ kind: kindOf(found[0]), from, to: from + found[0].length })
  }
  return tokens
}

function kindOf(token: string): string {
  if (/^\p{N}/u.test(token)) return 'number'
  if (!/^\p{L}/u.test(token)) return 'signs'
  const letters = [...token].length
  if (letters <= 3) return 'word of 1 to 3 letters'
  return letters <= 7 ? 'word of 4 to 7 letters' : 'word of 8 or more letters'
}

/** The text with the tokens hidden for which `shown` is 0; white space stays. */
export function showTokens(text: string, tokens: readonly Token[], shown: ArrayLike<number>): string {
  let left = ''
  let at = 0
  for (const [i, { from, to }] of tokens.entries()) {
    if (shown[i] === 1) continue
    left += text.slice(at, from)
    at = to
  }
  return left + text.slice(at)
}
