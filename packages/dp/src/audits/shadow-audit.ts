import { randomBytes, randomInt } from 'node:crypto'
import {
  concatBatches,
  filterRows,
  takeRows,
  textValues,
  Trainer,
  type Assessment,
  type EvaluateInput,
  type HookContext,
  type RecordBatch,
} from '@attestry/core'
import { membershipInference, type MembershipInference } from '../membership-inference.js'
import type { ShadowSettings } from '../options.js'
import { liraScores, logitConfidence, type ShadowModel } from './lira.js'
import { guessCanaries, oneRunAudit } from './one-run-audit.js'
import { pointsOf } from './split-audit.js'

const confidence = 0.95
const fewest = 100
/** Of the rows, guessed on either side. Fixed here, before any score is seen. */
const guessedShare = 0.1

/** Rows that the run trained on or held out, each with the same chance, in an order that does not tell which. */
interface Pool {
  readonly rows: RecordBatch
  /** Class by row. */
  readonly labels: readonly number[]
  /** Whether the attacked model was trained on it, by row. */
  readonly included: readonly boolean[]
}

/**
 * The likelihood-ratio attack with shadow models: some more models are trained, without privacy, on random halves of a part of
 * the rows, and the attacked model is compared with those that saw a row and with those that did not.
 *
 * Gives the assessments `shadow-models-auc` and `shadow-models-true-positive-rate` (at 1 % false positives), with intervals. For a
 * model trained with privacy it also records the evidence `shadow-models-audit`, which fails when the bound on epsilon exceeds
 * the claim. Its guesses are about rows whose membership a fair coin each decided, so the bound holds for this one run.
 *
 * @see Carlini et al. 2022, arXiv 2112.03570; Steinke, Nasr, Jagielski 2023, arXiv 2305.08846, theorem 5.2
 */
export async function shadowAudit(
  input: EvaluateInput,
  context: HookContext,
  settings: ShadowSettings,
): Promise<readonly Assessment[]> {
  const pool = await poolOf(input, context, settings.rows)
  const { included } = pool
  if (included.length < fewest) return notAssessed(included.length)
  const target = confidencesOf(pool, (await input.predict(pool.rows)).probabilities, input)
  const shadows = await trainShadows(pool, input, context, settings.models)
  const scores = liraScores(target, shadows)
  const side = (isIn: boolean): Float64Array => scores.filter((_, row) => included[row] === isIn)
  const found = membershipInference(side(true), side(false), { confidence })
  const { privacy } = input.plan
  if (privacy) {
    const guesses = guessCanaries(scores, included, Math.floor(guessedShare * scores.length))
    const options = { delta: privacy.delta, confidence }
    const epsilonLowerBound = oneRunAudit(guesses, options)
    const highestBound = oneRunAudit({ ...guesses, correct: guesses.guesses }, options)
    await context.evidence({
      type: 'shadow-models-audit',
      controls: (context.policy.epsilon?.sources ?? []).map(({ control }) => control),
      outcome: epsilonLowerBound > privacy.epsilon ? 'fail' : 'info',
      subjects: [{ name: 'model', digest: input.modelDigest }],
      facts: {
        attack: 'likelihood ratio of the confidence in the true class, among shadow models with and without a row',
        access: 'black box, and the data to train shadow models on',
        runs: 1,
        shadowModels: shadows.length,
        ...guesses,
        ...rates(found),
        confidence,
        delta: privacy.delta,
        claimedEpsilon: privacy.epsilon,
        epsilonLowerBound,
        highestBound,
        couldRefute: highestBound > privacy.epsilon,
        caveat: 'the bound holds with its confidence for this run; a stronger attack may find more',
      },
    })
  }
  return assessments(found)
}

