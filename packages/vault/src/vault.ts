import type { Vault } from '@attestry/core'
import { openEnvelope, sealEnvelope, type WrappingKey } from './envelope.js'
import { derive, loadRunKey, type RunPlace } from './run-key.js'

/** Bits of every key that the vault uses. */
export const vaultKeyBits = 256

/** Encryption at rest for one run. The run's key is loaded, or made, at the first use and kept until the run ends. */
export function openVault(place: RunPlace): Vault {
  let loading: Promise<WrappingKey> | undefined
  let loaded: WrappingKey | undefined
  const key = (): Promise<WrappingKey> =>
    (loading ??= loadRunKey(place).then(found => {
      loaded = found
      return found
    }))
  return {
    seal: async (plaintext, context) => sealEnvelope(plaintext, context, await key()),
    open: async (sealed, context) => openEnvelope(sealed, context, await key()),
    derive: async purpose => derive((await key()).bytes, `attestry/vault/derive/${purpose}`),
    describe: () => ({ algorithm: 'AES-256-GCM', keyBits: vaultKeyBits, keyId: loaded?.id ?? 'not loaded' }),
  }
}
