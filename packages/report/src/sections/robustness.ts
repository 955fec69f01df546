import { modelOf, newest, type ChecklistFacts } from '../checklist/facts.js'
import { measuredIn, numberIn, objectIn, objectsIn, textIn, textsIn, type Facts } from '../facts.js'
import { count, figure, given } from '../format.js'
import { html, type Content, type Markup } from '../markup.js'
import { barPlot } from '../plots/bar-plot.js'
import { curvePlot } from '../plots/curve-plot.js'
import { cells, limitsList } from './explanations.js'
import { dataTable, folded, note, outcomeMark, section } from './parts.js'

/** How the model answers when somebody changes its inputs. */
export function robustnessSection(facts: ChecklistFacts): Markup {
  const title = 'Robustness against changed inputs'
  const model = modelOf(facts)
  const found = model && newest(facts, 'robustness', model)
  if (!found)
    return section(
      'robustness',
      title,
      html`<p class="none">No attack was tried on this model. That says nothing about what one would find.</p>`,
    )
  const { facts: said, outcome } = found.item
  const attacks = objectsIn(said['attacks'])
  return section('robustness', title, [
    threat(objectIn(said['threatModel']), objectIn(said['rows']), outcome),
    said['isValid'] === false &&
      html`<p class="stopped"><strong>A masking check failed.</strong> The attacks were not real ones, and the numbers below say nothing about robustness.</p>
`,
    html`<div class="plots">${[accuracyPlot(said, attacks), ...objectsIn(said['curves']).slice(0, 3).map(curve), radii(objectIn(said['radii']))]}</div>
`,
    attackTable(attacks),
    worst(objectIn(said['worstGroup'])),
    groupTable(attacks),
    radiiByGroup(objectIn(said['radii'])),
    checks(objectsIn(said['maskingChecks'])),
    edgeCases(objectsIn(said['edgeCases'])),
    limitsList('What nobody tried', textsIn(said['notTested'])),
  ])
}

const shown = (value: number | null): string =>
  value === null ? '–' : Number.isSafeInteger(value) ? count(value) : figure(value)

const chosen = (value: number | null): string => (value === null ? '–' : given(value))

function threat(model: Facts | null, rows: Facts | null, outcome: string): Markup {
  const text = (name: string): string => textIn(model?.[name]) ?? 'not stated'
  const [attacked, test] = ['attacked', 'test'].map(name => numberIn(rows?.[name]))
  const fixed = textsIn(model?.['fixed'])
  return html`<p>Attacker: ${text('knowledge')}, who wants ${text('goal')}, with ${textsIn(model?.['perturbations']).join(', ') || 'changes not stated'}; strength in ${text('unit')}. ${typeof attacked === 'number' && `${count(attacked)} of ${typeof test === 'number' ? count(test) : '–'} held-out rows were attacked.`}${fixed.length > 0 && ` Not changed: ${fixed.join(', ')}.`} ${outcomeMark(outcome)}</p>
`
}

const accuracyPlot = (said: Facts, attacks: readonly Facts[]): Content =>
  attacks.length > 0 &&
  barPlot({
    title: 'Rows that are right, and stay right',
    rows: [
      {
        name: 'no attack',
        value: measuredIn(said['clean'])?.value ?? null,
        interval: measuredIn(said['clean'])?.interval ?? null,
      },
      ...attacks.map(attack => ({
        name: textIn(attack['attack']) ?? '(no name)',
        value: measuredIn(attack['accuracy'])?.value ?? null,
        interval: measuredIn(attack['accuracy'])?.interval ?? null,
      })),
      { name: 'most frequent class', value: numberIn(said['chance']) },
    ],
  })

function curve(facts: Facts): Content {
  const points = (name: string) =>
    objectsIn(facts[name]).flatMap(point => {
      const [x, measured] = [numberIn(point['epsilon']), measuredIn(point['accuracy'])]
      return x === null
        ? []
        : [
            {
              x,
              y: measured?.value ?? null,
              low: measured?.interval?.[0] ?? null,
              high: measured?.interval?.[1] ?? null,
            },
          ]
    })
  const name = textIn(facts['attack']) ?? 'attack'
  return curvePlot({
    title: `Accuracy under growing attack: ${name}`,
    xName: 'strength (epsilon)',
    shows: [0, 1],
    curves: [
      { name, points: points('points') },
      { name: 'random noise of the same size', points: points('randomNoise') },
    ],
  })
}

