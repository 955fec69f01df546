import {
  mapText,
  textValues,
  type IdentifierRule,
  type Operator,
  type PiiScrubber,
  type RecordBatch,
  type ScrubResult,
} from '@attestry/core'
import { unknownIdentifierType } from '../errors.js'

const patterns: Readonly<Record<string, RegExp>> = {
  EMAIL: /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}/g,
  IP_ADDRESS: /\b\d{1,3}(?:\.\d{1,3}){3}\b/g,
  US_SSN: /\b\d{3}-\d{2}-\d{4}\b/g,
}

/**
 * A detector of three easily recognised identifier types (EMAIL, IP_ADDRESS, US_SSN), and of words that a test declares to
 * be of some other type. It measures nothing: use the real detector to judge a plugin's recall.
 */
export class MemoryScrubber implements PiiScrubber {
  readonly types: readonly string[]
  readonly #words: Readonly<Record<string, readonly string[]>>
  readonly #blind: ReadonlySet<string>

  /**
   * @param words     words to find, by type, such as `{ PERSON: ['Ada'] }`
   * @param blind     types that `scrub` overlooks and `scan` still sees: a removal that leaves a residue
   */
  constructor(words: Readonly<Record<string, readonly string[]>> = {}, blind: readonly string[] = []) {
    this.#words = words
    this.#blind = new Set(blind)
    this.types = [...new Set([...Object.keys(patterns), ...Object.keys(words)])].sort()
  }

  async scrub(batch: RecordBatch, columns: readonly string[], rules: readonly IdentifierRule[]): Promise<ScrubResult> {
    const found = await this.scan(
      batch,
      columns,
      rules.map(({ type }) => type),
    )
    let result = batch
    const changed = new Set<number>()
    for (const { type, operator } of rules.filter(rule => !this.#blind.has(rule.type)))
      for (const column of columns)
        result = mapText(result, column, (text, row) => {
          const clean = text.replace(this.#pattern(type), match => apply(operator, type, match))
          if (clean !== text) changed.add(row)
          return clean
        })
    return { batch: result, found, rowsChanged: changed.size }
  }

  residue(
    batch: RecordBatch,
    columns: readonly string[],
    rules: readonly IdentifierRule[],
  ): Promise<Readonly<Record<string, number>>> {
    return this.scan(
      batch,
      columns,
      rules.map(({ type }) => type),
    )
  }

  async scan(
    batch: RecordBatch,
    columns: readonly string[],
    types: readonly string[],
  ): Promise<Readonly<Record<string, number>>> {
    const counts = types.map(type => {
      const texts = columns.flatMap(column => textValues(batch, column)).filter(text => text !== null)
      const count = texts.reduce((sum, text) => sum + [...text.matchAll(this.#pattern(type))].length, 0)
      return [type, count] as const
    })
    return Object.fromEntries(counts.filter(([, count]) => count > 0))
  }

  #pattern(type: string): RegExp {
    const words = this.#words[type] ?? []
    const known = patterns[type]
    if (words.length === 0 && !known) throw unknownIdentifierType(type, this.types)
    const sources = [...(known ? [known.source] : []), ...words.map(escape)]
    return new RegExp(sources.join('|'), 'g')
  }
}

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

function apply(operator: Operator, type: string, match: string): string {
  // Nothing that it finds may stay, so the weakest operator takes it out too.
  if (operator === 'redact' || operator === 'coarsen') return `[${type}]`
  return operator === 'mask' ? '*'.repeat(match.length) : `[${type} ${match.length}]`
}
