import { wordsBefore } from './context-words.js'
import { findingsDoNotFit } from './errors.js'
import type { Finding } from './finding.js'
import { idLabels } from './ids/labels.js'
import type { IdentifierType } from './identifier-types.js'
import { introductionsBy } from './person/introductions.js'
import { policyOf, type PolicyName } from './policies/index.js'
import { decide, type Decision, type PiiPolicy } from './policies/policy.js'
import { identityLabels } from './validators/national-ids.js'

/** What a finding rests on. */
export type Basis =
  /** A check of its digits or a numbering plan. */
  | 'check'
  /** A grammar that little else fits. */
  | 'grammar'
  /** What stands before or around it. */
  | 'context'
  /** The text names it elsewhere. */
  | 'repeated'
  /** The model of words around names. */
  | 'model'
  /** A model that was asked for a second opinion. */
  | 'second-opinion'
  /** A recogniser of one's own. */
  | 'own'

/** Why something was found and what becomes of it. Holds places, counts and words of the package's own lists: nothing of the value. */
export interface TraceEntry {
  readonly type: IdentifierType
  readonly start: number
  readonly end: number
  readonly rule: string
  readonly validator?: string
  readonly score: number
  readonly basis: Basis
  /** Who found it, where a model was asked too. */
  readonly opinion?: NonNullable<Finding['opinion']>
  /** Labels and introductions of the package's lists within five words before it, nearest first, after the finding before. */
  readonly context: readonly string[]
  /** What the policy does with it; absent without a policy. */
  readonly decision?: Decision & { readonly policy: string }
}

export interface TraceOptions {
  readonly policy?: PolicyName | PiiPolicy
  /** The present year, by which a year tells of an age; the machine's by default. */
  readonly year?: number
}

/**
 * One entry for each finding, in order.
 *
 * @param findings as `detect` gave them for this very text
 * @throws PII-E003 when the findings do not fit the text, PII-E007 for an unknown policy
 */
export function trace(text: string, findings: readonly Finding[], options: TraceOptions = {}): readonly TraceEntry[] {
  const { policy, year = new Date().getUTCFullYear() } = options
  const chosen = policy === undefined ? undefined : policyOf(policy)
  return findings.map((finding, index) => {
    const { type, start, end, rule, validator, score, opinion } = finding
    if (!(start >= 0 && end > start && end <= text.length)) throw findingsDoNotFit(index, text.length)
    return {
      type,
      start,
      end,
      rule,
      ...(validator !== undefined && { validator }),
      score,
      basis: basisOf(finding),
      ...(opinion !== undefined && { opinion }),
      context: labelsBefore(text.slice(findings[index - 1]?.end ?? 0, start)),
      ...(chosen && { decision: { ...decide(chosen, finding, { year }), policy: `${chosen.id} ${chosen.version}` } }),
    }
  })
}

/** The same for people: two lines for each finding. */
export function traceText(entries: readonly TraceEntry[]): string {
  return entries.map(entry => `${foundLine(entry)}\n  ${decisionLine(entry)}\n`).join('')
}

const foundLine = ({ type, start, end, rule, validator, score, basis, opinion, context }: TraceEntry): string =>
  `${start}-${end} ${type}: rule ${rule}, score ${score}, by ${reasons[basis]}` +
  `${validator === undefined ? '' : ` (${validator})`}${context.length > 0 ? `, after ${context.join(', ')}` : ''}` +
  `${opinion === undefined ? '' : `; ${opinions[opinion]}`}`

const decisionLine = ({ decision }: TraceEntry): string =>
  decision === undefined
    ? 'no policy was given'
    : `${decision.action} under ${decision.policy}, ${decision.control}: ${decision.because}`

/** What is said of who found something. */
export const opinions: Readonly<Record<NonNullable<Finding['opinion']>, string>> = {
  agreed: 'rules and model agree',
  'only-model': 'found by the model only',
  'only-rules': 'found by the rules only',
}

/** What each basis is called in a sentence. */
export const reasons: Readonly<Record<Basis, string>> = {
  check: 'a check of the value',
  grammar: 'its form',
  context: 'what stands around it',
  repeated: 'its other mention in the text',
  model: 'the model of words around names',
  'second-opinion': 'a model that was asked for a second opinion',
  own: 'a recogniser of your own',
}

function basisOf({ rule, validator, score }: Finding): Basis {
  if (rule.startsWith('custom/')) return 'own'
  if (rule.startsWith('model/')) return 'second-opinion'
  if (rule.endsWith('/tagger')) return 'model'
  if (rule.endsWith('/repeated')) return 'repeated'
  if (validator !== undefined && !validator.startsWith('rfc')) return 'check'
  return score >= 0.9 ? 'grammar' : 'context'
}

const labelsBefore = (before: string): readonly string[] =>
  wordsBefore(before, before.length).filter(
    word => word.length > 2 && (idLabels.has(word) || identityLabels.has(word) || introductionsBy.has(word)),
  )
