import { token, type ServiceToken } from '../services.js'
import type { Digest } from '../digest.js'

/** What a statement is about: a name and the digest of its content. */
export interface StatementSubject {
  readonly name: string
  readonly digest: Digest
}

/** Kinds of statements that Attestry reads and writes. */
export type StatementType = 'evidence' | 'approval' | 'attestation' | 'resolution' | 'deployment'

export interface StatementDraft {
  readonly type: StatementType
  readonly subjects: readonly StatementSubject[]
  /** Plain data. What has no canonical JSON form is refused when it is signed. */
  readonly predicate: { readonly [key: string]: unknown }
}

/** A statement whose signature verified against a known principal. */
export interface Statement extends StatementDraft {
  /** Digest of the statement file's bytes, so that any changed bit is noticed. */
  readonly digest: Digest
  /** The principal whose key signed it. */
  readonly signer: string
  /** The key's own identifier: two names with one key count once. */
  readonly keyId: string
  /** Roles that the principals file gives the signer. */
  readonly roles: readonly string[]
  /** Where it lies, relative to the run. */
  readonly file: string
}

/** Signed statements of the run and of the workspace's register. */
export interface StatementStore {
  /** Signs with the run's key, writes under `evidence/`, durable before it resolves. */
  write(draft: StatementDraft): Promise<Statement>
  /** All statements of a type that verify. Those that do not are reported by `rejected`, never returned. */
  read(type: StatementType): Promise<readonly Statement[]>
  /** Files that look like statements and do not verify, with the reason. */
  rejected(): Promise<readonly { readonly file: string; readonly reason: string }[]>
}

export const StatementStore: ServiceToken<StatementStore> = token<StatementStore>('StatementStore')
