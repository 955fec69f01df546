import {
  checkOptimiser,
  f32,
  floats,
  stateNames,
  stateOf,
  type Flops,
  type Optimiser,
  type Runtime,
  type Tensor,
} from '@attestry/autograd'
import type { JsonValue, PrivacyPlan, StepReport } from '@attestry/core'
import { batchSampler, gradientNoise, trainingEpsilon } from '@attestry/dp'
import type { Weights } from './architecture.js'
import { clippingNormOf, type ClippingNorm, type ClippingNormParts, type ClippingProgress } from './clipping-norm.js'
import { badLearningRate } from './errors.js'
import {
  checkAccounted,
  checkBatches,
  checkNoise,
  checkNoiseEffect,
  checkPerExample,
  checkWeights,
  drawGuard,
  noNoise,
  tally,
  type NoiseTally,
} from './guards.js'
import { samplingFor } from './plan.js'
import { noiseSource, type NoiseOptions, type NoiseSource } from './noise-source.js'
import { compilers, openPrograms, type Compilers } from './programs.js'
import { stepRunner, type ExamplesSeen, type Release, type State, type StepPlan } from './steps.js'
import type { TrainingTask } from './task.js'

/** What a loop is made of. The defaults are what training needs; tests put broken parts in, to see them caught. */
export interface LoopParts extends ClippingNormParts {
  readonly runtime: Runtime
  readonly compilers?: Compilers
  readonly noise?: (options: NoiseOptions) => NoiseSource
  readonly noiseWorkers?: number
  /** Rows drawn in a step, ascending. */
  readonly sample?: (rows: number, samplingProbability: number, step: number) => Int32Array
  /** Standard deviation of the noise in a sum of gradients, in a step with this clipping norm. */
  readonly noiseScale?: (plan: LoopPlan, clippingNorm: number) => number
}

/** What the loop follows, from a plan with a digest. */
export interface LoopPlan extends StepPlan {
  readonly digest: string
  readonly steps: number
  /** Learning rate of the largest step; a schedule scales it. */
  readonly learningRate: number
  /** Largest L2 norm of an update's averaged gradient; null or absent is no limit. Not with privacy. */
  readonly maxGradientNorm?: number | null
}

export interface LoopOptions {
  readonly task: TrainingTask
  readonly plan: LoopPlan
  readonly optimiser: Optimiser
  /** Factor of the learning rate at a step from 1, at least 0; 1 by default. */
  readonly schedule?: (step: number) => number
  /** 32 secret bytes from which sampling and noise streams derive. */
  readonly secret: Uint8Array
  readonly signal?: AbortSignal | undefined
  /** Where an earlier loop of the same plan and secret stood. */
  readonly from?: LoopSnapshot
}

/** Everything that a loop of the same plan, task and secret needs to go on as if it had never stopped. */
export interface LoopSnapshot {
  /** Parameters and optimiser state, by name. */
  readonly state: State
  readonly progress: LoopProgress
}

/** The counts of a loop. Plain data: it can be written as JSON. */
export interface LoopProgress {
  readonly done: number
  readonly accounted: number
  readonly batchSizes: readonly number[]
  readonly noise: Readonly<NoiseTally>
  readonly noiseEffect: number | null
  readonly seen: ExamplesSeen
  readonly flops: Flops
  /** Where the clipping norm stands; absent where it is fixed. */
  readonly clipping?: ClippingProgress
}

/** Steps of a plan, one after another, with guards around them. */
export interface TrainingLoop {
  /** Runs one step; undefined once all steps of the plan are done. */
  step(): Promise<StepReport | undefined>
  /** Steps that are done. */
  done(): number
  weights(): Weights
  /** Epsilon spent by the steps run so far; null without privacy. */
  epsilonSpent(): number | null
  /**
   * The guards of a finished run, and what it did, for the evidence.
   *
   * @throws TRAIN-E008 to TRAIN-E012 when the run was a silent no-op: unchanged weights, missing noise, a non-finite value
   */
  account(): LoopAccount
  snapshot(): LoopSnapshot
  close(): Promise<void>
}

