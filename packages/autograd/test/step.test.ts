import { describe, expect, it } from 'vitest'
import {
  compileAccumulate,
  compileApply,
  compileFused,
  createGraph,
  linear,
  mul,
  newOf,
  noiseOf,
  openRuntime,
  reduceSum,
  scalar,
  softmaxCrossEntropy,
  f32,
  floats,
  stateOf,
  stepInputs,
  sumOf,
  type CompiledStep,
  type LossBuilder,
  type Tensor,
} from '../src/index.js'
import { bag, bagInParts, mlp, models, problem, stack, tensorsOf, zerosOf, type Feeds, type Model } from './models.js'
import { evaluate, seeded, type Array64 } from './reference.js'
import { runtimes } from './runtimes.js'

/** The gradient of one example by central differences of its loss in float64: it shares no code with backward. */
function exampleGradient(model: Model, parameters: Feeds, example: Feeds): Record<string, Float64Array> {
  const graph = createGraph()
  const loss = model.loss(graph, 1)
  graph.output('loss', loss)
  const lossAt = (changed: Feeds): number => evaluate(graph, { ...changed, ...example })(loss).data[0]!
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { shape, data }]) => [
      name,
      data.map((_, i) => {
        const moved = (h: number): Array64 => ({ shape, data: data.map((x, j) => (j === i ? x + h : x)) })
        const h = 1e-5
        return (lossAt({ ...parameters, [name]: moved(h) }) - lossAt({ ...parameters, [name]: moved(-h) })) / (2 * h)
      }),
    ]),
  )
}

interface Batch {
  readonly mask: readonly number[]
  readonly weights: readonly number[]
  readonly clippingNorm: number
}

/** What DP-SGD is defined to sum: a loop over single examples. */
function loopOfOne(model: Model, parameters: Feeds, examples: readonly Feeds[], batch: Batch) {
  const sums: Record<string, Float64Array> = {}
  for (const [name, { data }] of Object.entries(parameters)) sums[name] = new Float64Array(data.length)
  const norms = examples.map((example, i) => {
    const gradient = exampleGradient(model, parameters, example)
    const norm = Math.sqrt(Object.values(gradient).reduce((s, g) => s + g.reduce((t, x) => t + x * x, 0), 0))
    const weight = batch.weights[i]!
    const factor = batch.mask[i]! * weight * Math.min(1, (batch.clippingNorm * (1 - 1e-5)) / (weight * norm))
    for (const [name, g] of Object.entries(gradient)) g.forEach((x, j) => (sums[name]![j]! += factor * x))
    return norm
  })
  return { norms, sums }
}

const vector = (values: readonly number[]): Tensor => f32([values.length], values)

const batchFeeds = ({ mask, weights, clippingNorm }: Batch): Record<string, Tensor> => ({
  [stepInputs.mask]: vector(mask),
  [stepInputs.weights]: vector(weights),
  [stepInputs.clippingNorm]: scalar(clippingNorm),
})

const perParameter = (model: Model, name: (parameter: string) => string): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(model.shapes).map(([parameter, shape]) => [name(parameter), zerosOf(shape)]))

function relativeError(actual: ArrayLike<number | bigint>, expected: ArrayLike<number>): number {
  let difference = 0
  let size = 0
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(Number(actual[i]) - expected[i]!))
    size = Math.max(size, Math.abs(expected[i]!))
  }
  return difference / (size || 1)
}

const open = async (runtime: 'node' | 'web', step: CompiledStep) =>
  (await runtimes.find(({ name }) => name === runtime)!.open()).open(step.model)

const sgd = { kind: 'sgd' } as const

