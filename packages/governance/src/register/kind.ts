import type { Duration } from '@attestry/core'

/** Something that only people can vouch for. */
export interface RegisterKind {
  /** The attestation kind, such as `dpia`. */
  readonly kind: string
  readonly title: string
  /** What the person answers with their signature. */
  readonly question: string
  /** Roles of which the signer has at least one, as the principals file gives them. */
  readonly maySign: readonly string[]
  /** For how long an answer stands when nobody says otherwise, and the longest that it may stand. */
  readonly validFor: Duration
  /** What an answer must be bound to. An answer for another purpose or dataset is no answer. */
  readonly scope: readonly ('purpose' | 'dataset')[]
  /** Which rule asks, or why this table does. */
  readonly source: string
}

/** One row of the table, in the order of its columns. */
export const kind = (
  name: string,
  title: string,
  question: string,
  maySign: readonly string[],
  validFor: Duration,
  scope: RegisterKind['scope'],
  source: string,
): RegisterKind => ({ kind: name, title, question, maySign, validFor, scope, source })
