import { f32, i64, type LossBuilder, type ParameterShape, type Tensor } from '@attestry/autograd'
import type { TrainingTask } from '@attestry/trainer'
import { causalInputs, causalLoss } from '../models/causal-loss.js'
import type { LanguageModel } from '../models/language-model.js'
import { dropoutFeeds } from '../models/dropout.js'
import { fedLayers, loraName } from '../models/layers.js'
import { initialAdapters, loraLayers, loraParameters, loraTargets, type LoraConfig } from '../models/lora.js'
import type { LabelledTokens } from '../text/conversation.js'
import { bucketLength, padRow } from '../text/pack.js'

/** One example of supervised fine-tuning; a packed row has places of its texts. */
export interface TokenExample extends LabelledTokens {
  /** Position of each token in its own text; by default 0, 1, 2, … */
  readonly positions?: Int32Array
  /** Which of the texts of a packed row; by default all are one. */
  readonly segments?: Int32Array
}

/** What is trained: adapters beside frozen weights, or all weights. */
export type Tuning = { readonly kind: 'lora'; readonly lora: LoraConfig } | { readonly kind: 'full' }

/** The graph of a fine-tuning step: what it trains, and its loss. Shapes are enough, weights are not needed. */
export interface SftGraph {
  readonly parameters: readonly ParameterShape[]
  /** Paths of adapted layers; none where all weights are trained. */
  readonly targets: readonly string[]
  loss(length: number): LossBuilder
  /** Row length of the graph that holds these examples. */
  lengthOf(examples: readonly TokenExample[]): number
}

export interface SftGraphOptions {
  readonly model: Omit<LanguageModel, 'weights'>
  readonly tuning: Tuning
  /** Several texts stand in one row. */
  readonly isPacked: boolean
  readonly gradientCheckpointing?: boolean
}

/** @throws LM-E063 when a target names no layer */
export function sftGraph({ model, tuning, isPacked, gradientCheckpointing = false }: SftGraphOptions): SftGraph {
  const { shapes, quantised, config } = model
  const targets = tuning.kind === 'lora' ? loraTargets(tuning.lora, model.linears) : []
  const lora = tuning.kind === 'lora' ? { lora: loraLayers(tuning.lora, targets) } : {}
  const layers = fedLayers({ shapes, quantised, isTrained: () => tuning.kind === 'full', ...lora })
  return {
    targets,
    parameters:
      tuning.kind === 'lora'
        ? loraParameters(tuning.lora, targets, shapes)
        : [...shapes].map(([name, shape]) => ({ name, shape })),
    loss: length => causalLoss(config, layers, { length, isPacked, gradientCheckpointing }),
    lengthOf: examples =>
      bucketLength(
        examples.reduce((most, { tokens }) => Math.max(most, tokens.length), 0),
        config.maxPositions,
      ),
  }
}

export const isPackedRow = ({ segments }: TokenExample): boolean => segments !== undefined

export interface SftTaskOptions {
  readonly model: LanguageModel
  readonly examples: readonly TokenExample[]
  readonly tuning: Tuning
  /** Seed of the adapters' first values and of dropout. */
  readonly seed: number
  /** Example weights, at least 0; by default 1. */
  readonly weights?: Float32Array
  /** Compute each layer again on the way back instead of keeping its values: less memory for more work. */
  readonly gradientCheckpointing?: boolean
}

/**
 * Supervised fine-tuning on next tokens. The loss of an example is the mean over its own labelled tokens, so that no
 * example changes the weight of another.
 */
export function sftTask({
  model,
  examples,
  tuning,
  seed,
  weights,
  gradientCheckpointing,
}: SftTaskOptions): TrainingTask {
  const isPacked = examples.some(isPackedRow)
  const graph = sftGraph({ model, tuning, isPacked, ...(gradientCheckpointing && { gradientCheckpointing }) })
  const { parameters, targets } = graph
  const dropout = tuning.kind === 'lora' ? (tuning.lora.dropout ?? 0) : 0
  const drawn = (rows: ArrayLike<number>): readonly TokenExample[] => Array.from(rows, row => examples[row]!)
  return {
    rows: examples.length,
    parameters,
    initial:
      tuning.kind === 'lora'
        ? initialAdapters(parameters, seed)
        : Object.fromEntries(parameters.map(({ name }) => [name, model.weights[name]!.data as Float32Array])),
    weights: weights ?? new Float32Array(examples.length).fill(1),
    frozen: tuning.kind === 'lora' ? model.weights : {},
    loss: graph.loss,
    positionsOf: rows => graph.lengthOf(drawn(rows)),
    feeds(rows, batch, length, step) {
      const feeds = rowFeeds(drawn(rows), batch, length, isPacked)
      if (dropout === 0) return feeds
      const options = { targets, shapes: model.shapes, dropout, seed, step }
      return { ...feeds, ...dropoutFeeds(options, rows, batch, length) }
    },
    // A moves only once B has left zero, which takes a step.
    mustMove: name => tuning.kind === 'full' || name.endsWith(loraName('', 'B')),
  }
}

/** Examples as rows of one length, and padding to a number of rows. */
export function rowFeeds(
  examples: readonly TokenExample[],
  batch: number,
  length: number,
  isPacked: boolean,
): Record<string, Tensor> {
  const tokens = new Int32Array(batch * length)
  const labels = new Int32Array(batch * length)
  const shares = new Float32Array(batch * length)
  const positions = new Int32Array(batch * length)
  const segments = new Int32Array(batch * length)
  examples.forEach((example, row) => {
    const at = row * length
    const padded = padRow(inPlaces(example), length, 0)
    tokens.set(padded.tokens, at)
    positions.set(padded.positions, at)
    segments.set(padded.segments, at)
    const counted = countedPositions(example)
    for (const t of counted) {
      labels[at + t] = example.labels[t + 1]!
      shares[at + t] = 1 / counted.length
    }
  })
  const shape = [batch, length]
  return {
    [causalInputs.tokens]: i64(shape, tokens),
    [causalInputs.labels]: i64(shape, labels),
    [causalInputs.shares]: f32(shape, shares),
    ...(isPacked && {
      [causalInputs.positions]: i64(shape, positions),
      [causalInputs.segments]: i64(shape, segments),
    }),
  }
}

/** An example with places of its tokens: those given, or one text from its beginning. */
const inPlaces = ({ tokens, labels, positions, segments }: TokenExample): Required<TokenExample> => ({
  tokens,
  labels,
  positions: positions ?? Int32Array.from(tokens.keys()),
  segments: segments ?? new Int32Array(tokens.length),
})

/** Positions whose next token, in the same text, is to be learned. */
function countedPositions({ tokens, labels, segments }: TokenExample): readonly number[] {
  const counted = []
  for (let t = 0; t + 1 < tokens.length; t++)
    if (labels[t + 1]! >= 0 && segments?.[t] === segments?.[t + 1]) counted.push(t)
  return counted
}
