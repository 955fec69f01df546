import { AttestryError, type ErrorCatalogue, type Reason } from '@attestry/core'

/** Codes of consent that is recorded and of requests of people. */
export const subjectErrors: ErrorCatalogue = {
  'GOV-E101': {
    title: 'a consent event cannot be recorded',
    explanation:
      'An event has a subject, a purpose, a state, a time with offset and the notice that the person saw. This one lacks a field or has one that is not known, and nothing was written. A run would stop at such a line, because it may be a withdrawal. The message names the field, never the person. Mend the event and record it again.',
    example: "recordConsent('consent.jsonl', { …, at: 'yesterday' }) fails; write '2026-11-05T09:00:00Z'.",
  },
  'GOV-E102': {
    title: 'a request of a person cannot be opened',
    explanation:
      'A case has the handle of a person, a kind of request and the instant at which the request came in. The clocks count from that instant, so one in the future, or one that cannot be read, would give a later date than the law does. Mend what the message names, and open the case again.',
    example: "openCase(…, { subject: 'ada@example.org', kind: 'erasure' }) fails: a case holds handles only.",
  },
  'GOV-E103': {
    title: 'there is no such case',
    explanation:
      'The id is not that of any case in governance/cases.jsonl of this workspace. Nothing was changed. Ids are 26 characters long and are given out when a case is opened. List the cases and take the id from there.',
    example: "answerCase(…, 'case-7', …) fails, because ids are not chosen by hand.",
  },
  'GOV-E104': {
    title: 'a case cannot be changed any more',
    explanation:
      'An answered case is closed, and a period may be extended once, with a reason, before it has passed. Changing it afterwards would make a late answer look like one in time. Open a new case if the person asked again.',
    example: 'extendCase(…) fails the second time, and after the first period has passed.',
  },
  'GOV-E105': {
    title: 'a request of a person is past its clock',
    explanation:
      'The law says by when a request is answered, that day has passed, and the case is still open. Deployment waits until somebody answers it, because a person waits for it. The reason names the case and the clock, never the person. Answer the case, then continue the run.',
    example: 'A request for erasure of 3 March that is open on 4 April stops deployments under the GDPR.',
  },
  'GOV-E106': {
    title: 'nothing is held about a person of that identifier',
    explanation:
      'No source that a run names, no prepared dataset, no shard, no consent event and no case of this workspace knows the identifier, or it has no character. Nothing was touched. Identifiers are compared letter for letter with the subject column of the data. Check the spelling, and that the workspace is the right one; a person who was erased before is not known any more.',
    example: "eraseSubject(context, 'Ada@example.org') fails when the data say ada@example.org.",
  },
  'GOV-E109': {
    title: 'the folder of an export tells whose it is',
    explanation:
      "Where a person's data were put together is noted, so that an erasure finds them. The path holds the identifier itself, and the note is never taken back. Nothing was written. Name a folder that tells nothing about the person, such as one after the case.",
    example: "exportSubject(context, 'ada', '.attestry/exports/ada') fails.",
  },
}

/** GOV-E101. Names a field, never a value. */
export const eventRefused = (problem: string): AttestryError =>
  new AttestryError({
    code: 'GOV-E101',
    message: `the consent event is not recorded: ${problem}`,
    help: 'give subject, purpose, state, at and notice, and no field that is not known',
  })

/** GOV-E102. */
export const caseRefused = (problem: string): AttestryError =>
  new AttestryError({
    code: 'GOV-E102',
    message: `the case is not opened: ${problem}`,
    help: 'give the handle of the person, a kind of request, and the instant at which it came in',
  })

/** GOV-E103. */
export const noSuchCase = (id: string): AttestryError =>
  new AttestryError({
    code: 'GOV-E103',
    message: `there is no case '${id.slice(0, 40)}'`,
    help: 'list the cases and take the id from there',
  })

/** GOV-E104. */
export const caseClosed = (id: string, problem: string): AttestryError =>
  new AttestryError({
    code: 'GOV-E104',
    message: `the case ${id} is not changed: ${problem}`,
    help: 'open a new case if the person asked again',
  })

/** GOV-E105, as a reason: somebody can still answer. */
export const pastItsClock = (id: string, kind: string, by: string, control: string): Reason => ({
  code: 'GOV-E105',
  note: `case ${id} (${kind}) was due by ${by}`,
  kind: 'pending',
  control,
  help: 'answer the case, then continue the run',
})

/** GOV-E106. Never says which identifier. */
export const subjectUnknown = (): AttestryError =>
  new AttestryError({
    code: 'GOV-E106',
    message: 'nothing is held about a person of that identifier',
    help: 'check the spelling against the subject column of the data, and the workspace',
  })

/** GOV-E109. Does not repeat the folder. */
export const folderTells = (): AttestryError =>
  new AttestryError({
    code: 'GOV-E109',
    message: 'the path of the folder holds the identifier of the person',
    help: 'name a folder that tells nothing about the person, such as one after the case',
  })
