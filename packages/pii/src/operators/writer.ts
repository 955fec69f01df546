import { randomBytes } from 'node:crypto'
import { mask } from '../apply.js'
import { canonicalForm } from '../canonical-form.js'
import { yearOf } from '../coarsen.js'
import { dayFirstIn, languageIn, type ReadingOptions } from '../dates/written-date.js'
import { operatorLacks, pseudonymWithoutKey } from '../errors.js'
import type { Finding } from '../finding.js'
import type { IdentifierType } from '../identifier-types.js'
import { digestPlaceholder, ninetyPlus, numberedPlaceholder, placeholderOf } from '../placeholder.js'
import type { Action, PiiPolicy } from '../policies/policy.js'
import { pseudonymiser, type Pseudonymiser } from '../pseudonym.js'
import { keyedDigest, type KeyedDigest } from '../subkeys.js'
import { createSurrogates, languageOf, type Original, type Surrogate } from '../surrogates/surrogates.js'
import type { TokenSource } from '../token-vault.js'
import { valueCipher, type ValueCipher } from './seal-value.js'
import type { Spelling } from './spelling.js'
import { dateShifts, shiftDate } from './shift-date.js'
import { zip3, type RestrictedZipAreas } from './zip3.js'

/** What operators work with. Each is asked for only where the policy writes by an operator that needs it. */
export interface WriterOptions {
  /** At least 16 secret bytes, for `pseudonym`, `hash`, `shift-date` and, across texts, `surrogate`. */
  readonly pseudonymKey?: Uint8Array
  /** What is written for two domains under one key cannot be linked without it; none by default. */
  readonly domain?: string
  /** At least 32 secret bytes, for `encrypt` and `encipher`. Kept apart from the other key: it leads back. */
  readonly encryptionKey?: Uint8Array
  /** What the record is called, to which encrypted values are bound: they open with the same id only. */
  readonly recordId?: string
  /** For `token`. Save it before the text leaves. */
  readonly tokens?: TokenSource
  /** Handle of the person whom the text is about: whose dates move, and whose tokens can be forgotten. */
  readonly subject?: string
  /** How dates move: most days in either direction, and whether by whole weeks. */
  readonly dateShift?: { readonly mostDays?: number; readonly keepWeekday?: boolean }
  /** Whether `04/05/2021` is a day in May. Without it the unambiguous dates of the text decide, and where none does, such a date is redacted. */
  readonly dayFirst?: boolean
  /** BCP 47 tag for made-up names, and for names of months that several languages share. */
  readonly locale?: string
  /** Areas of ZIP codes with few people; those of the census of 2000 by default. */
  readonly zipAreas?: RestrictedZipAreas
}

/** What is made from a key, once for all texts that are written with it: deriving keys costs more than using them. */
export interface KeyedTools {
  pseudonymiser(key: Uint8Array): Pseudonymiser
  digest(key: Uint8Array): KeyedDigest
  cipher(key: Uint8Array): ValueCipher
  dateShifts(key: Uint8Array): (subject: string) => number
}

/** The tools of options, each made when it is first asked for. They take the key of these options alone. */
export function keyedTools({ domain, dateShift }: WriterOptions): KeyedTools {
  return {
    pseudonymiser: once(key => pseudonymiser(key, domain)),
    digest: once(key => keyedDigest(key, domain)),
    cipher: once(valueCipher),
    dateShifts: once(key => dateShifts(key, { ...dateShift, ...(domain !== undefined && { domain }) })),
  }
}

function once<T>(make: (key: Uint8Array) => T): (key: Uint8Array) => T {
  let made: T | undefined
  return key => (made ??= make(key))
}

/** Writes what stands for the value of a finding. How the value stood in a file, `encrypt` keeps. */
export type Writer = (action: Action, finding: Finding, value: string, spelling?: Spelling) => string

/**
 * The writer of one text, all whose findings it knows beforehand. It throws PII-E002, PII-E004 and PII-E013 when an action needs
 * what the options lack.
 *
 * @param tools shared by texts whose options differ in record and subject alone
 */
