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
  { letter: 'B', name: 'places smaller than a state', types: [] },
  { letter: 'C', name: 'dates finer than a year, ages over 89', types: [] },
  { letter: 'D', name: 'telephone numbers', types: ['PHONE'] },
  { letter: 'E', name: 'fax numbers', types: ['PHONE'] },
  { letter: 'F', name: 'e-mail addresses', types: ['EMAIL'] },
  { letter: 'G', name: 'social security numbers', types: ['US_SSN'] },
  { letter: 'H', name: 'medical record numbers', types: [] },
  { letter: 'I', name: 'health plan numbers', types: [] },
  { letter: 'J', name: 'account numbers', types: ['CREDIT_CARD', 'IBAN'] },
  { letter: 'K', name: 'certificate and licence numbers', types: [] },
  { letter: 'L', name: 'vehicle identifiers and plates', types: [] },
  { letter: 'M', name: 'device identifiers and serial numbers', types: [] },
  { letter: 'N', name: 'web addresses', types: ['URL'] },
  { letter: 'O', name: 'IP addresses', types: ['IP_ADDRESS'] },
  { letter: 'P', name: 'biometric identifiers', types: [] },
  { letter: 'Q', name: 'full-face images', types: [] },
  { letter: 'R', name: 'any other unique number, characteristic or code', types: [] },
]

/** Everything that a detector can look for, taken out entirely: a mask or a derived pseudonym could lead back. */
export const identifiers: readonly IdentifierRule[] = [...new Set(identifierClasses.flatMap(({ types }) => types))]
  .sort()
  .map(type => ({ type, operator: 'redact' }))
