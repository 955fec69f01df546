import { textValues, type RecordBatch } from '@attestry/core'
import type { FeatureLayout } from './feature-layout.js'
import { hashToken } from './text-features.js'
import { wordsOf } from './words.js'

/** Texts as hashed words in their order. Words of row i are at `offsets[i]` up to `offsets[i + 1]`: at least one. */
export interface WordRows {
  readonly kind: 'words'
  readonly rows: number
  readonly offsets: Int32Array
  readonly tokens: Int32Array
  /** Empty positions that follow the last word of a graph's longest text, so that windows fit which begin there. */
  readonly padding: number
}

type WordLayout = Extract<FeatureLayout, { kind: 'words' }>

/** Hashed words of each text, in order. A missing text, and one without words, is a single empty word. */
export function wordRows(batch: RecordBatch, layout: WordLayout): WordRows {
  const texts = textValues(batch, layout.column)
  const offsets = new Int32Array(texts.length + 1)
  const tokens: number[] = []
  for (const [row, text] of texts.entries()) {
    tokens.push(...wordTokens(text ?? '', layout))
    offsets[row + 1] = tokens.length
  }
  return { kind: 'words', rows: texts.length, offsets, tokens: Int32Array.from(tokens), padding: layout.padding }
}

/** Hashed words of a text, in order. */
export function wordTokens(
  text: string,
  { buckets, maxTokens, maxLength }: Pick<WordLayout, 'buckets' | 'maxTokens' | 'maxLength'>,
): readonly number[] {
  const tokens: number[] = []
  for (const word of wordsOf(text.slice(0, maxLength))) {
    if (tokens.length === maxTokens) break
    tokens.push(hashToken(word) % buckets)
  }
  return tokens.length > 0 ? tokens : [hashToken('') % buckets]
}
