import {
  f32,
  floats,
  needsCorrections,
  newOf,
  noiseOf,
  scalar,
  sizeOf,
  stateNames,
  stateOf,
  stepInputs,
  sumOf,
  type Optimiser,
  type Tensor,
} from '@attestry/autograd'
import type { PrivacyPlan } from '@attestry/core'
import { tooManyNonFinite } from './errors.js'
import type { ProgramKey, Programs } from './programs.js'
import { exampleFeeds, type TrainingTask } from './task.js'

type Tensors = Readonly<Record<string, Tensor>>

export interface StepRunnerOptions {
  readonly task: TrainingTask
  readonly plan: StepPlan
  readonly optimiser: Optimiser
  readonly programs: Programs
}

/** The part of a plan that a single step follows. */
export interface StepPlan {
  /** Expected number of examples per step, the public divisor of sums. */
  readonly logicalBatch: number
  /** Rows that one graph run takes. */
  readonly physicalBatch: number
  readonly privacy: PrivacyPlan | null
}

/** Parameters and optimiser state, by name. */
export type State = Tensors

/** What examples of one step gave; only what was drawn and finite. */
export interface Observed {
  readonly losses: number[]
  /** Per-example gradient norms before clipping; empty without privacy. */
  readonly norms: number[]
  clipped: number
  /** L2 norm of the averaged gradient, where the plan bounds it. */
  gradientNorm?: number
}

/** How a step adds noise and moves; changed by probes only. */
export interface Release {
  /** Standard deviation of the noise in a sum of gradients: sigma · C. */
  readonly noiseScale: number
  /** L2 bound on each example's gradient; not read without privacy. */
  readonly clippingNorm: number
  readonly learningRate: number
}

/** Runs logical steps and remembers nothing but what examples failed. */
export interface StepRunner {
  /**
   * One logical step: the drawn rows through as many physical batches as they take, noise once, one update.
   *
   * @param noise standard normal, one number per parameter element; undefined without privacy
   * @throws TRAIN-E007 when too many examples were not finite
   */
  step(
    state: State,
    drawn: Int32Array,
    step: number,
    noise: Float32Array | undefined,
    release: Release,
  ): Promise<{ readonly state: State; readonly observed: Observed }>
  /** Clipped gradients of some rows, as a first step has them, summed, in batches of `batch` rows; for probes. */
  clippedSum(
    state: State,
    rows: Int32Array,
    batch: number,
    clippingNorm: number,
  ): Promise<{ readonly sums: Readonly<Record<string, Float32Array>>; readonly norms: readonly number[] }>
  /** Examples whose loss or gradient was not finite, of all that were drawn so far. */
  seen(): ExamplesSeen
}

/** How many examples a run has met. */
export interface ExamplesSeen {
  readonly drawn: number
  /** Those whose loss or gradient was not finite: replaced by padding. */
  readonly nonFinite: number
}

const fewAllowed = 10
const shareAllowed = 0.01

