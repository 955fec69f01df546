import { AttestryError, type ErrorCatalogue } from '@attestry/core'

/** AUDIT-E001. A header field is not on the allow-list or not of its form. The value is not repeated: it may be personal. */
export const eventRefused = (field: string, rule: string): AttestryError =>
  new AttestryError({
    code: 'AUDIT-E001',
    message: `the event's field '${field}' ${rule}`,
    help: `put facts into 'payload', and only ids, digests and random handles into '${field}'`,
  })

/** AUDIT-E002. */
export const eventTooLarge = (what: string, bytes: number, limit: number): AttestryError =>
  new AttestryError({
    code: 'AUDIT-E002',
    message: `the event's ${what} has ${bytes} bytes, at most ${limit} fit`,
    help: 'record a digest of the data instead of the data',
  })

/** AUDIT-E003. The disk did not take a write; the log takes no more events until it is opened again. */
export const sinkFailed = (cause: unknown): AttestryError =>
  new AttestryError({
    code: 'AUDIT-E003',
    message: `the audit log could not be written (${systemCode(cause)}), so nothing further may happen`,
    cause,
    help: 'free disk space or mend the disk, then continue with `attestry resume`',
  })

/** AUDIT-E004. */
export const logLocked = (file: string, holder: string): AttestryError =>
  new AttestryError({
    code: 'AUDIT-E004',
    message: `another process (${holder}) is writing this log`,
    where: { file },
    help: `wait for it to end; delete the lock only when no process writes this run`,
  })

/** AUDIT-E005. */
export const logDamaged = (file: string, problem: string): AttestryError =>
  new AttestryError({
    code: 'AUDIT-E005',
    message: `the audit log is damaged: ${problem}`,
    where: { file },
    help: 'run `attestry verify` on the folder, and restore it from a copy that verifies',
  })

/** AUDIT-E006. */
export const logClosed = (): AttestryError =>
  new AttestryError({
    code: 'AUDIT-E006',
    message: 'the audit log has been closed',
    help: 'append before the run ends, or open the log again',
  })

/** AUDIT-E007. */
export const noLog = (directory: string): AttestryError =>
  new AttestryError({
    code: 'AUDIT-E007',
    message: 'the folder holds no audit log',
    where: { file: directory },
    help: 'name the folder of a run, the one with config.json and log/ in it',
  })

/** AUDIT-E010. */
export const vkeyRefused = (why: string): AttestryError =>
  new AttestryError({
    code: 'AUDIT-E010',
    message: `the verifier key is refused: ${why}`,
    help: 'use the whole line of keys/log.vkey, or the key that its owner published',
  })

/** AUDIT-E011. */
export const noteRefused = (why: string): AttestryError =>
  new AttestryError({
    code: 'AUDIT-E011',
    message: `the signed note is refused: ${why}`,
    help: 'check that the verifier key belongs to this log, and get the file again from its source',
  })

/** AUDIT-E012. */
export const keyUnreadable = (file: string, why: string, cause?: unknown): AttestryError =>
  new AttestryError({
    code: 'AUDIT-E012',
    message: `the signing key cannot be used: ${why}`,
    where: { file },
    cause,
    help: 'restore the key file from its backup; without it earlier logs still verify, but cannot be continued',
  })

/** AUDIT-E013. */
export const principalExists = (name: string, file: string): AttestryError =>
  new AttestryError({
    code: 'AUDIT-E013',
    message: `there is already a principal or key file for '${name}'`,
    where: { file },
    help: 'choose another name, or remove the old key from principals.json first',
  })

/** AUDIT-E014. */
export const principalsRefused = (file: string, why: string): AttestryError =>
  new AttestryError({
    code: 'AUDIT-E014',
    message: `the principals file is refused: ${why}`,
    where: { file },
    help: 'mend it to { "principals": [{ "name", "roles": [...], "keys": [vkey, ...] }] }, each key once',
  })

/** AUDIT-E015. */
export const statementNotForRun = (type: string, why: string): AttestryError =>
  new AttestryError({
    code: 'AUDIT-E015',
    message: `the run's key may not sign this ${type} statement: ${why}`,
    help: 'let a principal sign it with `attestry approve` or signStatement',
  })

/** AUDIT-E016. */
export const statementRefused = (why: string): AttestryError =>
  new AttestryError({
    code: 'AUDIT-E016',
    message: `the statement does not verify: ${why}`,
    help: 'have it signed again by a principal that principals.json names',
  })

const systemCode = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'unknown cause'