async function poolOf(input: EvaluateInput, { run }: HookContext, most: number): Promise<Pool> {
  const { testFraction } = run.config.evaluation
  // The likelier side is thinned until a row is as likely in as out; then both are, to the number that was asked for.
  const [ofTrain, ofTest] = [testFraction / (1 - testFraction), (1 - testFraction) / testFraction].map(odds =>
    Math.min(1, odds),
  ) as [number, number]
  const share = Math.min(1, most / (2 * Math.max(1, input.test.rowIds.length * ofTest)))
  const [held, trained] = await Promise.all([
    rowsBelow(input.testRows(), ofTest * share),
    rowsBelow(input.trainRows(), ofTrain * share),
  ])
  const isTrained = new Set(trained.flatMap(({ rowIds }) => rowIds))
  const parts = [...held, ...trained]
  if (parts.length === 0) return { rows: { rowIds: [], subjects: [], columns: {} }, labels: [], included: [] }
  const all = concatBatches(parts)
  const classes = textValues(all, run.config.data.label).map(name =>
    name === null ? -1 : input.test.classes.indexOf(name),
  )
  const order = all.rowIds
    .map((rowId, row) => ({ row, place: pointsOf(rowId).place }))
    .filter(({ row }) => classes[row]! >= 0)
    .sort((a, b) => a.place - b.place)
    .map(({ row }) => row)
  const rows = takeRows(all, order)
  return { rows, labels: order.map(row => classes[row]!), included: rows.rowIds.map(rowId => isTrained.has(rowId)) }
}

async function rowsBelow(batches: AsyncIterable<RecordBatch>, chance: number): Promise<RecordBatch[]> {
  const kept: RecordBatch[] = []
  for await (const batch of batches) {
    const rows = filterRows(batch, row => pointsOf(batch.rowIds[row]!).point < chance)
    if (rows.rowIds.length > 0) kept.push(rows)
  }
  return kept
}

/** Models like the attacked one but for privacy, each row in a random half of them. */
async function trainShadows(
  pool: Pool,
  { test, plan }: EvaluateInput,
  context: HookContext,
  models: number,
): Promise<ShadowModel[]> {
  const trainer = context.get(Trainer)
  const { data, training } = context.run.config
  const { privacy: _, reweigh: __, ...withoutPrivacy } = training
  const halves = pool.labels.map(() => randomHalf(models))
  const shadows: ShadowModel[] = []
  for (let model = 0; model < models; model++) {
    const included = halves.map(half => half[model]!)
    const batch = takeRows(
      pool.rows,
      included.flatMap((isIn, row) => (isIn ? [row] : [])),
    )
    const request = {
      data,
      model: plan.model,
      training: withoutPrivacy,
      rows: batch.rowIds.length,
      classes: test.classes,
    }
    const batches = async function* (): AsyncGenerator<RecordBatch> {
      yield batch
    }
    const secret = new Uint8Array(randomBytes(32))
    const session = await trainer.open(await trainer.plan(request), { batches }, request, {
      secret,
      signal: context.signal,
    })
    try {
      while (await session.step()) context.signal.throwIfAborted()
      const { probabilities } = await session.predict(pool.rows)
      shadows.push({ included, confidences: confidencesOf(pool, probabilities, { test }) })
    } finally {
      await session.close()
    }
  }
  return shadows
}

/** As many true as false, in random order (Fisher and Yates). */
function randomHalf(length: number): boolean[] {
  const half = Array.from({ length }, (_, i) => i < length / 2)
  for (let i = length - 1; i > 0; i--) {
    const j = randomInt(i + 1)
    ;[half[i], half[j]] = [half[j]!, half[i]!]
  }
  return half
}

const confidencesOf = (
  { labels }: Pool,
  probabilities: Float32Array,
  { test: { classes } }: Pick<EvaluateInput, 'test'>,
): Float64Array =>
  Float64Array.from(labels, (label, row) =>
    logitConfidence(probabilities.subarray(row * classes.length, (row + 1) * classes.length), label),
  )

const metrics = ['shadow-models-auc', 'shadow-models-true-positive-rate'] as const

const notAssessed = (rows: number): readonly Assessment[] =>
  metrics.map(metric => ({
    metric,
    value: null,
    n: rows,
    detail: { reason: `needs ${fewest} rows with a known class, held out or trained on with the same chance`, rows },
  }))

const rates = ({ auc, aucInterval, truePositiveRateAtOnePercent, truePositiveRateInterval }: MembershipInference) => ({
  auc,
  aucInterval,
  truePositiveRateAtOnePercent,
  truePositiveRateInterval,
})

function assessments(found: MembershipInference): readonly Assessment[] {
  const { members, nonMembers } = found
  const common = { confidence, n: members + nonMembers, detail: { members, nonMembers } }
  return [
    { metric: metrics[0], value: found.auc, interval: found.aucInterval, ...common },
    {
      metric: metrics[1],
      value: found.truePositiveRateAtOnePercent,
      interval: found.truePositiveRateInterval,
      ...common,
    },
  ]
}
