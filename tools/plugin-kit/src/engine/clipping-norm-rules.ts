import type { AdaptiveClipping } from '@attestry/core'
import { plannedDeviation, type PrivateEngine } from './private-engine.js'
import { decide, fail, firstExamples, standardErrors, type Check, type Verdict } from './verdict.js'

/** What a clipping norm that follows a quantile keeps besides. */
export type ClippingNormRule =
  | 'counts an example as a half over the public batch'
  | 'adds noise of the planned deviation to the count'
  | 'draws noise of its own for the count'

type Follow = NonNullable<PrivateEngine['nextNorm']>

const notShown: Verdict = { outcome: 'undecided', detail: 'the engine does not show the norm of the next step' }

const adaptiveCheck =
  (check: (engine: PrivateEngine, follow: Follow, adaptive: AdaptiveClipping) => Promise<Verdict>): Check =>
  async engine =>
    engine.nextNorm ? check(engine, engine.nextNorm.bind(engine), engine.plan.adaptiveClipping!) : notShown

const draws = 300
const fewDraws = 40

/** Each rule of adaptive clipping, by name, for engines whose plan has it (Andrew et al. 2021, arXiv 1905.03871). */
export const clippingNormRules: Readonly<Record<ClippingNormRule, Check>> = {
  'counts an example as a half over the public batch': adaptiveCheck(async (engine, follow, adaptive) => {
    const { logicalBatch } = engine.plan
    const few = firstExamples(engine, 16)
    // In examples: what the count must have been, less half an example for each that was drawn.
    const counted = async (examples: readonly number[]): Promise<number> => {
      const moved = Math.log((await follow(examples, { step: 1, noise: false })) / engine.plan.clippingNorm)
      return (adaptive.quantile - moved / adaptive.learningRate - 1 / 2) * logicalBatch
    }
    let before = await counted([])
    if (!(Math.abs(before) <= 1e-6 * logicalBatch)) return fail(`an empty batch moves the count by ${before} examples`)
    let within = 0
    for (let size = 1; size <= few.length; size++) {
      const now = await counted(few.slice(0, size))
      if (!(Math.abs(Math.abs(now - before) - 1 / 2) <= 1e-6 * logicalBatch))
        return fail(`beside ${size - 1} others an example moves the count by ${now - before}, and not by a half`)
      if (now > before) within++
      before = now
    }
    return decide(true, `each of ${few.length} moves it by a half, ${within} of them as within the norm`)
  }),
  'adds noise of the planned deviation to the count': adaptiveCheck(async (engine, follow, adaptive) => {
    const noise = await countNoise(engine, follow, draws)
    const deviation = Math.sqrt(noise.reduce((a, b) => a + b * b, 0) / draws)
    const mean = noise.reduce((a, b) => a + b, 0) / draws
    const isPlanned = Math.abs(deviation / adaptive.countNoise - 1) <= standardErrors / Math.sqrt(2 * draws)
    const isCentred = Math.abs(mean) <= (standardErrors * adaptive.countNoise) / Math.sqrt(draws)
    return decide(
      isPlanned && isCentred,
      `the noise of the count has mean ${mean} and a standard deviation of ${deviation}, the plan says ${adaptive.countNoise}`,
    )
  }),
  'draws noise of its own for the count': adaptiveCheck(async (engine, follow) => {
    const counts = await countNoise(engine, follow, fewDraws)
    const quiet = await engine.sum([0], { step: 1, noise: false })
    const sums: Float64Array[] = []
    for (let step = 1; step <= fewDraws; step++) sums.push(await engine.sum([0], { step, noise: true }))
    const planned = plannedDeviation(engine.plan)
    let most = 0
    for (let i = 0; i < quiet.length; i++)
      most = Math.max(
        most,
        Math.abs(
          correlation(
            counts,
            sums.map(sum => (sum[i]! - quiet[i]!) / planned),
          ),
        ),
      )
    const repeats = Math.abs(correlation(counts.slice(1), counts.slice(0, -1)))
    // Of independent noise in 40 steps, no correlation of a million is that large.
    return decide(
      most <= 0.9 && repeats <= 0.9 && new Set(counts).size === counts.length,
      `the noise of the count and that of a gradient have a correlation of up to ${most}`,
    )
  }),
}

/** The noise of the count in some steps, in examples. */
async function countNoise(engine: PrivateEngine, follow: Follow, count: number): Promise<readonly number[]> {
  const { learningRate } = engine.plan.adaptiveClipping!
  const few = firstExamples(engine, 2)
  const quiet = await follow(few, { step: 1, noise: false })
  const noise: number[] = []
  for (let step = 1; step <= count; step++) {
    const next = await follow(few, { step, noise: true })
    noise.push((-Math.log(next / quiet) / learningRate) * engine.plan.logicalBatch)
  }
  return noise
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length
  const [meanA, meanB] = [mean(a), mean(b)]
  let [ab, aa, bb] = [0, 0, 0]
  for (const [i, x] of a.entries()) {
    const [da, db] = [x - meanA, b[i]! - meanB]
    ab += da * db
    aa += da * da
    bb += db * db
  }
  return ab / (Math.sqrt(aa * bb) || 1)
}