/** What `attestry explain` prints for the codes of this package. */
export const errorCatalogue: ErrorCatalogue = {
  'AUDIT-E001': {
    title: 'an event has a field that the log does not take',
    explanation:
      'The header of an event goes into the Merkle tree and can never be taken out again. So it may hold only ids, digests and random handles, by an allow-list of fields and forms. Free text, identities, shared actors and fields of other names are refused before anything is written. Put facts into the payload, which lies outside the tree.',
    example:
      "append({ ...event, actor: 'anonymous' })    // refused\nappend({ ...event, actor: 'ana' })          // accepted",
  },
  'AUDIT-E002': {
    title: 'an event is too large',
    explanation:
      'An entry of the tree has at most 65,535 bytes, because bundles write its length in 16 bits. A payload has at most 64 MiB. Nothing was written. Record a digest of the large thing and keep the thing itself in a file.',
    example:
      'append({ ...event, payload: wholeDataset })             // refused\nappend({ ...event, objects: [digestOfDataset] })        // accepted',
  },
  'AUDIT-E003': {
    title: 'the audit log cannot be written',
    explanation:
      'A write or sync of the log failed, for instance because the disk is full. After a failed sync nobody knows what is on disk, so the log is marked as failed and takes nothing more. Every action that waited for its record must not happen. Events that were acknowledged before are safe and are found again when the log is opened.',
    example: 'df -h .attestry      # full\n# free space, then:\nattestry resume 01J...',
  },
  'AUDIT-E004': {
    title: 'another process writes this log',
    explanation:
      'A log has one writer, which gives out the indexes. The lock file names a process that still runs, so a second writer is refused. The lock of a process that has died is taken over by itself. Wait for the other process, or stop it.',
    example: 'attestry resume 01J...     # while the same run still goes on in another terminal',
  },
  'AUDIT-E005': {
    title: 'the audit log is damaged',
    explanation:
      'Bytes of the log do not fit together: a bundle, a payload line or the journal is not what the signed checkpoint or the entries say. Somebody changed the files, or the disk lost data. The log is neither continued nor read past the damage. Verify the folder to see every damaged file, and restore them from a copy.',
    example: 'attestry verify .attestry/runs/01J...\n# log/tile/entries/000.p/7: does not fit the checkpoint',
  },
  'AUDIT-E006': {
    title: 'the audit log has been closed',
    explanation:
      'An event was appended after the run had ended and its log had been closed. It was not recorded. Append events while the run is open, and await them before it ends.',
    example: 'await log.close()\nawait log.append(event)     // refused',
  },
  'AUDIT-E007': {
    title: 'no audit log here',
    explanation:
      'The folder has no log/ with a checkpoint or a journal in it. Perhaps the path names the workspace and not a run. Perhaps the run was never started. Name the folder of a run.',
    example:
      'attestry verify .attestry                 # refused\nattestry verify .attestry/runs/01J...      # accepted',
  },
  'AUDIT-E010': {
    title: 'a verifier key is malformed',
    explanation:
      'A verifier key is one line: a name, eight hex digits and base64, joined by plus signs. The digits are derived from name and key, so a key that was cut or altered does not fit them. Only Ed25519 keys are supported. Copy the whole line.',
    example: 'attestry.dev/log/5f0c+1a2b3c4d+AXy...     # name + id + base64',
  },
  'AUDIT-E011': {
    title: 'a signed note does not verify',
    explanation:
      'A checkpoint is a text with signature lines below. It counts only when the expected key signed exactly this text. A changed bit, a signature by another key, or text in another form is refused. Check that you hold the right verifier key, then get the file again.',
    example: 'attestry verify run --key other-log.vkey     # refused: no signature is by the expected key',
  },
  'AUDIT-E012': {
    title: 'a signing key cannot be used',
    explanation:
      'The key file is missing, is not an Ed25519 private key, or does not belong to the verifier key beside it. Nothing is signed with a doubtful key, and no new key is made in its place. Logs and statements that it signed before still verify with its public key. Restore the file from its backup.',
    example: 'ls -l .attestry/keys/log.key .attestry/keys/log.vkey',
  },
  'AUDIT-E013': {
    title: 'a principal of this name exists',
    explanation:
      'Creating a key never replaces one and never changes the roles of somebody who is already listed. A person who silently got a second key could sign twice. Choose another name, or remove the old entry on purpose.',
    example: 'attestry keys create --name ana --roles approver     # a second time',
  },
  'AUDIT-E014': {
    title: 'the principals file is malformed',
    explanation:
      'principals.json says whose signatures count, and for which roles. It has a list of names, roles and verifier keys; every name and every key stands there once. A file in another form is refused as a whole, since guessing could give somebody a role. Mend the file.',
    example: '{ "principals": [{ "name": "ana", "roles": ["approver"], "keys": ["ana+1a2b3c4d+AXy..."] }] }',
  },
  'AUDIT-E015': {
    title: 'a run may not sign this itself',
    explanation:
      'Approvals, attestations and resolutions are decisions of people. The key of the run signs only what the software itself observed: evidence and deployments of this run. A statement of another type, or about another run, is refused. Let a person sign it with their own key.',
    example:
      "statements.write({ type: 'approval', ... })     // refused\nattestry approve 01J... --as ana               // accepted",
  },
  'AUDIT-E016': {
    title: 'a statement does not verify',
    explanation:
      'A signed statement counts only when its signature verifies over its exact bytes, a known principal or the run made it, and that signer may make statements of this type. Anything else is set aside with the reason and supports nothing. Have it signed again.',
    example: 'evidence/0003-approval.dsse.json: no known principal has the key that signed it',
  },
}
