import {
  adjacencyOf,
  type PrivacyOfPeople,
  type PrivacyPlan,
  type PrivacySpent,
  type TrainingPlan,
} from '@attestry/core'
import { gradientNoise } from './adaptive-clipping.js'
import { knownBatchesEpsilon, passesOf, trainingEpsilon } from './training-mechanism.js'

/** What a private training bounds, in numbers and in words. */
export interface PrivacyStatement {
  /** No accountant can claim an epsilon below this one for such a training. */
  readonly epsilonLower: number
  /** What this package's accountant proves today, at most the stated epsilon unless the plan understates it; null when infinite. */
  readonly epsilonRecomputed: number | null
  /** Passes over the data that all steps together come to. */
  readonly epochs: number
  /**
   * Epsilon if nobody could be unsure which steps a record took part in: each record once per epoch, in batches that the
   * attacker knows. Null when infinite.
   */
  readonly epsilonWithoutSampling: number | null
  readonly sentences: readonly string[]
}

const figure = (value: number | null): string => (value === null ? 'infinite' : String(Number(value.toPrecision(4))))
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

/**
 * The statement that belongs beside every epsilon: never the number alone, but what it speaks of, what it was computed from,
 * what it rests on and what it does not cover.
 *
 * Under adding or removing one record the number of records is itself private, so it is not stated; the expected batch and the
 * sampling probability are declared numbers.
 *
 * @param plan a plan with privacy
 * @param lastNorm where an adaptive clipping norm ended, if that is known
 * @param people what the people of the data bear with this training, where it was charged to them
 */
export function privacyStatement(
  { privacy, steps, logicalBatch }: Pick<TrainingPlan, 'privacy' | 'steps' | 'logicalBatch'>,
  lastNorm?: number,
  people?: PrivacyOfPeople,
): PrivacyStatement | null {
  if (!privacy) return null
  const { delta, epsilon, unit } = privacy
  const spent = trainingEpsilon(privacy, steps, delta)
  const epochs = passesOf(privacy, steps)
  const isExchange = adjacencyOf(privacy) === 'replace-one'
  const epsilonWithoutSampling = finite(knownBatchesEpsilon(privacy, steps, delta))
  const drawn = drawnInWords(privacy, steps, logicalBatch, unit)
  return {
    epsilonLower: spent.lower,
    epsilonRecomputed: finite(spent.upper),
    epochs,
    epsilonWithoutSampling,
    sentences: [
      `The weights are (${figure(epsilon)}, ${delta})-differentially private for ${isExchange ? `exchanging one ${unit} for another` : `adding or removing one ${unit}`}; no accountant could claim an epsilon below ${figure(spent.lower)} for this training.`,
      `${drawn}, ${clippedInWords(privacy, lastNorm)}.`,
      privacy.sampler === 'shuffled'
        ? `That rests on no secret order of the ${unit}s: no amplification by shuffling is claimed.`
        : `That rests on nobody knowing which steps a ${unit} took part in. Without that assumption, with each ${unit} once in each of ${epochs} epochs, epsilon is ${figure(epsilonWithoutSampling)}.`,
      `A person with several ${unit}s is covered for one of them only. ${peopleInWords(people, unit)} The number of ${unit}s is ${isExchange ? 'taken for public' : 'not stated: it is private itself'}.`,
      `Covered: the final weights${privacy.adaptiveClipping ? ', every clipping norm' : ''} and every checkpoint. Not covered: losses, gradient norms and times that were reported, choices made by looking at the data (tuning, vocabularies, scaling), and other releases from the same data.`,
    ],
  }
}

function peopleInWords(people: PrivacyOfPeople | undefined, unit: string): string {
  if (!people)
    return 'This training was charged to nobody by a subject column, so what is told of a person in other data is not added up.'
  const { record, person, budget } = people
  const total = ({ epsilon, delta }: PrivacySpent): string => `(${figure(epsilon)}, ${figure(delta)})`
  const allowed = budget ? `, of a budget of ${total({ ...person, ...budget })}` : ', for which no budget was set'
  return `This training was charged to every person whom its data names, a person with k ${unit}s in it as a group of k. Over every release of the ledger that names people, nobody of this data bears more than ${total(record)} about any one ${unit}, or ${total(person)} about all of their ${unit}s together${allowed}.`
}

function clippedInWords(privacy: PrivacyPlan, lastNorm: number | undefined): string {
  const { noiseMultiplier, clippingNorm, adaptiveClipping } = privacy
  if (!adaptiveClipping)
    return `clipped its gradient to norm ${clippingNorm}, and added Gaussian noise of ${figure(noiseMultiplier)} times that norm to the sum`
  const { quantile, countNoise } = adaptiveClipping
  const ended = lastNorm === undefined ? '' : ` and ended at ${figure(lastNorm)}`
  return `clipped its gradient to a norm that began at ${clippingNorm}${ended}, after the ${quantile} quantile of the gradients' norms, and added Gaussian noise of ${figure(gradientNoise(privacy))} times that norm to the sum and of standard deviation ${figure(countNoise)} to the count of gradients within it, which together tell as much as noise of ${figure(noiseMultiplier)} times the norm on the sum alone`
}

function drawnInWords(privacy: PrivacyPlan, steps: number, batch: number, unit: string): string {
  switch (privacy.sampler) {
    case 'poisson':
      return `Each of ${steps} steps drew every ${unit} by itself with probability ${figure(privacy.samplingProbability)} (${batch} expected)`
    case 'shuffled':
      return `Each of ${steps} steps took the next ${batch} of a random order in which every ${unit} comes once in ${privacy.stepsPerEpoch} steps`
    case 'fixed-size':
      return `Each of ${steps} steps drew ${batch} ${unit}s at random without replacement (${figure(privacy.batchShare)} of all)`
  }
}
