import { expect, it } from 'vitest'
import { batchSampler, gaussianNoise } from '@attestry/dp'
import { checkPrivateEngine, type PrivateEngine } from '@attestry/plugin-kit'
import { openTf } from '../src/index.js'
import { gradientsOf, type Examples } from '../src/gradients.js'
import { updateOf } from '../src/update.js'
import { mlp, width } from './models.js'

const secret = new Uint8Array(32).fill(9)
const rows = 200
const plan = {
  sampler: 'poisson',
  samplingProbability: 0.1,
  noiseMultiplier: 1.3,
  clippingNorm: 0.1,
  logicalBatch: 20,
} as const

/** The parts that a session of this engine is made of, one step at a time. */
async function engineOf(): Promise<PrivateEngine> {
  const opened = await openTf()
  const gradients = gradientsOf(opened, mlp(opened), 'softmax', width)
  const noise = gaussianNoise({ secret, stream: 'training noise' })
  const inputs = gaussianNoise({ secret, stream: 'inputs' }).fill(new Float32Array(rows * width), 0)
  const examples: Examples = {
    inputs,
    width,
    labels: Int32Array.from({ length: rows }, (_, row) => row % 2),
    weights: new Float32Array(rows).fill(1),
  }
  const sampler = batchSampler(
    { secret, stream: 'training batches' },
    { sampler: 'poisson', samplingProbability: plan.samplingProbability },
    plan.logicalBatch,
  )
  const sum: PrivateEngine['sum'] = (drawn, { step, noise: isNoisy }) => {
    const { sum: total } = gradients.clippedSum(examples, Int32Array.from(drawn), plan.clippingNorm)
    const values = noise.fill(new Float32Array(gradients.parameters), step)
    const scale = isNoisy ? plan.noiseMultiplier * plan.clippingNorm : 0
    return Promise.resolve(Float64Array.from(total, (x, i) => x + scale * values[i]!))
  }
  return {
    plan,
    examples: rows,
    sample: step => [...sampler.sample(rows, step)],
    sum,
    async update(drawn, options) {
      const before = gradients.weights()
      const after = before.slice()
      const total = Float32Array.from(await sum(drawn, options), x => x / plan.logicalBatch)
      updateOf('sgd', 1, gradients.parameters)(after, total)
      return Float64Array.from(after, (x, i) => x - before[i]!)
    },
    accounted: steps =>
      Promise.resolve({
        sampler: plan.sampler,
        samplingProbability: plan.samplingProbability,
        noiseMultiplier: plan.noiseMultiplier,
        steps,
      }),
  }
}

it('passes the battery of private training, one example at a time', async () => {
  const findings = await checkPrivateEngine(await engineOf())
  expect(findings.filter(({ outcome }) => outcome !== 'pass').map(({ rule }) => rule)).toEqual([
    'bears a gradient that is not finite',
  ])
})
