import { definePlugin, provide, SubjectKeys, Vault, versionOf, type PluginFactory } from '@attestry/core'
import { checkKeyBits, proveEncryption } from './encryption-evidence.js'
import { openSubjectKeys } from './subject-keys.js'
import { openVault } from './vault.js'

/** Encryption at rest: seals what other plugins store, and looks on the disk whether it did. */
const plugin: PluginFactory<void> = definePlugin(() => ({
  name: '@attestry/vault',
  version: versionOf(import.meta.url),
  core: '^0.1.0',
  answers: ['encrypt-at-rest'],
  provides: [
    provide({
      token: Vault,
      factory: (_, { runId, directory, workspace }) => openVault({ run: runId, directory, workspace }),
    }),
    provide({ token: SubjectKeys, factory: (_, { workspace }) => openSubjectKeys(workspace) }),
  ],
  requires: [Vault],
  hooks: {
    preprocess: { order: 'pre', handler: checkKeyBits },
    evaluate: proveEncryption,
  },
}))

export default plugin
