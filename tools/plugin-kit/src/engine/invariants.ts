import { samplingInWords } from '@attestry/core'
import { checkBatchesDrawn } from './batch-rule.js'
import { clippingNormRules, type ClippingNormRule } from './clipping-norm-rules.js'
import { plannedDeviation, type PrivateEngine } from './private-engine.js'
import { decide, fail, firstExamples, pass, standardErrors, type Check, type Verdict } from './verdict.js'

/** What private training keeps, as far as it can be seen from outside. */
export type EngineRule =
  | 'clips each example'
  | 'treats examples one by one'
  | 'does not depend on physical batches'
  | 'adds noise of the planned deviation'
  | 'adds Gaussian noise'
  | 'draws noise anew in each step'
  | 'draws no randomness from Math.random'
  | 'draws batches as its sampler does'
  | 'divides by the public batch'
  | 'bears a gradient that is not finite'
  | 'releases noise for an empty batch'
  | 'changes every weight'
  | 'accounts for what it did'

/** What the battery found about one rule. */
export interface EngineFinding extends Verdict {
  readonly rule: EngineRule | ClippingNormRule
}

// Engines may reckon in 32-bit floats.
const rounding = 2e-3

/** Each rule of private training, by name, in the order in which they are checked. */
export const engineRules: Readonly<Record<EngineRule, Check>> = {
  'clips each example': async engine => {
    const { clippingNorm: most } = engine.plan
    const norms = await Promise.all(firstExamples(engine, 24).map(async i => norm(await quiet(engine, [i]))))
    const longest = Math.max(...norms)
    if (longest > most * (1 + rounding)) return fail(`one example moves the sum by ${longest}, the norm is ${most}`)
    if (longest < most * 0.9)
      return {
        outcome: 'undecided',
        detail: `no gradient is long enough to be clipped: the longest has ${longest} of ${most}`,
      }
    return pass(`the longest of ${norms.length} moves the sum by ${longest}, the norm is ${most}`)
  },
  'treats examples one by one': async engine => {
    const few = firstExamples(engine, 8)
    const together = await quiet(engine, few)
    const alone = sumOf(await Promise.all(few.map(i => quiet(engine, [i]))))
    const off = norm(difference(together, alone)) / engine.plan.clippingNorm
    return decide(off <= rounding * few.length, `a batch is off the sum of its examples by ${off} clipping norms`)
  },
  'does not depend on physical batches': async engine => {
    const few = firstExamples(engine, 16)
    const whole = await quiet(engine, few)
    const split = await engine.sum(few, { step: 1, noise: false, physicalBatch: 3 })
    const off = norm(difference(whole, split)) / engine.plan.clippingNorm
    if (off > rounding * few.length) return fail(`batches of 3 give another sum, by ${off} clipping norms`)
    const once = await noiseDeviation(engine, few, { physicalBatch: 3 })
    return decide(once.isPlanned, `in batches of 3 the noise has ${once.detail}`)
  },
  'adds noise of the planned deviation': async engine => {
    const found = await noiseDeviation(engine, firstExamples(engine, 4))
    return decide(found.isPlanned, `the noise has ${found.detail}`)
  },
  'adds Gaussian noise': async engine => {
    const noise = await noises(engine, firstExamples(engine, 4))
    const mean = noise.reduce((a, b) => a + b, 0) / noise.length
    const variance = noise.reduce((a, b) => a + (b - mean) ** 2, 0) / noise.length
    const kurtosis = noise.reduce((a, b) => a + (b - mean) ** 4, 0) / noise.length / variance ** 2
    const isCentred = Math.abs(mean) <= standardErrors * Math.sqrt(variance / noise.length)
    const isNormal = Math.abs(kurtosis - 3) <= standardErrors * Math.sqrt(24 / noise.length)
    return decide(isCentred && isNormal, `mean ${mean}, kurtosis ${kurtosis} where a normal has 3`)
  },
  'draws noise anew in each step': async engine => {
    const one = await noiseAt(engine, [0], 1)
    const other = await noiseAt(engine, [0], 2)
    const correlation = dot(one, other) / (norm(one) * norm(other) || 1)
    const isFresh = Math.abs(correlation) <= standardErrors / Math.sqrt(one.length) && correlation < 0.99
    return decide(isFresh, `noise of two steps has correlation ${correlation}`)
  },
  /* eslint-disable no-restricted-properties -- it is watched, not drawn from */
  'draws no randomness from Math.random': async engine => {
    const before = Math.random
    let calls = 0
    Math.random = () => {
      calls++
      return before()
    }
    try {
      await engine.sample(1)
      await engine.sum([0], { step: 3, noise: true })
    } finally {
      Math.random = before
    }
    return decide(calls === 0, `Math.random was called ${calls} times for sampling and noise`)
  },
  /* eslint-enable no-restricted-properties */
  'draws batches as its sampler does': checkBatchesDrawn,
  'divides by the public batch': async engine => {
    for (const size of [1, 5, 16]) {
      const few = firstExamples(engine, size)
      const moved = await engine.update(few, { step: 1, noise: false })
      const sum = await quiet(engine, few)
      const off = norm(sum.map((s, i) => moved[i]! + s / engine.plan.logicalBatch)) * engine.plan.logicalBatch
      if (off > rounding * size * engine.plan.clippingNorm)
        return fail(`${size} examples move the weights by another than their sum over ${engine.plan.logicalBatch}`)
    }
    return pass('1, 5 and 16 examples are divided by the same number')
  },
  'bears a gradient that is not finite': async engine => {
    if (engine.nonFinite === undefined) return { outcome: 'undecided', detail: 'no example of it is at hand' }
    const other = engine.nonFinite === 0 ? 1 : 0
    const both = await quiet(
      engine,
      [other, engine.nonFinite].sort((a, b) => a - b),
    )
    if (!both.every(Number.isFinite)) return fail('one such gradient makes the whole sum not finite')
    const off = norm(difference(both, await quiet(engine, [other]))) / engine.plan.clippingNorm
    return decide(off <= rounding, `it moves the sum by ${off} clipping norms`)
  },
  'releases noise for an empty batch': async engine => {
    const found = await noiseDeviation(engine, [])
    return decide(found.isPlanned, `the noise has ${found.detail}`)
  },
  'changes every weight': async engine => {
    const moved = await engine.update(firstExamples(engine, 4), { step: 1, noise: true })
    const still = moved.filter(x => !(Number.isFinite(x) && x !== 0)).length
    return decide(still === 0, `${still} of ${moved.length} weights did not move`)
  },
  'accounts for what it did': async engine => {
    const told = await engine.accounted(7)
    const { noiseMultiplier } = engine.plan
    const [done, known] = [samplingInWords(engine.plan), samplingInWords(told)]
    return decide(
      told.steps === 7 && known === done && told.noiseMultiplier === noiseMultiplier,
      `after 7 steps of ${done} with noise ${noiseMultiplier} the accountant knows of ${told.steps} of ${known} with ${told.noiseMultiplier}`,
    )
  },
}

