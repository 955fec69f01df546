import { AttestryError, type ErrorCatalogue, type Reason } from '@attestry/core'
import type { AccountDataFinding } from './scan-batch.js'

/** Every code of the package. The first three stop a run; the others are reasons of a verdict. */
export const errorCatalogue: ErrorCatalogue = {
  'PCI-E001': {
    title: 'authentication data in the rows',
    explanation:
      'Track data, card verification codes and PINs may not be kept once a payment is authorised, not even encrypted. Rows of this run hold some, so the run stopped before anything was stored or trained, and no option changes that. Take the columns or the text out at their source, find out how they came there, and run again.',
    example: 'a column `cvv`   →   no such column in the source',
  },
  'PCI-E002': {
    title: 'card numbers in the rows',
    explanation:
      "Card numbers do not belong in training data: a model can repeat what it read. Rows of this run hold numbers with an issuer's range, a fitting length and a fitting check digit, so the set is out of use until somebody looked at it (12.10.7). Replace the numbers by tokens at the source; only where a person declares the cardholder data environment are they removed here instead, and what is left after removal stops the run as well.",
    example: '"note": "paid with <card number>"   →   "note": "paid with <token>"',
  },
  'PCI-E003': {
    title: 'hashes of card numbers that nobody declared as keyed',
    explanation:
      'There are so few card numbers that a plain hash of one is found by trying all of them, so a hash must be keyed and cover the whole number (3.5.1.1). A column named after cards holds digests, and whether a digest is keyed cannot be seen. Drop the column, or declare that its hashes are keyed, which a person answers for.',
    example: '"options": { "keyedHashes": ["card_hash"] }',
  },
  'PCI-E004': {
    title: 'the config names no change ticket',
    explanation:
      'A change goes to production by a procedure, and the ticket is the trace of its request and its impact. The config has no deployment.changeTicket. The ticket is part of the config that people approve, so it cannot be added afterwards: set it and run again.',
    example: '"deployment": {}   →   "deployment": { "changeTicket": "CHG-1042" }',
  },
  'PCI-E005': {
    title: 'the change was not tested',
    explanation:
      'A change is tested before it goes to production. No assessment of this model has a value: either no loaded plugin assesses models, or everything came out as not assessed. Load a plugin that assesses models and give it enough test rows, then run again.',
    example: 'plugins: [pci-dss]   →   plugins: [pci-dss, bias]',
  },
  'PCI-E006': {
    title: 'too few approvals by other people',
    explanation:
      'Somebody other than the author approves a change, in a role of their own (6.5.1, 6.5.4). Fewer people than required approved exactly these digests; the author and names that several people share do not count. Ask others to approve this run, then continue it.',
    example: 'no approval   →   one approval by another person',
  },
  'PCI-E007': {
    title: 'there is no back-out plan',
    explanation:
      "A change can be taken back, and how is written down before it is made. The register holds no fresh attestation 'back-out-plan' that covers this purpose and dataset. Have the responsible person sign one, then continue the run.",
    example: "attest 'back-out-plan' for this purpose",
  },
  'PCI-E008': {
    title: 'the config does not say where the run lives',
    explanation:
      'Pre-production and production are kept apart, which can only be checked when the config says which one this is. It has no environment. The environment is part of the config, so set it and run again.',
    example: '"environment": "pre-production"',
  },
  'PCI-E009': {
    title: 'training in production',
    explanation:
      'Training is pre-production work: it reads data, runs new code and makes what nobody has approved yet. This run lives in the production environment, which has to be kept apart from such work (6.5.3). Run it in another environment and bring the approved model over.',
    example: '"environment": "production"   →   "environment": "pre-production"',
  },
  'PCI-E010': {
    title: 'the author is no single person',
    explanation:
      "Every action is traced to one person, so shared names are the exception and never ask for a run. The author's name is empty, generic, or among those declared as shared. Put the person's own name into the config and run again.",
    example: '"author": "admin"   →   "author": "ada@example.org"',
  },
  'PCI-E011': {
    title: 'a connection that may not be encrypted',
    explanation:
      'Over open networks data moves under strong cryptography only. The config allows connections whose port is not one of a protocol that is TLS from its first byte, or allows any host. Name each host with such a port, or allow none, and run again.',
    example: '"allow": ["hooks.example.org"]   →   "allow": ["hooks.example.org:443"]',
  },
  'PCI-E012': {
    title: 'the log does not cover what it must',
    explanation:
      "The run's own log was read back and lacks something: a field, a kind of event, or an index. A log with holes cannot show who did what, so nothing is deployed on it. Keep the folder as it is for whoever looks into it, mend the cause, and run again.",
    example: 'an outcome without a result   →   an outcome with result `ok`',
  },
  'PCI-E013': {
    title: 'nobody decides on access',
    explanation:
      'Access is denied unless a grant allows it, and that has to be shown. No loaded mechanism decides on access, so nothing here can show it. Load one, such as the access part of the governance mechanism, with a policy and grants, then continue the run.',
    example: 'plugins: [pci-dss]   →   plugins: [pci-dss, governance]',
  },
  'PCI-E014': {
    title: 'access without a grant',
    explanation:
      'Access control must deny what nobody granted. A principal that has no grant was allowed to act, so the policy in force lets strangers through. Mend the policy, then continue the run.',
    example: 'a policy for any principal   →   a policy for a role',
  },
  'PCI-E015': {
    title: 'grants that nobody reviewed in time',
    explanation:
      'Grants are looked at again every six months, so that people who changed work lose theirs. Some grants in force were neither given nor reviewed within that time, or carry no date that can be read. Review or revoke them, then continue the run.',
    example: 'a grant of January, never reviewed   →   the same grant, reviewed this month',
  },
  'PCI-E016': {
    title: 'nothing shows that the data at rest is encrypted',
    explanation:
      'Keys are judged by the evidence that the encryption of the data left, and the run holds none that passed. Either no loaded mechanism encrypts, or something lay there in clear. Load the mechanism that provides Vault, look at the evidence encryption-at-rest, and run again.',
    example: 'plugins: [pci-dss]   →   plugins: [pci-dss, vault]',
  },
  'PCI-E017': {
    title: 'a key is not protected',
    explanation:
      'The key of the data lies beside it only encrypted by another key, is the one the data was written under, and no secret key lies where others are given files or can read them. At least one of these does not hold; the message says which. Take the secret key away or close its file, exchange it if somebody may have seen it, then continue the run.',
    example: 'keys/vault.key with mode 0644   →   mode 0600',
  },
  'PCI-E018': {
    title: 'an exception was not followed up',
    explanation:
      'A scheduled check failed at its latest run, so what it looks after is not looked after. Exceptions that a review finds are dealt with before the next change. Find out why it failed, let it run again, then continue the run.',
    example: 'daily-log-review: failed   →   daily-log-review: ok',
  },
}

