import type { FixedSizeSampling, PoissonSampling, ShuffledSampling } from '@attestry/core'
import type { PrivateEngine } from './private-engine.js'
import { decide, fail, pass, standardErrors, type Verdict } from './verdict.js'

const steps = 2000
const passes = 4

/** Batches are those that the plan's sampler stands for: what its accounting rests on. */
export async function checkBatchesDrawn(engine: PrivateEngine): Promise<Verdict> {
  switch (engine.plan.sampler) {
    case 'poisson':
      return drawnByThemselves(engine, engine.plan)
    case 'shuffled':
      return oncePerPass(engine, engine.plan)
    case 'fixed-size':
      return equallyLikely(engine, engine.plan)
  }
}

/** Sizes and overlaps of independent draws. */
async function drawnByThemselves(engine: PrivateEngine, { samplingProbability: q }: PoissonSampling): Promise<Verdict> {
  const n = engine.examples
  const sizes: number[] = []
  let [overlap, previous] = [0, new Set<number>()]
  for (let step = 1; step <= steps; step++) {
    const drawn = await engine.sample(step)
    if (new Set(drawn).size !== drawn.length) return fail(`step ${step} draws an example twice`)
    sizes.push(drawn.length)
    overlap += drawn.filter(i => previous.has(i)).length
    previous = new Set(drawn)
  }
  const mean = sizes.reduce((a, b) => a + b, 0) / steps
  const variance = sizes.reduce((a, b) => a + (b - mean) ** 2, 0) / (steps - 1)
  const expected = n * q * (1 - q)
  const detail = `${mean} examples a step where ${n * q} are expected, with variance ${variance} where independent draws have ${expected}; ${overlap} drawn twice in a row where ${(steps - 1) * n * q * q} are expected`
  const isMean = Math.abs(mean - n * q) <= standardErrors * Math.sqrt(expected / steps)
  const isVariance = Math.abs(variance / expected - 1) <= standardErrors * Math.sqrt(2 / steps + 1 / (expected * steps))
  const twice = (steps - 1) * n * q * q
  // Neighbouring pairs share a step, which adds to the variance of the count.
  const isFresh = Math.abs(overlap - twice) <= standardErrors * Math.sqrt(twice * (1 - q * q) + 2 * twice * q) + 1
  return decide(isMean && isVariance && isFresh, detail)
}

/** Each example in one batch of each pass. That its order is secret is not part of the proof, and not looked at. */
async function oncePerPass(engine: PrivateEngine, { stepsPerEpoch }: ShuffledSampling): Promise<Verdict> {
  const { examples: n } = engine
  const batch = engine.plan.logicalBatch
  if (Math.ceil(n / batch) !== stepsPerEpoch)
    return fail(`${n} examples in batches of ${batch} do not make ${stepsPerEpoch} steps`)
  for (let pass = 0; pass < passes; pass++) {
    let [count, had] = [0, new Set<number>()]
    for (let i = 1; i <= stepsPerEpoch; i++) {
      const drawn = await engine.sample(pass * stepsPerEpoch + i)
      count += drawn.length
      had = new Set([...had, ...drawn])
    }
    if (count !== n || had.size !== n)
      return fail(`a pass draws ${count} examples, ${had.size} different ones, of ${n}`)
  }
  return pass(`each of ${passes} passes has each of ${n} examples once`)
}

/** Batches of one size, anew in each step, in which no example is more likely than another. */
async function equallyLikely(engine: PrivateEngine, { batchShare }: FixedSizeSampling): Promise<Verdict> {
  const { examples: n } = engine
  const batch = engine.plan.logicalBatch
  if (Math.abs(batchShare * n - batch) > 1e-9 * n)
    return fail(`${batch} of ${n} examples are no share of ${batchShare}`)
  const times = new Float64Array(n)
  let [overlap, previous] = [0, new Set<number>()]
  for (let step = 1; step <= steps; step++) {
    const drawn = await engine.sample(step)
    if (new Set(drawn).size !== drawn.length) return fail(`step ${step} draws an example twice`)
    if (drawn.length !== batch) return fail(`step ${step} draws ${drawn.length} examples, and not ${batch}`)
    for (const one of drawn) times[one]!++
    overlap += drawn.filter(i => previous.has(i)).length
    previous = new Set(drawn)
  }
  const twice = (steps - 1) * batch * batchShare
  const spread = Math.sqrt(twice * (1 - batchShare) ** 2 * (n / (n - 1)))
  const isFresh = Math.abs(overlap - twice) <= standardErrors * spread + 1
  // Bernstein's inequality, for all examples together once in a thousand million.
  const rarity = Math.log(2e9 * n) / 3
  const allowed = rarity + Math.sqrt(rarity ** 2 + 6 * rarity * steps * batchShare * (1 - batchShare))
  const off = times.reduce((most, count) => Math.max(most, Math.abs(count - steps * batchShare)), 0)
  return decide(
    isFresh && off <= allowed,
    `in ${steps} steps of ${batch} an example is drawn up to ${off} times more or less than ${steps * batchShare}; ${overlap} are drawn twice in a row where ${twice} are expected`,
  )
}
