import { identifierTypes, type IdentifierType } from './identifier-types.js'

/** What stands in a text for a removed identifier. */
export const placeholderOf = (type: IdentifierType): string => `[${type}]`

/** What stands for an age over 89; without the brackets it would be read as an age again. */
export const ninetyPlus = '[AGE 90+]'

/** 16 characters of base32 (80 bits), and how many of them must be letters. */
export const pseudonymLength = 16
const fewestLetters = 3

/** A pseudonym's letters-and-digits part that no scanner could take for a number. */
export const isPseudonymBody = (body: string): boolean =>
  body.length === pseudonymLength && body.replaceAll(/[2-7]/g, '').length >= fewestLetters

const names = identifierTypes.join('|')
const tokens = new RegExp(`\\[(?:${names}|AGE 90\\+)\\]|(?:${names})_([A-Z2-7]{${pseudonymLength}})`, 'g')

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
