import {
  add,
  backward,
  concat,
  convolution,
  createGraph,
  embedding,
  embeddingBag,
  encodeModel,
  f32,
  gather,
  linear,
  maxOverPositions,
  mul,
  relu,
  sizeOf,
  softmax,
  softmaxCrossEntropy,
  slice,
  sub,
  unsqueeze,
  type Graph,
  type LossBuilder,
  type ParameterShape,
  type Shape,
  type Value,
} from '@attestry/autograd'
import type { ModelConfig } from '@attestry/core'
import { notTrainable } from './errors.js'
import { mostPositions, type FeatureLayout } from './feature-layout.js'

/** Weights by name. */
export type Weights = Readonly<Record<string, Float32Array>>

/** A model family with its sizes filled in. */
export interface Architecture {
  readonly parameters: readonly ParameterShape[]
  readonly parameterCount: number
  /** The loss of each example, for graphs of `positions` token positions (0 for tables). */
  loss(positions: number): LossBuilder
  /**
   * The inference model, with an open batch axis: inputs `x`, or `tokens` with `shares` or `present`; output
   * `probabilities`.
   */
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
      // Windows over words need a fixed number of positions; of bags it is open.
      const positions = layout.kind === 'words' ? mostPositions(layout) : 1
      const open = layout.kind === 'words' ? null : 'positions'
      graph.output('probabilities', softmax(graph, logits(graph, 1, positions, constant)))
      return encodeModel(graph, {
        name: 'inference',
        metadata,
        openAxes: {
          x: ['batch', null],
          tokens: ['batch', open],
          shares: ['batch', open],
          present: ['batch', open],
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
  if (model.architecture === 'text-convolution') return convolutionLayers(model, classes)
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

type ConvolutionConfig = Extract<ModelConfig, { architecture: 'text-convolution' }>

// Below any score, so that ReLU takes it to 0, and finite.
const noWord = -1e9

/**
 * Convolutions of several widths over the embeddings of words, the largest answer of each pattern, then a linear layer.
 *
 * Only windows that begin at a word count, so that a text gives the same answers whatever it is padded to.
 *
 * @see Kim 2014, arXiv 1408.5882, section 2
 */
function convolutionLayers({ buckets, dimension, widths, filters }: ConvolutionConfig, classes: number): Layers {
  const found = widths.length * filters
  return {
    shapes: {
      'embedding.weight': [buckets, dimension],
      ...Object.fromEntries(
        widths.flatMap(width => [
          [`convolution.${width}.weight`, [filters, width * dimension]],
          [`convolution.${width}.bias`, [filters]],
        ]),
      ),
      'head.weight': [classes, found],
      'head.bias': [classes],
    },
    logits(graph, batch, positions, parameter) {
      const tokens = graph.input('tokens', [batch, positions], 'i64')
      const present = unsqueeze(graph, graph.input('present', [batch, positions]), [2])
      const words = graph.within('embedding', () => {
        const table = parameter('embedding.weight')
        return mul(graph, (table.needsGrad ? embedding : gather)(graph, table, tokens), present)
      })
      const absent = mul(graph, sub(graph, graph.scalar(1), present), graph.scalar(noWord))
      const largest = widths.map(width =>
        graph.within(`convolution.${width}`, () => {
          const weight = parameter(`convolution.${width}.weight`)
          const answers = convolution(graph, words, { weight, bias: parameter(`convolution.${width}.bias`) })
          const counted = add(graph, answers, slice(graph, absent, 1, 0, answers.shape[1]!))
          return relu(graph, maxOverPositions(graph, counted))
        }),
      )
      const all = concat(graph, largest, 1)
      return graph.within('head', () => linear(graph, all, parameter('head.weight'), parameter('head.bias')))
    },
    activations: positions =>
      positions *
        (2 * dimension + 2 * positions + widths.reduce((sum, width) => sum + width * dimension + 2 * filters, 0)) +
      2 * found +
      3 * classes,
  }
}
