import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { f32, floats, stateNames, stateOf, type Runtime, type Session, type Tensor } from '@attestry/autograd'
import {
  sha256,
  takeRows,
  type JsonValue,
  type ModelFile,
  type RecordBatch,
  type StepReport,
  type TrainingContext,
  type TrainingData,
  type TrainingPlan,
  type TrainingRequest,
  type TrainingSession,
} from '@attestry/core'
import { accountant, poissonSampler, subsampledGaussian } from '@attestry/dp'
import { architectureOf, type Weights } from './architecture.js'
import { reloadDiffers, sessionClosed } from './errors.js'
import { featureLayout } from './feature-layout.js'
import { featureView, gradientRows } from './feature-view.js'
import {
  checkAccounted,
  checkBatchSizes,
  checkNoise,
  checkNoiseEffect,
  checkPerExample,
  checkWeights,
  noNoise,
  tally,
} from './guards.js'
import { initialWeights } from './initial-weights.js'
import { modelBytes } from './model-file.js'
import { noiseSource, type NoiseOptions, type NoiseSource } from './noise-source.js'
import { checkPlan } from './plan.js'
import { loadModel, predictRows } from './predictor.js'
import { compilers, openPrograms, type Compilers } from './programs.js'
import { optimiserOf, stepRunner, type Release, type State } from './steps.js'
import { readTrainingSet } from './training-set.js'

/** What a session is made of. The defaults are what training needs; tests put broken parts in, to see them caught. */
export interface SessionParts {
  readonly runtime: Runtime
  readonly compilers?: Compilers
  readonly noise?: (options: NoiseOptions) => NoiseSource
  readonly noiseWorkers?: number
  /** Rows drawn in a step, ascending. */
  readonly sample?: (rows: number, samplingProbability: number, step: number) => Int32Array
  /** Standard deviation of the noise in a sum of gradients. */
  readonly noiseScale?: (plan: TrainingPlan) => number
}

const plannedNoise = ({ privacy }: TrainingPlan): number =>
  privacy ? privacy.noiseMultiplier * privacy.clippingNorm : 0

const reports = 100
const probeExamples = 4
const probeRows = 32

/**
 * Opens a training session: reads the data, sets the initial weights, and is ready to step.
 *
 * Every step draws its rows by Poisson sampling from a stream of the secret, whether private or not; an empty draw is a
 * step with noise. Gradient sums are divided by the public expected batch, never by the number drawn. The same plan, data,
 * request and secret give the same weights, bit for bit, on the same machine.
 *
 * @throws TRAIN-E003 to TRAIN-E006 for a plan that is not this request's, or data that does not fit it
 */
