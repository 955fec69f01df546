import { createHash } from 'node:crypto'
import {
  filterRows,
  rowCount,
  textValues,
  type Assessment,
  type EvaluateInput,
  type Evidence,
  type HookContext,
} from '@attestry/core'
import { guessCanaries, oneRunAudit, type CanaryGuesses } from './one-run-audit.js'

const confidence = 0.95
const fewest = 100
/** Of the canaries, those with the largest losses, guessed to be held out. Fixed here, before any score is seen. */
const guessedShare = 0.1

/** Canaries that a run had in it without meaning to: scores that are larger for rows that look trained on, and coins. */
export interface SplitCanaries {
  readonly scores: Float64Array
  readonly included: readonly boolean[]
}

/**
 * The rows of a run as canaries. Each was held out by a coin of its own, a hash of its id that no score depends on, with the
 * chance `testFraction`. The likelier side is thinned by a second coin per row until both sides are equally likely; what is
 * left was included by a fair coin each, and the rows that were thinned out are data like any other.
 *
 * Training rows are read again rather than taken from the table of the evaluation, which may end early: rows beyond its
 * end would have been held out for certain. Rows whose class is not known have no score and are left out on both sides.
 */
export async function splitCanaries(
  { test, trainRows, predict }: Pick<EvaluateInput, 'test' | 'trainRows' | 'predict'>,
  testFraction: number,
  label: string,
): Promise<SplitCanaries> {
  const keptOfTrain = testFraction / (1 - testFraction)
  const found: { readonly place: number; readonly score: number; readonly isIn: boolean }[] = []
  const width = test.classes.length
  for (const [row, known] of test.labels.entries()) {
    const { point, place } = pointsOf(test.rowIds[row]!)
    if (known >= 0 && point < 1 / keptOfTrain)
      found.push({ place, score: Math.log(test.probabilities[row * width + known]!), isIn: false })
  }
  for await (const all of trainRows()) {
    const batch = filterRows(all, row => pointsOf(all.rowIds[row]!).point < keptOfTrain)
    if (rowCount(batch) === 0) continue
    const { probabilities } = await predict(batch)
    for (const [row, name] of textValues(batch, label).entries()) {
      const known = name === null ? -1 : test.classes.indexOf(name)
      const { place } = pointsOf(batch.rowIds[row]!)
      if (known >= 0) found.push({ place, score: Math.log(probabilities[row * width + known]!), isIn: true })
    }
  }
  // Equal scores are guessed about in the order of the list, which must not know the coins.
  found.sort((a, b) => a.place - b.place)
  return { scores: Float64Array.from(found, ({ score }) => score), included: found.map(({ isIn }) => isIn) }
}

/** Two independent numbers for a row that the split knows nothing of: one in [0, 1) to thin by, and a place in the order. */
export function pointsOf(rowId: string): { readonly point: number; readonly place: number } {
  const hash = createHash('sha256').update(`audit/${rowId}`).digest()
  return { point: hash.readUInt32BE(0) / 2 ** 32, place: hash.readUIntBE(4, 6) }
}

/** What the audit of one training run found. */
export interface SplitAudit extends CanaryGuesses {
  /** Of the claim, or 0 where none is made. */
  readonly delta: number
  readonly epsilonLowerBound: number
  /** What the bound would be if every guess had been right: so few rows cannot refute a claim above it. */
  readonly highestBound: number
}

/** Guesses which rows the model was trained on, with or without a claim. Null with fewer than 100 canaries. */
export async function splitAudit(input: EvaluateInput, { run }: HookContext): Promise<SplitAudit | null> {
  const { scores, included } = await splitCanaries(input, run.config.evaluation.testFraction, run.config.data.label)
  if (scores.length < fewest) return null
  const leftOut = Math.floor(guessedShare * scores.length)
  const guesses = guessCanaries(scores, included, { included: 0, leftOut })
  const delta = input.plan.privacy?.delta ?? 0
  const bound = (correct: number): number => oneRunAudit({ ...guesses, correct }, { delta, confidence })
  return {
    ...guesses,
    delta,
    epsilonLowerBound: bound(guesses.correct),
    highestBound: bound(guesses.guesses),
  }
}

/** The assessment `one-run-epsilon-lower-bound`, of every model: what it shows of its rows, whatever is claimed. */
export function splitAssessment(found: SplitAudit | null, { plan }: EvaluateInput): Assessment {
  const metric = 'one-run-epsilon-lower-bound'
  if (!found)
    return { metric, value: null, n: 0, detail: { reason: `needs ${fewest} rows, held out or trained on alike` } }
  const { canaries, guesses, correct, delta, epsilonLowerBound, highestBound } = found
  const claimedEpsilon = plan.privacy?.epsilon ?? null
  return {
    metric,
    value: epsilonLowerBound,
    confidence,
    n: canaries,
    detail: { guesses, correct, delta, highestBound, claimedEpsilon },
  }
}

/**
 * Evidence of the audit of a run that claims privacy: `fail` when the bound exceeds the epsilon that the plan claims, else
 * `info`, since an audit proves nothing.
 */
export function splitAuditEvidence(
  found: SplitAudit,
  claimedEpsilon: number,
  { modelDigest }: EvaluateInput,
  { policy }: HookContext,
  withShadowModels: boolean,
): Evidence {
  const { epsilonLowerBound, highestBound } = found
  return {
    type: 'one-run-audit',
    controls: (policy.epsilon?.sources ?? []).map(({ control }) => control),
    outcome: epsilonLowerBound > claimedEpsilon ? 'fail' : 'info',
    subjects: [{ name: 'model', digest: modelDigest }],
    facts: {
      attack: 'guesses about single rows from the loss of the true class',
      access: 'black box',
      runs: 1,
      ...found,
      confidence,
      claimedEpsilon,
      couldRefute: highestBound > claimedEpsilon,
      canaryRule: 'rows that the split held out or trained on, the likelier side thinned until both are equally likely',
      guessRule: 'the tenth with the largest losses guessed not to be trained on',
      notTried: [
        'access to weights or gradients',
        'canaries made to be remembered',
        ...(withShadowModels ? [] : ['shadow models']),
        'other scores',
      ],
      caveat: 'the bound holds with its confidence for this run; a stronger attack may find more',
    },
  }
}
