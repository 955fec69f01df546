/**
 * Identifier types that this package finds, in order of precedence: of two findings with the same extent the earlier
 * type stays.
 */
export const identifierTypes = [
  'CREDIT_CARD',
  'IBAN',
  'US_SSN',
  'EMAIL',
  'URL',
  'IP_ADDRESS',
  'PHONE',
  'PERSON',
] as const

export type IdentifierType = (typeof identifierTypes)[number]

export const isIdentifierType = (name: string): name is IdentifierType =>
  (identifierTypes as readonly string[]).includes(name)
