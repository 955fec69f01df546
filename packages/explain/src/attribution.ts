import { notAdditive } from './errors.js'

export interface Contribution {
  readonly feature: string
  readonly value: number
  /** Null when the value is exact. */
  readonly standardError: number | null
}

/** A prediction as a sum: base + contributions = prediction, up to `residual`. */
export interface Attribution {
  /** Mean prediction over the background, or the prediction of the baseline. */
  readonly base: number
  readonly prediction: number
  /** In the order of the feature groups. */
  readonly contributions: readonly Contribution[]
  /** prediction - base - sum of contributions. */
  readonly residual: number
}

/** Rounding, and nothing else, may keep Shapley values from adding up. */
export const additivityTolerance = 1e-6

export function attribution(base: number, prediction: number, contributions: readonly Contribution[]): Attribution {
  const sum = contributions.reduce((total, { value }) => total + value, 0)
  return { base, prediction, contributions, residual: prediction - base - sum }
}

/** The attribution itself. @throws EXPLAIN-E005 when its contributions miss the prediction by more than 1e-6 */
export function additive(one: Attribution): Attribution {
  const error = Math.abs(one.residual)
  if (!(error <= additivityTolerance)) throw notAdditive(error)
  return one
}

/** Contributions, the largest in size first. */
export const bySize = (one: Attribution): readonly Contribution[] =>
  [...one.contributions].sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
