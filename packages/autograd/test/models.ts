import {
  embedding,
  embeddingBag,
  gelu,
  linear,
  reduceMean,
  relu,
  sizeOf,
  softmaxCrossEntropy,
  tanh,
  weightedSum,
  type LossBuilder,
  type Shape,
  type Tensor,
} from '../src/index.js'
import { createGraph, f32, i64 } from '../src/index.js'
import { array, randomArray, seeded, type Array64 } from './reference.js'

/** A small model with data: every example as feeds of its own, to be stacked along axis 0. */
export interface Model {
  readonly name: string
  readonly loss: LossBuilder
  readonly shapes: Readonly<Record<string, Shape>>
  /** Feeds of one example, batch axis 1. */
  example(random: () => number): Readonly<Record<string, Array64>>
  readonly integers: readonly string[]
}

const classes = 3

export const mlp: Model = {
  name: 'an MLP',
  integers: ['labels'],
  shapes: { w1: [5, 4], b1: [5], w2: [6, 5], b2: [6], w3: [classes, 6] },
  loss(graph, batch) {
    const x = graph.input('x', [batch, 4])
    const p = (name: string): ReturnType<typeof graph.parameter> => graph.parameter(name, mlp.shapes[name]!)
    const h1 = graph.within('hidden.0', () => relu(graph, linear(graph, x, p('w1'), p('b1'))))
    const h2 = graph.within('hidden.1', () => gelu(graph, linear(graph, h1, p('w2'), p('b2'))))
    const logits = graph.within('head', () => linear(graph, h2, p('w3'), null))
    return softmaxCrossEntropy(graph, logits, graph.input('labels', [batch], 'i64'))
  },
  example: random => ({
    x: randomArray([1, 4], random, -2, 2),
    labels: array([1], [Math.floor(random() * classes)]),
  }),
}

const bagOf = (name: string, positions: number, distinct: boolean): Model => {
  const model: Model = {
    name,
    integers: ['labels', 'tokens'],
    shapes: { table: [7, 3], w: [classes, 3], b: [classes] },
    loss(graph, batch) {
      const table = graph.parameter('table', [7, 3])
      const tokens = graph.input('tokens', [batch, positions], 'i64')
      const shares = graph.input('shares', [batch, positions])
      const pooled = embeddingBag(graph, { table, tokens, shares, distinct })
      const logits = linear(graph, pooled, graph.parameter('w', [classes, 3]), graph.parameter('b', [classes]))
      return softmaxCrossEntropy(graph, logits, graph.input('labels', [batch], 'i64'))
    },
    example(random) {
      const ids = Array.from({ length: 7 }, (_, i) => i).sort(() => random() - 0.5)
      const used = 1 + Math.floor(random() * positions)
      const draw = (i: number): number => (distinct ? ids[i]! : Math.floor(random() * 3))
      return {
        // Unused positions hold token 0 with share 0, as padding does.
        tokens: array(
          [1, positions],
          Array.from({ length: positions }, (_, i) => (i < used ? draw(i) : 0)),
        ),
        shares: array(
          [1, positions],
          Array.from({ length: positions }, (_, i) => (i < used ? Math.fround(1 / used) : 0)),
        ),
        labels: array([1], [Math.floor(random() * classes)]),
      }
    },
  }
  return model
}

export const bag: Model = bagOf('an embedding bag with duplicate tokens', 5, false)
export const distinctBag: Model = bagOf('an embedding bag with distinct tokens', 5, true)
export const bagOfOne: Model = bagOf('an embedding bag of one token', 1, false)

/** Embedding, a layer over every position, mean: the general rules for T > 1. */
const sequence = (name: string, positions: number): Model => ({
  name,
  integers: ['labels', 'tokens'],
  shapes: { table: [6, 3], w1: [4, 3], b1: [4], w2: [classes, 4] },
  loss(graph, batch) {
    const tokens = graph.input('tokens', [batch, positions], 'i64')
    const x = embedding(graph, graph.parameter('table', [6, 3]), tokens)
    const h = tanh(graph, linear(graph, x, graph.parameter('w1', [4, 3]), graph.parameter('b1', [4])))
    const pooled = reduceMean(graph, h, { axes: [1] })
    const logits = linear(graph, pooled, graph.parameter('w2', [classes, 4]), null)
    return softmaxCrossEntropy(graph, logits, graph.input('labels', [batch], 'i64'))
  },
  example: random => ({
    tokens: array(
      [1, positions],
      Array.from({ length: positions }, () => Math.floor(random() * 4)),
    ),
    labels: array([1], [Math.floor(random() * classes)]),
  }),
})

export const shortSequence: Model = sequence('a short sequence, ghost norms', 2)
export const longSequence: Model = sequence('a long sequence, instantiated gradients', 6)

/** The same bag from separate layers, to compare the rank-one rule with the general one. */
export const bagInParts: Model = {
  ...bag,
  name: 'an embedding bag from an embedding and a sum',
  loss(graph, batch) {
    const x = embedding(graph, graph.parameter('table', [7, 3]), graph.input('tokens', [batch, 5], 'i64'))
    const pooled = weightedSum(graph, x, graph.input('shares', [batch, 5]))
    const logits = linear(graph, pooled, graph.parameter('w', [classes, 3]), graph.parameter('b', [classes]))
    return softmaxCrossEntropy(graph, logits, graph.input('labels', [batch], 'i64'))
  },
}

export const models: readonly Model[] = [mlp, bag, distinctBag, bagOfOne, shortSequence, longSequence, bagInParts]

export type Feeds = Readonly<Record<string, Array64>>

export interface Problem {
  readonly parameters: Feeds
  readonly examples: readonly Feeds[]
}

/** Random parameters and examples, the same for the same seed. */
export function problem(model: Model, size: number, seed: number): Problem {
  const random = seeded(seed)
  return {
    parameters: Object.fromEntries(
      Object.entries(model.shapes).map(([name, shape]) => [name, randomArray(shape, random)]),
    ),
    examples: Array.from({ length: size }, () => model.example(random)),
  }
}

/** Examples stacked along axis 0. */
export function stack(examples: readonly Feeds[]): Feeds {
  const names = Object.keys(examples[0]!)
  return Object.fromEntries(
    names.map(name => [
      name,
      array(
        [examples.length, ...examples[0]![name]!.shape.slice(1)],
        examples.flatMap(example => Array.from(example[name]!.data)),
      ),
    ]),
  )
}

/** As the runtime takes it. */
export const tensorsOf = (feeds: Feeds, integers: readonly string[]): Record<string, Tensor> =>
  Object.fromEntries(
    Object.entries(feeds).map(([name, { shape, data }]) => [
      name,
      integers.includes(name) ? i64(shape, data) : f32(shape, Float32Array.from(data)),
    ]),
  )

export const zerosOf = (shape: Shape): Tensor => f32(shape, new Float32Array(sizeOf(shape)))
export { createGraph }
