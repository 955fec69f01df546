import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256, type Digest } from '@attestry/core'
import { MemoryStatements } from '@attestry/plugin-kit'

export const wrapped: Buffer = Buffer.from('-----BEGIN PGP MESSAGE-----\n\nwcBMA\n-----END PGP MESSAGE-----\n')

/** The folder of a run whose data is encrypted, with its workspace around it, and the evidence of it. */
export interface SealedRun {
  readonly workspace: string
  readonly directory: string
  readonly statements: MemoryStatements
  /** Adds evidence of encryption, newer than what is there. */
  prove(parts?: { outcome?: string; keyBits?: number; digest?: Digest | null }): void
  remove(): void
}

export function sealedRun(): SealedRun {
  const workspace = mkdtempSync(join(tmpdir(), 'pci-'))
  const directory = join(workspace, 'runs', '1')
  mkdirSync(directory, { recursive: true })
  mkdirSync(join(workspace, 'keys'))
  writeFileSync(join(directory, 'vault-key.pgp'), wrapped)
  writeFileSync(join(directory, 'config.json'), '{}')
  writeFileSync(join(workspace, 'keys', 'vault.key'), 'secret', { mode: 0o600 })
  writeFileSync(join(workspace, 'keys', 'vault.pub'), 'public', { mode: 0o644 })
  const statements = new MemoryStatements()
  const prove: SealedRun['prove'] = ({ outcome = 'pass', keyBits = 256, digest = sha256(wrapped) } = {}) => {
    const type = 'encryption-at-rest'
    const collectedAt = new Date(Date.UTC(2026, 10, 1, 0, statements.all.length)).toISOString()
    void statements.write({
      type: 'evidence',
      subjects: digest === null ? [] : [{ name: 'vault-key.pgp', digest }],
      predicate: { type, outcome, collectedAt, facts: { keyBits } },
    })
  }
  prove()
  return { workspace, directory, statements, prove, remove: () => rmSync(workspace, { recursive: true, force: true }) }
}
