import { identifierTypes, type IdentifierType } from './identifier-types.js'

/** What stands in a text for a removed identifier. */
export const placeholderOf = (type: IdentifierType): string => `[${type}]`

/** What stands for an age over 89; without the brackets it would be read as an age again. */
export const ninetyPlus = '[AGE 90+]'

/** What an address becomes of which the area of its ZIP code may stay. */
export const zip3Placeholder = (type: IdentifierType, area: string): string => `[${type} ZIP ${area}]`

/** The same number for the same value of a text. */
export const numberedPlaceholder = (type: IdentifierType, number: number): string => `[${type}_${number}]`

/** A whole keyed digest, in hexadecimal. */
export const digestPlaceholder = (type: IdentifierType, digest: string): string => `[${type}#${digest}]`

/** What is readable again with a key, in base64url. */
export const sealedPlaceholder = (type: IdentifierType, sealed: string): string => `[${type}:${sealed}]`

/** 16 characters of base32 (80 bits), and how many of them must be letters. */
export const pseudonymLength = 16
const fewestLetters = 3

/** A pseudonym's letters-and-digits part that no scanner could take for a number. */
export const isPseudonymBody = (body: string): boolean =>
  (body.length === pseudonymLength || body.length === tokenLength) &&
  body.replaceAll(/[2-7]/g, '').length >= fewestLetters

/** Characters of base32 that hold the 128 bits of a token. */
export const tokenLength = 26

const names = identifierTypes.join('|')
const inBrackets = ' ZIP \\d{3}|_\\d{1,6}|#[0-9a-f]{64}|:[\\w-]{38,}'
const tokens = new RegExp(
  `\\[(?:(?:${names})(?:${inBrackets})?|AGE 90\\+)\\]|(?:${names})_([A-Z2-7]{${tokenLength}}|[A-Z2-7]{${pseudonymLength}})`,
  'g',
)

/** Tokens and sealed values in a text, which `reveal` reads back. Their length tells where tokens end: a letter may follow. */
export const reversible = (): RegExp =>
  new RegExp(`\\[(${names}):([\\w-]{38,})\\]|(${names})_([A-Z2-7]{${tokenLength}})`, 'g')

/**
 * Where a text holds placeholders and pseudonyms of ours. Scanners see each as one blank, so that what was written in an
 * earlier pass is neither found again nor read as context: `[PHONE] 1234567` is not a labelled number.
 */
export function findPlaceholders(text: string): readonly { readonly start: number; readonly end: number }[] {
  if (!text.includes('[') && !text.includes('_')) return []
  const found: { start: number; end: number }[] = []
  for (const match of text.matchAll(tokens))
    if (match[1] === undefined || isPseudonymBody(match[1]))
      found.push({ start: match.index, end: match.index + match[0].length })
  return found
}