describe.each(models)('clipping in $name', model => {
  it.each([
    { name: 'all clipped', clippingNorm: 0.01 },
    { name: 'some clipped', clippingNorm: 0.8 },
    { name: 'none clipped', clippingNorm: 100 },
  ])('equals a float64 loop over single examples: $name', async ({ clippingNorm }) => {
    const { parameters, examples } = problem(model, 7, 11)
    const batch: Batch = { mask: [1, 1, 0, 1, 1, 1, 0], weights: [1, 0.5, 1, 2, 1, 0.25, 3], clippingNorm }
    const expected = loopOfOne(model, parameters, examples, batch)
    const step = compileAccumulate({ loss: model.loss, batch: 7, optimiser: sgd, isPrivate: true })
    const session = await open('node', step)
    const results = await session.run({
      ...tensorsOf({ ...parameters, ...stack(examples) }, model.integers),
      ...batchFeeds(batch),
      ...perParameter(model, sumOf),
    })
    expect(relativeError(results.norms!.data, expected.norms)).toBeLessThanOrEqual(1e-5)
    const clipped = expected.norms.map((norm, i) =>
      Number(batch.mask[i] === 1 && batch.weights[i]! * norm > clippingNorm * (1 - 1e-5)),
    )
    expect(Array.from(floats(results.clipped!))).toEqual(clipped)
    for (const [name, sum] of Object.entries(expected.sums))
      expect(relativeError(results[newOf(sumOf(name))]!.data, sum), name).toBeLessThanOrEqual(1e-5)
  })

  it('equals the loop for a batch of one', async () => {
    const { parameters, examples } = problem(model, 1, 5)
    const batch: Batch = { mask: [1], weights: [1], clippingNorm: 0.3 }
    const expected = loopOfOne(model, parameters, examples, batch)
    const step = compileAccumulate({ loss: model.loss, batch: 1, optimiser: sgd, isPrivate: true })
    const results = await (await open('node', step)).run({
      ...tensorsOf({ ...parameters, ...stack(examples) }, model.integers),
      ...batchFeeds(batch),
      ...perParameter(model, sumOf),
    })
    for (const [name, sum] of Object.entries(expected.sums))
      expect(relativeError(results[newOf(sumOf(name))]!.data, sum), name).toBeLessThanOrEqual(1e-5)
  })

  it('sums plain gradients, weighted and masked, without privacy', async () => {
    const { parameters, examples } = problem(model, 4, 3)
    const batch: Batch = { mask: [1, 0, 1, 1], weights: [1, 1, 0.5, 2], clippingNorm: Infinity }
    const expected = loopOfOne(model, parameters, examples, batch)
    const step = compileAccumulate({ loss: model.loss, batch: 4, optimiser: sgd, isPrivate: false })
    const { clippingNorm, ...feeds } = batchFeeds(batch)
    const results = await (await open('node', step)).run({
      ...tensorsOf({ ...parameters, ...stack(examples) }, model.integers),
      ...feeds,
      ...perParameter(model, sumOf),
    })
    expect(clippingNorm).toBeDefined()
    for (const [name, sum] of Object.entries(expected.sums))
      expect(relativeError(results[newOf(sumOf(name))]!.data, sum), name).toBeLessThanOrEqual(1e-5)
  })
})

/** A private fused step on a runtime with everything fed; noise is random and seeded. */
async function fusedStep(runtime: 'node' | 'web', model: Model, seed: number, rounds = 1) {
  const { parameters, examples } = problem(model, 6, seed)
  const random = seeded(seed + 1)
  const step = compileFused({ loss: model.loss, batch: 6, optimiser: { kind: 'adam' }, isPrivate: true })
  const session = await open(runtime, step)
  const noise = Object.fromEntries(
    Object.entries(model.shapes).map(([name, shape]) => [
      noiseOf(name),
      f32(
        shape,
        Float32Array.from(zerosOf(shape).data as Float32Array, () => random() - 0.5),
      ),
    ]),
  )
  let state: Record<string, Tensor> = {
    ...tensorsOf(parameters, []),
    ...perParameter(model, name => stateOf('m', name)),
    ...perParameter(model, name => stateOf('v', name)),
  }
  for (let t = 1; t <= rounds; t++) {
    const results = await session.run({
      ...state,
      ...noise,
      ...tensorsOf(stack(examples), model.integers),
      ...batchFeeds({ mask: [1, 1, 1, 1, 1, 0], weights: [1, 1, 1, 1, 1, 1], clippingNorm: 0.5 }),
      [stepInputs.noiseScale]: scalar(0.7),
      [stepInputs.inverseBatch]: scalar(1 / 4),
      [stepInputs.learningRate]: scalar(0.01),
      [stepInputs.firstCorrection]: scalar(1 / (1 - 0.9 ** t)),
      [stepInputs.secondCorrection]: scalar(1 / (1 - 0.999 ** t)),
    })
    state = Object.fromEntries(Object.keys(state).map(name => [name, results[newOf(name)]!]))
  }
  return { state, noise, parameters, examples, step }
}

