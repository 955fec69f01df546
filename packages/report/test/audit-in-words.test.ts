import type { Assessment } from '@attestry/core'
import { describe, expect, it } from 'vitest'
import { auditInWords } from '../src/audit-in-words.js'
import type { ModelCard } from '../src/model-card.js'

const audit: Assessment = {
  metric: 'one-run-epsilon-lower-bound',
  value: 0.489,
  confidence: 0.95,
  n: 1550,
  detail: { guesses: 155, correct: 104 },
}

const cardOf = (found: Assessment | null, claim: number | null): ModelCard =>
  ({
    evaluation: { membershipInference: found ? [found] : [] },
    model: { privacy: claim === null ? null : { epsilonPlanned: claim, delta: 1e-5 } },
  }) as unknown as ModelCard

describe('an audit in words', () => {
  it('puts the claim, rounded up, beside what was shown, rounded down', () => {
    const text = auditInWords(cardOf(audit, 1.991))!
    for (const part of ['an epsilon of 2.00 at delta', 'at least 0.48, with 95% confidence', '104 of 155 guesses'])
      expect(text).toContain(part)
    expect(text).not.toContain('refuted')
  })

  it('says that a claim is refuted, and where none is made', () => {
    expect(auditInWords(cardOf({ ...audit, value: 3.6 }, 3))).toContain('The claim is refuted')
    const unclaimed = auditInWords(cardOf({ ...audit, value: 3.6 }, null))
    expect(unclaimed).toContain('No epsilon is claimed')
    expect(unclaimed).not.toContain('refuted')
  })

  it('is silent where the audit was not made or assessed nothing', () => {
    expect(auditInWords(cardOf(null, 3))).toBeNull()
    expect(auditInWords(cardOf({ ...audit, value: null }, 3))).toBeNull()
  })
})
