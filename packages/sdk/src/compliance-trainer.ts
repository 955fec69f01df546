import { auditTraining, limitEpsilon, limitMetric, type Obligation } from '@attestry/core'
import type { AttestrySDK, FineTuneRequest } from './sdk.js'
import type { FineTunedModel } from './fine-tuned-model.js'

export interface ComplianceTrainerOptions {
  readonly sdk: AttestrySDK
  /** Epsilon for the whole training. */
  readonly privacyBudget?: number
  /** 1e-5 by default. */
  readonly delta?: number
  /** Largest gap allowed between groups, between 0 and 1. */
  readonly fairnessConstraints?: { readonly demographicParity?: number; readonly equalizedOdds?: number }
  /** A training record every so many steps. */
  readonly auditFrequency?: number
}

/** Fine-tunes under a privacy budget and fairness limits, which become obligations like those of a regulation. */
export class ComplianceTrainer {
  readonly #sdk: AttestrySDK
  readonly #obligations: readonly Obligation[]

  constructor({
    sdk,
    privacyBudget,
    delta = 1e-5,
    fairnessConstraints = {},
    auditFrequency,
  }: ComplianceTrainerOptions) {
    const { demographicParity, equalizedOdds } = fairnessConstraints
    this.#sdk = sdk
    this.#obligations = [
      ...(privacyBudget === undefined ? [] : [limitEpsilon(privacyBudget, delta, control)]),
      ...(demographicParity === undefined
        ? []
        : [limitMetric('demographic-parity-difference', demographicParity, control)]),
      ...(equalizedOdds === undefined ? [] : [limitMetric('equalized-odds-difference', equalizedOdds, control)]),
      ...(auditFrequency === undefined ? [] : [auditTraining(auditFrequency, control)]),
    ]
  }

  /**
   * The noise is chosen so that the budget lasts for every step; a model over a fairness limit comes back vetoed, with
   * the numbers in its reasons.
   */
  fineTune(request: FineTuneRequest): Promise<FineTunedModel> {
    return this.#sdk.fineTune(request, this.#obligations)
  }
}

const control = 'SDK-2'
