import { AttestryError, type ErrorCatalogue } from '@attestry/core'

/** VAULT-E001. The one answer to a wrong key, context or byte: which of them it was is not told. */
export const doesNotOpen = (): AttestryError =>
  new AttestryError({
    code: 'VAULT-E001',
    message: 'the sealed bytes do not open',
    help: 'check that the file is whole, belongs to this run, and that the run still has its own vault-key.pgp',
  })

/** VAULT-E002. */
export const keyBitsRefused = (asked: number): AttestryError =>
  new AttestryError({
    code: 'VAULT-E002',
    message: `the policy asks for keys of ${asked} bits, the vault's have 256`,
    help: 'ask for at most 256 bits, or load a plugin whose vault has longer keys',
  })

/** VAULT-E003. */
export const privateKeyMissing = (file: string, run: string | null): AttestryError =>
  new AttestryError({
    code: 'VAULT-E003',
    message: `the vault's private key is missing`,
    where: { file, ...(run !== null && { run }) },
    notes: [
      run === null
        ? 'its public key is still there, so runs were encrypted with it: a new key in its place would hide the loss'
        : 'without it the data shards and sealed log payloads of this run cannot be read again, and the run cannot be resumed',
      'the log, its signatures and the model do not depend on it: `attestry verify` still works',
    ],
    help: `restore ${file} from its backup; when it is lost for good, remove the .pub file beside it and start new runs`,
  })

/** VAULT-E004. */
export const runKeyUnreadable = (file: string, why: string, cause?: unknown): AttestryError =>
  new AttestryError({
    code: 'VAULT-E004',
    message: `the run's wrapped key cannot be used: ${why}`,
    where: { file },
    cause,
    help: 'restore vault-key.pgp and the keys folder of the same workspace from a copy',
  })

/** What `attestry explain` prints for the codes of this package. */
export const errorCatalogue: ErrorCatalogue = {
  'VAULT-E001': {
    title: 'sealed bytes do not open',
    explanation:
      'Sealed bytes open only with the key of their run, for the purpose that they were sealed for, and when no bit was changed, cut or moved. The answer is the same in every case, because telling them apart would help whoever tries keys. No part of the text is released. Compare the file with a copy, and check that it lies in the run that wrote it.',
    example: "await vault.open(sealed, 'shard/2')     // refused when it was sealed as 'shard/1'",
  },
  'VAULT-E002': {
    title: 'the policy asks for longer keys than the vault has',
    explanation:
      'An obligation asks for encryption with more than 256 key bits. The vault uses AES with 256-bit keys, which is the longest that AES has. The run stops before any data is written, since weaker encryption than asked for is not encryption as asked for. Lower the demand, or load another vault.',
    example: "encryptAtRest(512, 'INTERNAL-7')     // refused\nencryptAtRest(256, 'INTERNAL-7')     // accepted",
  },
  'VAULT-E003': {
    title: "the vault's private key is missing",
    explanation:
      "Each run's key is wrapped for the workspace's OpenPGP key, whose private half lies in the keys folder and never in a run. It is not there. What was encrypted for it cannot be read without it: data shards and sealed log payloads. No new key is made in its place, since that would hide the loss. Restore the file from its backup.",
    example: 'ls -l .attestry/keys/vault.key     # missing: restore it, mode 0600',
  },
  'VAULT-E004': {
    title: "the run's wrapped key cannot be used",
    explanation:
      'vault-key.pgp of the run does not decrypt with the key of this workspace, or was not signed by it. Perhaps the run was copied from another workspace, or the file was changed. A key of unknown origin is never used, since its maker could read what is sealed with it. Restore the file, or open the run in its own workspace.',
    example: 'attestry resume 01J...     # with the keys folder of another workspace',
  },
}
