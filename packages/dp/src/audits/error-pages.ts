import type { ErrorCatalogue } from '@attestry/core'

/** The pages of `audits/errors.ts`. */
export const auditErrorPages: ErrorCatalogue = {
  'DP-E060': {
    title: 'an audit without the scores or coins that it needs',
    explanation:
      'An audit compares what a model says of things it was trained on with what it says of things it was not. ' +
      'A missing score, or a row that was always or never trained on, leaves nothing to compare it with. ' +
      'Guessing in its place would give a bound that nobody measured, so the audit is refused.',
    example:
      'refused:  auditOneRun({ scores: [0.2, Number.NaN], included: [true, false], ... })\n' +
      'mended:   auditOneRun({ scores: [0.2, 1.7], included: [true, false], ... })',
  },
}
