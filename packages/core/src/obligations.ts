import type { Duration } from './duration.js'

/**
 * Operators on an identifier, weakest first. `coarsen` leaves what says little about who it is: of a date the year, an age up
 * to 89, a state or country; anything else it takes out.
 */
export const operators = ['coarsen', 'pseudonym', 'mask', 'redact'] as const
export type Operator = (typeof operators)[number]

/** One identifier type and what becomes of it. */
export interface IdentifierRule {
  /** Such as `EMAIL`, `PHONE`, `PERSON`, `US_SSN`. */
  readonly type: string
  readonly operator: Operator
}

/** A typed demand of a plugin. `control` is the id of the control that asks for it. */
export type Obligation =
  | { readonly kind: 'remove-identifiers'; readonly rules: readonly IdentifierRule[]; readonly control: string }
  | { readonly kind: 'limit-epsilon'; readonly epsilon: number; readonly delta: number; readonly control: string }
  | { readonly kind: 'limit-metric'; readonly metric: string; readonly max: number; readonly control: string }
  | { readonly kind: 'require-approvals'; readonly count: number; readonly control: string }
  | { readonly kind: 'encrypt-at-rest'; readonly keyBits: number; readonly control: string }
  | { readonly kind: 'audit-training'; readonly everySteps: number; readonly control: string }
  | {
      readonly kind: 'retain'
      /** Data class, such as `training-data`. */
      readonly dataClass: string
      readonly min?: Duration
      readonly max?: Duration
      /** What the periods count from. */
      readonly trigger: string
      readonly control: string
    }
  | {
      /** Nothing leaves this machine while data of the run is worked on. */
      readonly kind: 'local-only'
      readonly control: string
    }
  | {
      readonly kind: 'connect-to'
      /** A host name or address that is not loopback. */
      readonly host: string
      readonly control: string
    }
  | {
      readonly kind: 'honour-erasure'
      /** Data class whose records are erased when the person asks. */
      readonly dataClass: string
      readonly control: string
    }
  | {
      readonly kind: 'hold'
      /** Data class of which nothing may be destroyed. */
      readonly dataClass: string
      /** The hold notice. */
      readonly id: string
      readonly control: string
    }
  | {
      readonly kind: 'require-document'
      /** Attestation kind, such as `dpia`. */
      readonly document: string
      readonly control: string
    }

export type ObligationKind = Obligation['kind']

/** Remove these identifiers before training. Several demands: all types, each with the strongest operator asked. */
export const removeIdentifiers = (rules: readonly IdentifierRule[], control: string): Obligation => ({
  kind: 'remove-identifiers',
  rules,
  control,
})

/** Spend at most this much privacy. Several demands: the smallest epsilon, and the smallest delta. */
export const limitEpsilon = (epsilon: number, delta: number, control: string): Obligation => ({
  kind: 'limit-epsilon',
  epsilon,
  delta,
  control,
})

/** A metric may be at most this. Several demands: the smallest. */
export const limitMetric = (metric: string, max: number, control: string): Obligation => ({
  kind: 'limit-metric',
  metric,
  max,
  control,
})

/** At least so many approvals of distinct people. Several demands: the largest. */
export const requireApprovals = (count: number, control: string): Obligation => ({
  kind: 'require-approvals',
  count,
  control,
})

/** Data at rest is encrypted with at least this key size. Several demands: the largest. */
export const encryptAtRest = (keyBits: number, control: string): Obligation => ({
  kind: 'encrypt-at-rest',
  keyBits,
  control,
})

/** A training record at least every so many steps. Several demands: the smallest. */
export const auditTraining = (everySteps: number, control: string): Obligation => ({
  kind: 'audit-training',
  everySteps,
  control,
})

/** Keep a data class at least `min` and at most `max` from a trigger. Several demands: the interval they share, or a conflict. */
export const retain = (
  rule: { readonly dataClass: string; readonly min?: Duration; readonly max?: Duration; readonly trigger: string },
  control: string,
): Obligation => ({ kind: 'retain', ...rule, control })

/** A person must have attested this document. Several demands: all of them. */
export const requireDocument = (document: string, control: string): Obligation => ({
  kind: 'require-document',
  document,
  control,
})

/** No connection but to loopback. With a demand to connect somewhere this is a conflict, which a person resolves. */
export const localOnly = (control: string): Obligation => ({ kind: 'local-only', control })

/** A service elsewhere is needed: a remote engine, a mail server. Allowed unless somebody demands `localOnly`. */
export const connectTo = (host: string, control: string): Obligation => ({ kind: 'connect-to', host, control })

/** Records of a person are erased on request. With a hold on the same data class this is a conflict. */
export const honourErasure = (dataClass: string, control: string): Obligation => ({
  kind: 'honour-erasure',
  dataClass,
  control,
})

/** Nothing of a data class may be destroyed until the hold is released. */
export const hold = (dataClass: string, id: string, control: string): Obligation => ({
  kind: 'hold',
  dataClass,
  id,
  control,
})
