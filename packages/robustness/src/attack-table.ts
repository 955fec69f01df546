import {
  type AttackFacts,
  type DataConfig,
  type EdgeCaseFacts,
  type FeatureView,
  type PredictionTable,
  type RecordBatch,
  type RobustnessFacts,
  type SecurityCurve,
  drawSome,
  seededRandom,
} from '@attestry/core'
import { attackedModel, likeliest } from './attacked-model.js'
import { attackSpace } from './attack-space.js'
import type { Norm } from './ball.js'
import { gradientAttack } from './gradient-attack.js'
import { byGroup, groupsNotTested, membersByGroup, worstOf } from './groups.js'
import { maskingChecks } from './masking-checks.js'
import type { RobustnessSettings } from './options.js'
import { randomNoise, randomSearch } from './random-attack.js'
import { smoothing } from './smoothing.js'
import { share } from './statistics.js'

export interface TableTask {
  readonly features: FeatureView
  readonly data: DataConfig
  /** The held-out rows that are attacked; all with a known class. */
  readonly rows: RecordBatch
  /** Class of each. */
  readonly labels: Int32Array
  readonly test: Pick<PredictionTable, 'rowIds' | 'groups' | 'classes' | 'labels'>
  readonly edgeCases: readonly EdgeCaseFacts[]
  readonly settings: RobustnessSettings
  readonly seed: number
}

const notTested = [
  'changes of categories and of missing values',
  'changes of several rows at once, and of the training data (poisoning)',
  'attacks that know the data of other rows',
  'copying the model by asking it (extraction)',
]

