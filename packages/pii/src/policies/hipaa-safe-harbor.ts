import type { Finding } from '../finding.js'
import { identifierTags, identifierTypes, type IdentifierType } from '../identifier-types.js'
import type { DecisionContext, PiiPolicy, PolicyRule, Refusal } from './policy.js'

const paragraph = 'HIPAA-164.514(b)(2)(i)'
const oldest = 89

const kinds = [
  'names',
  'geographic subdivisions smaller than a state',
  'elements of dates other than the year, and ages over 89',
  'telephone numbers',
  'fax numbers',
  'electronic mail addresses',
  'Social Security numbers',
  'medical record numbers',
  'health plan beneficiary numbers',
  'account numbers',
  'certificate and licence numbers',
  'vehicle identifiers',
  'device identifiers',
  'web addresses',
  'internet protocol addresses',
  'biometric identifiers',
  'photographs of the face',
  'any other unique identifying number, characteristic or code',
]

/** A birth or an event so long ago tells of an age over 89. */
const tellsGreatAge = ({ meaning }: Finding, { year }: DecisionContext): boolean =>
  meaning?.kind === 'date' && meaning.year !== undefined && meaning.year < year - oldest

const keeps: readonly PolicyRule[] = [
  {
    types: ['AGE'],
    fits: ({ meaning }) => meaning?.kind === 'age' && meaning.years <= oldest,
    action: 'keep',
    control: `${paragraph}(C)`,
    because: 'ages up to 89 may stay',
  },
  {
    types: ['AGE'],
    fits: ({ meaning }) => meaning?.kind === 'age',
    action: 'ninety-plus',
    control: `${paragraph}(C)`,
    because: 'ages over 89 are aggregated into one category of 90 or older',
  },
  {
    types: ['YEAR', 'DATE'],
    fits: tellsGreatAge,
    action: 'redact',
    control: `${paragraph}(C)`,
    because: 'the year may tell of an age over 89',
  },
  { types: ['YEAR'], action: 'keep', control: `${paragraph}(C)`, because: 'the year alone may stay' },
  {
    types: ['DATE'],
    fits: ({ meaning }) => meaning?.kind === 'date' && meaning.year !== undefined,
    action: 'year',
    control: `${paragraph}(C)`,
    because: 'of a date the year alone may stay',
  },
  {
    types: ['LOCATION'],
    fits: ({ rule }) => rule === 'location/region' || rule === 'location/country',
    action: 'keep',
    control: `${paragraph}(B)`,
    because: 'states and countries may stay',
  },
  {
    types: ['SEX', 'NRP', 'TITLE', 'PROFESSION', 'AMOUNT'],
    action: 'keep',
    control: paragraph,
    because: 'not among the eighteen kinds',
  },
]

const removes = (type: IdentifierType): PolicyRule => {
  const kind = identifierTags[type].hipaa ?? kinds.length
  return {
    types: [type],
    action: 'redact',
    control: `${paragraph}(${String.fromCharCode(64 + kind)})`,
    because: kinds[kind - 1]!,
  }
}

const refuses: readonly Refusal[] = [
  {
    actions: ['pseudonym', 'hash', 'encrypt', 'encipher'],
    control: 'HIPAA-164.514(c)(1)',
    because: 'a code by which a record can be identified again is not derived from information about the person',
  },
  {
    actions: ['shift-date'],
    control: `${paragraph}(C)`,
    because: 'a shifted date still has its day and month; an expert can determine otherwise under 164.514(b)(1)',
  },
  {
    actions: ['mask', 'truncate', 'age-band'],
    control: paragraph,
    because: 'a part of an identifier is left',
  },
]

/**
 * Safe Harbor: the eighteen kinds of identifiers are removed, and what the rule lets stay stays. Names of physicians are
 * removed too, though the list speaks of patients, relatives, employers and household members. ZIP codes are removed as parts
 * of addresses, unless `withActions` asks for `zip3`. Tokens of a vault are the only pseudonyms, and made-up values are drawn
 * anew for each text. It further needs that nobody knows how the rest identifies a person, which people attest.
 */
export const hipaaSafeHarbor: PiiPolicy = {
  id: 'hipaa',
  version: '2',
  title: 'De-identification by the Safe Harbor method',
  source: '45 CFR 164.514(b)(2)',
  checkedOn: null,
  rules: [...keeps, ...identifierTypes.map(removes)],
  refuses,
  surrogates: 'per-text',
}
