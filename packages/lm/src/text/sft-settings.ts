import type { Bits, Optimiser } from '@attestry/autograd'
import type { LoraConfig } from '../models/lora.js'
import type { LossOn } from './conversation.js'
import type { DataFormat } from './data-formats.js'
import type { ColumnNames } from './datasets.js'

/** One file of training data. */
export interface DatasetSettings {
  /** As the config names it. */
  readonly path: string
  /** By default it is detected. */
  readonly format?: DataFormat
  readonly columns?: ColumnNames
  /** Field with the person whom a row is about, or a path of fields. Read where people are charged for a private training. */
  readonly subject?: string
}

/** Which chat template conversations are rendered with. */
export type ChatTemplateChoice =
  | { readonly kind: 'tokenizer' }
  | { readonly kind: 'chatml' }
  /** The tokenizer's own, or ChatML when it has none. */
  | { readonly kind: 'tokenizer-or-chatml' }
  | { readonly kind: 'source'; readonly source: string }

/**
 * Course of the learning rate: it rises evenly from 0 during warm-up, then falls evenly (`linear`) or along half a cosine
 * (`cosine`) to 0 at the last step, or stays (`constant`).
 */
export interface LearningSchedule {
  readonly kind: 'constant' | 'linear' | 'cosine'
  /** In steps, or as a share of all steps, at most so many. */
  readonly warmup: { readonly steps: number } | { readonly share: number; readonly most?: number }
}

/** How often something happens: never, every so many steps, at shares of the run, or so many times each epoch. */
export type Frequency =
  | { readonly kind: 'never' }
  | { readonly kind: 'steps'; readonly every: number }
  | { readonly kind: 'share'; readonly of: number }
  | { readonly kind: 'epoch'; readonly times: number }

/** Whether a run goes on from a checkpoint: never, from the latest of the output folder if there is one, or from a folder. */
export type ResumeChoice =
  | { readonly kind: 'never' }
  | { readonly kind: 'latest' }
  | { readonly kind: 'from'; readonly path: string }

/** Supervised fine-tuning as configs of axolotl and LLaMA-Factory describe it. */
export interface SftSettings {
  /** Which tool the config was written for. */
  readonly source: 'axolotl' | 'llama-factory'
  /** Folder or file of the base model, as the config names it. Nothing is fetched. */
  readonly baseModel: string
  readonly tuning: { readonly kind: 'lora'; readonly lora: LoraConfig } | { readonly kind: 'full' }
  /** Bits of an element of the base model's linear layers, kept in blocks; by default they are 32-bit floats. */
  readonly quantise?: Bits
  readonly datasets: readonly DatasetSettings[]
  /** Data for validation: a share of the rows below 1, a number of rows, or files of their own. */
  readonly validation:
    | { readonly kind: 'none' }
    | { readonly kind: 'share'; readonly share: number }
    | { readonly kind: 'rows'; readonly rows: number }
    | { readonly kind: 'datasets'; readonly datasets: readonly DatasetSettings[] }
  /** Most rows that are taken of each data set. */
  readonly maxRows?: number
  readonly chatTemplate: ChatTemplateChoice
  readonly lossOn: LossOn
  /** Most tokens of a row. */
  readonly length: number
  /** What becomes of longer examples. */
  readonly onLong: 'truncate' | 'drop'
  /** Several examples in one row, which do not see each other. */
  readonly packing: boolean
  /** Rows that are computed at once. */
  readonly physicalBatch: number
  /** Physical batches of one update: with `physicalBatch` it makes the logical batch, expected when it is sampled. */
  readonly accumulation: number
  readonly epochs: number
  /** Goes before `epochs`. */
  readonly maxSteps?: number
  readonly optimiser: Optimiser
  readonly learningRate: number
  readonly schedule: LearningSchedule
  /** Largest norm of an update's gradient without differential privacy; 0 is no limit. */
  readonly maxGradientNorm: number
  /** Each layer is computed again on the way back instead of keeping its values. */
  readonly gradientCheckpointing: boolean
  readonly evaluation: Frequency
  /** When checkpoints are written. */
  readonly saving: Frequency
  /** Checkpoints that are kept, the newest; all when absent. */
  readonly mostCheckpoints?: number
  readonly resume: ResumeChoice
  /** What an earlier run left in the output folder may be removed. */
  readonly overwrites: boolean
  /** Steps between two lines of the log. */
  readonly loggingSteps: number
  /** Training stops after so many evaluations without a better loss. */
  readonly earlyStoppingPatience?: number
  /** The weights with the best validation loss are kept, not the last ones. */
  readonly keepBest: boolean
  readonly seed: number
  readonly outputFolder: string
  /** The whole model is written too, with the adapter added to its weights. */
  readonly merge: boolean
}

/** A key that is read and changes nothing here, or does not change what it would change elsewhere. */
export interface IgnoredKey {
  readonly key: string
  readonly why: string
}