export function writerFor(
  policy: PiiPolicy,
  originals: readonly Original[],
  options: WriterOptions,
  tools: KeyedTools = keyedTools(options),
): Writer {
  const { pseudonymKey, domain, encryptionKey, recordId, tokens, subject, locale } = options
  let numbers: ReturnType<typeof numbering> | undefined
  let surrogate: Surrogate | undefined
  let days: number | undefined
  let knownReading: ReadingOptions | undefined
  const reading = (): ReadingOptions => (knownReading ??= readingOf(originals, options))
  const need = <T>(held: T | undefined, action: Action, type: IdentifierType, what: string): T => {
    if (held === undefined) throw operatorLacks(action, type, what)
    return held
  }
  const cipherFor = (action: Action, type: IdentifierType): ValueCipher =>
    tools.cipher(need(encryptionKey, action, type, "'encryptionKey'"))

  return (action, finding, value, spelling) => {
    const { type, meaning } = finding
    switch (action) {
      case 'keep':
        return value
      case 'redact':
        return placeholderOf(type)
      case 'number':
        return numberedPlaceholder(type, (numbers ??= numbering())(type, value))
      case 'mask':
        return mask(type, value)
      case 'truncate':
        return truncated(value)
      case 'pseudonym':
        if (!pseudonymKey) throw pseudonymWithoutKey(type)
        return tools.pseudonymiser(pseudonymKey)(type, value)
      case 'hash': {
        const digest = tools.digest(need(pseudonymKey, action, type, "'pseudonymKey'"))
        return digestPlaceholder(type, digest(type, `hash|${canonicalForm(type, value)}`).toString('hex'))
      }
      case 'token':
        return need(tokens, action, type, "a vault of 'tokens'").tokenOf(type, value, subject)
      case 'encrypt':
        return cipherFor(action, type).encrypt(type, need(recordId, action, type, "'recordId'"), value, spelling)
      case 'encipher':
        return cipherFor(action, type).encipher(type, value)
      case 'surrogate': {
        const key = policy.surrogates === 'per-text' ? undefined : pseudonymKey
        surrogate ??= createSurrogates(key ?? randomBytes(32), {
          ...(domain !== undefined && { domain }),
          ...(locale !== undefined && { locale }),
          reading: reading(),
        })(originals)
        return surrogate(finding, value)
      }
      case 'shift-date':
        days ??= tools.dateShifts(need(pseudonymKey, action, type, "'pseudonymKey'"))(
          need(subject, action, type, "the 'subject' whose dates they are"),
        )
        return shiftDate(finding, value, days, reading())
      case 'zip3':
        return zip3(type, value, options.zipAreas)
      case 'year':
        return yearOf(finding)
      case 'age-band':
        return meaning?.kind === 'age' ? ageBand(meaning.years) : placeholderOf(type)
      case 'ninety-plus':
        return ninetyPlus
      default:
        return action satisfies never
    }
  }
}

/** How the dates of a text are read: as the options say, else as its dates show. */
function readingOf(originals: readonly Original[], { dayFirst, locale }: WriterOptions): ReadingOptions {
  const dates = originals.filter(({ finding }) => finding.type === 'DATE').map(({ value }) => value)
  const isDayFirst = dayFirst ?? dayFirstIn(dates)
  const language = locale === undefined ? languageIn(dates) : languageOf(locale)
  return {
    ...(isDayFirst !== undefined && { dayFirst: isDayFirst }),
    ...(language !== undefined && { language }),
  }
}

/** Numbers per type, the same for the same value. */
function numbering(): (type: IdentifierType, value: string) => number {
  const numbers = new Map<string, number>()
  const counts = new Map<IdentifierType, number>()
  return (type, value) => {
    const key = `${type} ${canonicalForm(type, value)}`
    let number = numbers.get(key)
    if (number === undefined) {
      number = (counts.get(type) ?? 0) + 1
      counts.set(type, number)
      numbers.set(key, number)
    }
    return number
  }
}

const ageBand = (years: number): string =>
  years >= 90 ? ninetyPlus : `${Math.floor(years / 10) * 10}-${Math.floor(years / 10) * 10 + 9}`

/** First six and last four digits, stars for the others; separators stay. */
function truncated(value: string): string {
  const digits = [...value].filter(isDigit).length
  let seen = 0
  return [...value]
    .map(character => {
      if (!isDigit(character)) return character
      seen++
      return seen <= 6 || seen > digits - 4 ? character : '*'
    })
    .join('')
}

const isDigit = (character: string): boolean => /\p{Nd}/u.test(character)