/** Attacks a model of tables in every way of this package. */
export async function attackTable(task: TableTask): Promise<RobustnessFacts> {
  const { features, data, rows, labels, test, settings, seed } = task
  const { epsilon, steps, starts, confidence } = settings
  const classes = test.classes.length
  const model = attackedModel(features, classes)
  const space = await attackSpace(features, data, rows)
  const random = seededRandom(seed)
  const all = Array.from({ length: space.rows }, (_, i) => i)
  const predicted = likeliest(await model.probabilities(space.inputs(all, space.start)), classes)
  const right = all.filter(row => predicted[row] === labels[row])
  const about = { model, space, labels, random }
  const attacks: AttackFacts[] = []
  const stood: (readonly number[])[] = []

  const factsOf = (
    attack: string,
    standing: readonly number[],
    queries: number,
    attacked: number,
    constraint: string = bounds,
  ): AttackFacts => {
    const stays = flags(standing, space.rows)
    return {
      attack,
      epsilon,
      accuracy: share(standing.length, space.rows, confidence),
      success: share(right.length - standing.length, right.length, confidence, 'no row was right to begin with'),
      meanQueries: attacked === 0 ? 0 : queries / attacked,
      changedShare: null,
      constraint,
      groups: byGroup({ ids: rows.rowIds, isRight: flags(right, space.rows), stays }, test, settings),
    }
  }
  const run = async (attack: string, action: () => Promise<readonly number[]>): Promise<readonly number[]> => {
    const before = model.queries()
    const standing = await action()
    attacks.push(factsOf(attack, standing, model.queries() - before, right.length))
    stood.push(standing)
    return standing
  }
  const gradient = (norm: Norm, more: { steps: number; starts: number; epsilon?: number }) =>
    gradientAttack({ ...about, rows: right, norm, epsilon, ...more })

  const noise = await run('random noise, l-infinity', () =>
    randomNoise({ ...about, rows: right, norm: 'l-infinity', epsilon }),
  )
  const oneStep = await run('FGSM, l-infinity', () => gradient('l-infinity', { steps: 1, starts: 1 }))
  const manySteps = await run('PGD, l-infinity', () => gradient('l-infinity', { steps, starts }))
  await run('PGD, l2', () => gradient('l2', { steps, starts }))
  const search = await run('random search, l-infinity', () =>
    randomSearch({ ...about, rows: right, norm: 'l-infinity', epsilon }, settings.searchQueries),
  )
  const moreSteps = await gradient('l-infinity', { steps: 2 * steps, starts: starts + 1 })
  const wholeRange = await gradient('l-infinity', { steps, starts, epsilon: 1 })
  const wholeRangeSearch = await randomSearch(
    { ...about, rows: wholeRange, norm: 'l-infinity', epsilon: 1 },
    settings.searchQueries,
  )

  const curves: SecurityCurve[] = []
  const standingOf: number[][] = []
  for (const norm of ['l-infinity', 'l2'] as const) {
    const points: SecurityCurve['points'][number][] = []
    const randomPoints: SecurityCurve['points'][number][] = []
    const counts: number[] = []
    for (const strength of [...settings.curve].sort((a, b) => a - b)) {
      const standing = await gradient(norm, { steps, starts, epsilon: strength })
      const noisy = await randomNoise({ ...about, rows: right, norm, epsilon: strength })
      counts.push(standing.length)
      points.push({ epsilon: strength, accuracy: share(standing.length, space.rows, confidence) })
      randomPoints.push({ epsilon: strength, accuracy: share(noisy.length, space.rows, confidence) })
    }
    curves.push({ attack: `PGD, ${norm}`, points, randomNoise: randomPoints })
    standingOf.push(counts)
  }

  // A row stands only when it stood against everything.
  const stoodAll = stood.map(rest => flags(rest, space.rows))
  const standing = right.filter(row => stoodAll.every(rest => rest[row] === 1))
  attacks.push(factsOf('all of these together', standing, sumOf(attacks), 1))
  const checks = maskingChecks({
    attacked: right.length,
    noise: noise.length,
    oneStep: oneStep.length,
    manySteps: manySteps.length,
    moreSteps: moreSteps.length,
    search: search.length,
    wholeRange: wholeRange.length,
    wholeRangeSearch: wholeRangeSearch.length,
    curve: standingOf[0]!,
  })
  return {
    kind: 'tabular',
    isValid: checks.every(({ isPassed }) => isPassed),
    threatModel: {
      knowledge: 'white-box',
      goal: 'another class than the right one',
      perturbations: ['l-infinity', 'l2'],
      unit: 'shares of the declared range of a column',
      attacked: space.attacked,
      fixed: space.fixed,
    },
    rows: { test: test.rowIds.length, attacked: space.rows },
    seed,
    confidence,
    clean: share(right.length, space.rows, confidence),
    chance: mostFrequent(test.labels, classes),
    attacks,
    worstGroup: worstOf(attacks.at(-1)!.groups),
    curves,
    maskingChecks: checks,
    radii:
      settings.radiusRows === 0
        ? null
        : await smoothing({
            ...about,
            rows: drawSome(space.rows, settings.radiusRows, random),
            sigma: settings.sigma,
            selectionSamples: Math.max(10, Math.round(settings.samples / 10)),
            samples: settings.samples,
            alpha: settings.alpha,
            confidence,
            groups: membersByGroup(rows.rowIds, test),
            minGroup: settings.minGroup,
          }),
    edgeCases: task.edgeCases,
    notTested: [...notTested, ...groupsNotTested(test.groups)],
  }
}

const bounds =
  'every number stays inside its declared range, also between whole numbers; categories and missing values stay'

const sumOf = (attacks: readonly AttackFacts[]): number =>
  attacks.reduce((sum, { meanQueries }) => sum + meanQueries, 0)

const flags = (rows: readonly number[], count: number): Uint8Array => {
  const found = new Uint8Array(count)
  for (const row of rows) found[row] = 1
  return found
}

/** Accuracy of always answering with the most frequent class; null when no class is known. */
export function mostFrequent(labels: Int32Array, classes: number): number | null {
  const counts = new Array<number>(classes).fill(0)
  for (const label of labels) if (label >= 0) counts[label]!++
  const known = counts.reduce((sum, count) => sum + count, 0)
  return known === 0 ? null : Math.max(...counts) / known
}
