/** What an identifier does to a person, by which policies choose what to do with it. */
export type Sensitivity =
  /** Points at one person, or at one thing of one person. */
  | 'direct'
  /** Narrows down who it is, together with others. */
  | 'quasi'
  /** A special category of personal data (GDPR 9). */
  | 'special'
  /** Opens something: kept nowhere after use. */
  | 'authentication'

/** A category of personal information, as Cal. Civ. Code 1798.140(v)(1) and (ae) list them. */
export type CcpaCategory =
  | 'identifiers'
  | 'customer-records'
  | 'protected-classes'
  | 'network-activity'
  | 'geolocation'
  | 'commercial'
  | 'employment'
  | 'sensitive'

/** What outranks what where findings overlap, strongest first. */
export type Tier = 'structured' | 'labelled' | 'number' | 'address' | 'name'

export const tiers: readonly Tier[] = ['structured', 'labelled', 'number', 'address', 'name']

export interface IdentifierTags {
  readonly sensitivity: Sensitivity
  readonly tier: Tier
  /** Kind 1 to 18 of 45 CFR 164.514(b)(2)(i), in the order of its letters A to R. */
  readonly hipaa?: number
  readonly ccpa: CcpaCategory
  /** Cardholder data or sensitive authentication data of PCI DSS 4.0.1. */
  readonly pci?: true
}

/**
 * Identifier types that this package finds, in order of precedence: of two findings with the same tier and extent the
 * earlier type stays.
 */
export const identifierTypes = [
  'CREDIT_CARD',
  'IBAN',
  'US_SSN',
  'NATIONAL_ID',
  'SECRET',
  'CRYPTO',
  'EMAIL',
  'URL',
  'DOMAIN',
  'IP_ADDRESS',
  'MAC_ADDRESS',
  'VIN',
  'IMEI',
  'ROUTING_NUMBER',
  'BIC',
  'COORDINATE',
  'BANK_ACCOUNT',
  'ID',
  'HANDLE',
  'PHONE',
  'DATE',
  'AGE',
  'YEAR',
  'AMOUNT',
  'ADDRESS',
  'LOCATION',
  'ORGANIZATION',
  'PERSON',
  'TITLE',
  'SEX',
  'NRP',
  'PROFESSION',
] as const

export type IdentifierType = (typeof identifierTypes)[number]

/** What each type is to a policy. */
export const identifierTags: Readonly<Record<IdentifierType, IdentifierTags>> = {
  CREDIT_CARD: { sensitivity: 'direct', tier: 'structured', hipaa: 10, ccpa: 'sensitive', pci: true },
  IBAN: { sensitivity: 'direct', tier: 'structured', hipaa: 10, ccpa: 'customer-records' },
  US_SSN: { sensitivity: 'direct', tier: 'structured', hipaa: 7, ccpa: 'sensitive' },
  NATIONAL_ID: { sensitivity: 'direct', tier: 'structured', hipaa: 18, ccpa: 'sensitive' },
  SECRET: { sensitivity: 'authentication', tier: 'structured', hipaa: 18, ccpa: 'sensitive', pci: true },
  CRYPTO: { sensitivity: 'direct', tier: 'structured', hipaa: 10, ccpa: 'customer-records' },
  EMAIL: { sensitivity: 'direct', tier: 'structured', hipaa: 6, ccpa: 'identifiers' },
  URL: { sensitivity: 'direct', tier: 'structured', hipaa: 14, ccpa: 'network-activity' },
  DOMAIN: { sensitivity: 'direct', tier: 'structured', hipaa: 14, ccpa: 'network-activity' },
  IP_ADDRESS: { sensitivity: 'direct', tier: 'structured', hipaa: 15, ccpa: 'identifiers' },
  MAC_ADDRESS: { sensitivity: 'direct', tier: 'structured', hipaa: 13, ccpa: 'identifiers' },
  VIN: { sensitivity: 'direct', tier: 'structured', hipaa: 12, ccpa: 'identifiers' },
  IMEI: { sensitivity: 'direct', tier: 'structured', hipaa: 13, ccpa: 'identifiers' },
  ROUTING_NUMBER: { sensitivity: 'quasi', tier: 'structured', hipaa: 10, ccpa: 'customer-records' },
  BIC: { sensitivity: 'quasi', tier: 'structured', hipaa: 10, ccpa: 'customer-records' },
  COORDINATE: { sensitivity: 'quasi', tier: 'structured', hipaa: 2, ccpa: 'geolocation' },
  BANK_ACCOUNT: { sensitivity: 'direct', tier: 'labelled', hipaa: 10, ccpa: 'sensitive' },
  ID: { sensitivity: 'direct', tier: 'labelled', hipaa: 18, ccpa: 'identifiers' },
  HANDLE: { sensitivity: 'direct', tier: 'labelled', hipaa: 18, ccpa: 'identifiers' },
  PHONE: { sensitivity: 'direct', tier: 'number', hipaa: 4, ccpa: 'identifiers' },
  DATE: { sensitivity: 'quasi', tier: 'number', hipaa: 3, ccpa: 'customer-records' },
  AGE: { sensitivity: 'quasi', tier: 'number', hipaa: 3, ccpa: 'protected-classes' },
  YEAR: { sensitivity: 'quasi', tier: 'number', hipaa: 3, ccpa: 'customer-records' },
  AMOUNT: { sensitivity: 'quasi', tier: 'number', ccpa: 'commercial' },
  ADDRESS: { sensitivity: 'quasi', tier: 'address', hipaa: 2, ccpa: 'identifiers' },
  LOCATION: { sensitivity: 'quasi', tier: 'address', hipaa: 2, ccpa: 'geolocation' },
  ORGANIZATION: { sensitivity: 'quasi', tier: 'name', hipaa: 2, ccpa: 'employment' },
  PERSON: { sensitivity: 'direct', tier: 'name', hipaa: 1, ccpa: 'identifiers' },
  TITLE: { sensitivity: 'quasi', tier: 'name', ccpa: 'protected-classes' },
  SEX: { sensitivity: 'quasi', tier: 'name', ccpa: 'protected-classes' },
  PROFESSION: { sensitivity: 'quasi', tier: 'name', ccpa: 'employment' },
  NRP: { sensitivity: 'special', tier: 'name', ccpa: 'sensitive' },
}

const names: ReadonlySet<string> = new Set(identifierTypes)

export const isIdentifierType = (name: string): name is IdentifierType => names.has(name)
