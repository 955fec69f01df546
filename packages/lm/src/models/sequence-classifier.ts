import {
  linear,
  mul,
  reduceSum,
  reshape,
  sameShape,
  softmaxCrossEntropy,
  type Graph,
  type LossBuilder,
  type ParameterShape,
  type Shape,
  type Value,
} from '@attestry/autograd'
import { bertClassifierLogits, bertConfig, bertLinears, bertPooler, bertTensors, otherBertNames } from './bert.js'
import { causalMask } from './causal-mask.js'
import { rowPositions } from './causal-loss.js'
import { distilBertClassifierLogits, distilBertConfig, otherDistilBertNames } from './distilbert.js'
import { encoderHidden, encoderLinears, encoderTensors, type EncoderConfig } from './encoder.js'
import { badTensor, unknownArchitecture } from './errors.js'
import type { WeightSource } from './language-model.js'
import type { Layers, ModelTensor } from './layers.js'
import { llamaConfig, llamaHidden, llamaLinears, llamaTensors, maskedAttention } from './llama.js'

/** Names of what a text classifier is fed beside its weights. */
export const classifierInputs = {
  /** [B, T], i64 */
  tokens: 'tokens',
  /** 1 at tokens, 0 at padding, [B, T]; only where a model looks ahead. */
  present: 'present',
  /** 1 at the token whose state answers for the text, 0 elsewhere, [B, T] */
  answering: 'answering',
  /** Index of the class, [B], i64; for the loss only. */
  labels: 'labels',
} as const

/** A base model with a head for classes on the state of one token. */
export interface SequenceClassifier {
  /** Tensors of the base model by name, without any head of its own. */
  readonly shapes: ReadonlyMap<string, Shape>
  /** The new head: trained in full, from small random values. */
  readonly head: readonly ParameterShape[]
  /** Last parts of the paths of the head's layers, as adapters save them beside their factors. */
  readonly headModules: readonly string[]
  /** Names that checkpoints may have for a tensor of the base model beside its own, in the order they are looked for. */
  otherNames(name: string): readonly string[]
  /** Paths of the linear layers that adapters may target. */
  readonly linears: readonly string[]
  /** Those among them that see one state of each text, and not one of each token. */
  readonly perText: readonly string[]
  /** Last parts of the paths that are adapted unless others are asked for: queries and values. */
  readonly defaultTargets: readonly string[]
  readonly vocabulary: number
  readonly maxPositions: number
  /** Which token answers for a text: its last where a token sees those before it only, else its first. */
  readonly answering: 'first' | 'last'
  /** True where padding must be told, because tokens see those after them. */
  readonly needsPresent: boolean
  /** Floats that one token keeps for the way back, roughly. */
  readonly keptPerToken: number
  /** Logits of the classes, [B, classes], for rows of `length` tokens. */
  logits(graph: Graph, layers: Layers, batch: number, length: number): Value
}

type Family = (config: Readonly<Record<string, unknown>>, classes: number) => SequenceClassifier

/** Families by the architecture that config.json names. */
const families: Readonly<Record<string, Family>> = {
  LlamaForCausalLM: llamaClassifier,
  LlamaForSequenceClassification: llamaClassifier,
  BertModel: bertClassifier,
  BertForPreTraining: bertClassifier,
  BertForMaskedLM: bertClassifier,
  BertForSequenceClassification: bertClassifier,
  DistilBertModel: distilBertClassifier,
  DistilBertForMaskedLM: distilBertClassifier,
  DistilBertForSequenceClassification: distilBertClassifier,
}

/**
 * The classifier over a checkpoint's model. A head that the checkpoint has is not read: its classes are others.
 *
 * @throws LM-E060 for an architecture that is not known, LM-E061 for an impossible config, LM-E062 for a tensor that is
 *   missing or of another shape
 */
export function describeClassifier(source: Omit<WeightSource, 'read'>, classes: number): SequenceClassifier {
  const [architecture] = Array.isArray(source.config.architectures) ? (source.config.architectures as unknown[]) : []
  const family = typeof architecture === 'string' && Object.hasOwn(families, architecture) && families[architecture]
  if (!family)
    throw unknownArchitecture(
      String(architecture ?? 'a config without architectures').slice(0, 80),
      Object.keys(families),
    )
  const classifier = family(source.config, classes)
  for (const [name, shape] of classifier.shapes) {
    const found = source.tensors.get(storedName(classifier, source.tensors, name))
    if (!found) throw badTensor(name, 'is missing')
    if (!sameShape(found.shape, shape)) throw badTensor(name, `is [${found.shape}], the config asks for [${shape}]`)
  }
  return classifier
}

/** The name that a checkpoint has for a tensor of the base model; the usual one where it has none. */
export const storedName = (
  { otherNames }: Pick<SequenceClassifier, 'otherNames'>,
  tensors: { has(name: string): boolean },
  name: string,
): string => [name, ...otherNames(name)].find(known => tensors.has(known)) ?? name

