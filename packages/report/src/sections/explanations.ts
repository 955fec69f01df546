import type { ChecklistFacts } from '../checklist/facts.js'
import { modelOf, newest } from '../checklist/facts.js'
import { measuredIn, numberIn, objectIn, objectsIn, textIn, textsIn, type Facts, type Measured } from '../facts.js'
import { capital, count, counted, figure, given, interval as ends } from '../format.js'
import { html, type Content, type Markup } from '../markup.js'
import { barPlot } from '../plots/bar-plot.js'
import { curvePlot } from '../plots/curve-plot.js'
import { codeText, dataTable, folded, note, outcomeMark, section } from './parts.js'

/** What the predictions rest on, and how far that can be trusted. */
export function explanationsSection(facts: ChecklistFacts): Markup {
  const title = 'What predictions rest on'
  const model = modelOf(facts)
  const found = model && newest(facts, 'explanation', model)
  if (!found)
    return section(
      'explanations',
      title,
      html`<p class="none">No explanation of this model was computed. What single predictions rest on is not known.</p>`,
    )
  const { facts: said, outcome } = found.item
  const rows = objectIn(said['rows'])
  const amount = (name: string): string => figureOrDash(numberIn(rows?.[name]))
  return section('explanations', title, [
    html`<p>${capital(textIn(said['method']) ?? 'method not stated')}, for the class ${codeText(textIn(said['class']) ?? 'not stated')}: ${amount('explained')} rows explained one by one, tables over ${amount('global')} of ${amount('test')} held-out rows${(numberIn(rows?.['background']) ?? 0) > 0 && `, ${amount('background')} ${textIn(said['kind']) === 'text' ? 'held-out texts' : 'training rows'} as background`}. ${outcomeMark(outcome)}</p>
`,
    html`<div class="plots">${objectsIn(said['importance']).slice(0, 2).map(importancePlot)}</div>
`,
    dependence(objectsIn(said['partialDependence'])),
    trust(objectIn(said['fidelity'])),
    examples(objectsIn(said['local'])),
    counterfactuals(objectIn(said['counterfactuals'])),
    importanceTables(objectsIn(said['importance'])),
    limitsList('What these explanations do not say', textsIn(said['limits'])),
  ])
}

const figureOrDash = (value: number | null): string => (value === null ? '–' : count(value))

const importancePlot = (table: Facts): Markup =>
  barPlot({
    title: capital(textIn(table['measure']) ?? 'importance'),
    rows: objectsIn(table['rows']).map(row => ({
      name: textIn(row['feature']) ?? '(no name)',
      value: measuredIn(row)?.value ?? null,
      interval: measuredIn(row)?.interval ?? null,
    })),
  })

const importanceTables = (tables: readonly Facts[]): Content =>
  tables.length > 0 &&
  folded(
    'Importance as numbers',
    tables.map(table =>
      dataTable(
        textIn(table['measure']) ?? 'Importance',
        [{ name: 'Feature' }, { name: 'Value and interval', isNumber: true }, { name: 'n', isNumber: true }],
        objectsIn(table['rows']).map(row => [textIn(row['feature']) ?? '(no name)', ...cells(measuredIn(row))]),
      ),
    ),
  )

export const cells = (measured: Measured | null): readonly Content[] =>
  measured === null || measured.value === null
    ? [
        html`<span class="quiet">not assessed${measured?.reason && `: ${measured.reason}`}</span>`,
        figureOrDash(measured?.n ?? null),
      ]
    : [
        html`${figure(measured.value)}${measured.interval && html` <span class="quiet">${ends(measured.interval)}</span>`}`,
        figureOrDash(measured.n),
      ]

/** More curves than this tell less. */
const mostCurves = 4

const dependence = (curves: readonly Facts[]): Content =>
  curves.length > 0 && [
    html`<div class="plots">${curves.slice(0, mostCurves).map(curve => {
      const points = objectsIn(curve['points'])
      const places = points.some(point => typeof point['at'] === 'string')
      const feature = textIn(curve['feature']) ?? '(no name)'
      return curvePlot({
        title: `Prediction by ${feature}`,
        xName: feature,
        curves: [
          {
            name: 'mean',
            points: points.map((point, i) => ({
              x: places ? i : (numberIn(point['at']) ?? i),
              y: numberIn(point['mean']),
              low: numberIn(point['low']),
              high: numberIn(point['high']),
            })),
          },
        ],
        ...(places && { places: points.map(point => String(point['at'])) }),
      })
    })}</div>
`,
    note(
      'The mean prediction when the feature has this value; the band holds 80% of the rows’ own curves. A curve shows what the model does, not what causes what.',
    ),
  ]

