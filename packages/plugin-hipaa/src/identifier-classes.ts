import type { IdentifierRule } from '@attestry/core'

/** One of the eighteen kinds of identifiers that safe harbor names. */
export interface IdentifierClass {
  /** Letter of 164.514(b)(2)(i). */
  readonly letter: string
  readonly name: string
  /** Detector types that find members of it; empty when no detector looks for it. */
  readonly types: readonly string[]
}

/**
 * The eighteen kinds of 164.514(b)(2)(i), and what looks for them in text. Where `types` is empty, and where a detector
 * misses a spelling, only a person can say that none is left.
 */
export const identifierClasses: readonly IdentifierClass[] = [
  { letter: 'A', name: 'names', types: ['PERSON'] },
  { letter: 'B', name: 'places smaller than a state', types: ['ADDRESS', 'LOCATION', 'COORDINATE', 'ORGANIZATION'] },
  { letter: 'C', name: 'dates finer than a year, ages over 89', types: ['DATE', 'YEAR', 'AGE'] },
  { letter: 'D', name: 'telephone numbers', types: ['PHONE'] },
  { letter: 'E', name: 'fax numbers', types: ['PHONE'] },
  { letter: 'F', name: 'e-mail addresses', types: ['EMAIL'] },
  { letter: 'G', name: 'social security numbers', types: ['US_SSN'] },
  { letter: 'H', name: 'medical record numbers', types: ['ID'] },
  { letter: 'I', name: 'health plan numbers', types: ['ID'] },
  {
    letter: 'J',
    name: 'account numbers',
    types: ['CREDIT_CARD', 'IBAN', 'BANK_ACCOUNT', 'ROUTING_NUMBER', 'BIC', 'CRYPTO'],
  },
  { letter: 'K', name: 'certificate and licence numbers', types: ['ID'] },
  { letter: 'L', name: 'vehicle identifiers and plates', types: ['VIN'] },
  { letter: 'M', name: 'device identifiers and serial numbers', types: ['IMEI', 'MAC_ADDRESS'] },
  { letter: 'N', name: 'web addresses', types: ['URL', 'DOMAIN'] },
  { letter: 'O', name: 'IP addresses', types: ['IP_ADDRESS'] },
  { letter: 'P', name: 'biometric identifiers', types: [] },
  { letter: 'Q', name: 'full-face images', types: [] },
  {
    letter: 'R',
    name: 'any other unique number, characteristic or code',
    types: ['ID', 'NATIONAL_ID', 'HANDLE', 'SECRET'],
  },
]

/** Of these something may stay: the year, an age up to 89, a state or country (164.514(b)(2)(i)(B) and (C)). */
const coarsened: ReadonlySet<string> = new Set(['DATE', 'YEAR', 'AGE', 'LOCATION'])

/** Everything that a detector can look for; a mask or a derived pseudonym could lead back, so neither is left. */
export const identifiers: readonly IdentifierRule[] = [...new Set(identifierClasses.flatMap(({ types }) => types))]
  .sort()
  .map(type => ({ type, operator: coarsened.has(type) ? 'coarsen' : 'redact' }))
