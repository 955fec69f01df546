import { invalidCategories, invalidEpsilon } from '../errors.js'
import { checkCategories } from './aggregates.js'
import { bernoulliExp, uniformBelow } from './exact-samplers.js'
import { wordsFor, type RandomOptions } from './random-words.js'
import { exactRational } from './rational.js'

export interface ResponseOptions extends RandomOptions {
  /** Above 0, for one answer. */
  readonly epsilon: number
  /** At least two, declared without looking at the data. */
  readonly categories: readonly string[]
}

/**
 * Answers, each replaced by another category now and then, so that nobody can be held to one.
 *
 * The true category comes out e^epsilon times as often as any other one: with probability e^epsilon / (e^epsilon + k - 1).
 * Drawn exactly: a uniform category is kept when it is the true one, else with probability e^-epsilon, else drawn anew.
 *
 * @throws DP-E001; DP-E044 for an answer outside the categories
 * @see Kairouz, Bonawitz, Ramage 2016, arXiv 1602.07387, k-ary randomised response
 */
export function randomisedResponse(answers: readonly string[], options: ResponseOptions): string[] {
  const categories = checkCategories(options.categories)
  const { num, den } = exactRational(checkEpsilon(options.epsilon))
  const { words } = wordsFor(options)
  const known = new Set(categories)
  if (!answers.every(answer => known.has(answer))) throw invalidCategories('an answer is none of them')
  const count = BigInt(categories.length)
  return answers.map(answer => {
    while (true) {
      const drawn = categories[Number(uniformBelow(count, words))]!
      if (drawn === answer || bernoulliExp(num, den, words)) return drawn
    }
  })
}

/**
 * The share of each category among the true answers, without bias: (seen share - other) / (kept - other), where `kept` is
 * the chance that an answer stands and `other` that of any given other one. May lie outside [0, 1].
 *
 * @returns the estimate and its standard error from the noise and the sample, by category
 * @throws DP-E001, DP-E044
 */
export function estimateShares(
  responses: readonly string[],
  { epsilon, categories }: ResponseOptions,
): ReadonlyMap<string, { readonly share: number; readonly standardError: number }> {
  const weight = Math.exp(-checkEpsilon(epsilon))
  const kept = 1 / (1 + (checkCategories(categories).length - 1) * weight)
  const other = kept * weight
  return new Map(
    categories.map(category => {
      const seen = responses.filter(response => response === category).length / responses.length
      const share = (seen - other) / (kept - other)
      return [category, { share, standardError: Math.sqrt((seen * (1 - seen)) / responses.length) / (kept - other) }]
    }),
  )
}

function checkEpsilon(epsilon: unknown): number {
  if (typeof epsilon === 'number' && epsilon > 0 && Number.isFinite(epsilon)) return epsilon
  throw invalidEpsilon(epsilon)
}
