import type { Assessment, JsonValue } from '@attestry/core'
import { auditInWords } from '../audit-in-words.js'
import {
  byText,
  count,
  counted,
  figuresApart,
  given,
  interval as ends,
  orderedJson,
  sortedEntries,
  words,
} from '../format.js'
import { html, type Content, type Markup } from '../markup.js'
import type { EvaluationCard, ModelCard } from '../model-card.js'
import { heatMap, mostCells } from '../plots/heat-map.js'
import { intervalPlot } from '../plots/interval-plot.js'
import {
  codeText,
  dataTable,
  folded,
  limitMark,
  measured,
  metricName,
  note,
  notReached,
  reasonOf,
  section,
  type Column,
} from './parts.js'

/** Quality over all test rows, and what the policy allows. */
export function qualitySection({ evaluation }: ModelCard): Markup {
  return section(
    'quality',
    'Quality and limits',
    evaluation ? qualityBody(evaluation) : notReached('The model was not evaluated.'),
  )
}

const qualityBody = ({ testRows, overall, limits, classErrors }: EvaluationCard): Content => [
  html`<p>${counted(testRows, 'test row')}, held out from training and from the same source.</p>
`,
  dataTable(
    'Limits in force and what was measured',
    [
      { name: 'Metric' },
      { name: 'Measured', isNumber: true },
      { name: 'At most', isNumber: true },
      { name: 'State' },
      { name: 'Asked by' },
    ],
    limits.map(({ metric, value, interval, max, state, about, asked }) => {
      const [shown, limit] = value === null ? ['–', given(max)] : figuresApart(value, max)
      const name = html`${metricName(metric)}${about !== null && ` ${about}`}`
      const cell = html`${shown}${interval && html` <span class="quiet">${ends(interval)}</span>`}`
      return [name, cell, limit, limitMark(state), asked.join('; ')]
    }),
  ),
  dataTable(
    'Over all test rows',
    valueColumns,
    overall.map(one => [metricName(one.metric), ...valueCells(one)]),
  ),
  classErrors.length > 0 &&
    dataTable(
      'Errors per class',
      [{ name: 'Class' }, ...valueColumns.slice(1)],
      classErrors.map(one => [nameOf(one), ...valueCells(one)]),
    ),
]

const valueColumns: readonly Column[] = [
  { name: 'Metric' },
  { name: 'Value and interval', isNumber: true },
  { name: 'n', isNumber: true },
]

const valueCells = (one: Assessment): readonly Content[] => [measured(one), count(one.n)]

/** Rates that are drawn, in the order of harm that readers ask for. */
const drawn = ['error-rate', 'selection-rate', 'false-positive-rate', 'false-negative-rate'] as const

/** One block per attribute: plots, then the numbers. */
export function groupsSection({ evaluation }: ModelCard): Markup {
  const title = 'Quality and fairness by group'
  if (!evaluation) return section('groups', title, notReached('The model was not evaluated.'))
  const attributes = new Map<string, Assessment[]>()
  for (const one of evaluation.groups) {
    const key = inOrder(Object.keys(one.slice ?? {}))
    attributes.set(key, [...(attributes.get(key) ?? []), one])
  }
  for (const { attribute = '' } of evaluation.gaps) {
    const key = inOrder(attribute.split(' × '))
    attributes.set(key, attributes.get(key) ?? [])
  }
  if (attributes.size === 0)
    return section(
      'groups',
      title,
      html`<p class="none">Nothing was measured per group: no group column was declared.</p>`,
    )
  return section('groups', title, [
    note(
      'Each dot is a rate in one group, each line its interval; the dashed line is the rate over all test rows. Where intervals overlap, the test rows cannot tell the groups apart. A gap below a limit is a measurement, not a finding that decisions are fair.',
    ),
    [...attributes].map(([attribute, rows]) => attributeBlock(attribute, rows, evaluation)),
  ])
}

const dash: Markup = html`<span class="quiet">–</span>`

/** An attribute, or several, under one name whatever order they were written in. */
const inOrder = (names: readonly string[]): string => [...names].sort(byText).join(' × ')

function attributeBlock(attribute: string, rows: readonly Assessment[], { gaps, overall }: EvaluationCard): Content {
  const isPair = attribute.includes(' × ')
  const metrics = [...new Set(rows.map(({ metric }) => metric))].sort((a, b) => rank(a) - rank(b) || byText(a, b))
  const groups = new Map<string, Map<string, Assessment>>()
  for (const one of rows) {
    const name = nameOf(one)
    groups.set(name, (groups.get(name) ?? new Map()).set(one.metric, one))
  }
  const plots = drawn.filter(metric => metrics.includes(metric))
  const about = (one: Assessment): boolean =>
    one.attribute !== undefined && inOrder(one.attribute.split(' × ')) === attribute
  return [
    html`<h3>By ${attribute}</h3>
`,
    !isPair &&
      html`<div class="plots by-group">
${plots.map(metric => {
  const whole = overall.find(one => one.metric === metric)?.value
  return intervalPlot({
    title: `${metricName(metric)} by ${attribute}`,
    rows: [...groups].map(([name, of]) => {
      const one = of.get(metric)
      return { name, value: one?.value ?? null, n: one?.n ?? 0, ...(one?.interval && { interval: one.interval }) }
    }),
    ...(typeof whole === 'number' && { reference: { value: whole, name: 'all' } }),
  })
})}</div>
`,
    isPair && pairMaps(rows),
    folded(
      `Rates by ${attribute} as numbers`,
      dataTable(
        `Rates by ${attribute}`,
        [
          { name: 'Group' },
          { name: 'Rows', isNumber: true },
          ...metrics.map(metric => ({ name: metricName(metric), isNumber: true })),
        ],
        [...groups].map(([name, of]) => [
          name,
          count(Math.max(...[...of.values()].map(({ n }) => n))),
          ...metrics.map(metric => {
            const one = of.get(metric)
            return !one ? dash : one.value === null ? html`<span class="quiet">not assessed</span>` : measured(one)
          }),
        ]),
      ),
    ),
    whyNot(rows),
    gaps.some(about) &&
      dataTable(
        `Gaps over ${attribute}`,
        [...valueColumns, { name: 'Between' }],
        gaps.filter(about).map(one => [metricName(one.metric), ...valueCells(one), between(one)]),
      ),
  ]
}

