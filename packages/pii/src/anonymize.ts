import { findingsDoNotFit } from './errors.js'
import type { Finding } from './finding.js'
import type { IdentifierType } from './identifier-types.js'
import { writerFor, type WriterOptions } from './operators/writer.js'
import { policyOf, type PolicyName } from './policies/index.js'
import { decide, type Decision, type PiiPolicy } from './policies/policy.js'

export interface AnonymizeOptions extends WriterOptions {
  /** The present year, by which a year tells of an age; the machine's by default. */
  readonly year?: number
}

/** What was done with one finding. Holds no text. */
export interface Treated extends Decision {
  readonly type: IdentifierType
  /** In the text as it was given. */
  readonly start: number
  readonly end: number
  /** Where what stands for it is in the new text. */
  readonly written: { readonly start: number; readonly end: number }
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
 * @throws PII-E003 when the findings do not fit the text, PII-E007 for an unknown policy, PII-E002, PII-E004 and PII-E013 for
 *   a key or something else that an operator of the policy needs, missing or short
 * @example
 *   anonymize('Seen on 3 May 2021, aged 94', detect('Seen on 3 May 2021, aged 94'), 'hipaa').text   // 'Seen on 2021, [AGE 90+]'
 */
export function anonymize(
  text: string,
  findings: readonly Finding[],
  policy: PolicyName | PiiPolicy,
  { year = new Date().getUTCFullYear(), ...options }: AnonymizeOptions = {},
): Anonymized {
  const chosen = policyOf(policy)
  const originals = findings.map(finding => ({ finding, value: text.slice(finding.start, finding.end) }))
  const writer = writerFor(chosen, originals, options)
  const decisions: Treated[] = []
  let written = ''
  let at = 0
  for (const [index, { finding, value }] of originals.entries()) {
    const { type, start, end } = finding
    if (!(start >= at && end > start && end <= text.length)) throw findingsDoNotFit(index, text.length)
    const decision = decide(chosen, finding, { year })
    written += text.slice(at, start)
    const writtenStart = written.length
    written += writer(decision.action, finding, value)
    decisions.push({ type, start, end, ...decision, written: { start: writtenStart, end: written.length } })
    at = end
  }
  return { text: written + text.slice(at), decisions, policy: { id: chosen.id, version: chosen.version } }
}

/** What a second look at a text finds that was not written by the first: by type, and how much of it was. */
export interface SecondLook {
  readonly left: Readonly<Record<string, number>>
  /** Found in what was written or kept on purpose, such as made-up addresses and years. */
  readonly ours: Readonly<Record<string, number>>
}

/**
 * Looks again at what `anonymize` wrote. What lies within a place that it wrote or kept is told apart: a made-up address is
 * found because it looks like one.
 *
 * @param detect finds as for the first look, with the same options
 */
export function lookAgain({ text, decisions }: Anonymized, detect: (text: string) => readonly Finding[]): SecondLook {
  const left: Record<string, number> = {}
  const ours: Record<string, number> = {}
  let at = 0
  for (const { type, start, end } of detect(text)) {
    while (at < decisions.length && decisions[at]!.written.end <= start) at++
    const place = decisions[at]?.written
    const counts = place && place.start <= start && end <= place.end ? ours : left
    counts[type] = (counts[type] ?? 0) + 1
  }
  return { left, ours }
}