export function stepRunner(
  { task, plan, optimiser, programs }: StepRunnerOptions,
  before: ExamplesSeen = { drawn: 0, nonFinite: 0 },
): StepRunner {
  const { physicalBatch, privacy } = plan
  const { parameters } = task
  const stateTensors = parameters.flatMap(({ name }) => [name, ...stateNames(optimiser).map(key => stateOf(key, name))])
  const zeroSums = (): Tensors =>
    Object.fromEntries(parameters.map(({ name, shape }) => [sumOf(name), f32(shape, new Float32Array(sizeOf(shape)))]))
  const weightsOnly = (state: State): Tensors => Object.fromEntries(parameters.map(({ name }) => [name, state[name]!]))
  let bad = before.nonFinite
  let drawnSoFar = before.drawn

  /** Runs rows through a graph; rows that are not finite become padding, and the graph runs again. */
  const runRows = async (
    kind: ProgramKey['kind'],
    rows: Int32Array,
    batch: number,
    step: number,
    clippingNorm: number,
    others: Tensors,
    observed: Observed,
  ): Promise<Tensors> => {
    const positions = task.positionsOf(rows)
    let kept = rows
    while (true) {
      const results = await programs.run(
        { kind, batch, positions },
        { ...others, ...task.frozen, ...batchFeeds(kept, batch, positions, step, clippingNorm) },
      )
      const losses = floats(results.loss!)
      const norms = privacy ? floats(results.norms!) : undefined
      const isFinite = (i: number): boolean => Number.isFinite(losses[i]) && (!norms || Number.isFinite(norms[i]))
      const good = kept.filter((_, i) => isFinite(i))
      if (good.length === kept.length) {
        const clipped = privacy ? floats(results.clipped!) : undefined
        for (let i = 0; i < kept.length; i++) {
          observed.losses.push(losses[i]!)
          if (norms) observed.norms.push(norms[i]!)
          observed.clipped += clipped?.[i] ?? 0
        }
        return results
      }
      bad += kept.length - good.length
      if (bad > fewAllowed + shareAllowed * drawnSoFar) throw tooManyNonFinite(bad, drawnSoFar, step)
      // 0 * NaN is NaN: a factor of 0 cannot take such a row out, so its inputs are replaced too.
      kept = good
    }
  }

  const batchFeeds = (
    rows: Int32Array,
    batch: number,
    positions: number,
    step: number,
    clippingNorm: number,
  ): Record<string, Tensor> => ({
    ...task.feeds(rows, batch, positions, step),
    ...exampleFeeds(task, rows, batch),
    ...(privacy && { [stepInputs.clippingNorm]: scalar(clippingNorm) }),
  })

  const updateFeeds = (step: number, noise: Float32Array | undefined, release: Release): Record<string, Tensor> => ({
    [stepInputs.inverseBatch]: scalar(1 / plan.logicalBatch),
    [stepInputs.learningRate]: scalar(release.learningRate),
    ...(needsCorrections(optimiser) && {
      [stepInputs.firstCorrection]: scalar(1 / (1 - (optimiser.beta1 ?? 0.9) ** step)),
      [stepInputs.secondCorrection]: scalar(1 / (1 - (optimiser.beta2 ?? 0.999) ** step)),
    }),
    ...(noise && { [stepInputs.noiseScale]: scalar(release.noiseScale), ...noiseFeeds(noise) }),
  })

  const noiseFeeds = (noise: Float32Array): Record<string, Tensor> => {
    let at = 0
    return Object.fromEntries(
      parameters.map(({ name, shape }) => [noiseOf(name), f32(shape, noise.subarray(at, (at += sizeOf(shape))))]),
    )
  }

  const accumulate = async (
    state: State,
    rows: Int32Array,
    batch: number,
    step: number,
    clippingNorm: number,
    observed: Observed,
  ): Promise<Tensors> => {
    let sums = zeroSums()
    for (let from = 0; from < rows.length; from += batch) {
      const part = rows.subarray(from, from + batch)
      const feeds = { ...weightsOnly(state), ...sums }
      const results = await runRows('accumulate', part, batch, step, clippingNorm, feeds, observed)
      sums = Object.fromEntries(Object.keys(sums).map(name => [name, results[newOf(name)]!]))
    }
    return sums
  }

  return {
    async step(state, drawn, step, noise, release) {
      drawnSoFar += drawn.length
      const observed: Observed = { losses: [], norms: [], clipped: 0 }
      const update = { ...state, ...updateFeeds(step, noise, release) }
      const { clippingNorm } = release
      const isOne = drawn.length <= physicalBatch
      const results = isOne
        ? await runRows('fused', drawn, physicalBatch, step, clippingNorm, update, observed)
        : await programs.run(
            { kind: 'apply', batch: physicalBatch, positions: task.positionsOf([]) },
            { ...update, ...(await accumulate(state, drawn, physicalBatch, step, clippingNorm, observed)) },
          )
      if (results.gradientNorm) observed.gradientNorm = floats(results.gradientNorm)[0]!
      return { state: Object.fromEntries(stateTensors.map(name => [name, results[newOf(name)]!])), observed }
    },
    async clippedSum(state, rows, batch, clippingNorm) {
      const observed: Observed = { losses: [], norms: [], clipped: 0 }
      const sums = await accumulate(state, rows, batch, 1, clippingNorm, observed)
      return {
        sums: Object.fromEntries(parameters.map(({ name }) => [name, floats(sums[sumOf(name)]!)])),
        norms: observed.norms,
      }
    },
    seen: () => ({ drawn: drawnSoFar, nonFinite: bad }),
  }
}
