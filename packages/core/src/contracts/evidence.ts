import type { StatementSubject } from './statements.js'

/** Proof that a control was acted on: signed, tied to controls and to content digests. */
export interface Evidence {
  /** What kind of proof, such as `pii-removal`; a control names the types that support it. */
  readonly type: string
  /** Ids of the controls it supports. Empty: every loaded control that names this type of evidence. */
  readonly controls: readonly string[]
  /** `info` records facts that no rule judges. */
  readonly outcome: 'pass' | 'fail' | 'info'
  readonly subjects?: readonly StatementSubject[]
  /** Counts, parameters, digests, as plain data. Never a personal value. */
  readonly facts: { readonly [key: string]: unknown }
}