export interface LoopAccount {
  readonly facts: Readonly<Record<string, JsonValue>>
  readonly guards: Readonly<Record<string, JsonValue>>
}

const plannedNoise = ({ privacy }: { readonly privacy: PrivacyPlan | null }, norm: number): number =>
  privacy ? gradientNoise(privacy) * norm : 0

/** Without privacy nothing is clipped. */
const unclipped: ClippingNorm = {
  current: () => Infinity,
  follow: () => {},
  progress: () => undefined,
  account: () => undefined,
}

const reports = 20
const probeExamples = 4

/**
 * Opens a loop over the steps of a plan.
 *
 * Every step draws its rows by the plan's sampler from a stream of the secret, by Poisson sampling where there is no privacy; an
 * empty draw is a step with noise. Gradient sums are divided by the public expected batch, never by the number drawn. The same plan, task
 * and secret give the same weights, bit for bit, on the same machine, also when the loop goes on from a snapshot.
 */
export function openLoop(
  { task, plan, optimiser, schedule = () => 1, secret, signal, from }: LoopOptions,
  parts: LoopParts,
): TrainingLoop {
  const { privacy } = plan
  checkOptimiser(optimiser)
  if (!(plan.learningRate > 0 && Number.isFinite(plan.learningRate))) throw badLearningRate(plan.learningRate)
  const sampling = samplingFor(privacy?.sampler ?? 'poisson', plan.logicalBatch, task.rows)
  const count = task.parameters.reduce((total, { name }) => total + task.initial[name]!.length, 0)
  const programs = openPrograms({
    runtime: parts.runtime,
    compilers: parts.compilers ?? compilers,
    loss: task.loss,
    optimiser,
    isPrivate: privacy !== null,
    ...(typeof plan.maxGradientNorm === 'number' && { maxGradientNorm: plan.maxGradientNorm }),
    metadata: { plan: plan.digest },
  })
  const stepParts = { task, plan, optimiser, programs }
  const runner = stepRunner(stepParts, from?.progress.seen)
  // Counts for itself, so that probes do not change what is reported about training.
  const prober = stepRunner(stepParts)
  const sampler = batchSampler({ secret, stream: 'training batches' }, sampling, plan.logicalBatch)
  const checkDrawn = drawGuard(task.rows, sampling)
  const sample = (step: number): Int32Array => {
    const drawn = parts.sample?.(task.rows, plan.logicalBatch / task.rows, step) ?? sampler.sample(task.rows, step)
    checkDrawn(drawn, step)
    return drawn
  }
  const noise = privacy
    ? (parts.noise ?? noiseSource)({ secret, count, workers: parts.noiseWorkers ?? 0, steps: plan.steps })
    : undefined
  const clipping = privacy
    ? clippingNormOf({ privacy, batch: plan.logicalBatch, secret, from: from?.progress.clipping }, parts)
    : unclipped
  const releaseNow = (learningRate: number): Release => ({
    noiseScale: (parts.noiseScale ?? plannedNoise)(plan, clipping.current()),
    clippingNorm: clipping.current(),
    learningRate,
  })
  const epsilonAt = (steps: number): number | null =>
    privacy && (steps === 0 ? 0 : trainingEpsilon(privacy, steps, privacy.delta).upper)
  const block = Math.max(1, Math.ceil(plan.steps / reports))
  // What is reported at a step holds to the end of its block. All are worked out at once: a step in between would wait for it.
  let epsilonOfBlocks: readonly (number | null)[] | undefined
  const epsilonReported = (step: number): number | null => {
    epsilonOfBlocks ??= Array.from({ length: Math.ceil(plan.steps / block) }, (_, i) =>
      epsilonAt(Math.min((i + 1) * block, plan.steps)),
    )
    return epsilonOfBlocks[Math.floor((step - 1) / block)]!
  }

  let state: State = from?.state ?? startState(task, optimiser)
  let done = from?.progress.done ?? 0
  let accounted = from?.progress.accounted ?? 0
  let noiseEffect = from?.progress.noiseEffect ?? null
  const noiseFed: NoiseTally = { ...(from?.progress.noise ?? noNoise()) }
  const batchSizes = [...(from?.progress.batchSizes ?? [])]
  const flopsBefore = from?.progress.flops ?? { matmul: 0, other: 0 }

  const weights = (): Weights => Object.fromEntries(task.parameters.map(({ name }) => [name, floats(state[name]!)]))
  const flops = (): Flops => {
    const { matmul, other } = programs.flops()
    return { matmul: flopsBefore.matmul + matmul, other: flopsBefore.other + other }
  }

  /** Is clipping per example? */
  const probeClipping = async (drawn: Int32Array, values: Float32Array): Promise<void> => {
    const norm = clipping.current()
    const alone = []
    const finite = []
    for (const row of drawn.length > 0 ? drawn.slice(0, probeExamples) : Int32Array.of(0)) {
      const one = await prober.clippedSum(state, Int32Array.of(row), 1, norm)
      if (one.norms.length === 0) continue
      alone.push(one)
      finite.push(row)
    }
    const few = Int32Array.from(finite)
    const quiet = { ...releaseNow(plan.learningRate), noiseScale: 0 }
    // One graph at a time: those of a large model do not fit into memory beside one another.
    await programs.release('accumulate')
    checkPerExample(await prober.clippedSum(state, few, plan.physicalBatch, norm), alone, norm)
    await programs.release('accumulate')
    checkPerExample(await released(few, values, quiet), alone, norm)
  }

  /** Does the noise move the sums as far as the plan says? */
  const probeNoise = async (drawn: Int32Array, values: Float32Array): Promise<number> => {
    const release = releaseNow(plan.learningRate)
    const noisy = await released(drawn, values, release)
    const without = await released(drawn, values, { ...release, noiseScale: 0 })
    const differences = Object.entries(noisy.sums).map(([name, sum]) => sum.map((x, i) => x - without.sums[name]![i]!))
    return checkNoiseEffect(differences, plannedNoise(plan, clipping.current()), values)
  }

  /** What a first step releases, as the sum before division: read off the first moment, or off the weights without one. */
  const released = async (rows: Int32Array, values: Float32Array, release: Release) => {
    // A moment that remembers earlier steps would be read for a sum.
    const rested = done === 0 ? state : { ...startState(task, optimiser), ...weightsOf(task, state) }
    const { state: next, observed } = await prober.step(rested, rows, 1, values, {
      ...release,
      learningRate: plan.logicalBatch,
    })
    const share = shareInMoment(optimiser)
    const sums = task.parameters.map(({ name }) => {
      if (share !== undefined)
        return [name, floats(next[stateOf('m', name)]!).map(m => (m * plan.logicalBatch) / share)] as const
      const before = floats(state[name]!)
      return [name, floats(next[name]!).map((after, i) => before[i]! - after)] as const
    })
    return { sums: Object.fromEntries(sums), norms: observed.norms }
  }

  return {
    done: () => done,
    weights,
    async step() {
      signal?.throwIfAborted()
      if (done >= plan.steps) return undefined
      const started = performance.now()
      const step = done + 1
      const drawn = sample(step)
      const values = await noise?.next(step)
      if (values) {
        tally(values, noiseFed)
        // Before the first update, and once more with a clipping norm that has moved.
        if (step === 1 || (step === 2 && privacy?.adaptiveClipping)) {
          await probeClipping(drawn, values)
          const measured = await probeNoise(drawn, values)
          if (step === 1) noiseEffect = measured
        }
      }
      const now = releaseNow(plan.learningRate * schedule(step))
      if (!(now.learningRate >= 0 && Number.isFinite(now.learningRate))) throw badLearningRate(now.learningRate, step)
      const { state: next, observed } = await runner.step(state, drawn, step, values, now)
      state = next
      done = step
      if (values) accounted++
      clipping.follow(step, { examples: observed.norms.length, clipped: observed.clipped })
      batchSizes.push(drawn.length)
      const { losses, norms, clipped, gradientNorm = null } = observed
      return {
        step,
        steps: plan.steps,
        loss: losses.length > 0 ? losses.reduce((total, loss) => total + loss, 0) / losses.length : null,
        batchSize: drawn.length,
        clippedFraction: privacy ? (norms.length > 0 ? clipped / norms.length : 0) : null,
        ...(privacy && { clippingNorm: now.clippingNorm }),
        gradientNorm: norms.length > 0 ? median(norms) : gradientNorm,
        epsilon: epsilonReported(step),
        durationMs: performance.now() - started,
      }
    },
    epsilonSpent: () => epsilonAt(accounted),
    account() {
      checkAccounted(plan, done, accounted)
      checkWeights(task.initial, weights(), done, task.mustMove)
      checkBatches(batchSizes, { rows: task.rows, batch: plan.logicalBatch, sampling })
      const noiseVariance = privacy ? checkNoise(noiseFed, done, count) : null
      const followed = clipping.account(done)
      const { name, version, threads, because } = parts.runtime
      return {
        facts: {
          runtime: { name, version, threads, because },
          graphs: programs.digests(),
          steps: done,
          records: batchSizes.reduce((total, size) => total + size, 0),
          flops: { ...flops() },
          nonFiniteExamples: runner.seen().nonFinite,
          batches: { ...sampling, min: least(batchSizes), max: most(batchSizes) },
          ...(privacy && {
            noise: {
              sampler: noise!.sampler,
              draws: noiseFed.draws,
              sampled: noiseFed.sampled,
              variance: noiseVariance,
              standardDeviationPlanned: plannedNoise(plan, privacy.clippingNorm),
              standardDeviationMeasured: noiseEffect,
            },
          }),
          ...(followed && { clippingNorm: { ...followed, gradientNoiseMultiplier: gradientNoise(privacy!) } }),
        },
        guards: {
          weightsChanged: true,
          weightsFinite: true,
          stepsAccounted: privacy ? accounted : null,
          ...(sampling.sampler === 'poisson' ? { batchSizesPoisson: true } : { batchSizesFixed: true }),
          clippingPerExample: privacy ? true : null,
          ...(followed && { clippingNormFollowed: true }),
        },
      }
    },
    snapshot: () => ({
      state,
      progress: {
        done,
        accounted,
        batchSizes: [...batchSizes],
        noise: { ...noiseFed },
        noiseEffect,
        seen: runner.seen(),
        flops: flops(),
        ...(clipping.progress() && { clipping: clipping.progress()! }),
      },
    }),
    async close() {
      await noise?.close()
      await programs.close()
    },
  }
}

/** Share of the gradient in the first moment after one step from zero; undefined where the optimiser keeps none. */
function shareInMoment(optimiser: Optimiser): number | undefined {
  switch (optimiser.kind) {
    case 'sgd':
      return optimiser.momentum ? 1 : undefined
    case 'adam':
    case 'adamw':
      return 1 - (optimiser.beta1 ?? 0.9)
    case 'lion':
      return 1 - (optimiser.beta2 ?? 0.99)
  }
}

const weightsOf = ({ parameters }: TrainingTask, state: State): State =>
  Object.fromEntries(parameters.map(({ name }) => [name, state[name]!]))

function startState({ parameters, initial }: TrainingTask, optimiser: Optimiser): State {
  const state: Record<string, Tensor> = {}
  for (const { name, shape } of parameters) {
    state[name] = f32(shape, initial[name]!.slice())
    for (const key of stateNames(optimiser))
      state[stateOf(key, name)] = f32(shape, new Float32Array(initial[name]!.length))
  }
  return state
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity)
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0)
