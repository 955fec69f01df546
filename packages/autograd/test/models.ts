import {
  add,
  attention,
  embedding,
  embeddingBag,
  gather,
  gelu,
  layerNorm,
  linear,
  mul,
  recompute,
  reduceMean,
  relu,
  rmsNorm,
  rotary,
  sizeOf,
  slice,
  softmaxCrossEntropy,
  squeeze,
  swiglu,
  tanh,
  tokenLoss,
  weightedSum,
  type Graph,
  type LossBuilder,
  type Shape,
  type Tensor,
  type Value,
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

/** A frozen tensor, the same on every build. */
const frozen = (graph: Graph, shape: Shape, seed: number): Value =>
  graph.constant(f32(shape, Float32Array.from(randomArray(shape, seeded(seed)).data)))

/** One decoder layer whose base is frozen: low-rank adapters on queries and values, and trained norms. */
const decoderOf = (name: string, layer: (graph: Graph, x: Value, body: (x: Value) => Value) => Value): Model => ({
  name,
  integers: ['tokens', 'labels'],
  shapes: decoderShapes,
  loss(graph, batch) {
    const parameters = new Map(
      Object.entries(decoderShapes).map(([name, shape]) => [name, graph.parameter(name, shape)]),
    )
    const p = (name: string): Value => parameters.get(name)!
    const tokens = graph.input('tokens', [batch, 3], 'i64')
    const table = frozen(graph, [6, 8], 1)
    const adapted = (h: Value, name: 'q' | 'v', out: number, seed: number): Value => {
      const low = mul(graph, linear(graph, h, p(`${name}A`), null), graph.scalar(0.5))
      return add(graph, linear(graph, h, frozen(graph, [out, 8], seed), null), linear(graph, low, p(`${name}B`), null))
    }
    const angles = [0, 0, 0.9, 0.3, 1.8, 0.6]
    const turns = {
      positions: graph.constant(
        i64(
          [batch, 3],
          Array.from({ length: batch * 3 }, (_, i) => i % 3),
        ),
      ),
      cosines: graph.constant(f32([3, 2], angles.map(Math.cos))),
      sines: graph.constant(f32([3, 2], angles.map(Math.sin))),
    }
    const y = layer(graph, gather(graph, table, tokens), x => {
      const h = rmsNorm(graph, x, p('norm'), 1e-5)
      const mixed = attention(graph, {
        queries: rotary(graph, adapted(h, 'q', 8, 2), turns),
        keys: rotary(graph, linear(graph, h, frozen(graph, [4, 8], 3), null), turns),
        values: adapted(h, 'v', 4, 4),
        heads: 2,
        groups: 1,
        mask: graph.constant(f32([1, 1, 3, 3], [0, -1e9, -1e9, 0, 0, -1e9, 0, 0, 0])),
      })
      const gate = linear(graph, mixed, frozen(graph, [5, 8], 5), null)
      const up = linear(graph, mixed, frozen(graph, [5, 8], 6), null)
      return add(graph, x, linear(graph, swiglu(graph, gate, up), frozen(graph, [8, 5], 7), null))
    })
    return tokenLoss(graph, {
      hidden: rmsNorm(graph, y, p('last'), 1e-5),
      head: table,
      labels: graph.input('labels', [batch, 3], 'i64'),
      shares: graph.input('shares', [batch, 3]),
      rowsAtOnce: 4,
    })
  },
  example: random => ({
    tokens: array(
      [1, 3],
      [0, 0, 0].map(() => Math.floor(random() * 6)),
    ),
    labels: array(
      [1, 3],
      [0, 0, 0].map(() => Math.floor(random() * 6)),
    ),
    shares: array([1, 3], random() < 0.5 ? [0, 0.5, 0.5] : [0.25, 0.25, 0.5]),
  }),
})

const decoderShapes = { qA: [2, 8], qB: [8, 2], vA: [2, 8], vB: [4, 2], norm: [8], last: [8] }

export const decoder: Model = decoderOf('a decoder layer with low-rank adapters', (_graph, x, body) => body(x))
export const recomputedDecoder: Model = decoderOf('a decoder layer that is computed again on the way back', recompute)

/** Word and position embeddings, layer norms with scale and shift, attention without a causal mask: all trained. */
export const encoder: Model = {
  name: 'an encoder layer with trained norms',
  integers: ['tokens', 'labels'],
  shapes: {
    words: [6, 4],
    places: [3, 4],
    scale: [4],
    shift: [4],
    q: [4, 4],
    qb: [4],
    scale2: [4],
    shift2: [4],
    w: [classes, 4],
  },
  loss(graph, batch) {
    const p = (name: string): Value => graph.parameter(name, encoder.shapes[name]!)
    const tokens = graph.input('tokens', [batch, 3], 'i64')
    const places = graph.constant(
      i64(
        [batch, 3],
        Array.from({ length: batch * 3 }, (_, i) => i % 3),
      ),
    )
    const x = add(graph, embedding(graph, p('words'), tokens), embedding(graph, p('places'), places))
    const h = layerNorm(graph, x, p('scale'), p('shift'), 1e-3)
    const mixed = attention(graph, {
      queries: linear(graph, h, p('q'), p('qb')),
      keys: h,
      values: h,
      heads: 2,
      groups: 2,
      mask: graph.constant(f32([1, 1, 1, 3], [0, 0, 0])),
    })
    const y = layerNorm(graph, add(graph, h, mixed), p('scale2'), p('shift2'), 1e-3)
    const first = squeeze(graph, slice(graph, y, 1, 0, 1), [1])
    return softmaxCrossEntropy(graph, linear(graph, first, p('w'), null), graph.input('labels', [batch], 'i64'))
  },
  example: random => ({
    tokens: array(
      [1, 3],
      [0, 0, 0].map(() => Math.floor(random() * 6)),
    ),
    labels: array([1], [Math.floor(random() * classes)]),
  }),
}

export const models: readonly Model[] = [
  mlp,
  bag,
  distinctBag,
  bagOfOne,
  shortSequence,
  longSequence,
  bagInParts,
  decoder,
  recomputedDecoder,
  encoder,
]

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
