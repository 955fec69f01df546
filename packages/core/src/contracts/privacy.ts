import { token, type ServiceToken } from '../services.js'

/** What one training run, or one release, costs. */
export interface PrivacyCharge {
  /** What the budget belongs to: the digest of the source dataset. */
  readonly dataset: string
  readonly epsilon: number
  readonly delta: number
  /** Sampler, clipping, noise and accountant, in words and numbers. */
  readonly mechanism: string
  /** The charge of a run that is resumed is the same charge, not a second one. */
  readonly id: string
}

/** What has been spent on each dataset, across runs. */
export interface PrivacyLedger {
  /** Writes the charge durably before it resolves. Charging the same id again changes nothing. @throws DP-E… over budget */
  charge(charge: PrivacyCharge, limit: { readonly epsilon: number; readonly delta: number }): Promise<void>
  spent(dataset: string): Promise<{ readonly epsilon: number; readonly delta: number }>
}

export const PrivacyLedger: ServiceToken<PrivacyLedger> = token<PrivacyLedger>('PrivacyLedger')
