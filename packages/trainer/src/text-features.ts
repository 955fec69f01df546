import { textValues, type RecordBatch } from '@attestry/core'
import type { FeatureLayout } from './feature-layout.js'
import { wordsOf } from './words.js'

/** Texts as bags of hashed tokens. Tokens of row i are at `offsets[i]` up to `offsets[i + 1]`, distinct and ascending. */
export interface TextRows {
  readonly kind: 'text'
  readonly rows: number
  readonly offsets: Int32Array
  readonly tokens: Int32Array
  /** Share of each token in its text; the shares of a text add up to 1. */
  readonly shares: Float32Array
}

type TextLayout = Extract<FeatureLayout, { kind: 'text' }>

/** Hashed words and pairs of neighbouring words of each text. A missing or empty text has no tokens. */
export function textRows(batch: RecordBatch, layout: TextLayout): TextRows {
  const texts = textValues(batch, layout.column)
  const offsets = new Int32Array(texts.length + 1)
  const tokens: number[] = []
  const shares: number[] = []
  for (const [row, text] of texts.entries()) {
    const bag = text === null ? [] : tokenBag(text, layout)
    for (const [token, share] of bag) {
      tokens.push(token)
      shares.push(share)
    }
    offsets[row + 1] = tokens.length
  }
  return {
    kind: 'text',
    rows: texts.length,
    offsets,
    tokens: Int32Array.from(tokens),
    shares: Float32Array.from(shares),
  }
}

/** Distinct hashed tokens with their shares, by ascending token. */
export function tokenBag(
  text: string,
  { buckets, maxTokens, maxLength }: Pick<TextLayout, 'buckets' | 'maxTokens' | 'maxLength'>,
): readonly (readonly [token: number, share: number])[] {
  const counts = new Map<number, number>()
  let total = 0
  let before: string | undefined
  const count = (token: string): void => {
    const bucket = hashToken(token) % buckets
    const known = counts.get(bucket)
    if (known === undefined && counts.size === maxTokens) return
    counts.set(bucket, (known ?? 0) + 1)
    total++
  }
  for (const word of wordsOf(text.slice(0, maxLength))) {
    count(word)
    if (before !== undefined) count(`${before} ${word}`)
    before = word
  }
  return [...counts].sort(([a], [b]) => a - b).map(([token, n]) => [token, n / total] as const)
}

/**
 * 32-bit FNV-1a over the UTF-16 code units of a token, low byte first: the same on every machine and version.
 *
 * @see draft-eastlake-fnv, section 2; offset basis 2166136261, prime 16777619
 */
export function hashToken(token: string): number {
  let hash = 2_166_136_261
  for (let i = 0; i < token.length; i++) {
    const unit = token.charCodeAt(i)
    hash = Math.imul(hash ^ (unit & 255), 16_777_619)
    hash = Math.imul(hash ^ (unit >>> 8), 16_777_619)
  }
  // The low bits of FNV-1a are weak for short tokens: mix them before the remainder (murmur3's finaliser).
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
