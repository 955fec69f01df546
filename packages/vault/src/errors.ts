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

/** VAULT-E005. */
export const keyTableUnusable = (why: string, cause?: unknown): AttestryError =>
  new AttestryError({
    code: 'VAULT-E005',
    message: `the keys of the subjects cannot be used: ${why}`,
    where: { file: 'keys/subjects.keys' },
    cause,
    help: 'restore the newest keys/subjects.* of the workspace, and never an older one over a newer one',
  })

/** VAULT-E006. */
export const tombstonesMissing = (known: number, found: number): AttestryError =>
  new AttestryError({
    code: 'VAULT-E006',
    message: `the list of destroyed keys has ${found} entries, the key table was written with ${known}`,
    where: { file: 'subjects-destroyed.jsonl' },
    help: 'restore subjects-destroyed.jsonl of the workspace: without it keys that were destroyed could come back',
  })

/** VAULT-E007. */
export const tableLocked = (file: string, holder: string): AttestryError =>
  new AttestryError({
    code: 'VAULT-E007',
    message: `${holder} has kept the keys of the subjects locked for 30 s`,
    where: { file },
    help: 'let that process end, then try again',
  })

/** VAULT-E008. Never shows what was given: it may be an identifier. */
export const notAHandle = (): AttestryError =>
  new AttestryError({
    code: 'VAULT-E008',
    message: 'a key was asked for something that is not the handle of a person',
    help: 'give the 32 hex digits that SubjectHandles hands out, never an identifier',
  })

/** VAULT-E009. */
export const keyDestroyed = (subject: string): AttestryError =>
  new AttestryError({
    code: 'VAULT-E009',
    message: `the key of ${subject} was destroyed, so nothing new is sealed for this person`,
    help: "leave the person's rows out of the run, and take them out of the source",
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
  'VAULT-E005': {
    title: 'the keys of the subjects cannot be used',
    explanation:
      'keys/subjects.keys-N holds one key for each person, encrypted under keys/subjects.kek-N of the same generation. One of the two is missing or damaged, other users may read it, or the table holds no key for somebody whose rows are stored. An older generation is never used in its place, since it holds keys that were destroyed. Without the key those rows cannot be read again: restore the newest files from a copy.',
    example: 'rm .attestry/keys/subjects.kek-3     # the table of generation 3 does not open any more',
  },
  'VAULT-E006': {
    title: 'the key table was restored without the list of destroyed keys',
    explanation:
      'subjects-destroyed.jsonl in the workspace names the handles of people whose keys were destroyed. The key table says that more keys were destroyed than the list holds, so the list is missing or older than the table. Going on could bring back rows of people who were erased. Restore the list from a copy that is at least as new as the table.',
    example: 'rm .attestry/subjects-destroyed.jsonl     # after an erasure: nothing can be read until it is back',
  },
  'VAULT-E007': {
    title: 'another process keeps the keys of the subjects locked',
    explanation:
      'One process at a time writes the key table, and holds keys/subjects.lock while it does. Another one has held it for 30 seconds, which is far longer than a write takes. The lock of a process that has ended is taken over by itself. Wait for the other process, or end it.',
    example: 'two runs that erase and write at once, one of them stopped in a debugger',
  },
  'VAULT-E008': {
    title: 'not the handle of a person',
    explanation:
      'Keys belong to handles: 32 random hex digits that SubjectHandles hands out. Something else was given, perhaps an identifier. Identifiers are never written beside keys, since whoever reads the table would learn who is in it. Ask SubjectHandles for the handle first.',
    example: "await keys.seal('ada@example.org', bytes, 'shard')     // refused: that is an identifier",
  },
  'VAULT-E009': {
    title: "the person's key was destroyed",
    explanation:
      'Something was to be sealed for a person whose key was destroyed on their request. A new key would make their data readable again, so none is made. Their rows come from a source that still holds them. Load @attestry/governance, which leaves such rows out, and take them out of the source.',
    example: "await keys.destroy([handle])\nawait keys.seal(handle, bytes, 'shard')     // refused",
  },
}