describe('a fused private step', () => {
  it('is Adam on the noisy, clipped, averaged gradient of the loop over single examples', async () => {
    const { state, noise, parameters, examples } = await fusedStep('node', mlp, 21)
    const { sums } = loopOfOne(mlp, parameters, examples, {
      mask: [1, 1, 1, 1, 1, 0],
      weights: [1, 1, 1, 1, 1, 1],
      clippingNorm: 0.5,
    })
    for (const [name, { data }] of Object.entries(parameters)) {
      const expected = data.map((p, i) => {
        const g = (sums[name]![i]! + 0.7 * Number(noise[noiseOf(name)]!.data[i])) / 4
        const m = 0.1 * g
        const v = 0.001 * g * g
        return p - (0.01 * (m / 0.1)) / (Math.sqrt(v / 0.001) + 1e-8)
      })
      expect(relativeError(state[name]!.data, expected), name).toBeLessThanOrEqual(1e-5)
    }
  })

  it('equals accumulate in two halves and then apply', async () => {
    const { state, noise, parameters, examples } = await fusedStep('node', bag, 8)
    const options = { loss: bag.loss, batch: 3, optimiser: { kind: 'adam' }, isPrivate: true } as const
    const accumulate = await open('node', compileAccumulate(options))
    let sums = perParameter(bag, sumOf)
    for (const half of [0, 3]) {
      const results = await accumulate.run({
        ...tensorsOf({ ...parameters, ...stack(examples.slice(half, half + 3)) }, bag.integers),
        ...batchFeeds({ mask: half === 0 ? [1, 1, 1] : [1, 1, 0], weights: [1, 1, 1], clippingNorm: 0.5 }),
        ...sums,
      })
      sums = Object.fromEntries(Object.keys(sums).map(name => [name, results[newOf(name)]!]))
    }
    const applied = await (await open('node', compileApply(options))).run({
      ...tensorsOf(parameters, []),
      ...perParameter(bag, name => stateOf('m', name)),
      ...perParameter(bag, name => stateOf('v', name)),
      ...noise,
      ...sums,
      [stepInputs.noiseScale]: scalar(0.7),
      [stepInputs.inverseBatch]: scalar(1 / 4),
      [stepInputs.learningRate]: scalar(0.01),
      [stepInputs.firstCorrection]: scalar(10),
      [stepInputs.secondCorrection]: scalar(1000),
    })
    for (const [name, { data }] of Object.entries(state))
      expect(relativeError(applied[newOf(name)]!.data, Array.from(data, Number)), name).toBeLessThanOrEqual(1e-5)
  })

  it.each([mlp, bag, bagInParts])('gives on web what it gives on node, to 1e-5: $name', async model => {
    const [node, web] = [await fusedStep('node', model, 4, 3), await fusedStep('web', model, 4, 3)]
    for (const [name, { data }] of Object.entries(node.state))
      expect(relativeError(web.state[name]!.data, Array.from(data, Number)), name).toBeLessThanOrEqual(1e-5)
  })

  it('is bit-identical when it is repeated', async () => {
    const [one, two] = [await fusedStep('node', bag, 4, 5), await fusedStep('node', bag, 4, 5)]
    expect(one.state).toEqual(two.state)
    expect(one.step.digest).toBe(two.step.digest)
  })

  it('is bit-identical on one and on two threads', async () => {
    const step = compileFused({ loss: bag.loss, batch: 64, optimiser: sgd, isPrivate: true })
    const { parameters, examples } = problem(bag, 64, 9)
    const run = async (threads: number) => {
      const session = await (await openRuntime({ prefer: 'node', threads })).open(step.model)
      return session.run({
        ...tensorsOf({ ...parameters, ...stack(examples) }, bag.integers),
        ...batchFeeds({ mask: examples.map(() => 1), weights: examples.map(() => 1), clippingNorm: 0.5 }),
        ...perParameter(bag, noiseOf),
        [stepInputs.noiseScale]: scalar(0),
        [stepInputs.inverseBatch]: scalar(1),
        [stepInputs.learningRate]: scalar(1),
      })
    }
    expect(await run(1)).toEqual(await run(2))
  })
})

