import { AttestryError, type ErrorCatalogue, type Reason } from '@attestry/core'

/** Every code of the package. */
export const errorCatalogue: ErrorCatalogue = {
  'HIPAA-E001': {
    title: 'identifiers are left after removal',
    explanation:
      'After all plugins had worked on a batch, the detector looked once more and still found identifiers. Safe harbor asks for all of the listed kinds to be gone, so the run stopped before anything was written. The message gives counts by type and never a value. Most often a column that is only kept, or used as a group, holds free text: leave it out of the config, or load the plugin that removes identifiers.',
    example: '"keep": ["nurse_note"]   →   "keep": []',
  },
  'HIPAA-E002': {
    title: 'nobody stated under which permission the information is used',
    explanation:
      'Health information is used only as the rule permits: for treatment, payment or operations, with the authorisation of each person, under a waiver of a review board, or as a limited data set. Which of these applies is a decision of people, and the option permittedUse carries it. Without it nothing is deployed; ask whoever answers for privacy, state it in the config, and run again.',
    example: '{ "method": "safe-harbor" }   →   { "method": "safe-harbor", "permittedUse": "operations" }',
  },
  'HIPAA-E003': {
    title: 'a column is kept without a reason',
    explanation:
      'Use is limited to the fields that the task needs. Text, label, features and groups say by their place what they are for; a column under data.keep does not, and the option fieldReasons gives no reason for it. Take the column out of data.keep, or write down why it is needed, and run again.',
    example: '"keep": ["admitted"]   →   "fieldReasons": { "admitted": "the consent filter reads it" }',
  },
  'HIPAA-E004': {
    title: 'several people act under the name that asks for the run',
    explanation:
      'Every user has a name of their own, so that the log can tell who did what. The author that the config names is empty, generic, or among the names that the options call shared. Put the name of the person who asks for the run, and run again.',
    example: '"author": "ml-admin"   →   "author": "ada"',
  },
  'HIPAA-E005': {
    title: 'a column holds what reads like hashes',
    explanation:
      'A code that leads back to a person must not be derived from what is known about them, and a hash of a record number or a name is: it is found by hashing all of them. A column holds values of the length and alphabet of hashes, and nobody declared its codes as random, so the run stopped. Replace the codes by random ones at the source, or, when they are random, name the column in the option randomCodes.',
    example: '{ "patient_code": "5f4dcc3b…" }   →   "randomCodes": ["patient_code"], when they are',
  },
  'HIPAA-E006': {
    title: 'a statement of a person does not verify',
    explanation:
      'Beside the run lies an approval or an attestation whose signature does not verify, or whose key no principal has. Whoever asks for something is verified to be who they say, so nothing is deployed beside a statement that anybody could have written. Look at the list of rejected files with attestry verify, take the file away or have it signed again, and continue this run.',
    example: 'register/attestation-dpia-dana.dsse.json changed after it was signed   →   dana signs again',
  },
  'HIPAA-E007': {
    title: 'access is allowed without a grant',
    explanation:
      'A principal that nobody ever granted anything was allowed to act. Access to health information begins with a grant by somebody, and without one the answer is no. Mend the policy that allows it, and continue this run.',
    example: 'permit (principal, action, resource);   →   a policy that asks for a role',
  },
  'HIPAA-E008': {
    title: 'people granted access to themselves',
    explanation:
      'Access to health information is granted by somebody who is entitled to, and that is not the one who gets it. A grant names the same person on both sides, or nobody as the one who granted. Revoke it, let somebody else grant it, and continue this run.',
    example: 'bob, engineer, granted by bob   →   bob, engineer, granted by cyd',
  },
  'HIPAA-E009': {
    title: 'a host may be reached without encryption',
    explanation:
      'The run may connect to a host, and nothing says that the connection is under TLS: the host names no port, or one whose protocol is not TLS from its first byte. Health information on its way over a network is guarded against unauthorised eyes. Name a port of TLS, or take the host out of network.allow, and run again.',
    example: '"allow": ["mail.example.org:25"]   →   "allow": ["mail.example.org:465"]',
  },
  'HIPAA-E010': {
    title: 'the run may connect anywhere',
    explanation:
      'Local processing is switched off, so the run may connect to any host, and nobody can say how. Health information on its way over a network is guarded against change and against unauthorised eyes. Leave network.localOnly on and name the hosts that are needed, then run again.',
    example: '"network": { "localOnly": false }   →   "network": { "allow": ["mail.example.org:465"] }',
  },
  'HIPAA-E011': {
    title: 'emergency access lasts longer than a day',
    explanation:
      'Access in an emergency goes round the usual approval, so it is short. A grant of the role emergency lasts longer than 24 hours, or its times cannot be read. Revoke it, and let somebody grant a role that fits the work.',
    example: 'emergency until 2026-12-24   →   emergency until tomorrow, or the role operator',
  },
  'HIPAA-E012': {
    title: 'nobody reviewed emergency access that has ended',
    explanation:
      'What was done with emergency access is looked at afterwards, by somebody else. A grant of the role emergency has ended, and no review of it is on record since. Review it, and continue this run.',
    example: 'attestry access review bob emergency --as dana',
  },
}

