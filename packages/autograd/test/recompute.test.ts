import { describe, expect, it } from 'vitest'
import {
  backward,
  compileFused,
  createGraph,
  f32,
  floats,
  linear,
  mul,
  newOf,
  noiseOf,
  recompute,
  reduceSum,
  scalar,
  sizeOf,
  stepInputs,
  tanh,
  type Graph,
  type Node,
  type Value,
} from '../src/index.js'
import { gradientSums } from '../src/per-example.js'
import { optimiseGraph } from '../src/optimise-graph.js'
import { decoder, problem, recomputedDecoder, stack, tensorsOf, zerosOf, type Model } from './models.js'
import { runtimes } from './runtimes.js'

const batch = 3

describe.each(runtimes)('a layer that is computed again, on $name', ({ open }) => {
  async function step(model: Model, isPrivate: boolean): Promise<Record<string, Float32Array>> {
    const { parameters, examples } = problem(model, batch, 5)
    const compiled = compileFused({ loss: model.loss, batch, optimiser: { kind: 'sgd' }, isPrivate })
    const session = await (await open()).open(compiled.model)
    const results = await session.run({
      ...tensorsOf(parameters, []),
      ...tensorsOf(stack(examples), model.integers),
      ...(isPrivate && {
        ...Object.fromEntries(Object.entries(model.shapes).map(([name, shape]) => [noiseOf(name), zerosOf(shape)])),
        [stepInputs.clippingNorm]: scalar(0.5),
        [stepInputs.noiseScale]: scalar(0),
      }),
      [stepInputs.mask]: f32([batch], [1, 0, 1]),
      [stepInputs.weights]: f32([batch], [1, 1, 2]),
      [stepInputs.inverseBatch]: scalar(1 / batch),
      [stepInputs.learningRate]: scalar(0.1),
    })
    await session.close()
    return Object.fromEntries(Object.keys(model.shapes).map(name => [name, floats(results[newOf(name)]!)]))
  }

  it.each([false, true])('moves weights as the layer that is kept does (private: %s)', async isPrivate => {
    const kept = await step(decoder, isPrivate)
    const again = await step(recomputedDecoder, isPrivate)
    const start = tensorsOf(problem(decoder, batch, 5).parameters, [])
    for (const [name, values] of Object.entries(kept)) {
      expect(again[name]).toEqual(values)
      expect(values).not.toEqual(start[name]!.data)
    }
  })
})

/** `depth` layers of two products over [8, 16]; the gradient of all of their weights. */
function stackOf(depth: number, layer: (graph: Graph, x: Value, body: (x: Value) => Value) => Value): Graph {
  const graph = createGraph()
  let x = graph.input('x', [8, 16])
  for (let i = 0; i < depth; i++) {
    const [up, down] = [graph.parameter(`up${i}`, [64, 16]), graph.parameter(`down${i}`, [16, 64])]
    x = layer(graph, x, h => linear(graph, tanh(graph, linear(graph, h, up, null)), down, null))
  }
  const loss = reduceSum(graph, mul(graph, x, x), { axes: [1] })
  backward(graph, loss, graph.constant(f32([8], new Float32Array(8).fill(1))))
  for (const [parameter, sum] of gradientSums(graph, null)) graph.output(newOf(parameter.name), sum)
  return graph
}

/** Most elements of values that live at once, where the results of the last layers are computed first. */
function mostAlive(graph: Graph): number {
  const { nodes, outputs } = optimiseGraph(graph)
  const results = new Set(outputs.values())
  const sources = new Map(nodes.map(node => [node.output, node]))
  const order = new Set<Node>()
  const visit = (value: Value | null): void => {
    const node = value && sources.get(value)
    if (!node || order.has(node)) return
    node.inputs.forEach(visit)
    order.add(node)
  }
  for (const output of results) visit(output)
  const lastUse = new Map([...order].flatMap(node => node.inputs.map(input => [input, node] as const)))
  let alive = 0
  let most = 0
  for (const node of order) {
    if (!results.has(node.output)) alive += sizeOf(node.output.shape)
    most = Math.max(most, alive)
    for (const input of new Set(node.inputs))
      if (input && lastUse.get(input) === node && sources.has(input)) alive -= sizeOf(input.shape)
  }
  return most
}

const products = (graph: Graph): number => optimiseGraph(graph).nodes.filter(({ op }) => /Gemm|MatMul/.test(op)).length

describe('a stack of layers that are computed again', () => {
  const kept = stackOf(12, (_graph, x, body) => body(x))
  const again = stackOf(12, recompute)

  it('does each product of the forward pass once more but the last of a layer, whose result is not needed', () => {
    expect(products(again) - products(kept)).toBe(12)
  })

  it('keeps one value of each layer and the values within one', () => {
    expect(mostAlive(again)).toBeLessThan(0.5 * mostAlive(kept))
  })

  it('may hold others that are computed again, for no more work', () => {
    const nested = stackOf(4, (graph, x, body) => recompute(graph, x, y => recompute(graph, y, body)))
    expect([...nested.outputs.keys()]).toEqual([...stackOf(4, recompute).outputs.keys()])
    expect(products(nested)).toBe(products(stackOf(4, recompute)))
  })
})
