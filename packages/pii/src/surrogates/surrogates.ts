import { canonicalForm } from '../canonical-form.js'
import type { ReadingOptions } from '../dates/written-date.js'
import type { Finding } from '../finding.js'
import type { IdentifierType } from '../identifier-types.js'
import { shiftDate } from '../operators/shift-date.js'
import { placeholderOf } from '../placeholder.js'
import { keyedDigest } from '../subkeys.js'
import { foldWord } from '../words.js'
import { likeCharacters } from './characters.js'
import {
  codeTypes,
  surrogateBic,
  surrogateCard,
  surrogateCode,
  surrogateIban,
  surrogateMac,
  surrogateSsn,
} from './codes.js'
import { drawBy } from './draw.js'
import { surrogateDomain, surrogateEmail, surrogateHandle, surrogateIp, surrogateUrl } from './network.js'
import { learnNames, surrogateName } from './person.js'
import { surrogatePhone } from './phone.js'
import { surrogateAddress, surrogateLocation, surrogateOrganisation } from './places.js'

export interface SurrogateOptions {
  /** BCP 47 tag whose language made-up names and towns are of; by default that of the lists in which a name stands, else English. */
  readonly locale?: string
  /** Values of two domains cannot be linked without the key. */
  readonly domain?: string
  /** How dates are read; by default those that can be read in one way only. */
  readonly reading?: ReadingOptions
  /** Card numbers that pass the Luhn check, as tests may need; they could be somebody's. */
  readonly validCards?: boolean
}

/** A value of a text, as it was found. */
export interface Original {
  readonly finding: Finding
  readonly value: string
}

/** The made-up value for a finding; the placeholder of its type where there is none. */
export type Surrogate = (finding: Finding, value: string) => string

/** Types whose values have made-up ones: a made-up secret is of no use, and a made-up religion is a false statement. */
export const surrogateTypes: ReadonlySet<IdentifierType> = new Set([
  ...codeTypes,
  'PERSON',
  'EMAIL',
  'URL',
  'DOMAIN',
  'IP_ADDRESS',
  'MAC_ADDRESS',
  'HANDLE',
  'PHONE',
  'CREDIT_CARD',
  'IBAN',
  'US_SSN',
  'BIC',
  'DATE',
  'ADDRESS',
  'LOCATION',
  'ORGANIZATION',
  'AMOUNT',
])

/**
 * Made-up values of the same type and layout, the same for the same value under one key. Numbers are such as nobody has: kept
 * for fiction or examples, or failing their check. None is equal to its original, nor to another original of the text.
 *
 * For a text the names of which are known beforehand, `John Smith`, `J. Smith` and `Smith` become one person. Lists are finite, so
 * two people can get one name. Who holds the key can test guesses: the result stays personal data.
 *
 * @param key secret, at least 16 bytes
 * @throws PII-E004 when the key is shorter, PII-E017 when the lists of the package are damaged
 */
export function createSurrogates(
  key: Uint8Array,
  { locale, domain, reading = {}, validCards = false }: SurrogateOptions = {},
): (originals: readonly Original[]) => Surrogate {
  const digest = keyedDigest(key, domain)
  const draw = drawBy(digest)
  const language = locale === undefined ? undefined : languageOf(locale)
  return originals => {
    const taken = new Set(originals.map(({ value }) => foldWord(value.trim())))
    const names = learnNames(originals.filter(({ finding }) => finding.type === 'PERSON').map(({ value }) => value))
    const isTaken = (folded: string): boolean => taken.has(folded)

    const other = (finding: Finding, value: string, canonical: string, round: number): string | undefined => {
      const { type } = finding
      const next = draw.series(`${type}|${round}|${canonical}`)
      if (codeTypes.has(type)) return surrogateCode(value, next)
      switch (type) {
        case 'PERSON':
          return surrogateName(value, draw, names, language, isTaken)
        case 'EMAIL':
          return surrogateEmail(value, canonical, draw, language)
        case 'URL':
          return surrogateUrl(value, canonical, draw, language)
        case 'DOMAIN':
          return surrogateDomain(canonical, draw, language)
        case 'IP_ADDRESS':
          return surrogateIp(value, canonical, draw)
        case 'MAC_ADDRESS':
          return surrogateMac(value, next)
        case 'HANDLE':
          return surrogateHandle(value, canonical, draw, language)
        case 'PHONE':
          return surrogatePhone(value, next)
        case 'CREDIT_CARD':
          return surrogateCard(value, next, validCards)
        case 'IBAN':
          return surrogateIban(value, next)
        case 'US_SSN':
          return surrogateSsn(value, next)
        case 'BIC':
          return surrogateBic(value, next)
        case 'DATE':
          return shiftDate(finding, value, (1 + next(365)) * (next(2) === 0 ? 1 : -1), reading)
        case 'ADDRESS':
          return surrogateAddress(value, draw, language, isTaken)
        case 'LOCATION':
          return surrogateLocation(value, draw, language, isTaken)
        case 'ORGANIZATION':
          return surrogateOrganisation(value, draw, language, isTaken)
        case 'AMOUNT':
          return likeCharacters(value, next)
        default:
          return undefined
      }
    }
    return (finding, value) => {
      const canonical = canonicalForm(finding.type, value)
      for (let round = 0; round < mostRounds; round++) {
        const written = other(finding, value, `${canonical}${'+'.repeat(round)}`, round)
        if (written === undefined) break
        if (!isTaken(foldWord(written.trim())) && foldWord(written) !== foldWord(value)) return written
      }
      return placeholderOf(finding.type)
    }
  }
}

const mostRounds = 8

/** `de` of `de-AT`. */
export const languageOf = (locale: string): string => locale.split('-')[0]!.toLowerCase()
