import type { MaskingCheck } from '@attestry/core'

/** Rows that stood, of the same rows and strength unless the name says otherwise. */
export interface Standing {
  readonly attacked: number
  readonly noise: number
  readonly oneStep: number
  readonly manySteps: number
  /** With twice the steps and another beginning. */
  readonly moreSteps: number
  readonly search: number
  /** Over the whole declared range: after gradients, and of those after a search as well. */
  readonly wholeRange: number
  readonly wholeRangeSearch: number
  /** With the strongest attack at each strength of the curve, weakest strength first. */
  readonly curve: readonly number[]
}

/** Chance alone moves a count by this share of the attacked rows. */
const slack = 0.02

/**
 * Signs that an attack was stopped by its own means (a gradient that leads nowhere) and not by the model. One that fails makes
 * the whole evaluation invalid.
 *
 * @see Athalye, Carlini, Wagner 2018, arXiv 1802.00420, section 3.1; Carlini et al. 2019, arXiv 1902.06705, section 4
 */
export function maskingChecks(standing: Standing): readonly MaskingCheck[] {
  const { attacked, noise, oneStep, manySteps, moreSteps, search, wholeRange, wholeRangeSearch, curve } = standing
  const share = (count: number): string => (attacked === 0 ? '–' : (count / attacked).toFixed(3))
  const room = slack * attacked
  const check = (name: string, isPassed: boolean, note: string): MaskingCheck => ({
    check: name,
    isPassed: attacked > 0 && isPassed,
    note: attacked === 0 ? 'no row was right to begin with' : note,
  })
  return [
    check(
      'many steps are no weaker than one',
      manySteps <= oneStep + room,
      `${share(manySteps)} stood after many steps, ${share(oneStep)} after one`,
    ),
    check(
      'gradients are no weaker than a search without them',
      manySteps <= search + room,
      `${share(manySteps)} stood against gradients, ${share(search)} against the search`,
    ),
    check(
      'gradients are no weaker than random noise',
      manySteps <= noise + room,
      `${share(manySteps)} stood against gradients, ${share(noise)} against noise of the same size`,
    ),
    check(
      'twice the steps find little more',
      manySteps - moreSteps <= Math.max(1, room),
      `${share(manySteps)} stood, ${share(moreSteps)} with twice the steps and one more beginning`,
    ),
    // Elsewhere an attack without bounds must turn everything. Here a category or a constant can rightly outweigh all numbers,
    // so what stands is searched without gradients.
    check(
      'over the whole range gradients miss little that a search finds',
      wholeRange - wholeRangeSearch <= Math.max(1, room),
      `${share(wholeRange)} stood against gradients over the whole range, ${share(wholeRangeSearch)} against a search as well`,
    ),
    check(
      'a stronger attack is no weaker',
      curve.every((count, i) => i === 0 || count <= curve[i - 1]! + room),
      `${curve.map(share).join(', ')} stood at growing strength`,
    ),
  ]
}