/** Cross-entropy of each row's class: the builder for the steps of `@attestry/autograd`. */
export const classifierLoss =
  (classifier: SequenceClassifier, layers: Layers, length: number): LossBuilder =>
  (graph, batch) => {
    const logits = classifier.logits(graph, layers, batch, length)
    return graph.within('loss', () =>
      softmaxCrossEntropy(graph, logits, graph.input(classifierInputs.labels, [batch], 'i64')),
    )
  }

/** The state of the answering token of each row, [B, hidden], of states [B, T, hidden]. */
export function answeringState(graph: Graph, states: Value, batch: number, length: number): Value {
  const answering = reshape(graph, graph.input(classifierInputs.answering, [batch, length]), [batch, length, 1])
  return reduceSum(graph, mul(graph, states, answering), { axes: [1] })
}

/** The shapes of tensors by name, in order. */
export const shapesOf = (tensors: readonly ModelTensor[]): ReadonlyMap<string, Shape> =>
  new Map(tensors.map(({ name, shape }) => [name, shape]))

/** A decoder that answers at its last token; its head has no bias, as `LlamaForSequenceClassification` has it. */
function llamaClassifier(source: Readonly<Record<string, unknown>>, classes: number): SequenceClassifier {
  const config = llamaConfig(source)
  const { hidden, intermediate, layers: depth } = config
  return {
    shapes: shapesOf(llamaTensors(config).filter(({ name }) => name !== 'lm_head.weight')),
    head: [{ name: 'score.weight', shape: [classes, hidden] }],
    headModules: ['score'],
    otherNames: () => [],
    linears: llamaLinears(config),
    perText: [],
    defaultTargets: ['q_proj', 'v_proj'],
    vocabulary: config.vocabulary,
    maxPositions: config.maxPositions,
    answering: 'last',
    needsPresent: false,
    keptPerToken: depth * (12 * hidden + 6 * intermediate),
    logits(graph, layers, batch, length) {
      const hiddenStates = llamaHidden(graph, config, layers, {
        tokens: graph.input(classifierInputs.tokens, [batch, length], 'i64'),
        positions: rowPositions(graph, batch, length),
        attend: maskedAttention(graph, config, causalMask(graph, length)),
        length,
      })
      const state = answeringState(graph, hiddenStates, batch, length)
      return graph.within('score', () => linear(graph, state, layers.tensor(graph, 'score.weight'), null))
    },
  }
}

/** An encoder that answers at its first token; pooler and head are those of `BertForSequenceClassification`. */
function bertClassifier(source: Readonly<Record<string, unknown>>, classes: number): SequenceClassifier {
  const config = bertConfig(source)
  return {
    ...encoderClassifier(config, bertClassifierLogits),
    shapes: shapesOf(bertTensors(config)),
    head: withBias('classifier', [classes, config.hidden]),
    headModules: ['classifier'],
    otherNames: otherBertNames,
    linears: bertLinears(config),
    perText: [bertPooler],
    defaultTargets: ['query', 'value'],
  }
}

/** The same with the head of `DistilBertForSequenceClassification`, which has two layers and no pooler below. */
function distilBertClassifier(source: Readonly<Record<string, unknown>>, classes: number): SequenceClassifier {
  const config = distilBertConfig(source)
  const { hidden } = config
  return {
    ...encoderClassifier(config, distilBertClassifierLogits),
    shapes: shapesOf(encoderTensors(config)),
    head: [...withBias('pre_classifier', [hidden, hidden]), ...withBias('classifier', [classes, hidden])],
    headModules: ['pre_classifier', 'classifier'],
    otherNames: otherDistilBertNames,
    linears: encoderLinears(config),
    perText: [],
    defaultTargets: ['q_lin', 'v_lin'],
  }
}

const withBias = (path: string, shape: readonly [number, number]): readonly ParameterShape[] => [
  { name: `${path}.weight`, shape },
  { name: `${path}.bias`, shape: [shape[0]] },
]

/** What encoders have in common. @param ofFirst logits over the state of each text's first token */
const encoderClassifier = (
  config: EncoderConfig,
  ofFirst: (graph: Graph, layers: Layers, first: Value) => Value,
): Pick<
  SequenceClassifier,
  'vocabulary' | 'maxPositions' | 'answering' | 'needsPresent' | 'keptPerToken' | 'logits'
> => ({
  vocabulary: config.vocabulary,
  maxPositions: config.maxPositions,
  answering: 'first',
  needsPresent: true,
  keptPerToken: config.layers * (14 * config.hidden + 5 * config.intermediate),
  logits(graph, layers, batch, length) {
    const hidden = encoderHidden(graph, config, layers, {
      tokens: graph.input(classifierInputs.tokens, [batch, length], 'i64'),
      present: graph.input(classifierInputs.present, [batch, length]),
    })
    return ofFirst(graph, layers, answeringState(graph, hidden, batch, length))
  },
})
