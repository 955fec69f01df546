import { AttestryError, type ErrorCatalogue } from '@attestry/core'

/** Every code of the package. */
export const errorCatalogue: ErrorCatalogue = {
  'KIT-E001': {
    title: 'the log in memory was told to fail',
    explanation:
      'A test asked MemoryLog to reject one append, as a full disk would. The event was not stored. Code that meets this error must not have acted: an action whose record fails must not happen.',
    example: 'log.failNext(); await bus.act(…)   →   rejects, and the action never ran',
  },
  'KIT-E002': {
    title: 'a column of the test rows mixes numbers and text',
    explanation:
      'Rows that are given to runPlugin become columns, and a column holds either numbers or text. One of the columns has both, so a handler would see values that no real source can produce. Write all values of the column in one form; null stands for a missing value in both.',
    example: "rows: [{ age: 41 }, { age: 'unknown' }]   →   rows: [{ age: 41 }, { age: null }]",
  },
  'KIT-E003': {
    title: 'the shared folder that was asked for does not exist',
    explanation:
      'ATTESTRY_SHARED names the folder with data for tests. Somebody set it, so skipping the tests silently would hide that the data is missing. Set it to an existing folder, or unset it to skip the tests that need it.',
    example: 'ATTESTRY_SHARED=/data/shard   →   ATTESTRY_SHARED=/data/shared',
  },
  'KIT-E004': {
    title: 'the scrubber in memory does not know this identifier type',
    explanation:
      'MemoryScrubber finds a few identifier types by pattern and others by the words that a test gives it. A type that it does not know could only ever be reported as absent, which would be a false result. Give it words of that type, or use the real detector.',
    example: "new MemoryScrubber()   →   new MemoryScrubber({ PERSON: ['Ada'] })",
  },
}

/** KIT-E001. An injected failure. */
export const appendRefused = (index: number): AttestryError =>
  new AttestryError({
    code: 'KIT-E001',
    message: `the log refuses the event with index ${index}, as the test asked`,
    help: 'do not act when the record of the action cannot be written',
  })

/** KIT-E002. Mixed column. */
export const mixedColumn = (name: string): AttestryError =>
  new AttestryError({
    code: 'KIT-E002',
    message: `column '${name}' of the test rows mixes numbers and text`,
    help: `write every value of '${name}' as a number, or every value as text`,
  })

/** KIT-E003. ATTESTRY_SHARED points nowhere. */
export const sharedFolderMissing = (folder: string): AttestryError =>
  new AttestryError({
    code: 'KIT-E003',
    message: `ATTESTRY_SHARED names ${folder}, which is no folder`,
    help: 'set ATTESTRY_SHARED to the folder with the data for tests, or unset it',
  })

/** KIT-E004. A type that the fake cannot find. */
export const unknownIdentifierType = (type: string, known: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'KIT-E004',
    message: `the scrubber in memory does not know '${type}'`,
    notes: [`it knows: ${known.join(', ')}`],
    help: `make it with words of that type: new MemoryScrubber({ ${type}: ['…'] })`,
  })
