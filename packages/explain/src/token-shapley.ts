import { attribution, type Attribution } from './attribution.js'
import { badAnswer } from './errors.js'
import { eachColumn } from './feature-group.js'
import type { Random } from '@attestry/core'
import { sampledShapley } from './shapley.js'
import { showTokens, tokenise, type Token } from './tokens.js'

/** A model of texts as a black box: one number, such as a probability, per text. */
export type PredictTexts = (texts: readonly string[]) => Promise<Float64Array>

export interface TextAttribution extends Attribution {
  readonly tokens: readonly Token[]
}

/** How Shapley values are sampled. */
export interface TokenSampling {
  /** Random orders of the tokens, each taken forwards and backwards. */
  readonly pairs: number
  readonly random: Random
}

/**
 * Shapley values of the tokens of a text, where a token that is not known is hidden. The base is the prediction without any
 * token; the contributions add up to the prediction within 1e-6. Features are named by position and kind, never quoted.
 *
 * Costs 2 · pairs · (tokens - 1) + 3 predictions.
 *
 * @throws EXPLAIN-E004, EXPLAIN-E005
 * @see Lundberg and Lee 2017, arXiv 1705.07874; sampling as in `sampledShapley`
 */
export async function tokenShapley(
  predict: PredictTexts,
  text: string,
  { pairs, random }: TokenSampling,
): Promise<TextAttribution> {
  const tokens = tokenise(text)
  const width = tokens.length
  if (width === 0) {
    const [value] = await textAnswers(predict, [text])
    return { ...attribution(value!, value!, []), tokens }
  }
  const found = await sampledShapley({
    // A row of ones and zeros says which tokens are shown.
    predict: matrix =>
      textAnswers(
        predict,
        Array.from({ length: matrix.length / width }, (_, row) =>
          showTokens(text, tokens, matrix.subarray(row * width, (row + 1) * width)),
        ),
      ),
    row: new Float64Array(width).fill(1),
    background: new Float64Array(width),
    groups: eachColumn(tokens.map(({ kind }, i) => `token ${i} (${kind})`)),
    pairs,
    random,
  })
  return { ...found, tokens }
}

/** @throws EXPLAIN-E004 for another count, or a number that is not finite */
export async function textAnswers(predict: PredictTexts, texts: readonly string[]): Promise<Float64Array> {
  const values = await predict(texts)
  if (values.length !== texts.length) throw badAnswer(`gave ${values.length} answers for ${texts.length} texts`)
  if (!values.every(Number.isFinite)) throw badAnswer('gave an answer that is not finite')
  return values
}
