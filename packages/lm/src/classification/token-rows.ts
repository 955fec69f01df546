import { f32, i64, type Tensor } from '@attestry/autograd'
import { textValues, type DataConfig, type ModelConfig, type RecordBatch } from '@attestry/core'
import { dataDoesNotFit } from '../models/errors.js'
import { classifierInputs, type SequenceClassifier } from '../models/sequence-classifier.js'
import { bucketLength } from '../text/pack.js'
import type { Tokenizer } from '../text/tokenizer.js'

export type LanguageModelConfig = Extract<ModelConfig, { architecture: 'language-model' }>

/** How rows become inputs. Nothing of it is read off the data. */
export interface TokenLayout {
  readonly kind: 'tokens'
  /** The column with the text. */
  readonly column: string
  /** Tokens of a text that are read; the rest is left out. */
  readonly maxTokens: number
  /** UTF-16 code units of a text that are tokenised; the rest is left out. */
  readonly maxLength: number
}

/** The layout that a config declares. @throws LM-E067 without a text column */
export function tokenLayout(data: DataConfig, { maxTokens }: LanguageModelConfig): TokenLayout {
  if (data.text === undefined)
    throw dataDoesNotFit("a language model reads text, and the data's text column is not set")
  return { kind: 'tokens', column: data.text, maxTokens, maxLength: 16 * maxTokens }
}

/** Texts as token ids. */
export interface TokenRows {
  /** At least one token each. */
  readonly tokens: readonly Int32Array[]
  /** Texts of which something was left out. */
  readonly cut: number
}

/**
 * Texts of a batch as tokens, with the special tokens that the tokenizer puts around them. A text that is too long loses
 * its end, but not the special token after it. A missing text is an empty one, and an empty one is its special tokens, or
 * the end-of-text token where there are none.
 */
export function tokenRows(
  batch: RecordBatch,
  { column, maxTokens, maxLength }: TokenLayout,
  tokenizer: Tokenizer,
): TokenRows {
  const around = tokenizer.encode('')
  const ends = endsWithSpecial(tokenizer, around)
  let cut = 0
  const tokens = textValues(batch, column).map(value => {
    const text = value ?? ''
    const read = text.length > maxLength ? wholeCharacters(text, maxLength) : text
    const ids = tokenizer.encode(read)
    if (ids.length === 0) return Int32Array.of(tokenizer.eos?.id ?? 0)
    if (ids.length > maxTokens || read.length < text.length) cut++
    if (ids.length <= maxTokens) return ids
    const kept = ids.slice(0, maxTokens)
    if (ends) kept[maxTokens - 1] = ids.at(-1)!
    return kept
  })
  return { tokens, cut }
}

/** Whether the tokenizer closes a text with a token of its own. */
function endsWithSpecial(tokenizer: Tokenizer, around: Int32Array): boolean {
  if (around.length === 0) return false
  const some = tokenizer.encode('a')
  return some.at(-1) === around.at(-1) && some.length > around.length
}

/** The beginning of a text, without half a surrogate pair at its end. */
function wholeCharacters(text: string, length: number): string {
  const last = text.charCodeAt(length - 1)
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? length - 1 : length)
}

const shortest = 16

/** Row length of the graph that holds these texts. */
export const rowLength = (
  tokens: readonly Int32Array[],
  { maxPositions }: Pick<SequenceClassifier, 'maxPositions'>,
): number =>
  bucketLength(
    tokens.reduce((most, { length }) => Math.max(most, length), 1),
    maxPositions,
    shortest,
  )

/** Texts as inputs of a graph of `batch` rows of `length` tokens. Rows beyond the texts are padding. */
export function tokenFeeds(
  classifier: Pick<SequenceClassifier, 'answering' | 'needsPresent'>,
  rows: readonly Int32Array[],
  batch: number,
  length: number,
): Record<string, Tensor> {
  const shape = [batch, length]
  const tokens = new Int32Array(batch * length)
  const present = new Float32Array(batch * length)
  const answering = new Float32Array(batch * length)
  for (let row = 0; row < batch; row++) {
    const text = rows[row]
    const at = row * length
    // A row of padding looks at one token, so that no sum of its attention is empty.
    const count = text?.length ?? 1
    if (text) tokens.set(text, at)
    present.fill(1, at, at + count)
    answering[at + (classifier.answering === 'last' ? count - 1 : 0)] = 1
  }
  return {
    [classifierInputs.tokens]: i64(shape, tokens),
    [classifierInputs.answering]: f32(shape, answering),
    ...(classifier.needsPresent && { [classifierInputs.present]: f32(shape, present) }),
  }
}
