import {
  type CounterfactualFacts,
  type DataConfig,
  type ExplanationFacts,
  type FeatureView,
  type RecordBatch,
  drawSome,
  normalDraw,
  seededRandom,
  type Random,
} from '@attestry/core'
import { coalitionValues, type Game } from './coalitions.js'
import { counterfactuals } from './counterfactuals.js'
import { fidelityFacts, localFacts, mostLocal } from './facts.js'
import { groupByColumn, type FeatureGroup } from './feature-group.js'
import { agreementWithModel, hidingCurves, rankAgreement, valuesOf, type ContributionPair } from './fidelity.js'
import { logLoss, meanContributions, permutationImportance } from './importance.js'
import { chooseMethod } from './method.js'
import type { ExplainSettings } from './options.js'
import { classProbability, type Predict } from './predict.js'
import { randomTableModel } from './random-models.js'
import { dependenceCurves } from './table-dependence.js'

/** A table model, a sample of held-out rows with what is known of their class, and training rows as background. */
export interface TableTask {
  readonly features: FeatureView
  readonly classes: readonly string[]
  /** Index of the class whose probability is explained. */
  readonly of: number
  readonly data: DataConfig
  /** Held-out rows there are; `rows` is a sample of them. */
  readonly testRows: number
  readonly rows: RecordBatch
  /** Index of each row's class; -1 where it is not known. */
  readonly labels: readonly number[]
  readonly background: RecordBatch
  readonly settings: ExplainSettings
  readonly seed: number
}

const subsetsPerRow = 20
const curves = 3
/** Rows that stability and random models are checked on: each costs a further explanation. */
const checkedRows = 5
const randomModels = 3
/** Of a number in [-1, 1]: half a percent of its range. */
const tinyChange = 0.01

/** Explains a model of tables by Shapley values, permutation importance, partial dependence and counterfactuals. */
export async function explainTable(task: TableTask): Promise<ExplanationFacts> {
  const { features, classes, of, data, labels, settings, seed } = task
  const { confidence, minimumAgreement } = settings
  const random = seededRandom(seed)
  const intervals = { confidence, random }
  const name = classes[of]!
  const width = features.names.length
  const predict = classProbability(features, of, classes.length)
  const groups = groupByColumn(features.columns)
  const matrix = Float64Array.from(await features.encode(task.rows))
  const background = Float64Array.from(await features.encode(task.background))
  const method = chooseMethod(groups.length, background.length / width, settings, seed)

  const games = drawSome(labels.length, method.rows, random).map(
    (row): Game => ({ predict, row: matrix.slice(row * width, (row + 1) * width), background, groups }),
  )
  const attributions = await inTurn(games, method.explain)
  const explained = games.map((game, i) => ({
    attribution: attributions[i]!,
    shown: (coalitions: readonly Uint8Array[]) => coalitionValues(game, coalitions),
  }))
  const contributions = meanContributions(attributions, intervals)
  const agreement = await agreementWithModel(explained, subsetsPerRow, intervals)
  const checked = games.slice(0, checkedRows)
  const before = attributions.map(valuesOf)
  const nudged = await inTurn(checked, game => method.explain({ ...game, row: nudge(game.row, features, random) }))
  const strangers = await againstRandomModels(checked, width, random, before, method.explain)

  const known = labels.flatMap((label, row) => (label < 0 ? [] : [row]))
  const knownMatrix = Float64Array.from(known.flatMap(row => [...matrix.subarray(row * width, (row + 1) * width)]))
  const shuffled =
    known.length === 0
      ? []
      : await permutationImportance({
          ...intervals,
          predict,
          matrix: knownMatrix,
          width,
          groups,
          repeats: settings.repeats,
          loss: (prediction, row) => logLoss(prediction, labels[known[row]!] === of),
        })
  const leading = contributions.slice(0, curves).map(({ feature }) => feature)

  return {
    kind: 'tabular',
    method: method.name,
    class: name,
    rows: {
      test: task.testRows,
      global: labels.length,
      explained: games.length,
      background: background.length / width,
    },
    seed,
    confidence,
    importance: [
      { measure: `mean size of the contribution to the probability of '${name}'`, rows: contributions },
      { measure: `growth of the log loss (nats) when the column is exchanged between rows`, rows: shuffled },
    ],
    partialDependence: await dependenceCurves(leading, groups, features, data, predict, matrix),
    local: attributions
      .slice(0, mostLocal)
      .map((one, i) => localFacts(one, name, agreement.byRow[i]!, minimumAgreement)),
    fidelity: fidelityFacts(minimumAgreement, agreement, attributions, {
      ...(await hidingCurves(explained, random)),
      stability: rankAgreement(
        nudged.map((one, i): ContributionPair => [before[i]!, valuesOf(one)]),
        intervals,
      ),
      randomModels: rankAgreement(strangers, intervals),
    }),
    counterfactuals: await changesThatMatter(games.slice(0, settings.counterfactualRows), task, groups),
    limits: limitsOf(task, name),
  }
}

