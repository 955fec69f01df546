import { given } from './format.js'
import type { ModelCard } from './model-card.js'

/** Two decimals, rounded away from what would flatter: claims up, bounds down. */
const hundredths = (value: number, round: (value: number) => number): string => (round(value * 100) / 100).toFixed(2)

/** What is claimed of privacy beside what the audit of the run showed of it; null without that audit. */
export function auditInWords({ evaluation, model }: Pick<ModelCard, 'evaluation' | 'model'>): string | null {
  const audit = evaluation?.membershipInference.find(({ metric }) => metric === 'one-run-epsilon-lower-bound')
  if (audit?.value == null) return null
  const { guesses, correct } = audit.detail as { readonly guesses: number; readonly correct: number }
  const privacy = model?.privacy ?? null
  const claim =
    privacy === null
      ? 'No epsilon is claimed'
      : `The claim is an epsilon of ${hundredths(privacy.epsilonPlanned, Math.ceil)} at delta ${given(privacy.delta)}`
  const shown = `the audit of this run shows that it is at least ${hundredths(audit.value, Math.floor)}, with ${given((audit.confidence ?? 0) * 100)}% confidence: ${correct} of ${guesses} guesses about ${audit.n} rows were right`
  const verdict = privacy !== null && audit.value > privacy.epsilonPlanned ? ' The claim is refuted.' : ''
  return `${claim}; ${shown}.${verdict}`
}
