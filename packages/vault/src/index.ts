export {
  chunkBytes,
  magic,
  openEnvelope,
  readEnvelopeHeader,
  sealEnvelope,
  type EnvelopeHeader,
  type EnvelopeSecrets,
  type Recipient,
  type WrappingKey,
} from './envelope.js'
export { errorCatalogue } from './errors.js'
export { default as vault } from './plugin.js'
export { loadRunKey, vaultKeyFiles, wrappedKeyFile, wrappingKey, type RunPlace } from './run-key.js'
export { scanStorage, type StorageScan } from './scan-data.js'
export { openSubjectKeys } from './subject-keys.js'
export { tombstonesFile } from './tombstones.js'
export { openVault, vaultKeyBits } from './vault.js'
