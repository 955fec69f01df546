import { additive, attribution, type Attribution, type Contribution } from './attribution.js'
import { coalitionValues, prefixes, type Coalition, type Game } from './coalitions.js'
import { tooManyFeatures } from './errors.js'
import { shuffledOrder, type Random } from '@attestry/core'
import { answers } from './predict.js'

/** More features than this are sampled, not enumerated. */
export const mostExactFeatures = 15

/**
 * Exact interventional Shapley values of a row, by all 2^d subsets of its d features.
 *
 * φ_i = Σ over S without i of |S|! (d - |S| - 1)! / d! · (v(S ∪ i) - v(S)). They add up to f(x) - v(∅) within 1e-6.
 * The background is combined with the row even where such rows cannot exist, so correlated features are asked about
 * combinations that the model never saw.
 *
 * @throws EXPLAIN-E002 for more than 15 features
 * @throws EXPLAIN-E003, EXPLAIN-E004, EXPLAIN-E005
 * @see Shapley 1953; Lundberg and Lee 2017, equation 4
 */
export async function exactShapley(game: Game): Promise<Attribution> {
  const { groups } = game
  const d = groups.length
  if (d > mostExactFeatures) throw tooManyFeatures(d, mostExactFeatures)
  const subsets = Array.from(
    { length: 2 ** d },
    (_, bits): Coalition => Uint8Array.from(groups, (_, i) => (bits >> i) & 1),
  )
  const values = await coalitionValues(game, subsets)
  const weights = orderWeights(d)
  const contributions = groups.map(({ name }, i) => {
    let value = 0
    for (const [bits, subset] of subsets.entries()) {
      if (subset[i] === 1) continue
      const size = subset.reduce((sum, shown) => sum + shown, 0)
      value += weights[size]! * (values[bits | (1 << i)]! - values[bits]!)
    }
    return { feature: name, value, standardError: null }
  })
  return additive(attribution(values[0]!, await predictionOf(game), contributions))
}

/** |S|! (d - |S| - 1)! / d! by |S|, which is 1 / (d · C(d - 1, |S|)). */
function orderWeights(d: number): readonly number[] {
  let choose = 1
  return Array.from({ length: d }, (_, size) => {
    const weight = 1 / (d * choose)
    choose = (choose * (d - 1 - size)) / (size + 1)
    return weight
  })
}

export interface SampledGame extends Game {
  /** Random orders of the features, each taken forwards and backwards. At least 2, so that there is a standard error. */
  readonly pairs: number
  readonly random: Random
}

/**
 * Shapley values estimated from random orders, each with its reverse.
 *
 * Unbiased; exact for a model whose features interact at most in pairs. They add up to f(x) - v(∅) within 1e-6 whatever
 * the number of orders, and each has a standard error over the pairs.
 *
 * @throws EXPLAIN-E003, EXPLAIN-E004, EXPLAIN-E005
 * @see Castro, Gómez, Tejada 2009, Computers & Operations Research 36; Mitchell et al. 2022, JMLR 23, section 3.3
 */
export async function sampledShapley(game: SampledGame): Promise<Attribution> {
  const { groups, pairs, random } = game
  const d = groups.length
  const orders = Array.from({ length: pairs }, () => shuffledOrder(d, random)).flatMap(order => [
    order,
    [...order].reverse(),
  ])
  const ends = [new Uint8Array(d), new Uint8Array(d).fill(1)]
  const values = await coalitionValues(game, [...ends, ...orders.flatMap(prefixes)])
  const [base, full] = [values[0]!, values[1]!]
  const walks = orders.map((order, turn): Walk => {
    const start = 2 + turn * (d - 1)
    return { order, values: [base, ...values.subarray(start, start + d - 1), full] }
  })
  const contributions = meanSteps(
    walks,
    groups.map(({ name }) => name),
  )
  return additive(attribution(base, await predictionOf(game), contributions))
}

/** Features that are shown one after the other. */
export interface Walk {
  readonly order: readonly number[]
  /** The prediction before the first is shown, and after each. */
  readonly values: readonly number[]
}

/** What each feature brings when it is shown: its mean over walks that come in pairs, with the standard error over the pairs. */
export function meanSteps(walks: readonly Walk[], names: readonly string[]): readonly Contribution[] {
  const pairs = walks.length / 2
  const sums = new Float64Array(names.length)
  const squares = new Float64Array(names.length)
  let own = new Float64Array(names.length)
  for (const [turn, { order, values }] of walks.entries()) {
    for (const [step, feature] of order.entries()) own[feature]! += (values[step + 1]! - values[step]!) / 2
    if (turn % 2 === 0) continue
    for (let feature = 0; feature < names.length; feature++) {
      sums[feature]! += own[feature]!
      squares[feature]! += own[feature]! ** 2
    }
    own = new Float64Array(names.length)
  }
  return names.map((feature, i) => {
    const value = sums[i]! / pairs
    const variance = pairs > 1 ? Math.max(0, squares[i]! / pairs - value ** 2) / (pairs - 1) : null
    return { feature, value, standardError: variance === null ? null : Math.sqrt(variance) }
  })
}

/** f(x), asked for by itself: were it taken from v(all), no sum could ever be off. */
const predictionOf = async ({ predict, row }: Game): Promise<number> => (await answers(predict, row, 1))[0]!

/**
 * Shapley values of the linear model w·x + b in closed form: φ_i = w_i (x_i - mean_i).
 *
 * @param means of each column over the background
 * @see Štrumbelj and Kononenko 2014, Knowledge and Information Systems 41
 */
export function linearShapley(
  weights: readonly number[],
  intercept: number,
  row: readonly number[],
  means: readonly number[],
  names: readonly string[],
): Attribution {
  const at = (x: readonly number[]): number => weights.reduce((sum, weight, i) => sum + weight * x[i]!, intercept)
  const contributions = weights.map((weight, i) => ({
    feature: names[i]!,
    value: weight * (row[i]! - means[i]!),
    standardError: null,
  }))
  return attribution(at(means), at(row), contributions)
}
