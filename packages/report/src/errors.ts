import { AttestryError, type ErrorCatalogue } from '@attestry/core'

/** Every code of this package. */
export const errorCatalogue: ErrorCatalogue = {
  'REPORT-E001': {
    title: 'a report file cannot be written',
    explanation:
      'The model card or the report could not be put on disk. Each file is written beside its place, flushed and then renamed, so what was there before is still whole. The usual reasons are a full disk, a folder without write permission, or a file where the folder should be; mend that and resume the run: nothing that was finished is done again, and the same record gives the same bytes.',
    example: 'df -h .   and then   attestry resume <run>',
  },
  'REPORT-E002': {
    title: 'a time in the run record cannot be read',
    explanation:
      'The record gives a start, an end or a time of evidence that is not a date. Whether evidence is stale is judged against that time, and evidence must not pass for fresh because a date is broken. Records are folded from the log, where times are RFC 3339; pass a record whose times are.',
    example: "{ startedAt: '2026-11-23T09:14:02.118Z' }   instead of   { startedAt: 'yesterday' }",
  },
}

export const notWritable = (file: string, directory: string, cause: unknown): AttestryError =>
  new AttestryError({
    code: 'REPORT-E001',
    message: `'${file}' cannot be written${reasonOf(cause)}`,
    where: { file },
    notes: [`folder: ${directory}`],
    cause,
    help: 'free space or mend the permissions of the folder, then `attestry resume`',
  })

export const timeUnreadable = (run: string, time: string): AttestryError =>
  new AttestryError({
    code: 'REPORT-E002',
    message: `a time of the run record cannot be read: '${time.slice(0, 40)}'`,
    where: { run },
    help: 'write times as RFC 3339 does, such as 2026-11-23T09:14:02.118Z',
  })

const reasonOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
