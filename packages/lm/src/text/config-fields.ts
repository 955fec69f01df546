import { isJsonObject, type JsonObject } from '../files/json-object.js'
import { badSetting, unsupportedKeys } from './errors.js'
import type { IgnoredKey } from './sft-settings.js'

/** Range of a number, ends included unless it says below. */
export interface NumberRange {
  readonly least?: number
  readonly most?: number
  readonly below?: number
  readonly above?: number
  readonly whole?: boolean
}

/**
 * Reads a mapping key by key and remembers what was read, so that nothing is left unread in silence. A key without a
 * value counts as absent. Every method throws LM-E047 for a value of another kind.
 */
export interface ConfigFields {
  text(key: string): string | undefined
  number(key: string, range?: NumberRange): number | undefined
  flag(key: string): boolean | undefined
  textOrFlag(key: string): string | boolean | undefined
  /** A list of texts, or one text with commas. */
  texts(key: string): readonly string[] | undefined
  list(key: string): readonly unknown[] | undefined
  mapping(key: string): JsonObject | undefined
  /** One of the keys of `choices`, as its value. */
  choice<T>(key: string, choices: Readonly<Record<string, T>>): T | undefined
  /** Makes an error about a key. */
  refuse(key: string, what: string): Error
  /** Reports a key that changes nothing. */
  ignore(key: string, why: string): void
  /**
   * Deals with all keys that were not read.
   *
   * @param ignored why a key changes nothing, by key, or by its beginning where that ends with a star
   * @param unsupported keys that are known and not carried out; they may stand there when they are switched off
   * @throws LM-E046 for keys that are unsupported or unknown
   */
  finish(ignored: Readonly<Record<string, string>>, unsupported: ReadonlySet<string>): void
}

/**
 * @param prefix put before keys in messages, such as `datasets[0].`
 * @param report collects the keys that change nothing
 */
export function configFields(mapping: JsonObject, file: string, report: IgnoredKey[], prefix = ''): ConfigFields {
  const read = new Set<string>()
  const nameOf = (key: string): string => `${prefix}${key.slice(0, 80)}`
  const refuse = (key: string, what: string): Error => badSetting(`'${nameOf(key)}' ${what}`, { file })
  const take = (key: string): unknown => {
    read.add(key)
    return Object.hasOwn(mapping, key) ? (mapping[key] ?? undefined) : undefined
  }
  const ignore = (key: string, why: string): void => void report.push({ key: nameOf(key), why })

  return {
    text(key) {
      const value = take(key)
      if (value === undefined || typeof value === 'string') return value
      throw refuse(key, 'is not a text')
    },
    number(key, range = {}) {
      const value = take(key)
      if (value === undefined) return undefined
      // PyYAML reads 1e-4 as a text, which the tools then make a number of.
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
      if (typeof number === 'number' && isWithin(number, range)) return number
      throw refuse(key, `is not ${describeRange(range)}`)
    },
    flag(key) {
      const value = take(key)
      if (value === undefined || typeof value === 'boolean') return value
      throw refuse(key, 'is neither true nor false')
    },
    textOrFlag(key) {
      const value = take(key)
      if (value === undefined || typeof value === 'boolean' || typeof value === 'string') return value
      throw refuse(key, 'is neither a text nor true or false')
    },
    texts(key) {
      const value = take(key)
      if (value === undefined) return undefined
      const items: readonly unknown[] =
        typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [0]
      if (items.some(item => typeof item !== 'string' || item.trim() === ''))
        throw refuse(key, 'is not a list of texts, or one text with commas')
      return (items as readonly string[]).map(item => item.trim())
    },
    list(key) {
      const value = take(key)
      if (value === undefined || Array.isArray(value)) return value as readonly unknown[] | undefined
      throw refuse(key, 'is not a list')
    },
    mapping(key) {
      const value = take(key)
      if (value === undefined || isJsonObject(value)) return value
      throw refuse(key, 'is not a mapping')
    },
    choice(key, choices) {
      const value = take(key)
      if (value === undefined) return undefined
      if (typeof value === 'string' && Object.hasOwn(choices, value)) return choices[value]
      throw refuse(key, `is none of ${Object.keys(choices).join(', ')}`)
    },
    refuse,
    ignore,
    finish(ignored, unsupported) {
      const beginnings = Object.keys(ignored).filter(name => name.endsWith('*'))
      const refused: string[] = []
      for (const [key, value] of Object.entries(mapping)) {
        if (read.has(key)) continue
        const rule = Object.hasOwn(ignored, key) ? key : beginnings.find(name => key.startsWith(name.slice(0, -1)))
        if (rule !== undefined) {
          if (!isOff(value)) ignore(key, ignored[rule]!)
        } else if (!(unsupported.has(key) && isOff(value))) refused.push(nameOf(key))
      }
      if (refused.length > 0)
        throw unsupportedKeys(
          `not supported: ${refused
            .slice(0, 50)
            .map(key => `'${key}'`)
            .join(', ')}`,
          { file },
        )
    },
  }
}

/** Whether a value switches nothing on. */
const isOff = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === false ||
  value === 0 ||
  value === '' ||
  value === 'none' ||
  (Array.isArray(value) && value.length === 0) ||
  (isJsonObject(value) && Object.keys(value).length === 0)

const isWithin = (value: number, { least, most, below, above, whole }: NumberRange): boolean =>
  Number.isFinite(value) &&
  (!whole || Number.isSafeInteger(value)) &&
  (least === undefined || value >= least) &&
  (most === undefined || value <= most) &&
  (below === undefined || value < below) &&
  (above === undefined || value > above)

function describeRange({ least, most, below, above, whole }: NumberRange): string {
  const ends = [
    least !== undefined && `at least ${least}`,
    above !== undefined && `above ${above}`,
    most !== undefined && `at most ${most}`,
    below !== undefined && `below ${below}`,
  ].filter(end => end !== false)
  return [whole ? 'a whole number' : 'a number', ends.join(' and ')].filter(part => part !== '').join(' ')
}
