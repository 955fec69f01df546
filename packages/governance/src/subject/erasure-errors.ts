import { AttestryError, type ErrorCatalogue } from '@attestry/core'

/** Codes of erasure. */
export const erasureErrors: ErrorCatalogue = {
  'GOV-E107': {
    title: 'an erasure would reach more than half of the data',
    explanation:
      'More than half of the rows of a file, or of all shards, would belong to the one person who is to be erased. An identifier that stands for many, such as a placeholder or an empty default, looks like that. Nothing was touched. Check the subject column; if all of it really is one person, dispose of the file as a whole.',
    example: "eraseSubject(context, 'unknown') fails when 600 of 1,000 rows have 'unknown' as their subject.",
  },
  'GOV-E108': {
    title: 'a person whose data are held cannot be restricted',
    explanation:
      'A hold forbids to destroy the data, so the person is restricted instead: the data are kept and not used. That is an event in the file of consent events, and no such file is named. Without it the next run would use the data. Nothing was touched. Name a file under the option consent of @attestry/governance, and erase again.',
    example: 'eraseSubject(…) under a litigation hold fails in a workspace without a consent file.',
  },
  'GOV-E110': {
    title: 'nobody is erased while a run is at work',
    explanation:
      'A process works on a run of the workspace. It may hold rows of the person in memory, and would write them into shards, or train on them, after they were erased. Nothing was touched. Wait for the run to end, or stop it with Ctrl-C, and erase again. The lock of a process that has died does not count.',
    example: 'attestry subject erase, while attestry run trains in another terminal.',
  },
  'GOV-E111': {
    title: 'no run goes on while a person is being erased',
    explanation:
      'A process erases a person in this workspace. Rows that a run has read before could come back through it. The run was stopped before anything more was written. Wait for the erasure to end, and run again.',
    example: 'attestry run, while attestry subject erase rewrites the files of the same workspace.',
  },
}

/** GOV-E107. */
export const tooMuchOfTheData = (object: string, rows: number, total: number): AttestryError =>
  new AttestryError({
    code: 'GOV-E107',
    message: `${rows} of ${total} rows of ${object} would be erased for one person`,
    help: 'check the subject column; dispose of the file as a whole if all of it is one person',
  })

/** GOV-E108. */
export const cannotRestrict = (holds: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'GOV-E108',
    message: `the data are held (${holds.join(', ')}) and there is no file of consent events to restrict the person in`,
    help: 'name a file under the option consent of @attestry/governance',
  })

/** GOV-E110. */
export const runsAreAtWork = (runs: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'GOV-E110',
    message: `at work: run ${runs.join(', ')}; nothing was erased`,
    help: 'wait for it to end or stop it, then erase again',
  })

/** GOV-E111. @param holder such as `process 17` */
export const erasureIsAtWork = (holder: string): AttestryError =>
  new AttestryError({
    code: 'GOV-E111',
    message: `${holder} erases a person in this workspace`,
    help: 'wait for it to end, then run again',
  })
