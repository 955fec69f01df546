import type { Finding } from '../finding.js'
import type { LabelledSample } from './labelled-sample.js'
import { wilson } from './wilson.js'

/** A share of labelled values that were found whole, with its interval. */
export interface Recall {
  readonly found: number
  readonly of: number
  /** Null where nothing is labelled. */
  readonly value: number | null
  readonly low: number
  readonly high: number
}

/** How much of a labelled sample a detector finds. Counts and shares; no text. */
export interface MeasuredRecall extends Recall {
  readonly byType: Readonly<Record<string, Recall>>
  readonly texts: number
  /** Findings that touch no label. */
  readonly unlabelled: number
  readonly sample: { readonly sha256: string }
  readonly interval: { readonly method: 'Wilson score'; readonly confidence: 0.95 }
  readonly meaning: string
}

/**
 * The share of labelled values all letters and digits of which lie in findings, whatever their types.
 *
 * @param types labels of other types are not counted
 * @param detect finds as in use, with the same types and options
 */
export function measureRecall(
  { texts, sha256 }: LabelledSample,
  types: readonly string[],
  detect: (text: string) => readonly Finding[],
): MeasuredRecall {
  const hits = new Map<string, { found: number; of: number }>()
  let unlabelled = 0
  for (const { text, spans } of texts) {
    const findings = detect(text)
    unlabelled += findings.filter(({ start, end }) => !spans.some(span => span[0] < end && start < span[1])).length
    for (const [start, end, type] of spans) {
      if (!types.includes(type)) continue
      const count = hits.get(type) ?? { found: 0, of: 0 }
      hits.set(type, count)
      count.of++
      if (isCovered(text, start, end, findings)) count.found++
    }
  }
  const all = [...hits.values()]
  const sum = (key: 'found' | 'of'): number => all.reduce((total, count) => total + count[key], 0)
  return {
    ...recallOf(sum('found'), sum('of')),
    byType: Object.fromEntries(
      [...hits].sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, { found, of }]) => [type, recallOf(found, of)]),
    ),
    texts: texts.length,
    unlabelled,
    sample: { sha256 },
    interval: { method: 'Wilson score', confidence: 0.95 },
    meaning:
      'share of labelled values all letters and digits of which were found; the interval takes values as independent draws ' +
      'from texts like the sample, and says nothing about other texts',
  }
}

function recallOf(found: number, of: number): Recall {
  const [low, high] = wilson(found, of)
  return { found, of, value: of === 0 ? null : found / of, low, high }
}

function isCovered(text: string, start: number, end: number, findings: readonly Finding[]): boolean {
  for (let at = start; at < end; ) {
    const finding = findings.find(one => one.start <= at && at < one.end)
    if (finding) {
      at = finding.end
      continue
    }
    const character = String.fromCodePoint(text.codePointAt(at)!)
    if (/[\p{L}\p{N}]/u.test(character)) return false
    at += character.length
  }
  return true
}
