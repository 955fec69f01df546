import type { IdentifierRule, Operator } from '@attestry/core'
import { coarsen } from './coarsen.js'
import { findingsDoNotFit, pseudonymWithoutKey, unknownType } from './errors.js'
import type { Finding } from './finding.js'
import { foldCodePoint } from './fold.js'
import { isIdentifierType, type IdentifierType } from './identifier-types.js'
import { placeholderOf } from './placeholder.js'
import { pseudonymiser, type Pseudonymiser } from './pseudonym.js'

export interface ApplyOptions {
  /** At least 16 secret bytes, for the operator `pseudonym`. */
  readonly pseudonymKey?: Uint8Array
}

/**
 * The text with the operator of each finding's type applied to it. Findings of types without a rule stay as they are, and
 * so does all other text, in its order.
 *
 * `coarsen` writes the year of a date, leaves an age up to 89, a state or a country, and redacts the rest; `redact` writes `[EMAIL]`; `mask` writes a star for each letter and digit and keeps separators, the last four of cards
 * and IBANs, the last two of telephone numbers; `pseudonym` writes a keyed token (see `pseudonymiser`).
 *
 * @param findings as `detect` gave them for this very text
 * @throws PII-E001 for a rule of an unknown type, PII-E002 and PII-E004 for a missing or short key, PII-E003 when the
 *   findings do not fit the text
 * @example
 *   apply('Write to jo@example.org', detect('Write to jo@example.org'), [{ type: 'EMAIL', operator: 'redact' }])
 *   // 'Write to [EMAIL]'
 */
export function apply(
  text: string,
  findings: readonly Finding[],
  rules: readonly IdentifierRule[],
  { pseudonymKey }: ApplyOptions = {},
): string {
  const pseudonymOf = pseudonymKey && pseudonymiser(pseudonymKey)
  checkRules(rules, pseudonymOf)
  const types = new Set<string>(findings.map(({ type }) => type))
  const needed = types.size === 0 ? [] : rules.filter(({ type }) => types.has(type))
  return replaceFindings(text, findings, operatorsOf(needed, pseudonymOf))
}

/** Writes what stands for a value. */
export type Replace = (type: IdentifierType, value: string, finding: Finding) => string

/** A function per type that has a rule. @throws PII-E001, PII-E002 */
export function operatorsOf(
  rules: readonly IdentifierRule[],
  pseudonymOf: Pseudonymiser | undefined,
): ReadonlyMap<IdentifierType, Replace> {
  checkRules(rules, pseudonymOf)
  const operators = new Map<IdentifierType, Replace>()
  for (const { type, operator } of rules) operators.set(type as IdentifierType, operatorOf(operator, type, pseudonymOf))
  return operators
}

function checkRules(rules: readonly IdentifierRule[], pseudonymOf: Pseudonymiser | undefined): void {
  for (const { type } of rules) if (!isIdentifierType(type)) throw unknownType(type)
  for (const { type, operator } of rules) if (operator === 'pseudonym' && !pseudonymOf) throw pseudonymWithoutKey(type)
}

function operatorOf(operator: Operator, type: string, pseudonymOf: Pseudonymiser | undefined): Replace {
  switch (operator) {
    case 'coarsen':
      return (_type, value, finding) => coarsen(finding, value)
    case 'redact':
      return placeholderOf
    case 'mask':
      return mask
    case 'pseudonym':
      if (!pseudonymOf) throw pseudonymWithoutKey(type)
      return pseudonymOf
    default:
      return operator satisfies never
  }
}

/** @throws PII-E003 when findings are unsorted, overlap or leave the text */
export function replaceFindings(
  text: string,
  findings: readonly Finding[],
  operators: ReadonlyMap<IdentifierType, Replace>,
): string {
  let written = ''
  let at = 0
  findings.forEach((finding, index) => {
    const { type, start, end } = finding
    if (!(start >= at && end > start && end <= text.length)) throw findingsDoNotFit(index, text.length)
    const value = text.slice(start, end)
    written += text.slice(at, start)
    written += operators.get(type)?.(type, value, finding) ?? value
    at = end
  })
  return written + text.slice(at)
}

const keptAtEnd: Partial<Record<IdentifierType, number>> = { CREDIT_CARD: 4, IBAN: 4, PHONE: 2 }

/** A star for each letter and digit but the last few; separators stay, invisible characters go. */
export function mask(type: IdentifierType, value: string): string {
  const characters = [...value].filter(character => foldCodePoint(character.codePointAt(0)!) !== '')
  let kept = keptAtEnd[type] ?? 0
  for (let i = characters.length - 1; i >= 0; i--)
    if (holdsLetterOrDigit(characters[i]!) && kept-- <= 0) characters[i] = '*'
  return characters.join('')
}

const holdsLetterOrDigit = (character: string): boolean =>
  /[\p{L}\p{M}\p{N}]/u.test(character) || /[0-9A-Za-z]/.test(foldCodePoint(character.codePointAt(0)!) ?? '')