/** Accuracy that holds against every change up to a radius (Cohen et al. 2019), with the probability that the evidence states. */
function radii(facts: Facts | null): Content {
  if (!facts) return null
  return curvePlot({
    title: `Accuracy that holds within a radius (${textIn(facts['norm']) ?? 'norm not stated'}, sigma ${chosen(numberIn(facts['sigma']))})`,
    xName: 'radius',
    shows: [0, 1],
    curves: [
      {
        name: 'right for every change within the radius',
        points: objectsIn(facts['points']).flatMap(point => {
          const [x, measured] = [numberIn(point['radius']), measuredIn(point['accuracy'])]
          return x === null
            ? []
            : [
                {
                  x,
                  y: measured?.value ?? null,
                  low: measured?.interval?.[0] ?? null,
                  high: measured?.interval?.[1] ?? null,
                },
              ]
        }),
      },
    ],
  })
}

function radiiByGroup(facts: Facts | null): Content {
  const groups = objectsIn(facts?.['groups'])
  const sigma = numberIn(facts?.['sigma'])
  if (groups.length === 0 || sigma === null) return null
  const at = (group: Facts, radius: number): Content =>
    cells(measuredIn(objectsIn(group['points']).find(point => numberIn(point['radius']) === radius)?.['accuracy']))[0]
  return dataTable(
    'Radii that hold, by group',
    [
      { name: 'Group' },
      { name: 'Rows', isNumber: true },
      { name: 'Median radius', isNumber: true },
      { name: 'Right, any radius', isNumber: true },
      { name: `Right within ${chosen(sigma)}`, isNumber: true },
    ],
    groups.map(group => [
      `${textIn(group['attribute']) ?? ''} ${textIn(group['group']) ?? ''}`,
      shown(numberIn(group['rows'])),
      shown(numberIn(group['medianRadius'])),
      at(group, 0),
      at(group, sigma),
    ]),
  )
}

const attackTable = (attacks: readonly Facts[]): Content =>
  dataTable(
    'Attacks',
    [
      { name: 'Attack' },
      { name: 'Epsilon', isNumber: true },
      { name: 'Right and stay right', isNumber: true },
      { name: 'Success', isNumber: true },
      { name: 'Queries per row', isNumber: true },
    ],
    attacks.map(attack => [
      html`${textIn(attack['attack']) ?? '(no name)'}<br><span class="quiet">${textIn(attack['constraint'])}</span>`,
      chosen(numberIn(attack['epsilon'])),
      cells(measuredIn(attack['accuracy']))[0],
      cells(measuredIn(attack['success']))[0],
      shown(numberIn(attack['meanQueries'])),
    ]),
  )

const worst = (group: Facts | null): Content =>
  group &&
  html`<p>Worst off under the strongest attack: ${textIn(group['attribute']) ?? ''} ${textIn(group['group']) ?? ''}, ${cells(measuredIn(group['attacked']))[0]} of rows stay right, ${cells(measuredIn(group['clean']))[0]} without attack.</p>
`

function groupTable(attacks: readonly Facts[]): Content {
  const rows = attacks.flatMap(attack =>
    objectsIn(attack['groups']).map(group => [
      html`${textIn(group['attribute']) ?? ''} ${textIn(group['group']) ?? ''}`,
      textIn(attack['attack']) ?? '',
      cells(measuredIn(group['clean']))[0],
      cells(measuredIn(group['attacked']))[0],
    ]),
  )
  return (
    rows.length > 0 &&
    folded(
      'By group',
      dataTable(
        'Accuracy before and under attack, by group',
        [
          { name: 'Group' },
          { name: 'Attack' },
          { name: 'No attack', isNumber: true },
          { name: 'Attacked', isNumber: true },
        ],
        rows,
      ),
    )
  )
}

const checks = (list: readonly Facts[]): Content =>
  list.length > 0 &&
  dataTable(
    'Checks that the attacks were real ones',
    [{ name: 'Check' }, { name: 'Result' }, { name: 'Note' }],
    list.map(check => [
      textIn(check['check']) ?? '',
      outcomeMark(check['isPassed'] === true ? 'pass' : 'fail'),
      textIn(check['note']) ?? '',
    ]),
  )

const edgeCases = (list: readonly Facts[]): Content =>
  list.length > 0 && [
    dataTable(
      'Unusual inputs',
      [
        { name: 'Input' },
        { name: 'Rows', isNumber: true },
        { name: 'Sound answers', isNumber: true },
        { name: 'Refused', isNumber: true },
        { name: 'Class changed', isNumber: true },
      ],
      list.map(one => [
        textIn(one['name']) ?? '',
        ...['rows', 'defined', 'refused'].map(name => shown(numberIn(one[name]))),
        shown(numberIn(one['changed'])),
      ]),
    ),
    note(
      'A sound answer has finite probabilities that add up to 1. Refused rows got an error, which is better than a guess.',
    ),
  ]