export async function openTraining(
  plan: TrainingPlan,
  data: TrainingData,
  request: TrainingRequest,
  { secret, signal }: TrainingContext,
  parts: SessionParts,
): Promise<TrainingSession> {
  checkPlan(plan, request)
  const { runtime } = parts
  const layout = featureLayout(request.data, plan.model)
  const architecture = architectureOf(plan.model, layout, plan.classes.length)
  let probe: RecordBatch | undefined
  const set = await readTrainingSet(
    firstSeen(data.batches(), batch => (probe = head(batch))),
    {
      layout,
      label: request.data.label,
      classes: plan.classes,
      rows: request.rows,
      ...(data.weights && { weights: data.weights }),
    },
  )
  const { privacy } = plan
  const samplingProbability = plan.logicalBatch / request.rows
  const initial = initialWeights(architecture.parameters, request.training.seed)
  const optimiser = optimiserOf(plan)
  const programs = openPrograms({
    runtime,
    compilers: parts.compilers ?? compilers,
    loss: architecture.loss,
    optimiser,
    isPrivate: privacy !== null,
    metadata: { plan: plan.digest },
  })
  const parametersOfStep = { plan, parameters: architecture.parameters, optimiser, set, programs }
  const runner = stepRunner(parametersOfStep)
  // Counts for itself, so that probes do not change what is reported about training.
  const prober = stepRunner(parametersOfStep)
  const sampler = poissonSampler({ secret, stream: 'training batches' })
  const sample = parts.sample ?? sampler.sample
  const noise = privacy
    ? (parts.noise ?? noiseSource)({
        secret,
        count: plan.parameters,
        workers: parts.noiseWorkers ?? 0,
        steps: plan.steps,
      })
    : undefined
  const release: Release = {
    noiseScale: (parts.noiseScale ?? plannedNoise)(plan),
    learningRate: plan.learningRate,
  }
  const stepEvent = privacy && subsampledGaussian(privacy)
  const epsilonAt = (steps: number): number | null =>
    stepEvent ? (steps === 0 ? 0 : accountant().compose(stepEvent, steps).epsilon(privacy.delta)) : null
  const block = Math.max(1, Math.ceil(plan.steps / reports))

  let state: State = startState(architecture.parameters, initial, optimiser)
  let done = 0
  let accounted = 0
  let records = 0
  let epsilonOfBlock: number | null = epsilonAt(0)
  let noiseEffect: number | undefined
  let isClosed = false
  const inference = ofThisStep(() => architecture.encodeInference(weightsNow(), { plan: plan.digest }))
  const inputGradient = ofThisStep(() =>
    architecture.encodeInputGradient(weightsNow(), gradientRows, { plan: plan.digest }),
  )
  const noiseFed = noNoise()
  const batchSizes: number[] = []

  const weightsNow = (): Weights =>
    Object.fromEntries(architecture.parameters.map(({ name }) => [name, floats(state[name]!)]))
  const needOpen = (): void => {
    if (isClosed) throw sessionClosed()
  }

  /** Before the first update: is clipping per example, and does the noise move the sums as far as the plan says? */
  const probeStep = async (drawn: Int32Array, values: Float32Array): Promise<void> => {
    const alone = []
    const finite = []
    for (const row of drawn.length > 0 ? drawn.slice(0, probeExamples) : Int32Array.of(0)) {
      const one = await prober.clippedSum(state, Int32Array.of(row), 1)
      if (one.norms.length === 0) continue
      alone.push(one)
      finite.push(row)
    }
    const few = Int32Array.from(finite)
    const quiet = { ...release, noiseScale: 0 }
    const ofFew = await released(few, values, quiet)
    checkPerExample(ofFew, alone, privacy!.clippingNorm)
    checkPerExample(await prober.clippedSum(state, few, plan.physicalBatch), alone, privacy!.clippingNorm)
    const [noisy, without] = [await released(drawn, values, release), await released(drawn, values, quiet)]
    const differences = Object.entries(noisy.sums).map(([name, sum]) => sum.map((x, i) => x - without.sums[name]![i]!))
    noiseEffect = checkNoiseEffect(differences, plannedNoise(plan))
  }

  /** What a first step releases, as the sum before division: read off the weights (SGD) or the first moment (Adam). */
  const released = async (rows: Int32Array, values: Float32Array, { noiseScale }: Release) => {
    const { state: next, observed } = await prober.step(state, rows, 1, values, {
      noiseScale,
      learningRate: plan.logicalBatch,
    })
    const sums = architecture.parameters.map(({ name }) => {
      if (optimiser.kind === 'adam')
        return [name, floats(next[stateOf('m', name)]!).map(m => (m * plan.logicalBatch) / 0.1)] as const
      const before = floats(state[name]!)
      return [name, floats(next[name]!).map((after, i) => before[i]! - after)] as const
    })
    return { sums: Object.fromEntries(sums), norms: observed.norms }
  }

  const predict = async (batch: RecordBatch) => predictRows(await inference.session(), layout, plan.classes, batch)

  return {
    predict,
    ...(layout.kind === 'tabular' && {
      features: featureView({
        layout,
        classes: plan.classes.length,
        inference: inference.session,
        gradient: inputGradient.session,
      }),
    }),
    async step(): Promise<StepReport | undefined> {
      needOpen()
      signal?.throwIfAborted()
      if (done >= plan.steps) return undefined
      const started = performance.now()
      const step = done + 1
      const drawn = sample(set.rows, samplingProbability, step)
      const values = await noise?.next(step)
      if (values) {
        tally(values, noiseFed)
        if (step === 1) await probeStep(drawn, values)
      }
      const { state: next, observed } = await runner.step(state, drawn, step, values, release)
      state = next
      done = step
      if (values) accounted++
      records += drawn.length
      batchSizes.push(drawn.length)
      if (privacy && (step - 1) % block === 0) epsilonOfBlock = epsilonAt(Math.min(step - 1 + block, plan.steps))
      const { losses, norms, clipped } = observed
      return {
        step,
        steps: plan.steps,
        loss: losses.length > 0 ? losses.reduce((total, loss) => total + loss, 0) / losses.length : null,
        batchSize: drawn.length,
        clippedFraction: privacy ? (norms.length > 0 ? clipped / norms.length : 0) : null,
        gradientNorm: norms.length > 0 ? median(norms) : null,
        epsilon: epsilonOfBlock,
        durationMs: performance.now() - started,
      }
    },
    epsilonSpent: () => epsilonAt(accounted),
    async export(directory) {
      needOpen()
      const weights = weightsNow()
      checkAccounted(plan, done, accounted)
      checkWeights(initial, weights, done)
      checkBatchSizes(batchSizes, set.rows, samplingProbability)
      const noiseVariance = privacy ? checkNoise(noiseFed, done, plan.parameters) : null
      const bytes = modelBytes(
        {
          model: plan.model,
          classes: plan.classes,
          layout,
          plan: plan.digest,
          optimizer: plan.optimizer,
        },
        architecture,
        weights,
      )
      await mkdir(directory, { recursive: true })
      for (const [name, content] of Object.entries(bytes)) await writeFile(join(directory, name), content)
      const reloadDifference = await checkReload(directory, Object.keys(bytes))
      const files: readonly ModelFile[] = Object.entries(bytes).map(([name, content]) => ({
        name,
        digest: sha256(content),
      }))
      const { matmul, other } = programs.flops()
      const facts: Record<string, JsonValue> = {
        runtime: { name: runtime.name, version: runtime.version, threads: runtime.threads, because: runtime.because },
        graphs: programs.digests(),
        steps: done,
        records,
        flops: { matmul, other },
        features: { ...set.counts },
        nonFiniteExamples: runner.nonFinite(),
        batches: { sampler: 'poisson', samplingProbability, min: least(batchSizes), max: most(batchSizes) },
        guards: {
          weightsChanged: true,
          weightsFinite: true,
          stepsAccounted: privacy ? accounted : null,
          batchSizesPoisson: true,
          clippingPerExample: privacy ? true : null,
          reloadDifference,
        },
        ...(privacy && {
          noise: {
            sampler: noise!.sampler,
            draws: noiseFed.draws,
            sampled: noiseFed.sampled,
            variance: noiseVariance,
            standardDeviationPlanned: plannedNoise(plan),
            standardDeviationMeasured: noiseEffect ?? null,
          },
        }),
      }
      return { files, facts }
    },
    async close() {
      if (isClosed) return
      isClosed = true
      await noise?.close()
      await inference.close()
      await inputGradient.close()
      await programs.close()
    },
  }

  /** A graph of the weights as they are now: compiled when it is needed, and again after a step. */
  function ofThisStep(encode: () => Uint8Array) {
    let opened: { readonly session: Session; readonly step: number } | undefined
    return {
      async session(): Promise<Session> {
        needOpen()
        if (opened?.step !== done) {
          await opened?.session.close()
          opened = { session: await runtime.open(encode()), step: done }
        }
        return opened.session
      },
      close: async () => opened?.session.close(),
    }
  }

  /** The largest difference between what this session and the files on disk predict for some training rows. */
  async function checkReload(directory: string, names: readonly string[]): Promise<number> {
    const rows = probe!
    const model = await loadModel(directory, runtime)
    try {
      const [here, there] = [await predict(rows), await model.predict(rows)]
      let difference = 0
      for (const [i, value] of here.probabilities.entries())
        difference = Math.max(difference, Math.abs(value - there.probabilities[i]!))
      if (difference <= 1e-4) return difference
      for (const name of names) await rm(join(directory, name), { force: true })
      throw reloadDiffers(difference)
    } finally {
      await model.close()
    }
  }
}

function startState(
  parameters: readonly { readonly name: string; readonly shape: readonly number[] }[],
  initial: Weights,
  optimiser: ReturnType<typeof optimiserOf>,
): State {
  const state: Record<string, Tensor> = {}
  for (const { name, shape } of parameters) {
    state[name] = f32(shape, initial[name]!.slice())
    for (const key of stateNames(optimiser))
      state[stateOf(key, name)] = f32(shape, new Float32Array(initial[name]!.length))
  }
  return state
}

async function* firstSeen(
  batches: AsyncIterable<RecordBatch>,
  tell: (batch: RecordBatch) => void,
): AsyncIterable<RecordBatch> {
  let isFirst = true
  for await (const batch of batches) {
    if (isFirst && batch.rowIds.length > 0) {
      tell(batch)
      isFirst = false
    }
    yield batch
  }
}

const head = (batch: RecordBatch): RecordBatch =>
  takeRows(
    batch,
    Array.from({ length: Math.min(probeRows, batch.rowIds.length) }, (_, i) => i),
  )

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity)
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0)
