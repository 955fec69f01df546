import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256, Vault, type Evidence, type Handler } from '@attestry/core'
import { keyBitsRefused } from './errors.js'
import { wrappedKeyFile } from './run-key.js'
import { scanStorage } from './scan-data.js'
import { vaultKeyBits } from './vault.js'

/** Refuses longer keys than the vault has, before a row is written. @throws VAULT-E002 */
export const checkKeyBits: Handler<'preprocess'> = (batch, { policy }) => {
  const asked = policy.encryption?.value.keyBits ?? 0
  if (asked > vaultKeyBits) throw keyBitsRefused(asked)
  return batch
}

/** Looks whether the run's data really lies encrypted on disk, when the policy asks for it, and records what it saw. */
export const proveEncryption: Handler<'evaluate'> = async (_, context) => {
  const { policy, run } = context
  if (!policy.encryption) return []
  const vault = context.get(Vault)
  // The key's handle is known once the key is loaded, and a run whose key is lost must not pass.
  await vault.derive('encryption-evidence')
  const { algorithm, keyBits, keyId } = vault.describe()
  const { keyBits: asked } = policy.encryption.value
  const scan = await scanStorage(join(run.directory, 'data'), keyId)
  const isMet = scan.files > 0 && scan.plaintext === 0 && scan.underOtherKeys === 0 && keyBits >= asked
  const wrapped = await readFile(join(run.directory, wrappedKeyFile)).catch(() => null)
  const evidence: Evidence = {
    type: 'encryption-at-rest',
    controls: [...new Set(policy.encryption.sources.map(({ control }) => control))],
    outcome: isMet ? 'pass' : 'fail',
    // By its name the verifier finds the file and compares it with the digest.
    subjects: wrapped ? [{ name: wrappedKeyFile, digest: sha256(wrapped) }] : [],
    facts: { algorithm, keyBits, keyBitsAsked: asked, keyId, ...scan },
  }
  await context.evidence(evidence)
  return []
}
