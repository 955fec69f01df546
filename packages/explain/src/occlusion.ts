import { attribution, type Attribution } from './attribution.js'
import { badAnswer } from './errors.js'
import { showTokens, tokenise, type Token } from './tokens.js'

/** A model of texts as a black box: one number, such as a probability, per text. */
export type PredictTexts = (texts: readonly string[]) => Promise<Float64Array>

export interface TextAttribution extends Attribution {
  readonly tokens: readonly Token[]
}

/**
 * What each token of a text contributes: the prediction minus that without the token. The base is the prediction without
 * any token.
 *
 * Two words that only matter together each get the whole of it, and two that say the same get nothing, so contributions
 * need not add up: the `residual` says by how much. Features are named by position and kind, never quoted.
 *
 * @throws EXPLAIN-E004
 * @see Zeiler and Fergus 2014, section 2.1 (images); Li, Monroe, Jurafsky 2016, arXiv 1612.08220
 */
export async function occludeTokens(predict: PredictTexts, text: string): Promise<TextAttribution> {
  const tokens = tokenise(text)
  const all = new Uint8Array(tokens.length).fill(1)
  const without = tokens.map((_, hidden) => all.map((shown, i) => (i === hidden ? 0 : shown)))
  const texts = [all, new Uint8Array(tokens.length), ...without].map(shown => showTokens(text, tokens, shown))
  const found = await textAnswers(predict, texts)
  const contributions = tokens.map(({ kind }, i) => ({
    feature: `token ${i} (${kind})`,
    value: found[0]! - found[i + 2]!,
    standardError: null,
  }))
  return { ...attribution(found[1]!, found[0]!, contributions), tokens }
}

/** @throws EXPLAIN-E004 for another count, or a number that is not finite */
export async function textAnswers(predict: PredictTexts, texts: readonly string[]): Promise<Float64Array> {
  const values = await predict(texts)
  if (values.length !== texts.length) throw badAnswer(`gave ${values.length} answers for ${texts.length} texts`)
  if (!values.every(Number.isFinite)) throw badAnswer('gave an answer that is not finite')
  return values
}