describe('the sum of clipped gradients', () => {
  const run = async (order: readonly number[], scaleOfFirst = 1) => {
    const { parameters, examples } = problem(mlp, 6, 2)
    const loss: LossBuilder = (graph, batch) => mul(graph, mlp.loss(graph, batch), graph.input('scale', [batch]))
    const step = compileAccumulate({ loss, batch: 6, optimiser: sgd, isPrivate: true })
    return (await open('node', step)).run({
      ...tensorsOf({ ...parameters, ...stack(order.map(i => examples[i]!)) }, mlp.integers),
      ...batchFeeds({ mask: order.map(() => 1), weights: order.map(() => 1), clippingNorm: 0.4 }),
      ...perParameter(mlp, sumOf),
      scale: vector(order.map(i => (i === 0 ? scaleOfFirst : 1))),
    })
  }
  const sumsOf = (results: Readonly<Record<string, Tensor>>): number[] =>
    Object.keys(mlp.shapes).flatMap(name => Array.from(results[newOf(sumOf(name))]!.data, Number))

  it('does not depend on the order of examples, and their norms follow them', async () => {
    const order = [3, 0, 5, 1, 4, 2]
    const [straight, shuffled] = [await run([0, 1, 2, 3, 4, 5]), await run(order)]
    const norms = Array.from(straight.norms!.data, Number)
    expect(
      relativeError(
        shuffled.norms!.data,
        order.map(i => norms[i]!),
      ),
    ).toBeLessThanOrEqual(1e-6)
    expect(relativeError(sumsOf(shuffled), sumsOf(straight))).toBeLessThanOrEqual(1e-5)
  })

  it('moves by at most twice the clipping norm when the loss of one example grows a thousandfold', async () => {
    const [before, after] = [sumsOf(await run([0, 1, 2, 3, 4, 5])), sumsOf(await run([0, 1, 2, 3, 4, 5], 1000))]
    const moved = Math.hypot(...after.map((x, i) => x - before[i]!))
    expect(moved).toBeLessThanOrEqual(2 * 0.4)
    expect(moved).toBeGreaterThan(0)
  })
})

describe('a private step is refused', () => {
  const compile = (loss: LossBuilder, isPrivate: boolean) => () =>
    compileAccumulate({ loss, batch: 2, optimiser: sgd, isPrivate })

  it('for a parameter without a per-example rule, and compiles without privacy', () => {
    const loss: LossBuilder = (graph, batch) =>
      reduceSum(graph, mul(graph, graph.input('x', [batch, 3]), graph.parameter('scale', [3])), { axes: [1] })
    expect(compile(loss, true)).toThrowError(expect.objectContaining({ code: 'AUTOGRAD-E005' }))
    expect(compile(loss, false)).not.toThrow()
  })

  it('for a parameter that two layers share, and compiles without privacy', () => {
    const loss: LossBuilder = (graph, batch) => {
      const w = graph.parameter('w', [3, 3])
      const h = linear(graph, linear(graph, graph.input('x', [batch, 3]), w, null), w, null)
      return softmaxCrossEntropy(graph, h, graph.input('labels', [batch], 'i64'))
    }
    expect(compile(loss, true)).toThrowError(expect.objectContaining({ code: 'AUTOGRAD-E006' }))
    expect(compile(loss, false)).not.toThrow()
  })
})

describe('FLOPs', () => {
  it('count 2mnk for each product, three products per layer but the first', () => {
    const forward = (layers: readonly (readonly [number, number])[]): number =>
      layers.reduce((total, [a, b]) => total + 2 * 8 * a * b, 0)
    const step = compileFused({ loss: mlp.loss, batch: 8, optimiser: sgd, isPrivate: true })
    expect(step.flops.matmul).toBe(
      2 *
        forward([
          [4, 5],
          [5, 6],
          [6, 3],
        ]) +
        forward([
          [5, 6],
          [6, 3],
        ]),
    )
  })
})
