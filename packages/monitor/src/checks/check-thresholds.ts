import { defaultThresholds, type Thresholds } from '../windows/findings.js'

/** From which value on a finding is an alert. Shares are differences from the reference unless said otherwise. */
export interface CheckThresholds extends Thresholds {
  /** Wasserstein distance of an input over the reference's standard deviation. */
  readonly wasserstein: number
  readonly missing: number
  readonly typeErrors: number
  readonly outOfRange: number
  readonly undeclared: number
  readonly unknownTruths: number
  readonly rejected: number
  /** Share of predictions with an id that were recorded before, in the window itself. */
  readonly duplicates: number
  /** Since the last prediction of the window. */
  readonly maximumAgeSeconds: number
  readonly estimatedAccuracyDrop: number
  readonly estimatedAucDrop: number
  /** Highest minus lowest estimated true-positive rate over groups, within the window. */
  readonly recallGap: number
  /** Share of members found minus share of others taken for members. */
  readonly membershipAdvantage: number
  /** 0.5 is chance. */
  readonly membershipAuc: number
}

export const defaultCheckThresholds: CheckThresholds = {
  ...defaultThresholds,
  wasserstein: 0.1,
  missing: 0.05,
  typeErrors: 0.01,
  outOfRange: 0.01,
  undeclared: 0.01,
  unknownTruths: 0.01,
  rejected: 0.01,
  duplicates: 0.05,
  maximumAgeSeconds: 86_400,
  estimatedAccuracyDrop: 0.05,
  estimatedAucDrop: 0.05,
  recallGap: 0.1,
  membershipAdvantage: 0.1,
  membershipAuc: 0.6,
}
