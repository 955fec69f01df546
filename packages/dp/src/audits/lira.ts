import { invalidCount, invalidParameter } from '../errors.js'

/** A model that was trained on a random part of the examples, and how sure it is of each. */
export interface ShadowModel {
  /** Which examples it was trained on. */
  readonly included: readonly boolean[]
  /** Logit of the probability of the true class, by example, as `logitConfidence` gives it. */
  readonly confidences: Float64Array
}

const fewest = 4
/** With fewer shadow models per side the deviation of one example is too rough, and that of all examples is taken. */
const forOwnDeviation = 32
const leastDeviation = 1e-3

/**
 * The likelihood-ratio attack: how much likelier the target's confidence in each example is among models that were trained on
 * it than among models that were not, both taken for normal.
 *
 * Online where every example has shadow models of both kinds; where an example was in none of them, offline: how far the
 * confidence lies above those of models without it. Give the scores of members and others to `membershipInference`.
 *
 * @param target logit confidences of the attacked model, by example
 * @param shadows at least 4 without each example
 * @returns larger for examples that look trained on
 * @throws DP-E005 with too few shadow models, DP-E018 where lengths differ
 * @see Carlini et al. 2022, arXiv 2112.03570, algorithm 1 and section V-B
 */
export function liraScores(target: Float64Array, shadows: readonly ShadowModel[]): Float64Array {
  for (const { included, confidences } of shadows)
    for (const length of [included.length, confidences.length])
      if (length !== target.length)
        throw invalidParameter(
          'the number of examples of a shadow model',
          length,
          `that of the target, ${target.length}`,
        )
  const sides = [true, false].map(side =>
    Array.from(target, (_, example) =>
      shadows.flatMap(({ included, confidences }) => (included[example] === side ? [confidences[example]!] : [])),
    ),
  )
  const [inside, outside] = sides as [number[][], number[][]]
  for (const values of outside)
    if (values.length < fewest)
      throw invalidCount('the number of shadow models without an example', values.length, fewest)
  const isOnline = inside.every(values => values.length >= fewest)
  const commonIn = commonDeviation(inside)
  const commonOut = commonDeviation(outside)
  return target.map((confidence, example) => {
    const out = normalOf(outside[example]!, commonOut)
    if (!isOnline) return (confidence - out.mean) / out.deviation
    return logDensity(confidence, normalOf(inside[example]!, commonIn)) - logDensity(confidence, out)
  })
}

/**
 * ln(p / (1 - p)) of the probability p of the true class, from the probabilities of all classes.
 *
 * 1 - p is taken as the sum of the others, because a p in single precision rounds to 1 from 16.6 on. 1e-45, the smallest
 * single, keeps the logarithm finite.
 *
 * @see Carlini et al. 2022, arXiv 2112.03570, section VI-A
 */
export function logitConfidence(probabilities: ArrayLike<number>, label: number): number {
  let others = 0
  for (let i = 0; i < probabilities.length; i++) if (i !== label) others += probabilities[i]!
  return Math.log(probabilities[label]! + 1e-45) - Math.log(others + 1e-45)
}

interface Normal {
  readonly mean: number
  readonly deviation: number
}

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

function squaresOf(values: readonly number[]): number {
  const mean = meanOf(values)
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
}

function commonDeviation(sides: readonly (readonly number[])[]): number {
  let [squares, freedom] = [0, 0]
  for (const values of sides)
    if (values.length > 1) {
      squares += squaresOf(values)
      freedom += values.length - 1
    }
  return Math.max(leastDeviation, Math.sqrt(squares / Math.max(1, freedom)))
}

const normalOf = (values: readonly number[], common: number): Normal => ({
  mean: meanOf(values),
  deviation:
    values.length >= forOwnDeviation
      ? Math.max(leastDeviation, Math.sqrt(squaresOf(values) / (values.length - 1)))
      : common,
})

const logDensity = (value: number, { mean, deviation }: Normal): number =>
  -((value - mean) ** 2) / (2 * deviation ** 2) - Math.log(deviation)
