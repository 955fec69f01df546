import { mask } from './apply.js'
import { yearOf } from './coarsen.js'
import { findingsDoNotFit, pseudonymWithoutKey } from './errors.js'
import type { Finding } from './finding.js'
import type { IdentifierType } from './identifier-types.js'
import { ninetyPlus, placeholderOf } from './placeholder.js'
import { policyOf, type PolicyName } from './policies/index.js'
import { decide, type Action, type Decision, type PiiPolicy } from './policies/policy.js'
import { canonicalForm, pseudonymiser, type Pseudonymiser } from './pseudonym.js'

export interface AnonymizeOptions {
  /** At least 16 secret bytes, for policies that write pseudonyms. */
  readonly pseudonymKey?: Uint8Array
  /** The present year, by which a year tells of an age; the machine's by default. */
  readonly year?: number
}

/** What was done with one finding. Holds no text. */
export interface Treated extends Decision {
  readonly type: IdentifierType
  /** In the text as it was given. */
  readonly start: number
  readonly end: number
}

export interface Anonymized {
  readonly text: string
  /** One per finding, in order. */
  readonly decisions: readonly Treated[]
  readonly policy: { readonly id: string; readonly version: string }
}

/**
 * Writes a text as a policy asks: each finding is kept, made coarser or replaced, with the rule that says so.
 *
 * What no scanner found is still there, and pseudonyms stay personal data: the result is the text under a policy, not more.
 *
 * @param findings as `detect` gave them for this very text, from a detector with this policy or with none
 * @throws PII-E003 when the findings do not fit the text, PII-E007 for an unknown policy, PII-E002 and PII-E004 for a missing
 *   or short key
 * @example
 *   anonymize('Seen on 3 May 2021, aged 94', detect('Seen on 3 May 2021, aged 94'), 'hipaa').text   // 'Seen on 2021, [AGE 90+]'
 */
export function anonymize(
  text: string,
  findings: readonly Finding[],
  policy: PolicyName | PiiPolicy,
  { pseudonymKey, year = new Date().getUTCFullYear() }: AnonymizeOptions = {},
): Anonymized {
  const chosen = policyOf(policy)
  const writer = writerFor(pseudonymKey && pseudonymiser(pseudonymKey))
  const decisions: Treated[] = []
  let written = ''
  let at = 0
  for (const [index, finding] of findings.entries()) {
    const { type, start, end } = finding
    if (!(start >= at && end > start && end <= text.length)) throw findingsDoNotFit(index, text.length)
    const decision = decide(chosen, finding, { year })
    decisions.push({ type, start, end, ...decision })
    written += text.slice(at, start) + writer(decision.action, finding, text.slice(start, end))
    at = end
  }
  return { text: written + text.slice(at), decisions, policy: { id: chosen.id, version: chosen.version } }
}

type Writer = (action: Action, finding: Finding, value: string) => string

function writerFor(pseudonymOf: Pseudonymiser | undefined): Writer {
  const numbers = new Map<string, number>()
  const counts = new Map<IdentifierType, number>()
  const numberOf = (type: IdentifierType, value: string): number => {
    const key = `${type} ${canonicalForm(type, value)}`
    let number = numbers.get(key)
    if (number === undefined) {
      number = (counts.get(type) ?? 0) + 1
      counts.set(type, number)
      numbers.set(key, number)
    }
    return number
  }
  return (action, finding, value) => {
    const { type, meaning } = finding
    switch (action) {
      case 'keep':
        return value
      case 'redact':
        return placeholderOf(type)
      case 'number':
        return `[${type}_${numberOf(type, value)}]`
      case 'mask':
        return mask(type, value)
      case 'truncate':
        return truncated(value)
      case 'pseudonym':
        if (!pseudonymOf) throw pseudonymWithoutKey(type)
        return pseudonymOf(type, value)
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
