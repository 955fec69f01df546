import { i64, type LossBuilder, type ParameterShape, type Tensor } from '@attestry/autograd'
import { normalDraw, seededRandom, sha256, type LoraChoice } from '@attestry/core'
import type { LabelledRows, TrainingTask } from '@attestry/trainer'
import { dropoutFeeds } from '../models/dropout.js'
import { fedLayers, loraName, type Layers } from '../models/layers.js'
import { initialAdapters, loraLayers, loraParameters, loraTargets, type LoraConfig } from '../models/lora.js'
import { classifierInputs, classifierLoss, type SequenceClassifier } from '../models/sequence-classifier.js'
import { rowLength, tokenFeeds } from './token-rows.js'

/** What is trained of a classifier: adapters, and the head in full. */
export interface AdaptedClassifier {
  readonly classifier: SequenceClassifier
  readonly lora: LoraConfig
  /** Paths of the adapted layers. */
  readonly targets: readonly string[]
  readonly parameters: readonly ParameterShape[]
  /** Layers with adapters as training has them, or without dropout as prediction has them. */
  layers(use: 'training' | 'prediction'): Layers
}

/** @throws LM-E063 when a target names no layer */
export function adaptClassifier(classifier: SequenceClassifier, choice: LoraChoice): AdaptedClassifier {
  const { shapes, head, linears, defaultTargets } = classifier
  const lora: LoraConfig = { ...choice, targetModules: choice.targetModules ?? defaultTargets }
  const targets = loraTargets(lora, linears)
  const all = new Map([...shapes, ...head.map(({ name, shape }) => [name, shape] as const)])
  const isHead = new Set(head.map(({ name }) => name))
  return {
    classifier,
    lora,
    targets,
    parameters: [...loraParameters(lora, targets, shapes), ...head],
    layers: use =>
      fedLayers({
        shapes: all,
        isTrained: name => isHead.has(name),
        lora: loraLayers(use === 'training' ? lora : { ...lora, dropout: 0 }, targets),
      }),
  }
}

export interface ClassifierTaskOptions {
  readonly adapted: AdaptedClassifier
  /** Token ids of each row. */
  readonly tokens: readonly Int32Array[]
  readonly labelled: LabelledRows
  /** The frozen base model. */
  readonly weights: Readonly<Record<string, Tensor>>
  /** Seed of first values and of dropout. */
  readonly seed: number
}

/** Fine-tuning of adapters and head on the class of each text. */
export function classifierTask({ adapted, tokens, labelled, weights, seed }: ClassifierTaskOptions): TrainingTask {
  const { classifier, parameters, targets, lora } = adapted
  const layers = adapted.layers('training')
  const textsOf = (rows: ArrayLike<number>): readonly Int32Array[] => Array.from(rows, row => tokens[row]!)
  const dropout = lora.dropout ?? 0
  return {
    rows: labelled.rows,
    parameters,
    initial: initialValues(adapted, seed),
    weights: labelled.weights,
    frozen: weights,
    loss: (length): LossBuilder => classifierLoss(classifier, layers, length),
    positionsOf: rows => rowLength(textsOf(rows), classifier),
    feeds(rows, batch, length, step) {
      const labels = new Int32Array(batch)
      for (let i = 0; i < rows.length; i++) labels[i] = labelled.labels[rows[i]!]!
      const feeds = {
        ...tokenFeeds(classifier, textsOf(rows), batch, length),
        [classifierInputs.labels]: i64([batch], labels),
      }
      if (dropout === 0) return feeds
      const options = { targets, perText: classifier.perText, shapes: classifier.shapes, dropout, seed, step }
      return { ...feeds, ...dropoutFeeds(options, rows, batch, length) }
    },
    // A moves only once B has left zero, which takes a step.
    mustMove: name => !name.endsWith(loraName('', 'A')),
  }
}

/** Standard deviation of a new head's weights, as transformers' `initializer_range`. */
const headDeviation = 0.02

/** Adapters as `initialAdapters` makes them, weights of the head from N(0, 0.02²), its biases zero. All are public. */
function initialValues({ classifier, parameters }: AdaptedClassifier, seed: number): Record<string, Float32Array> {
  const isHead = new Set(classifier.head.map(({ name }) => name))
  const adapters = initialAdapters(
    parameters.filter(({ name }) => !isHead.has(name)),
    seed,
  )
  const head = classifier.head.map(({ name, shape }) => {
    const values = new Float32Array(shape.reduce((a, b) => a * b, 1))
    if (shape.length < 2) return [name, values] as const
    const digest = sha256(new TextEncoder().encode(`attestry head 1: ${seed} ${name}`))
    const random = seededRandom(Number.parseInt(digest.slice(-8), 16))
    for (let i = 0; i < values.length; i++) values[i] = headDeviation * normalDraw(random)
    return [name, values] as const
  })
  return { ...adapters, ...Object.fromEntries(head) }
}
