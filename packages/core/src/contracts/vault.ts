import { token, type ServiceToken } from '../services.js'

/** Encryption at rest. */
export interface Vault {
  /** Encrypts bytes under the run's key. `context` names what it is and is needed again to open it. */
  seal(plaintext: Uint8Array, context: string): Promise<Uint8Array>
  /** Decrypts what `seal` made. Rejects with one coded error when key, context or bytes are wrong; releases no partial text. */
  open(sealed: Uint8Array, context: string): Promise<Uint8Array>
  /** 32 secret bytes for a purpose (noise, pseudonyms), the same within a run, derived from the run's key. */
  derive(purpose: string): Promise<Uint8Array>
  /** What the evidence says: algorithm, key size in bits, key handle. */
  describe(): { readonly algorithm: string; readonly keyBits: number; readonly keyId: string }
}

/**
 * A key for each person, so that destroying one makes that person's stored rows unreadable while every digest stays.
 * Handles are those of `SubjectHandles`.
 */
export interface SubjectKeys {
  /** Encrypts under the person's key, which is made when it is new. Durable before it resolves. */
  seal(subject: string, plaintext: Uint8Array, context: string): Promise<Uint8Array>
  /** Decrypts; null when the person's key was destroyed. */
  open(subject: string, sealed: Uint8Array, context: string): Promise<Uint8Array | null>
  /** Destroys keys for good, durably. Resolves with the handles that had one. */
  destroy(subjects: readonly string[]): Promise<readonly string[]>
  isDestroyed(subject: string): boolean
}

export const SubjectKeys: ServiceToken<SubjectKeys> = token<SubjectKeys>('SubjectKeys')

export const Vault: ServiceToken<Vault> = token<Vault>('Vault')
