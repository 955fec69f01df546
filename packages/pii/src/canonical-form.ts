import { domainToASCII } from 'node:url'
import { readWrittenDate } from './dates/written-date.js'
import { foldCodePoint } from './fold.js'
import { identifierTags, type IdentifierType } from './identifier-types.js'
import { foldWord } from './words.js'

/**
 * The form in which two spellings of one value are the same: plain characters, one case, no separators in numbers, no
 * diacritics, titles and suffixes in names, domains in ASCII, dates as `2021-03-14` where they can be read in one way only. A
 * telephone number of ten digits without a country code counts as North American.
 */
export function canonicalForm(type: IdentifierType, value: string): string {
  const plain = plainForm(value)
  switch (type) {
    case 'PHONE':
      return canonicalPhone(plain)
    case 'EMAIL': {
      const at = plain.lastIndexOf('@')
      return `${plain.slice(0, at + 1)}${asciiDomain(plain.slice(at + 1))}`.toLowerCase()
    }
    case 'DOMAIN':
      return asciiDomain(plain).toLowerCase()
    case 'IP_ADDRESS':
    case 'URL':
      return plain.toLowerCase()
    case 'DATE':
      return isoDate(plain) ?? canonicalWords(plain)
    case 'PERSON':
      return canonicalName(canonicalWords(plain))
    default:
      return isNumber(type) ? plain.replaceAll(/[^0-9A-Za-z]/g, '').toUpperCase() : canonicalWords(plain)
  }
}

function canonicalPhone(plain: string): string {
  const digits = plain.replace(/(?:x|ext|extn|extension|#).*$/i, '').replaceAll(/\D/g, '')
  if (plain.includes('+')) return `+${digits.replace(/^(\d\d)0(?=\d{9,})/, '$1')}`
  if (digits.length === 10 && /^[2-9]/.test(digits)) return `+1${digits}`
  if (digits.length === 11 && /^1[2-9]/.test(digits)) return `+${digits}`
  return digits.startsWith('00') ? `+${digits.slice(2)}` : digits
}

/** As written where it is no domain. */
const asciiDomain = (domain: string): string => domainToASCII(domain) || domain

function isoDate(plain: string): string | undefined {
  const date = readWrittenDate(plain)
  if (!date) return undefined
  const two = (value: number): string => String(value).padStart(2, '0')
  return [String(date.year), two(date.month), ...(date.day === undefined ? [] : [two(date.day)])].join('-')
}

const canonicalWords = (plain: string): string =>
  foldWord(plain)
    .replaceAll(/[\s.]+/g, ' ')
    .trim()

const title =
  /^(?:(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|madam|sr|sra|srta|don|dona|herr|frau|m|mme|mlle|sig|signora|dott|mevr|dhr) )+(?=\S)/
const suffix = /,? (?:jr|sr|ii|iii|iv|md|phd|esq|dds|rn)$/

/** `dr john smith, jr` is `john smith`. A single word is left, whatever it is. */
const canonicalName = (words: string): string => {
  const withoutTitle = words.replace(title, '')
  const bare = withoutTitle.replace(suffix, '')
  return bare.includes(' ') || withoutTitle === bare ? bare : withoutTitle
}

const isNumber = (type: IdentifierType): boolean => ['structured', 'labelled'].includes(identifierTags[type].tier)

function plainForm(value: string): string {
  let plain = ''
  for (const character of value.normalize('NFKC')) plain += foldCodePoint(character.codePointAt(0)!) ?? character
  return plain
}