/** HIPAA-E001. Counts by type; never a value. */
export const identifiersLeft = (residue: Readonly<Record<string, number>>, control: string): AttestryError => {
  const counts = Object.entries(residue).sort(([a], [b]) => (a < b ? -1 : 1))
  const total = counts.reduce((sum, [, count]) => sum + count, 0)
  return new AttestryError({
    code: 'HIPAA-E001',
    message: `${total} ${total === 1 ? 'identifier is' : 'identifiers are'} left after removal (${counts.map(([type, count]) => `${type} ${count}`).join(', ')})`,
    where: { control },
    notes: ['45 CFR 164.514(b): identifiers are removed, or an expert determines that the risk is very small'],
    help: "leave columns with free text out of 'data.keep' and 'data.groups', and load a plugin that removes identifiers",
  })
}

/** HIPAA-E002. */
export const useNotStated = (): Reason => ({
  code: 'HIPAA-E002',
  note: 'nobody stated under which permission this information is used',
  kind: 'refused',
  control: 'HIPAA-164.502(a)',
  help: "set the option 'permittedUse' and run again",
})

/** HIPAA-E003. */
export const fieldWithoutReason = (name: string): Reason => ({
  code: 'HIPAA-E003',
  note: `column '${name}' is kept without a reason`,
  kind: 'refused',
  control: 'HIPAA-164.502(b)',
  help: "take it out of 'data.keep', or give its reason in 'fieldReasons', and run again",
})

/** HIPAA-E004. */
export const userShared = (): Reason => ({
  code: 'HIPAA-E004',
  note: 'several people act under the name that asks for the run',
  kind: 'refused',
  control: 'HIPAA-164.312(a)(1)',
  help: 'put the name of one person as author and run again',
})

/** HIPAA-E005. Names of columns; never a value. */
export const codesMayBeDerived = (columns: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'HIPAA-E005',
    message: `${columns.length === 1 ? 'a column holds' : `${columns.length} columns hold`} what reads like hashes`,
    where: { control: 'HIPAA-164.514(c)' },
    notes: columns.map(name => `column '${name}'`),
    help: "use random codes; when they are, name the column in the option 'randomCodes'",
  })

/** HIPAA-E006. */
export const statementsRejected = (files: number): Reason => ({
  code: 'HIPAA-E006',
  note: `${files} ${files === 1 ? 'statement does' : 'statements do'} not verify`,
  kind: 'pending',
  control: 'HIPAA-164.312(d)',
  help: 'see `attestry verify`; take the files away or have them signed again, then continue this run',
})

/** HIPAA-E007. */
export const accessNotDenied = (actions: number): Reason => ({
  code: 'HIPAA-E007',
  note: `${actions} ${actions === 1 ? 'action is' : 'actions are'} allowed without a grant`,
  kind: 'pending',
  control: 'HIPAA-164.308(a)(3)',
  help: 'mend the policy that allows it, then continue this run',
})

/** HIPAA-E008. */
export const accessOfOneself = (grants: number): Reason => ({
  code: 'HIPAA-E008',
  note: `${grants} ${grants === 1 ? 'grant names' : 'grants name'} nobody else as the one who approved`,
  kind: 'pending',
  control: 'HIPAA-164.308(a)(3)',
  help: 'revoke them, let somebody else grant them, then continue this run',
})

/** HIPAA-E009. */
export const transmissionOpen = (host: string): Reason => ({
  code: 'HIPAA-E009',
  note: `'${host}' may be reached without encryption`,
  kind: 'refused',
  control: 'HIPAA-164.312(e)(1)',
  help: 'name a port of TLS, or take the host out, and run again',
})

/** HIPAA-E010. */
export const anyHostReachable = (): Reason => ({
  code: 'HIPAA-E010',
  note: 'the run may connect to any host',
  kind: 'refused',
  control: 'HIPAA-164.312(e)(1)',
  help: "leave 'network.localOnly' on and name the hosts that are needed, then run again",
})

/** HIPAA-E011. */
export const emergencyTooLong = (grants: number): Reason => ({
  code: 'HIPAA-E011',
  note: `${grants} ${grants === 1 ? 'grant' : 'grants'} of emergency access ${grants === 1 ? 'lasts' : 'last'} longer than 24 hours`,
  kind: 'pending',
  control: 'HIPAA-164.312(a)(2)(ii)',
  help: 'attestry access revoke, then grant a role that fits the work',
})

/** HIPAA-E012. */
export const emergencyNotReviewed = (grants: number): Reason => ({
  code: 'HIPAA-E012',
  note: `${grants} ${grants === 1 ? 'grant' : 'grants'} of emergency access ended and ${grants === 1 ? 'was' : 'were'} not reviewed`,
  kind: 'pending',
  control: 'HIPAA-164.312(a)(2)(ii)',
  help: 'attestry access due, then attestry access review',
})