/** Rates in the cells of two attributes. Of three and more there is the table alone. */
function pairMaps(rows: readonly Assessment[]): Content {
  const [first, second, ...others] = Object.keys(rows[0]?.slice ?? {}).sort(byText)
  if (first === undefined || second === undefined || others.length > 0) return null
  const names = (attribute: string): readonly string[] =>
    [...new Set(rows.map(({ slice = {} }) => slice[attribute] ?? ''))].sort(byText)
  const [down, across] = [names(first), names(second)]
  if (down.length * across.length > mostCells || across.length > 8) return null
  const maps = (['error-rate', 'selection-rate'] as const).filter(metric => rows.some(one => one.metric === metric))
  return html`<div class="plots">${maps.map(metric => {
    const found = new Map(
      rows
        .filter(one => one.metric === metric)
        .map(({ slice = {}, value }) => [`${slice[first]}\n${slice[second]}`, value]),
    )
    return heatMap({
      title: `${metricName(metric)} by ${first} and ${second}`,
      rows: down.map(shownName),
      columns: across.map(shownName),
      values: down.map(row => across.map(column => found.get(`${row}\n${column}`) ?? null)),
    })
  })}</div>
`
}

const shownName = (group: string): string => (group === '' ? '(empty)' : group)

/** Reasons why rates of small groups are missing, once each. */
function whyNot(rows: readonly Assessment[]): Content {
  const reasons = [...new Set(rows.flatMap(({ value, detail }) => (value === null ? reasonOf(detail).slice(2) : [])))]
  const known = reasons.filter(reason => reason !== '').sort(byText)
  return (
    known.length > 0 && note(`Not assessed: ${known.slice(0, 8).join('; ')}${known.length > 8 ? '; and others' : ''}.`)
  )
}

const nameOf = ({ slice = {} }: Assessment): string =>
  Object.entries(slice)
    .sort(([a], [b]) => byText(a, b))
    .map(([, group]) => (group === '' ? '(empty)' : group))
    .join(' × ')

const rank = (metric: string): number => {
  const place = ['accuracy', ...drawn].indexOf(metric)
  return place < 0 ? 99 : place
}

/** The two groups of a gap, when its detail names them. */
function between({ detail }: Assessment): Content {
  if (typeof detail !== 'object' || detail === null || !('between' in detail)) return dash
  const pair = detail['between']
  if (typeof pair !== 'object' || pair === null || Array.isArray(pair)) return dash
  return sortedEntries(pair as Readonly<Record<string, JsonValue>>)
    .filter(([key]) => key !== 'rate')
    .flatMap(([, name]) => (typeof name === 'string' ? name : []))
    .join(' and ')
}

/** How well an attack tells members of the training set from others. */
export function membershipSection(card: ModelCard): Markup {
  const { evaluation } = card
  const title = 'Membership inference'
  if (!evaluation) return section('membership', title, notReached('The model was not evaluated.'))
  const { membershipInference: tests } = evaluation
  if (tests.length === 0)
    return section(
      'membership',
      title,
      html`<p class="none">No test was run. That says nothing about what an attack would find.</p>`,
    )
  const areas = tests.filter(({ metric }) => metric.endsWith('auc'))
  const audit = auditInWords(card)
  return section('membership', title, [
    html`<p>The test asks whether the model tells records it was trained on from records it never saw. An area of 0.5 is a coin toss, 1 is certainty. An attack that fails here does not show that none would succeed. The lower bound on epsilon is what this attack proves at least: above the epsilon that was stated, the statement would be wrong.</p>
`,
    audit !== null &&
      html`<p>${audit}</p>
`,
    areas.length > 0 &&
      html`<div class="plots">${intervalPlot({
        title: 'Area under the attack’s curve',
        rows: areas.map(one => ({
          name: attackName(one),
          value: one.value,
          n: one.n,
          ...(one.interval && { interval: one.interval }),
        })),
        reference: { value: 0.5, name: 'coin toss' },
        shows: [0.4, 1],
      })}</div>`,
    dataTable(
      'Attacks and results',
      valueColumns,
      tests.map(one => [attackLabel(one), ...valueCells(one)]),
    ),
  ])
}

const attackName = ({ metric }: Assessment): string =>
  words(metric.replace(/^membership-inference-?/, '').replace(/-?auc$/, '')) || 'area'

const attackLabel = (one: Assessment): Content => [
  metricName(one.metric),
  one.slice && html` <span class="quiet">${codeText(orderedJson(one.slice))}</span>`,
]
