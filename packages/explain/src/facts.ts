import type { ExplanationFacts, FidelityFacts, LocalExplanationFacts } from '@attestry/core'
import { additivityTolerance, bySize, type Attribution } from './attribution.js'
import type { Agreement } from './fidelity.js'
import { plainReasons } from './reasons.js'

/** Explanations of single rows that stand in the record. */
export const mostLocal = 5

/** A single explanation for the record: no value of the row, and no reasons where they would not be true to the model. */
export function localFacts(
  one: Attribution,
  of: string,
  agreement: number | null,
  minimum: number,
): LocalExplanationFacts {
  const withheld =
    agreement === null
      ? 'the model does not react to hidden features here, so nothing shows that the contributions are right'
      : agreement < minimum
        ? `contributions agree with the model to an R² of ${agreement.toFixed(3)}, at least ${minimum} is needed`
        : null
  return {
    class: of,
    probability: one.prediction,
    base: one.base,
    contributions: bySize(one),
    residual: one.residual,
    reasons: withheld === null ? plainReasons(one, of) : [],
    withheld,
  }
}

export const isWithheld = (agreement: number | null, minimum: number): boolean =>
  agreement === null || agreement < minimum

export const largestResidual = (attributions: readonly Attribution[]): number =>
  attributions.reduce((largest, { residual }) => Math.max(largest, Math.abs(residual)), 0)

/** Facts on fidelity, with the number of rows whose reasons are withheld. */
export const fidelityFacts = (
  threshold: number,
  agreement: Agreement,
  attributions: readonly Attribution[],
  rest: Pick<FidelityFacts, 'deletion' | 'insertion' | 'stability' | 'randomModels'>,
): FidelityFacts => ({
  threshold,
  agreement: agreement.overall,
  ...rest,
  additivityError: largestResidual(attributions),
  withheld: agreement.byRow.filter(one => isWithheld(one, threshold)).length,
})

/** Whether explanations can be relied on: they agree with the model, and Shapley values add up. */
export function isFaithful({ kind, fidelity }: ExplanationFacts): boolean {
  const { agreement, threshold, additivityError } = fidelity
  if (agreement.value === null || agreement.value < threshold) return false
  return kind === 'text' || additivityError <= additivityTolerance
}