const notesOf = (findings: readonly AccountDataFinding[]): readonly string[] =>
  findings.map(
    ({ column, kind, rows }) => `column '${column}': ${kind} in ${rows} ${rows === 1 ? 'row' : 'rows'}${shape[kind]}`,
  )

/** How such data looks, without a digit of any. */
const shape: Readonly<Record<AccountDataFinding['kind'], string>> = {
  pan: ', of the shape ****',
  track: ', of the shape ****=****',
  'card-verification-code': ', of the shape ***',
  pin: ', of the shape ****',
}

/** PCI-E001. */
export const authenticationDataFound = (findings: readonly AccountDataFinding[]): AttestryError =>
  new AttestryError({
    code: 'PCI-E001',
    message: `${findings.length === 1 ? 'a column holds' : `${findings.length} findings of`} authentication data of cards`,
    where: { control: 'PCI-3.3.1' },
    notes: notesOf(findings),
    help: 'take it out at its source; no option lets it through',
  })

/** PCI-E002. `when` says at which scan. */
export const accountDataFound = (findings: readonly AccountDataFinding[], when: string): AttestryError =>
  new AttestryError({
    code: 'PCI-E002',
    message: `account data of cards was found ${when}`,
    where: { control: 'PCI-6.5.5' },
    notes: notesOf(findings),
    help: 'set the data aside, find out how it came there, and replace the numbers by tokens at the source',
  })

/** PCI-E003. */
export const hashesNotDeclared = (columns: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'PCI-E003',
    message: `column '${columns[0]}' holds digests that nobody declared as keyed`,
    where: { control: 'PCI-3.5.1.1' },
    notes: columns.slice(1).map(column => `column '${column}' as well`),
    help: "drop the column, or list it under 'keyedHashes' when its hashes are keyed",
  })

/** PCI-E004. */
export const changeTicketMissing = (): Reason => ({
  code: 'PCI-E004',
  note: 'the config names no change ticket',
  kind: 'refused',
  control: 'PCI-6.5.1',
  help: 'set deployment.changeTicket in the config and run again',
})