/**
 * Puts a private trainer through the battery: every rule that the proof behind epsilon rests on and that can be seen from
 * outside, each by name; three more where the plan's clipping norm is adaptive. An error that the engine throws is a failure of the
 * rule at hand.
 *
 * Statistical rules allow six standard errors. Passing is no proof: it shows that none of the known mistakes is there.
 *
 * @example
 *   const failed = (await checkPrivateEngine(engine)).filter(({ outcome }) => outcome === 'fail')
 *   expect(failed).toEqual([])
 */
export async function checkPrivateEngine(engine: PrivateEngine): Promise<readonly EngineFinding[]> {
  const findings: EngineFinding[] = []
  const rules = { ...engineRules, ...(engine.plan.adaptiveClipping && clippingNormRules) }
  for (const [rule, check] of Object.entries(rules) as [EngineFinding['rule'], Check][]) {
    const verdict = await check(engine).catch((failure: unknown) =>
      fail(`it threw: ${failure instanceof Error ? failure.message : String(failure)}`),
    )
    findings.push({ rule, ...verdict })
  }
  return findings
}

const quiet = (engine: PrivateEngine, examples: readonly number[]): Promise<Float64Array> =>
  engine.sum(examples, { step: 1, noise: false })

async function noiseAt(
  engine: PrivateEngine,
  examples: readonly number[],
  step: number,
  batches: { readonly physicalBatch?: number } = {},
): Promise<Float64Array> {
  const noisy = await engine.sum(examples, { step, noise: true, ...batches })
  return difference(noisy, await engine.sum(examples, { step, noise: false, ...batches }))
}

const enough = 4000

async function noises(
  engine: PrivateEngine,
  examples: readonly number[],
  batches: { readonly physicalBatch?: number } = {},
): Promise<number[]> {
  const noise: number[] = []
  for (let step = 1; noise.length < enough; step++) noise.push(...(await noiseAt(engine, examples, step, batches)))
  return noise
}

async function noiseDeviation(
  engine: PrivateEngine,
  examples: readonly number[],
  batches: { readonly physicalBatch?: number } = {},
): Promise<{ readonly isPlanned: boolean; readonly detail: string }> {
  const noise = await noises(engine, examples, batches)
  const planned = plannedDeviation(engine.plan)
  const deviation = Math.sqrt(noise.reduce((a, b) => a + b * b, 0) / noise.length)
  const isPlanned = Math.abs(deviation / planned - 1) <= standardErrors / Math.sqrt(2 * noise.length) + rounding
  return { isPlanned, detail: `a standard deviation of ${deviation}, the plan says ${planned}` }
}

const norm = (values: Float64Array): number => Math.sqrt(dot(values, values))

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

const difference = (a: Float64Array, b: Float64Array): Float64Array => a.map((x, i) => x - b[i]!)

function sumOf(parts: readonly Float64Array[]): Float64Array {
  const total = new Float64Array(parts[0]?.length ?? 0)
  for (const part of parts) for (const [i, x] of part.entries()) total[i]! += x
  return total
}
