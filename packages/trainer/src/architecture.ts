import {
  backward,
  createGraph,
  embeddingBag,
  encodeModel,
  f32,
  linear,
  relu,
  sizeOf,
  softmax,
  softmaxCrossEntropy,
  type Graph,
  type LossBuilder,
  type ParameterShape,
  type Shape,
  type Value,
} from '@attestry/autograd'
import type { ModelConfig } from '@attestry/core'
import { notTrainable } from './errors.js'
import type { FeatureLayout } from './feature-layout.js'

/** Weights by name. */
export type Weights = Readonly<Record<string, Float32Array>>

/** A model family with its sizes filled in. */
export interface Architecture {
  readonly parameters: readonly ParameterShape[]
  readonly parameterCount: number
  /** The loss of each example, for graphs of `positions` token positions (0 for tables). */
  loss(positions: number): LossBuilder
  /** The inference model: inputs `x`, or `tokens` and `shares`, with an open batch axis; output `probabilities`. */
  encodeInference(weights: Weights, metadata: Readonly<Record<string, string>>): Uint8Array
  /**
   * The graph of each row's cross-entropy differentiated with respect to its inputs, weights fixed: `x` and `labels` of
   * `batch` rows to `gradient`. Tables only: tokens are not differentiable.
   */
  encodeInputGradient(weights: Weights, batch: number, metadata: Readonly<Record<string, string>>): Uint8Array
  /** Bytes that one example takes while a graph runs, roughly. */
  bytesPerExample(positions: number): number
}

type MakeParameter = (name: string) => Value

/** The architecture that a config asks for. */
export function architectureOf(model: ModelConfig, layout: FeatureLayout, classes: number): Architecture {
  const { shapes, logits, activations } = layersOf(model, layout, classes)
  const parameters = Object.entries(shapes).map(([name, shape]) => ({ name, shape }))
  return {
    parameters,
    parameterCount: parameters.reduce((count, { shape }) => count + sizeOf(shape), 0),
    loss: positions => (graph, batch) => {
      const answers = logits(graph, batch, positions, name => graph.parameter(name, shapes[name]!))
      return graph.within('loss', () => softmaxCrossEntropy(graph, answers, graph.input('labels', [batch], 'i64')))
    },
    encodeInference(weights, metadata) {
      const graph = createGraph()
      const constant = (name: string): Value => graph.constant(f32(shapes[name]!, weights[name]!))
      graph.output('probabilities', softmax(graph, logits(graph, 1, 1, constant)))
      return encodeModel(graph, {
        name: 'inference',
        metadata,
        openAxes: {
          x: ['batch', null],
          tokens: ['batch', 'positions'],
          shares: ['batch', 'positions'],
          probabilities: ['batch', null],
        },
      })
    },
    encodeInputGradient(weights, batch, metadata) {
      const graph = createGraph()
      const constant = (name: string): Value => graph.constant(f32(shapes[name]!, weights[name]!))
      // As a parameter: gradients flow to parameters only, and here the input is what they are asked for.
      const x = graph.parameter('x', [batch, layout.kind === 'tabular' ? layout.width : 0])
      const answers = logits(graph, batch, 0, constant, x)
      const labels = graph.input('labels', [batch], 'i64')
      const losses = graph.within('loss', () => softmaxCrossEntropy(graph, answers, labels))
      const ones = graph.constant(f32([batch], new Float32Array(batch).fill(1)))
      graph.output('gradient', backward(graph, losses, ones).get(x)!)
      return encodeModel(graph, { name: 'input-gradient', metadata })
    },
    // Forward, backward and scratch, four bytes each.
    bytesPerExample: positions => 12 * activations(positions),
  }
}

interface Layers {
  readonly shapes: Readonly<Record<string, Shape>>
  /** `x` takes the place of the input of a table model. */
  logits(graph: Graph, batch: number, positions: number, parameter: MakeParameter, x?: Value): Value
  activations(positions: number): number
}

function layersOf(model: ModelConfig, layout: FeatureLayout, classes: number): Layers {
  if (model.architecture === 'mlp') return mlpLayers(model.hidden, layout, classes)
  if (model.architecture === 'embedding-bag') return bagLayers(model.buckets, model.dimension, classes)
  const engine = model.architecture === 'layers-model' ? '@attestry/tfjs' : '@attestry/lm'
  throw notTrainable(`model '${model.architecture}' is trained by ${engine}, and this is the onnx engine`)
}

/** Linear layers with ReLU between them. */
function mlpLayers(hidden: readonly number[], layout: FeatureLayout, classes: number): Layers {
  const width = layout.kind === 'tabular' ? layout.width : 0
  const sizes = [width, ...hidden, classes]
  const nameOf = (layer: number): string => (layer === hidden.length ? 'head' : `hidden.${layer}`)
  const layers = sizes.slice(1).map((out, layer) => ({ name: nameOf(layer), in: sizes[layer]!, out }))
  return {
    shapes: Object.fromEntries(
      layers.flatMap(layer => [
        [`${layer.name}.weight`, [layer.out, layer.in]],
        [`${layer.name}.bias`, [layer.out]],
      ]),
    ),
    logits(graph, batch, _positions, parameter, x) {
      let value = x ?? graph.input('x', [batch, width])
      for (const { name } of layers)
        value = graph.within(name, () => {
          const next = linear(graph, value, parameter(`${name}.weight`), parameter(`${name}.bias`))
          return name === 'head' ? next : relu(graph, next)
        })
      return value
    },
    activations: () => 2 * sizes.reduce((total, size) => total + size, 0),
  }
}

/** The mean of the embeddings of a text's tokens, then a linear layer. */
function bagLayers(buckets: number, dimension: number, classes: number): Layers {
  return {
    shapes: {
      'embedding.weight': [buckets, dimension],
      'head.weight': [classes, dimension],
      'head.bias': [classes],
    },
    logits(graph, batch, positions, parameter) {
      const tokens = graph.input('tokens', [batch, positions], 'i64')
      const shares = graph.input('shares', [batch, positions])
      const mean = graph.within('embedding', () =>
        embeddingBag(graph, { table: parameter('embedding.weight'), tokens, shares, distinct: true }),
      )
      return graph.within('head', () => linear(graph, mean, parameter('head.weight'), parameter('head.bias')))
    },
    activations: positions => positions * (dimension + 2) + 3 * classes + 2 * dimension,
  }
}