/** PCI-E005. */
export const changeNotTested = (): Reason => ({
  code: 'PCI-E005',
  note: 'no assessment of this model has a value',
  kind: 'refused',
  control: 'PCI-6.5.1',
  help: 'load a plugin that assesses models, with enough test rows, and run again',
})

/** PCI-E006. */
export const tooFewApprovals = (counted: number, required: number): Reason => ({
  code: 'PCI-E006',
  note: `${counted} people other than the author approved < ${required} required`,
  kind: 'pending',
  control: 'PCI-6.5.1',
  help: 'ask other people to approve this run, then continue it',
})

/** PCI-E007. */
export const backOutPlanMissing = (state: 'stale' | 'missing'): Reason => ({
  code: 'PCI-E007',
  note: `the attestation 'back-out-plan' is ${state}`,
  kind: 'pending',
  control: 'PCI-6.5.1',
  help: "have the responsible person sign 'back-out-plan' for this purpose, then continue the run",
})

/** PCI-E008. */
export const environmentNotSaid = (): Reason => ({
  code: 'PCI-E008',
  note: 'the config names no environment',
  kind: 'refused',
  control: 'PCI-6.5.3',
  help: 'set environment in the config and run again',
})

/** PCI-E009. */
export const trainedInProduction = (): Reason => ({
  code: 'PCI-E009',
  note: 'training ran in the production environment',
  kind: 'refused',
  control: 'PCI-6.5.3',
  help: 'run in another environment and bring the approved model over',
})

/** PCI-E010. */
export const principalShared = (): Reason => ({
  code: 'PCI-E010',
  note: 'the author is not one person by name',
  kind: 'refused',
  control: 'PCI-8.2.1',
  help: "put the person's own name into the config and run again",
})

/** PCI-E011. */
export const transportNotEncrypted = (hosts: readonly string[]): Reason => ({
  code: 'PCI-E011',
  note: `not shown to be encrypted: ${hosts.join(', ')}`,
  kind: 'refused',
  control: 'PCI-4.2.1',
  help: 'name each host with a port of TLS, or allow none, and run again',
})

/** PCI-E012. */
export const logNotCovering = (gaps: readonly string[]): Reason => ({
  code: 'PCI-E012',
  note: `the log of the run: ${gaps.join('; ')}`,
  kind: 'refused',
  control: 'PCI-10.2.1',
  help: 'keep the folder as it is, mend the cause, and run again',
})

/** PCI-E013. */
export const accessServiceMissing = (): Reason => ({
  code: 'PCI-E013',
  note: 'no mechanism decides on access',
  kind: 'pending',
  control: 'PCI-7.3.1',
  help: 'load a mechanism that provides AccessControl, then continue the run',
})

/** PCI-E014. */
export const accessNotDenied = (allowed: number): Reason => ({
  code: 'PCI-E014',
  note: `${allowed} actions are allowed to a principal without a grant`,
  kind: 'pending',
  control: 'PCI-7.3.1',
  help: 'mend the policy so that only granted roles may act, then continue the run',
})

/** PCI-E015. */
export const accessNotReviewed = (count: number): Reason => ({
  code: 'PCI-E015',
  note: `${count} grants in force were not reviewed within six months`,
  kind: 'pending',
  control: 'PCI-7.2.4',
  help: 'review or revoke them, then continue the run',
})

/** PCI-E016. */
export const encryptionNotShown = (): Reason => ({
  code: 'PCI-E016',
  note: 'no evidence shows that the data at rest is encrypted',
  kind: 'refused',
  control: 'PCI-3.6.1',
  help: 'load a mechanism that encrypts, and run again',
})

/** PCI-E017. Names of files; never a key. */
export const keysNotProtected = (problems: readonly string[]): Reason => ({
  code: 'PCI-E017',
  note: `keys: ${problems.join('; ')}`,
  kind: 'pending',
  control: 'PCI-3.6.1',
  help: 'take the key away or close its file, exchange it if somebody may have seen it, then continue the run',
})

/** PCI-E018. */
export const exceptionOpen = (name: string): Reason => ({
  code: 'PCI-E018',
  note: `the scheduled check '${name}' failed at its latest run`,
  kind: 'pending',
  control: 'PCI-10.4.3',
  help: 'find out why, let it run again, then continue the run',
})