async function inTurn<In, Out>(items: readonly In[], run: (item: In) => Promise<Out>): Promise<Out[]> {
  const done: Out[] = []
  for (const item of items) done.push(await run(item))
  return done
}

/** The row after a tiny change of its numbers; indicators stay, since there is no tiny change of a category. */
function nudge(row: Float64Array, { names, columns }: FeatureView, random: Random): Float64Array {
  return row.map((value, place) => (names[place] === columns[place] ? value + tinyChange * normalDraw(random) : value))
}

async function againstRandomModels(
  games: readonly Game[],
  width: number,
  random: Random,
  before: readonly (readonly number[])[],
  explain: (game: Game) => ReturnType<ReturnType<typeof chooseMethod>['explain']>,
): Promise<readonly ContributionPair[]> {
  const models: readonly Predict[] = Array.from({ length: randomModels }, () => randomTableModel(width, random))
  const pairs: ContributionPair[] = []
  for (const predict of models)
    for (const [i, game] of games.entries()) pairs.push([before[i]!, valuesOf(await explain({ ...game, predict }))])
  return pairs
}

/** Looks for counterfactuals of explained rows. What is counted is the smallest change of each row. */
async function changesThatMatter(
  games: readonly Game[],
  { data, settings }: TableTask,
  groups: readonly FeatureGroup[],
): Promise<CounterfactualFacts | null> {
  if (games.length === 0) return null
  const names = groups.map(({ name }) => name)
  const fixed = (settings.fixed ?? data.groups ?? []).filter(name => names.includes(name))
  const smallest = await inTurn(games, async game => (await counterfactuals({ ...game, fixed, wanted: 2 }))[0])
  const found = smallest.flatMap(one => one ?? [])
  const counts = new Map<string, number>()
  for (const feature of found.flatMap(({ changed }) => changed)) counts.set(feature, (counts.get(feature) ?? 0) + 1)
  return {
    rows: games.length,
    found: found.length,
    meanChanges: found.length === 0 ? null : found.reduce((sum, { changed }) => sum + changed.length, 0) / found.length,
    fixed,
    changed: [...counts].map(([feature, count]) => ({ feature, count })).sort((a, b) => b.count - a.count),
  }
}

const limitsOf = ({ testRows, labels, classes, background }: TableTask, name: string): readonly string[] => [
  'They say what the model does with its inputs, not what causes the outcome in the world.',
  'Columns that go together are combined as if they did not: some of the rows asked about cannot exist.',
  `Everything is about the probability of '${name}'${classes.length > 2 ? ', and a change of decision about whether it reaches one half' : ''}.`,
  'No counterfactual found does not mean that none exists; values that no background row has are not tried.',
  `The background are ${background.rowIds.length} training rows: means over them are not covered by a privacy guarantee of the training.`,
  ...(labels.length < testRows ? [`A sample of ${labels.length} of ${testRows} held-out rows was used.`] : []),
]
