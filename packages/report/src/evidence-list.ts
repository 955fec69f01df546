import type { JsonValue, RunRecord, Statement } from '@attestry/core'
import { timeUnreadable } from './errors.js'
import { byText } from './format.js'

/** One evidence statement, with the parts of its predicate that the report reads. */
export interface EvidenceItem {
  readonly statement: Statement
  readonly type: string
  readonly controls: readonly string[]
  readonly outcome: 'pass' | 'fail' | 'info'
  readonly facts: { readonly [key: string]: JsonValue }
  /** ISO time. */
  readonly collectedAt: string
}

/**
 * The evidence statements whose predicate can be read, oldest first, and the others. A statement that verifies but whose
 * predicate has another shape supports nothing: it is listed, never counted.
 */
export function readEvidence(statements: readonly Statement[]): {
  readonly items: readonly EvidenceItem[]
  readonly unreadable: readonly Statement[]
} {
  const evidence = [...statements].filter(({ type }) => type === 'evidence').sort((a, b) => byText(a.file, b.file))
  const read = evidence.map(statement => ({ statement, item: itemOf(statement) }))
  return {
    items: read
      .flatMap(({ item }) => item ?? [])
      .sort((a, b) => byText(a.collectedAt, b.collectedAt) || byText(a.statement.file, b.statement.file)),
    unreadable: read.filter(({ item }) => item === null).map(({ statement }) => statement),
  }
}

/**
 * As of when evidence is judged: the end of the run, or its newest evidence while it has not ended.
 *
 * @throws REPORT-E002 when a time of the record cannot be read, because staleness could then not be judged
 */
export function assessedAtOf({ id, startedAt, endedAt }: RunRecord, items: readonly EvidenceItem[]): string {
  const at = endedAt ?? items.at(-1)?.collectedAt ?? startedAt
  for (const time of [startedAt, at]) if (Number.isNaN(Date.parse(time))) throw timeUnreadable(id, time)
  return at
}

function itemOf(statement: Statement): EvidenceItem | null {
  const { type, controls, outcome, facts, collectedAt } = statement.predicate
  if (typeof type !== 'string' || !isTexts(controls) || typeof collectedAt !== 'string') return null
  if (outcome !== 'pass' && outcome !== 'fail' && outcome !== 'info') return null
  if (Number.isNaN(Date.parse(collectedAt))) return null
  return { statement, type, controls, outcome, facts: isObject(facts) ? facts : {}, collectedAt }
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every(one => typeof one === 'string')

export const isObject = (value: unknown): value is { readonly [key: string]: JsonValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Identifiers by type, over all processes that scanned. */
export interface IdentifierFacts {
  readonly found: Readonly<Record<string, number>>
  /** Found again by the same rules after removal. */
  readonly foundAgain: Readonly<Record<string, number>>
}

/**
 * Counts of identifiers from the facts of all `pii-removal` evidence: one statement per process of the run. Null when
 * there is no such evidence, or when it holds no counts: that is not the same as nothing found.
 */
export function identifiersOf(items: readonly EvidenceItem[]): IdentifierFacts | null {
  const removals = items.filter(({ type, facts }) => type === 'pii-removal' && isCounts(facts['found']))
  if (removals.length === 0) return null
  const tables = (keys: readonly string[]): readonly Readonly<Record<string, number>>[] =>
    removals.flatMap(({ facts }) => keys.map(key => facts[key]).filter(isCounts))
  return { found: total(tables(['found'])), foundAgain: total(tables(['residual', 'residualLeft'])) }
}

/** How much of a labelled sample the detector found, as a `pii-removal` statement measured it. */
export interface MeasuredRecall {
  readonly value: number
  readonly low: number
  readonly high: number
  /** Labelled values. */
  readonly of: number
  /** Such as `Wilson score`. */
  readonly method: string
  /** Of the interval, such as 0.95. */
  readonly confidence: number
}

/** The lowest recall that a statement measured; null when none did. */
export function recallOf(items: readonly EvidenceItem[]): MeasuredRecall | null {
  const measured = items.flatMap(({ type, facts: { recall } }) => {
    if (type !== 'pii-removal' || !isObject(recall) || !isObject(recall['interval'])) return []
    const { value, low, high, of, interval } = recall
    const { method, confidence } = interval as { readonly [key: string]: JsonValue }
    return typeof value === 'number' &&
      typeof low === 'number' &&
      typeof high === 'number' &&
      typeof of === 'number' &&
      typeof method === 'string' &&
      typeof confidence === 'number'
      ? [{ value, low, high, of, method, confidence }]
      : []
  })
  return measured.sort((a, b) => a.value - b.value)[0] ?? null
}

function total(tables: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const totals = new Map<string, number>()
  for (const table of tables)
    for (const [type, times] of Object.entries(table)) totals.set(type, (totals.get(type) ?? 0) + times)
  return Object.fromEntries([...totals].sort(([a], [b]) => byText(a, b)))
}

const isCounts = (value: unknown): value is { readonly [key: string]: number } =>
  isObject(value) && Object.values(value).every(one => typeof one === 'number')

/** The privacy statement of the last `dp-training` evidence; null when there is none. */
export function privacyStatementOf(items: readonly EvidenceItem[]): readonly string[] | null {
  const statement = items.findLast(({ type }) => type === 'dp-training')?.facts['statement']
  return isTexts(statement) ? statement : null
}

/** One metric over the windows of monitoring. */
export interface WindowSeries {
  readonly metric: string
  /** The attribute whose groups it is about. */
  readonly attribute: string | null
  readonly threshold: number | null
  /** Null where a window was not assessed. */
  readonly values: readonly { readonly window: number; readonly value: number | null }[]
}

/** What was measured per window, from `monitoring-window` evidence; sorted by metric, then window. */
export function windowSeries(items: readonly EvidenceItem[]): readonly WindowSeries[] {
  const series = new Map<
    string,
    { metric: string; attribute: string | null; threshold: number | null; values: Map<number, number | null> }
  >()
  for (const { type, facts } of items) {
    const { window, findings } = facts
    if (type !== 'monitoring-window' || typeof window !== 'number' || !Array.isArray(findings)) continue
    for (const finding of findings.filter(isObject)) {
      const { metric, attribute, threshold, value, slice } = finding
      if (typeof metric !== 'string' || slice !== undefined) continue
      const about = typeof attribute === 'string' ? attribute : null
      const key = `${metric}\n${about ?? ''}`
      const one = series.get(key) ?? { metric, attribute: about, threshold: null, values: new Map() }
      one.values.set(window, typeof value === 'number' ? value : null)
      if (typeof threshold === 'number') one.threshold = threshold
      series.set(key, one)
    }
  }
  return [...series]
    .sort(([a], [b]) => byText(a, b))
    .map(([, { values, ...rest }]) => ({
      ...rest,
      values: [...values].sort(([a], [b]) => a - b).map(([window, value]) => ({ window, value })),
    }))
}
