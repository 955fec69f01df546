import type { ChecklistFacts } from '../checklist/facts.js'
import { measuredIn, numberIn, objectIn, objectsIn, textIn, type Facts } from '../facts.js'
import type { EvidenceItem } from '../evidence-list.js'
import { figure, orderedJson, sortedEntries } from '../format.js'
import { isGap } from '../limits.js'
import { html, type Markup } from '../markup.js'
import { changePlot } from '../plots/change-plot.js'
import { dataTable, folded, metricName, note, section, timeText } from './parts.js'

/** Two analyses of bias side by side: what debiasing did. Null when there are not two. */
export function debiasingSection({ items }: ChecklistFacts): Markup | null {
  const analyses = distinct(
    items.filter(({ type, facts }) => type === 'bias-assessment' && objectsIn(facts['attributes']).length > 0),
  )
  const [before, after] = [analyses[0], analyses.at(-1)]
  if (!before || !after || before === after) return null
  const rows = rowsOf(before.facts, after.facts)
  if (rows.length === 0) return null
  const accuracy = (of: EvidenceItem): string => {
    const value = measuredIn(objectIn(of.facts['overall'])?.['accuracy'])?.value
    return typeof value === 'number' ? figure(value) : 'not assessed'
  }
  return section('debiasing', 'Before and after debiasing', [
    html`<p>The same analysis of ${timeText(before.collectedAt)} and of ${timeText(after.collectedAt)}. Accuracy over all test rows: ${accuracy(before)} before, ${accuracy(after)} after.</p>
`,
    changePlot({ title: 'Gaps between groups', rows }),
    folded(
      'Gaps as numbers',
      dataTable(
        'Gaps between groups before and after',
        [
          { name: 'Gap' },
          { name: 'Before', isNumber: true },
          { name: 'After', isNumber: true },
          { name: 'Limit', isNumber: true },
        ],
        rows.map(({ name, before: was, after: is, limit }) => [
          name,
          shown(was),
          shown(is),
          limit === undefined ? '–' : figure(limit),
        ]),
      ),
    ),
    note(
      'A smaller gap on these test rows is a measurement. Whether the difference is chance is told by the intervals of each analysis.',
    ),
  ])
}

/** Analyses with other facts, oldest first: one measurement may stand in two statements. */
const distinct = (items: readonly EvidenceItem[]): readonly EvidenceItem[] => {
  const first = new Map<string, EvidenceItem>()
  for (const item of items) {
    const key = orderedJson(item.facts)
    if (!first.has(key)) first.set(key, item)
  }
  return [...first.values()]
}

function rowsOf(before: Facts, after: Facts) {
  const limits = new Map(
    objectsIn(after['limits']).flatMap(limit => {
      const [metric, max] = [textIn(limit['metric']), numberIn(limit['max'])]
      return metric !== null && max !== null ? [[metric, max] as const] : []
    }),
  )
  const was = gapsOf(before)
  return [...gapsOf(after)].flatMap(([key, { metric, attribute, value }]) => {
    const old = was.get(key)
    if (!old) return []
    const limit = limits.get(metric)
    return [
      {
        name: `${metricName(metric)}, ${attribute}`,
        before: old.value,
        after: value,
        ...(limit !== undefined && { limit }),
      },
    ]
  })
}

function gapsOf(facts: Facts) {
  const gaps = new Map<string, { readonly metric: string; readonly attribute: string; readonly value: number | null }>()
  for (const one of objectsIn(facts['attributes'])) {
    const attribute = textIn(one['attribute'])
    if (attribute === null) continue
    for (const [metric, gap] of sortedEntries(objectIn(one['gaps']) ?? {}))
      if (isGap(metric))
        gaps.set(`${metric}\n${attribute}`, { metric, attribute, value: measuredIn(gap)?.value ?? null })
  }
  return gaps
}

const shown = (value: number | null): string => (value === null ? 'not assessed' : figure(value))
