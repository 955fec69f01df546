import { f32, i64, type Tensor } from '@attestry/autograd'
import { mix, seededRandom } from '@attestry/core'
import type { TrainingTask } from '@attestry/trainer'
import { causalInputs, causalLoss } from '../models/causal-loss.js'
import type { LanguageModel } from '../models/language-model.js'
import { dropoutName, fedLayers, loraName } from '../models/layers.js'
import { initialAdapters, loraLayers, loraParameters, loraTargets, type LoraConfig } from '../models/lora.js'

/** One example of supervised fine-tuning. */
export interface TokenExample {
  /** Token ids. */
  readonly tokens: Int32Array
  /** The same ids where the model learns to say them, -100 elsewhere. */
  readonly labels: Int32Array
  /** Position of each token in its own text; by default 0, 1, 2, … Given for packed rows. */
  readonly positions?: Int32Array
  /** Which of the texts of a packed row; by default all are one. */
  readonly segments?: Int32Array
}

/** What is trained: adapters beside frozen weights, or all weights. */
export type Tuning = { readonly kind: 'lora'; readonly lora: LoraConfig } | { readonly kind: 'full' }

export interface SftTaskOptions {
  readonly model: LanguageModel
  readonly examples: readonly TokenExample[]
  readonly tuning: Tuning
  /** Seed of the adapters' first values and of dropout. */
  readonly seed: number
  /** Example weights, at least 0; by default 1. */
  readonly weights?: Float32Array
  /** Only the graph is wanted: no first values are made, and no weights are needed. */
  readonly isSketch?: boolean
}

/** Row lengths that are compiled: a batch is padded to the smallest that holds its longest example. */
const lengths = [16, 32, 64, 128, 256, 512, 1024, 2048, 4096]

/**
 * Supervised fine-tuning on next tokens. The loss of an example is the mean over its own labelled tokens, so that no
 * example changes the weight of another.
 */
export function sftTask({ model, examples, tuning, seed, weights, isSketch = false }: SftTaskOptions): TrainingTask {
  const { shapes, config } = model
  const targets = tuning.kind === 'lora' ? loraTargets(tuning.lora, model.linears) : []
  const lora = tuning.kind === 'lora' ? loraLayers(tuning.lora, targets) : undefined
  const layers = fedLayers({ shapes, isTrained: () => tuning.kind === 'full', ...(lora && { lora }) })
  const parameters =
    tuning.kind === 'lora'
      ? loraParameters(tuning.lora, targets, shapes)
      : [...shapes].map(([name, shape]) => ({ name, shape }))
  const isPacked = examples.some(({ segments }) => segments !== undefined)
  return {
    rows: examples.length,
    parameters,
    initial: isSketch
      ? {}
      : tuning.kind === 'lora'
        ? initialAdapters(parameters, seed)
        : Object.fromEntries(parameters.map(({ name }) => [name, model.weights[name]!.data as Float32Array])),
    weights: weights ?? new Float32Array(examples.length).fill(1),
    frozen: tuning.kind === 'lora' ? model.weights : {},
    loss: length => causalLoss(config, layers, { length, isPacked }),
    positionsOf(rows) {
      let most = 0
      for (let i = 0; i < rows.length; i++) most = Math.max(most, examples[rows[i]!]!.tokens.length)
      return lengths.find(length => length >= most) ?? most
    },
    feeds: (rows, batch, length, step) => ({
      ...exampleFeeds(examples, rows, batch, length, isPacked),
      ...(lora &&
        lora.dropout > 0 &&
        dropoutFeeds(
          targets,
          shapes,
          [batch, length],
          lora.dropout,
          seededRandom(mix(seed ^ mix(step ^ mix(rows[0] ?? 0)))),
        )),
    }),
    // A moves only once B has left zero, which takes a step.
    mustMove: name => tuning.kind === 'full' || name.endsWith(loraName('', 'B')),
  }
}

function exampleFeeds(
  examples: readonly TokenExample[],
  rows: Int32Array,
  batch: number,
  length: number,
  isPacked: boolean,
): Record<string, Tensor> {
  const tokens = new Int32Array(batch * length)
  const labels = new Int32Array(batch * length)
  const shares = new Float32Array(batch * length)
  const positions = new Int32Array(batch * length)
  // Padding is a segment of its own: no text may look at it.
  const segments = new Int32Array(batch * length).fill(-1)
  for (let row = 0; row < rows.length; row++) {
    const example = examples[rows[row]!]!
    const at = row * length
    tokens.set(example.tokens, at)
    for (let t = 0; t < example.tokens.length; t++) {
      positions[at + t] = example.positions?.[t] ?? t
      segments[at + t] = example.segments?.[t] ?? 0
    }
    const counted = countedPositions(example)
    for (const t of counted) {
      labels[at + t] = example.labels[t + 1]!
      shares[at + t] = 1 / counted.length
    }
  }
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

/** Positions whose next token, in the same text, is to be learned. */
function countedPositions({ tokens, labels, segments }: TokenExample): readonly number[] {
  const counted = []
  for (let t = 0; t + 1 < tokens.length; t++)
    if (labels[t + 1]! >= 0 && segments?.[t] === segments?.[t + 1]) counted.push(t)
  return counted
}

/** Inverted dropout: kept inputs are divided by the chance to be kept, so that their mean stays. */
function dropoutFeeds(
  targets: readonly string[],
  shapes: ReadonlyMap<string, readonly number[]>,
  lead: readonly [number, number],
  dropout: number,
  random: () => number,
): Record<string, Tensor> {
  const kept = 1 / (1 - dropout)
  return Object.fromEntries(
    targets.map(path => {
      const shape = [...lead, shapes.get(`${path}.weight`)![1]!]
      const mask = Float32Array.from({ length: lead[0] * lead[1] * shape[2]! }, () => (random() < dropout ? 0 : kept))
      return [dropoutName(path), f32(shape, mask)]
    }),
  )
}
