import { shuffledOrder, type Random } from '@attestry/core'
import { additive, attribution, type Attribution } from './attribution.js'
import { prefixes, type Coalition } from './coalitions.js'
import { badAnswer } from './errors.js'
import { meanSteps } from './shapley.js'
import { namesOf, passagesOf, showTokens, standIns, type Passage } from './tokens.js'

/** A model of texts as a black box: one number, such as a probability, per text. */
export type PredictTexts = (texts: readonly string[]) => Promise<Float64Array>

export interface TextAttribution extends Attribution {
  readonly passages: readonly Passage[]
  /** Predictions with only some passages shown, the mean over all texts of the background. */
  readonly shown: (coalitions: readonly Coalition[]) => Promise<Float64Array>
}

/** How Shapley values are sampled. */
export interface TokenSampling {
  /** Random orders of the passages, each taken forwards and backwards. */
  readonly pairs: number
  /** Texts whose words stand where words are hidden, by turns. At least one; an empty one leaves the place empty. */
  readonly background: readonly string[]
  readonly random: Random
}

/**
 * Shapley values of the tokens of a text, or of passages of them when it is long.
 *
 * A word that is not known is replaced by words of other texts, as a number that is not known is replaced by those of other rows. It
 * is not taken out: a model that averages over words would then give more weight to those that stay, and what one word brings
 * would be decided by how many others are hidden. The base is the mean prediction with all words replaced; the
 * contributions add up to the prediction within 1e-6. Features are named by position and kind, never quoted.
 *
 * Costs 2 · pairs · passages + 2 predictions.
 *
 * @throws EXPLAIN-E004, EXPLAIN-E005
 * @see Lundberg and Lee 2017, arXiv 1705.07874; sampling as in `sampledShapley`
 */
export async function tokenShapley(
  predict: PredictTexts,
  text: string,
  { pairs, background, random }: TokenSampling,
  passages: readonly Passage[] = passagesOf(text),
): Promise<TextAttribution> {
  const d = passages.length
  const instead = background.map(other => standIns(passages, other, random))
  const write = (coalition: Coalition, turn: number): string =>
    showTokens(text, passages, coalition, instead[turn % instead.length])
  const shown = async (coalitions: readonly Coalition[]): Promise<Float64Array> => {
    const values = await textAnswers(
      predict,
      coalitions.flatMap(one => instead.map((_, turn) => write(one, turn))),
    )
    return Float64Array.from(coalitions, (_, i) => {
      const own = values.subarray(i * instead.length, (i + 1) * instead.length)
      return own.reduce((sum, value) => sum + value, 0) / own.length
    })
  }
  const [prediction] = await textAnswers(predict, [text])
  if (d === 0) return { ...attribution(prediction!, prediction!, []), passages, shown }

  const orders = Array.from({ length: pairs }, () => shuffledOrder(d, random))
  const none = new Uint8Array(d)
  const asked = orders.flatMap((order, turn) =>
    [order, [...order].reverse()].flatMap(one => [none, ...prefixes(one)].map(coalition => write(coalition, turn))),
  )
  const values = await textAnswers(predict, asked)
  const walks = orders
    .flatMap(order => [order, [...order].reverse()])
    .map((order, i) => ({ order, values: [...values.subarray(i * d, (i + 1) * d), prediction!] }))
  const base = walks.reduce((sum, walk) => sum + walk.values[0]!, 0) / walks.length
  return { ...additive(attribution(base, prediction!, meanSteps(walks, namesOf(passages)))), passages, shown }
}

/** @throws EXPLAIN-E004 for another count, or a number that is not finite */
export async function textAnswers(predict: PredictTexts, texts: readonly string[]): Promise<Float64Array> {
  const values = await predict(texts)
  if (values.length !== texts.length) throw badAnswer(`gave ${values.length} answers for ${texts.length} texts`)
  if (!values.every(Number.isFinite)) throw badAnswer('gave an answer that is not finite')
  return values
}
