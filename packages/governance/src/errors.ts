import { AttestryError, type ErrorCatalogue, type Reason } from '@attestry/core'
import { accessErrors } from './access/errors.js'
import { factErrors } from './facts/errors.js'
import { registerErrors } from './register/errors.js'
import { erasureErrors } from './subject/erasure-errors.js'
import { subjectErrors } from './subject/errors.js'
import { retentionErrors } from './retention/errors.js'
import { lineageErrors } from './lineage/errors.js'

/** Every code of this package. */
export const errorCatalogue: ErrorCatalogue = {
  ...factErrors,
  ...retentionErrors,
  ...registerErrors,
  ...subjectErrors,
  ...erasureErrors,
  'GOV-E001': {
    title: 'the consent file cannot be read',
    explanation:
      'The plugin option consent names a file with one consent event per line, and it is missing, not a regular file, not UTF-8 or too large. Going on would treat everybody as a person without a record, or worse. Paths are relative to the folder of the config. Mend the path or the file.',
    example: "{ use: '@attestry/governance', options: { consent: 'consent.jsonl' } } fails when the file is not there.",
  },
  'GOV-E002': {
    title: 'a consent event cannot be read',
    explanation:
      'A line of the consent file is not an event with subject, purpose, state, at, notice and at most expires. The event could be a withdrawal, so leaving it out could use the data of somebody who said no. The message names the line and the field, never the person. Mend that line.',
    example:
      '{"subject":"u1","purpose":"support","state":"yes","at":"2026-01-01T00:00:00Z","notice":"v1"} fails; the state is \'given\', \'withdrawn\' or \'refused\'.',
  },
  'GOV-E003': {
    title: 'the key of the subject handles cannot be used',
    explanation:
      'keys/subjects.key in the workspace holds the secret under which identifiers are looked up. It is missing although handles exist, has another length than 32 bytes, or other users may read it. With another key the same person would get a second handle, and a withdrawal would no longer find the first. Restore the file from a copy, or take the rights of others away.',
    example: 'chmod 644 .attestry/keys/subjects.key fails; chmod 600 mends it.',
  },
  'GOV-E004': {
    title: 'the table of subject handles is damaged',
    explanation:
      'A line of keys/subjects.jsonl is not an entry, or two lines disagree. A last line cut off by a crash is tolerated, since nothing names its handle yet; anything else means that the file was edited. Whoever stood in the damaged line could no longer be found. Restore the file from a copy.',
    example: 'Deleting the first half of a line in .attestry/keys/subjects.jsonl fails.',
  },
  'GOV-E011': {
    title: 'two runs met the same new people at the same time',
    explanation:
      'A person has one handle in a workspace, and two runs that read the same people for the first time would each make one. Consent, erasure and the privacy budget of a person would then be looked up under one handle and kept under another. The first run to write keeps its handles, and nothing that names those of the other was written. Go on with the other run, which finds the handles that are there.',
    example: 'Starting two runs over a new file at once may stop one of them; `attestry resume` lets it go on.',
  },
  'GOV-E012': {
    title: 'the table of subject handles is in use for too long',
    explanation:
      'Handles of new people are written under a lock, which takes milliseconds. Another process has kept it for half a minute, so its disk is very slow or it was stopped in the middle. Nothing was written. Start again when the other process has gone on or ended.',
    example: 'A run that is suspended while it writes keeps others waiting, and after 30 seconds they stop.',
  },
  'GOV-E005': {
    title: 'the options of the governance plugin are not valid',
    explanation:
      'The plugin knows the options consent, policies, access, baseDirectory and trustedClock. An unknown name is refused, because a consent file under a misspelt name would be ignored. Mend the entry in the plugins list of the config.',
    example: "{ use: '@attestry/governance', options: { consents: 'c.jsonl' } } fails; the option is called consent.",
  },
  'GOV-E006': {
    title: 'a document that a plugin asks for has not been attested',
    explanation:
      'A regulation asks for a document or decision that software cannot make, such as an impact assessment. No person has signed an attestation of that kind that covers the purpose and the dataset of this run. Deployment waits until somebody does. Write the document, then sign that it exists with the command in the help, and resume the run.',
    example: 'attestry attest --kind dpia --as dana --title "DPIA 2026-14" --expires 2027-06-30',
  },
  'GOV-E007': {
    title: 'the attestation of a document has expired',
    explanation:
      'The newest attestation of the kind that covers this run has a date after which it no longer counts, and that date has come. An older one does not stand in for it. Deployment waits until a person has looked at the document again. Review it, then sign a new attestation with the command in the help, and resume the run.',
    example: 'attestry attest --kind dpia --as dana --title "DPIA 2026-14, reviewed" --expires 2028-06-30',
  },
  'GOV-E008': {
    title: 'there are too few approvals',
    explanation:
      'Approvals count when they name exactly the digests of this run, have not expired, and come from different people with different keys, never from the author. The reason says how many of how many count, and why others do not. Two keys prove two keys: that they belong to two people is for the organisation to see to. Let somebody else approve with the command in the help, and resume the run.',
    example: 'attestry approve 01JD8T --as emil --reason "figures reviewed"',
  },
  'GOV-E009': {
    title: 'somebody has rejected exactly this run',
    explanation:
      'A person with a known key signed a rejection over exactly the digests of this run. It stands however many others approve, because an objection must not be outvoted in silence. A rejection is kept with the run and cannot be taken back for it. Settle the objection, change what it is about, and start a new run.',
    example: 'attestry approve 01JD8T --as emil --reject --reason "test set too small"',
  },
  'GOV-E010': {
    title: 'an identifier is empty',
    explanation:
      'A handle was asked for an identifier without a character. Everybody without an identifier would then share one handle, and one withdrawal would speak for all of them. Give such rows a handle of their own, as the data readers do.',
    example: "handles.handleOf('') fails; leave the subject column empty in the source instead.",
  },
  ...lineageErrors,
  ...accessErrors,
}

