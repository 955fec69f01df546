import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  checkOptimiser,
  compileApply,
  compileFused,
  f32,
  floats,
  linear,
  newOf,
  scalar,
  softmaxCrossEntropy,
  stepInputs,
  sumOf,
  type LossBuilder,
  type Optimiser,
} from '../src/index.js'
import { runtimes } from './runtimes.js'

const sizes = { w: [2, 3], b: [2] } as const
const loss: LossBuilder = (graph, batch) => {
  const x = graph.input('x', [batch, 3])
  const y = linear(graph, x, graph.parameter('w', sizes.w), graph.parameter('b', sizes.b))
  return softmaxCrossEntropy(graph, y, graph.input('labels', [batch], 'i64'))
}
const sums = { w: [3, -1, 0.5, 2, 0, -4], b: [1, -6] }
const batch = 4

/** What an update of learning rate 1 subtracts from zero: the gradient that it was given. */
async function gradientOf(run: (typeof runtimes)[number], most: number, of: typeof sums = sums) {
  const step = compileApply({ loss, batch, optimiser: { kind: 'sgd' }, isPrivate: false, maxGradientNorm: most })
  const session = await (await run.open()).open(step.model)
  const results = await session.run({
    w: f32(sizes.w, new Float32Array(6)),
    b: f32(sizes.b, new Float32Array(2)),
    [sumOf('w')]: f32(sizes.w, of.w),
    [sumOf('b')]: f32(sizes.b, of.b),
    [stepInputs.inverseBatch]: scalar(1 / batch),
    [stepInputs.learningRate]: scalar(1),
  })
  await session.close()
  const negative = (name: string): number[] => Array.from(floats(results[newOf(name)]!), x => 0 - x)
  return { norm: floats(results.gradientNorm!)[0]!, w: negative('w'), b: negative('b') }
}

// torch.nn.utils.clip_grad_norm_ of torch 2.13 on the averaged gradient of `sums`.
const golden = [
  { most: 10, w: [0.75, -0.25, 0.125, 0.5, 0, -1], b: [0.25, -1.5] },
  {
    most: 1,
    w: [0.36582625, -0.12194209, 0.060971044, 0.24388418, 0, -0.48776835],
    b: [0.12194209, -0.7316525],
  },
  {
    most: 0.05,
    w: [0.018291313, -0.0060971044, 0.0030485522, 0.012194209, 0, -0.024388418],
    b: [0.0060971044, -0.036582626],
  },
]

const script = `
import json, sys, torch
job = json.load(sys.stdin)
parts = [torch.nn.Parameter(torch.zeros(len(g))) for g in job["gradients"]]
for part, gradient in zip(parts, job["gradients"]):
    part.grad = torch.tensor(gradient)
norm = torch.nn.utils.clip_grad_norm_(parts, job["most"])
json.dump({"norm": norm.item(), "gradients": [part.grad.tolist() for part in parts]}, sys.stdout)
`
const python = process.env.ATTESTRY_PYTHON

describe('an update whose gradient is bounded', () => {
  describe.each(runtimes)('on $name', runtime => {
    it.each(golden)('is that of clip_grad_norm_ at $most', async ({ most, w, b }) => {
      const found = await gradientOf(runtime, most)
      expect(found.norm).toBeCloseTo(2.0501525, 6)
      found.w.forEach((x, i) => expect(x).toBeCloseTo(w[i]!, 6))
      found.b.forEach((x, i) => expect(x).toBeCloseTo(b[i]!, 6))
    })
  })

  it.skipIf(!python)(
    `is that of torch here${python ? '' : ' (skipped: ATTESTRY_PYTHON names no python)'}`,
    async () => {
      const gradients = [sums.w, sums.b].map(sum => sum.map(x => x / batch))
      for (const most of [10, 1, 0.3]) {
        const input = JSON.stringify({ gradients, most })
        const torch = JSON.parse(execFileSync(python!, ['-c', script], { input, encoding: 'utf8' })) as {
          norm: number
          gradients: number[][]
        }
        const found = await gradientOf(runtimes[0]!, most)
        expect(found.norm).toBeCloseTo(torch.norm, 6)
        ;[...found.w, ...found.b].forEach((x, i) => expect(x).toBeCloseTo(torch.gradients.flat()[i]!, 6))
      }
    },
  )

  it('keeps its direction, and is never longer than the bound nor longer than it was', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 8, maxLength: 8 }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        async (values, most) => {
          const { norm, w, b } = await gradientOf(runtimes[0]!, most, { w: values.slice(0, 6), b: values.slice(6) })
          const length = Math.hypot(...w, ...b)
          // The norm of subnormal gradients underflows to 0 in float32, whence the absolute part.
          expect(length).toBeLessThanOrEqual(Math.min(most, norm) * (1 + 1e-5) + 1e-20)
          expect(length).toBeGreaterThanOrEqual(Math.min(most, norm) * (1 - 1e-3) - 1e-5)
          const factor = length / (norm || 1)
          ;[...w, ...b].forEach((x, i) => expect(x).toBeCloseTo((factor * values[i]!) / batch, 3))
        },
      ),
      { numRuns: 30 },
    )
  })

  it('is refused in a private step, and with a bound that is none', () => {
    const compile = (isPrivate: boolean, maxGradientNorm: number) => () =>
      compileFused({ loss, batch, optimiser: { kind: 'sgd' }, isPrivate, maxGradientNorm })
    const refusal = expect.objectContaining({ code: 'AUTOGRAD-E012' }) as unknown
    expect(compile(true, 1)).toThrow(refusal as Error)
    for (const wrong of [-1, 0, NaN, Infinity]) expect(compile(false, wrong)).toThrow(refusal as Error)
    expect(compile(false, 1)).not.toThrow()
  })
})

describe('the settings of an optimiser', () => {
  it.each<[string, Optimiser]>([
    ['beta1', { kind: 'adam', beta1: 1 }],
    ['beta2', { kind: 'adamw', beta2: 1.5 }],
    ['beta2', { kind: 'lion', beta2: -0.1 }],
    ['epsilon', { kind: 'adam', epsilon: 0 }],
    ['epsilon', { kind: 'adam', epsilon: Infinity }],
    ['weightDecay', { kind: 'adamw', weightDecay: -1 }],
    ['momentum', { kind: 'sgd', momentum: 1 }],
    ['momentum', { kind: 'sgd', momentum: NaN }],
  ])('are refused out of their range: %s', (name, optimiser) => {
    const refusal = expect.objectContaining({
      code: 'AUTOGRAD-E012',
      message: expect.stringContaining(name) as string,
    }) as unknown
    expect(() => checkOptimiser(optimiser)).toThrow(refusal as Error)
    expect(() => compileFused({ loss, batch, optimiser, isPrivate: false })).toThrow(refusal as Error)
  })

  it('are taken at the ends of their ranges', () => {
    checkOptimiser({ kind: 'adamw', beta1: 0, beta2: 0.9999, epsilon: 1e-12, weightDecay: 0 })
    checkOptimiser({ kind: 'sgd', momentum: 0 })
    checkOptimiser({ kind: 'lion' })
  })
})
