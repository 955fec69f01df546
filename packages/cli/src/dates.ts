import { AttestryError, systemClock } from '@attestry/core'

/** The ISO date of today in one year: until when a signature counts unless somebody says otherwise. */
export function inOneYear(): string {
  const date = new Date(systemClock.now())
  date.setUTCFullYear(date.getUTCFullYear() + 1)
  return date.toISOString().slice(0, 10)
}

/** An ISO date as a date. @throws CLI-E008 */
export function dateOf(text: string): Date {
  const date = new Date(text)
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(date.getTime())) return date
  throw new AttestryError({
    code: 'CLI-E008',
    message: `'${text}' is not a date`,
    help: 'write it as ISO 8601 does, such as 2027-06-30',
  })
}