/** GOV-E001. */
export const consentUnreadable = (file: string, reason: string): AttestryError =>
  new AttestryError({
    code: 'GOV-E001',
    message: `the consent file '${file}' cannot be read: ${reason}`,
    where: { file },
    help: 'mend the option consent of @attestry/governance, or the file',
  })

/** GOV-E002. Names line and field, never a value. */
export const consentEventBad = (file: string, line: number, problem: string): AttestryError =>
  new AttestryError({
    code: 'GOV-E002',
    message: `line ${line} of the consent file is not a consent event: ${problem}`,
    where: { file, line },
    help: 'write {"subject","purpose","state","at","notice"} and at most "expires", one event per line',
  })

/** GOV-E003. */
export const keyUnusable = (problem: string): AttestryError =>
  new AttestryError({
    code: 'GOV-E003',
    message: `the key of the subject handles cannot be used: ${problem}`,
    where: { file: 'keys/subjects.key' },
    help: 'restore keys/subjects.key from a copy, readable by its owner alone (chmod 600)',
  })

/** GOV-E004. */
export const handlesDamaged = (line: number): AttestryError =>
  new AttestryError({
    code: 'GOV-E004',
    message: `line ${line} of the table of subject handles is damaged`,
    where: { file: 'keys/subjects.jsonl', line },
    help: 'restore keys/subjects.jsonl from a copy',
  })

/** GOV-E011. */
export const handlesTaken = (people: number): AttestryError =>
  new AttestryError({
    code: 'GOV-E011',
    message: `another run named ${people} of the same new people first`,
    where: { file: 'keys/subjects.jsonl' },
    help: 'go on with this run by `attestry resume`, or start it again: it takes the handles that are there now',
  })

/** GOV-E012. */
export const handlesBusy = (holder: string): AttestryError =>
  new AttestryError({
    code: 'GOV-E012',
    message: `the table of subject handles is kept by ${holder}`,
    where: { file: 'keys/subjects.jsonl.lock' },
    help: 'wait until the other run has read its data, and start again',
  })

/** GOV-E005. */
export const badOptions = (problems: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'GOV-E005',
    message: `the options of @attestry/governance are not valid: ${problems[0]}`,
    notes: problems.slice(1),
    help: 'use consent (a JSONL file), policies (a Cedar file), access, baseDirectory (a folder) and trustedClock (a clock)',
  })

/** GOV-E010. */
export const emptyIdentifier = (): AttestryError =>
  new AttestryError({
    code: 'GOV-E010',
    message: 'a handle was asked for an empty identifier',
    help: 'give rows without an identifier a random handle of their own',
  })

const attestCommand = (kind: string): string =>
  `attestry attest --kind ${kind} --as <principal> --title "..." --expires <date>`

/** GOV-E006, as a reason: a person can still meet it. */
export const documentMissing = (kind: string, control: string, detail: string): Reason => ({
  code: 'GOV-E006',
  note: `document '${kind}' is missing: ${detail}`,
  kind: 'pending',
  control,
  help: attestCommand(kind),
})

/** GOV-E007, as a reason: a person can still meet it. */
export const documentStale = (kind: string, control: string, expired: string): Reason => ({
  code: 'GOV-E007',
  note: `document '${kind}' expired on ${expired}`,
  kind: 'pending',
  control,
  help: attestCommand(kind),
})

/** GOV-E008, as a reason: a person can still meet it. */
export const tooFewApprovals = (
  count: number,
  needed: number,
  control: string,
  run: string,
  voided: readonly { readonly signer: string; readonly reason: string }[],
): Reason => {
  const listed = voided.slice(0, 5).map(({ signer, reason }) => `${signer}: ${reason}`)
  const more = voided.length > 5 ? [`${voided.length - 5} more`] : []
  return {
    code: 'GOV-E008',
    note: `${count} of ${needed} approvals${voided.length > 0 ? `; void: ${[...listed, ...more].join('; ')}` : ''}`,
    kind: 'pending',
    control,
    help: `attestry approve ${run} --as <principal>`,
  }
}

/** GOV-E009, as a reason: it stands for this run. */
export const runRejected = (signers: readonly string[], control: string | undefined): Reason => ({
  code: 'GOV-E009',
  note: `rejected by ${signers.join(', ')}`,
  kind: 'refused',
  ...(control !== undefined && { control }),
  help: 'settle the objection, and start a new run',
})
