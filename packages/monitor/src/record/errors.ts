import { AttestryError, type ErrorCatalogue } from '@attestry/core'

/** Codes of recording. */
export const recordErrors: ErrorCatalogue = {
  'MONITOR-E321': {
    title: 'the schema of a recorder is not valid',
    explanation:
      'A schema says what is counted: the classes, the bins of scores, the known groups and the input columns. It is checked once, when the recorder is opened, because a recorder must not fail in the middle of a request. The message names the entry that is wrong. Mend that entry.',
    example: "schemaOf({ classes: ['no'] }) fails, because a prediction needs at least two classes.",
  },
  'MONITOR-E322': {
    title: 'windows could not be stored',
    explanation:
      'A closed window counts as stored once its file is on disk. Writing failed for the reason named in the message, again when the recorder was closed. The windows are still in memory while the process lives. Free some space or correct the permissions of the folder, and call close again.',
    example: 'closing a recorder whose folder was deleted and cannot be made again fails.',
  },
  'MONITOR-E323': {
    title: 'a stored window cannot be read',
    explanation:
      'A window file holds counts and sketches, and must be one that a recorder can have written. This one is damaged, too large, or of another format. Leaving it out in silence would make a window look calmer or smaller than it was. Move the file away, or restore it from a copy.',
    example: 'a window file that was cut in half by a copy that failed is refused by name.',
  },
  'MONITOR-E324': {
    title: 'windows of different schemas cannot be put together',
    explanation:
      'Windows are merged and compared count by count, so they must have been recorded with the same classes, bins, groups and columns. The digests of their schemas differ. Adding what happens to have the same name would compare bins that differ. Record both with one schema; after a change of the schema, record the reference again.',
    example: 'merging a window recorded before a feature was added with one recorded after it fails.',
  },
  'MONITOR-E325': {
    title: 'a column to record is not in the data',
    explanation:
      'The mapping names the columns that hold the class, the score, the truth and the groups, and one of them is not in the file. Recording rows without it would count every row as broken. The message names the column and the notes list those that exist. Correct the mapping.',
    example: "recordBatches(recorder, batches, { class: 'lable' }) fails where the column is called label.",
  },
}

/** MONITOR-E321. */
export const schemaBad = (problem: string): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E321',
    message: `the schema of the recorder is not valid: ${problem}`,
    help: 'mend that entry of the schema',
  })

/** MONITOR-E322. */
export const windowsNotStored = (windows: number, cause: unknown): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E322',
    message: `windows that could not be stored: ${windows}; reason: ${codeOf(cause)}`,
    help: 'free space or correct the permissions of the folder, and close the recorder again',
    cause,
  })

/** MONITOR-E323. */
export const windowDamaged = (file: string, problem: string, cause?: unknown): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E323',
    message: `the window ${file} cannot be read: ${problem}`,
    where: { file },
    help: `move ${file} away, or restore it from a copy`,
    cause,
  })

/** MONITOR-E324. */
export const schemasDiffer = (a: string, b: string): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E324',
    message: `windows of the schemas ${a.slice(0, 19)} and ${b.slice(0, 19)} cannot be put together`,
    help: 'record both with the same schema',
  })

/** MONITOR-E325. */
export const columnMissing = (column: string, columns: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E325',
    message: `column '${column}' is not in the data`,
    notes: [`columns: ${columns.join(', ') || 'none'}`],
    help: `name an existing column in place of '${column}'`,
  })

/** A system error's code, such as ENOSPC: messages may hold absolute paths. */
const codeOf = (cause: unknown): string =>
  typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'unknown failure'