function trust(fidelity: Facts | null): Content {
  if (!fidelity) return null
  const pair = (name: string): string => {
    const [ordered, random] = ['ordered', 'random'].map(of => numberIn(objectIn(fidelity[name])?.[of]))
    return `${typeof ordered === 'number' ? figure(ordered) : 'not assessed'}, random ${typeof random === 'number' ? figure(random) : 'not assessed'}`
  }
  const one = (name: string): Content => cells(measuredIn(fidelity[name]))[0]
  const threshold = numberIn(fidelity['threshold'])
  const error = numberIn(fidelity['additivityError'])
  const line = (name: string, reads: string, value: Content): readonly Content[] => [
    html`${name}<br><span class="quiet">${reads}</span>`,
    value,
  ]
  const withheld = threshold === null ? '' : `; reasons are withheld below ${given(threshold)}`
  return dataTable(
    'How far the explanations can be trusted',
    [{ name: 'Check' }, { name: 'Result', isNumber: true }],
    [
      line('Agreement with the model', `R², 1 is exact${withheld}`, one('agreement')),
      line('Hiding the most important first', 'the prediction must fall below that of random order', pair('deletion')),
      line(
        'Showing the most important first',
        'the prediction must rise above that of random order',
        pair('insertion'),
      ),
      line('Stability', 'rank correlation after a tiny change, 1 is unchanged', one('stability')),
      line('Against models with random weights', 'high: the method would ignore the model', one('randomModels')),
      line(
        'Largest additivity error',
        'contributions against the prediction',
        error === null ? 'not assessed' : figure(error),
      ),
    ],
  )
}

function examples(local: readonly Facts[]): Content {
  if (local.length === 0) return null
  return [
    html`<h3>Single predictions</h3>
<div class="plots">${local.slice(0, 2).map((one, i) => {
      const probability = numberIn(one['probability'])
      const withheld = textIn(one['withheld'])
      const reasons = textsIn(one['reasons'])
      return html`<div>${barPlot({
        title: `Prediction ${i + 1}: ${textIn(one['class']) ?? ''} ${probability === null ? '' : figure(probability)}`,
        rows: objectsIn(one['contributions'])
          .slice(0, 8)
          .map(row => ({ name: textIn(row['feature']) ?? '(no name)', value: numberIn(row['value']) })),
      })}${withheld !== null ? html`<p class="note">Reasons are withheld: ${withheld}.</p>` : reasons.length > 0 && html`<ul>${reasons.slice(0, 4).map(reason => html`<li>${reason}</li>`)}</ul>`}</div>
`
    })}</div>
`,
    note(
      `${counted(local.length, 'prediction')} in the evidence, without ids and values of rows. Contributions add up to the probability less its mean.`,
    ),
  ]
}

function counterfactuals(found: Facts | null): Content {
  if (!found) return null
  const [rows, with_, mean] = [numberIn(found['rows']), numberIn(found['found']), numberIn(found['meanChanges'])]
  return [
    html`<h3>What would have changed the answer</h3>
<p>For ${figureOrDash(with_)} of ${figureOrDash(rows)} rows a change was found${mean !== null && `, of ${figure(mean)} columns on average`}. Never changed: ${textsIn(found['fixed']).join(', ') || 'none declared'}.</p>
`,
    html`<div class="plots">${barPlot({
      title: 'Columns changed in the smallest change found',
      rows: objectsIn(found['changed']).map(row => ({
        name: textIn(row['feature']) ?? '(no name)',
        value: numberIn(row['count']),
      })),
    })}</div>
`,
  ]
}

export const limitsList = (title: string, lines: readonly string[]): Content =>
  lines.length > 0 &&
  html`<p class="list-title">${title}</p>
<ul>${lines.map(line => html`<li>${line}</li>`)}</ul>`
