import { z } from 'zod'
import type { Digest } from './digest.js'
import { AttestryError } from './errors.js'

/** A number with declared bounds, so that scaling never reads the data; or a category with its declared values. */
export type Feature = { readonly min: number; readonly max: number } | { readonly values: readonly string[] }

export interface DataConfig {
  /** Path of a CSV, JSONL or Parquet file, relative to the config. */
  readonly source: string
  readonly format?: 'csv' | 'jsonl' | 'parquet'
  /** Column with the class to learn. */
  readonly label: string
  /** The classes. Declared, so that reading them costs no privacy. */
  readonly classes: readonly string[]
  /** The class that counts as selected in fairness metrics; the last one by default. */
  readonly positiveClass?: string
  /** Text column, for text classifiers. */
  readonly text?: string
  /** Feature columns, for tabular models. */
  readonly features?: Readonly<Record<string, Feature>>
  /** Columns by which error rates and fairness are reported. They are never features unless listed there too. */
  readonly groups?: readonly string[]
  /** Column that names the person a row is about. */
  readonly subject?: string
  /** Columns kept beside the above for plugins to read, such as a consent flag. Everything else is dropped. */
  readonly keep?: readonly string[]
}

export type ModelConfig =
  | { readonly architecture: 'mlp'; readonly hidden: readonly number[] }
  | {
      readonly architecture: 'embedding-bag'
      /** Hash buckets for words and word pairs. */
      readonly buckets: number
      readonly dimension: number
    }
  | {
      /** Reads words in their order: what a pattern of neighbouring words is worth where it fits best. */
      readonly architecture: 'text-convolution'
      /** Hash buckets for words. */
      readonly buckets: number
      readonly dimension: number
      /** Words that a pattern spans: patterns of each width are looked for side by side. */
      readonly widths: readonly number[]
      /** Patterns of each width. */
      readonly filters: number
    }
  | {
      /** A `tf.LayersModel` of one's own over the declared features, fine-tuned by `@attestry/tfjs`. */
      readonly architecture: 'layers-model'
      /** Folder with `model.json` and its weights, relative to the config. */
      readonly path: string
      /** Of the model's files, when it must be these and no others. */
      readonly digest?: Digest
    }
  | {
      /** A language model or encoder of one's own with a head for the classes, fine-tuned by `@attestry/lm`. */
      readonly architecture: 'language-model'
      /** Folder with `config.json`, safetensors and `tokenizer.json`, or a GGUF file, relative to the config. */
      readonly path: string
      /** Of the base model's files, when it must be these and no others. */
      readonly digest?: Digest
      /** Tokens of a text that are read; the rest is left out. */
      readonly maxTokens: number
      readonly lora: LoraChoice
    }

/** Low-rank adapters beside the frozen weights of a language model, named as PEFT names them. */
export interface LoraChoice {
  readonly rank: number
  /** The adapters' output is scaled by alpha / rank. */
  readonly alpha: number
  /** Chance that an input of an adapter is dropped in training. */
  readonly dropout: number
  /** Last parts of the names of adapted layers, or `all-linear`; by default the projections of queries and values. */
  readonly targetModules?: readonly string[] | 'all-linear'
}

/** Lets the clipping norm follow a quantile of the gradients' norms. Paid for out of the same epsilon. */
export interface AdaptiveClippingConfig {
  /** Share of the gradients that are to stay as they are, in (0, 1). */
  readonly quantile: number
  /** How fast the norm follows, in (0, 1]. */
  readonly learningRate: number
  /**
   * Standard deviation of the noise in the count of gradients within the norm, in examples; more than half the noise
   * multiplier. By default a twentieth of the batch, and at least five times the noise multiplier.
   */
  readonly countNoise?: number | undefined
}

export interface PrivacyConfig {
  readonly epsilon: number
  readonly delta: number
  /** L2 bound on each example's gradient; that of the first step where it is adaptive. */
  readonly clippingNorm: number
  /** Absent: the norm stays as it is. */
  readonly adaptiveClipping?: AdaptiveClippingConfig | undefined
  /** How batches are drawn, `poisson` by default; the two others bound what exchanging one record for another shows. */
  readonly sampler?: 'poisson' | 'shuffled' | 'fixed-size' | undefined
  /**
   * What all runs of the workspace may spend on a person as a whole, whatever dataset the person is in. Needs `data.subject`. A
   * person with k records in the data is charged as a group of k: (k epsilon, delta (e^(k epsilon) - 1) / (e^epsilon - 1)).
   */
  readonly subjectBudget?: { readonly epsilon: number; readonly delta: number } | undefined
}

export interface TrainingConfig {
  readonly epochs: number
  /** Expected examples per step. */
  readonly batchSize: number
  readonly learningRate: number
  readonly optimizer: 'sgd' | 'adam'
  readonly privacy?: PrivacyConfig
  /** Seed of initial weights and of the train/test split. Noise and sampling never use it. */
  readonly seed: number
  /** Group column whose dependence on the label is removed by example weights. */
  readonly reweigh?: string
  /** A training record goes to the log every so many steps. */
  readonly auditEverySteps: number
}

export interface RunConfig {
  readonly name: string
  /** Purpose id, compared with consent and attestations. */
  readonly purpose: string
  /** The principal who asks for the run. */
  readonly author: string
  readonly plugins: readonly { readonly use: string; readonly options?: Readonly<Record<string, unknown>> }[]
  readonly data: DataConfig
  readonly model: ModelConfig
  readonly training: TrainingConfig
  readonly evaluation: {
    /** Share of rows held out, chosen by a keyed hash of the row id. */
    readonly testFraction: number
    /** Largest value allowed per metric, on top of what plugins ask for. */
    readonly limits?: Readonly<Record<string, number>>
  }
  readonly monitoring?: { readonly source: string; readonly windowRows: number }
  readonly deployment?: { readonly changeTicket?: string }
  /** Where this training and its model live. Rules on separation read it; absent means nobody has said. */
  readonly environment?: DeploymentEnvironment
  readonly network: NetworkConfig
}

export type DeploymentEnvironment = 'development' | 'pre-production' | 'production'

/** What a run may connect to. */
export interface NetworkConfig {
  /** True unless the config says otherwise: nothing but loopback is reached. */
  readonly localOnly: boolean
  /** Exceptions: host names or addresses, optionally with `:port`. They stand in the record with the config. */
  readonly allow: readonly string[]
}

const name = z.string().min(1).max(200)
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/)
const feature = z.union([
  z.strictObject({ min: z.number(), max: z.number() }).refine(({ min, max }) => min < max, 'min must be below max'),
  z.strictObject({ values: z.array(z.string()).min(1).max(10_000) }),
])

const fields = z.strictObject({
  name,
  purpose: name,
  author: name,
  plugins: z.array(z.strictObject({ use: name, options: z.record(z.string(), z.unknown()).optional() })).default([]),
  data: z.strictObject({
    source: name,
    format: z.enum(['csv', 'jsonl', 'parquet']).optional(),
    label: name,
    classes: z.array(z.string()).min(2, 'a classifier needs at least two classes'),
    positiveClass: z.string().optional(),
    text: name.optional(),
    features: z.record(name, feature).optional(),
    groups: z.array(name).optional(),
    subject: name.optional(),
    keep: z.array(name).optional(),
  }),
  model: z.discriminatedUnion('architecture', [
    z.strictObject({ architecture: z.literal('mlp'), hidden: z.array(z.int().min(1).max(4096)).max(8) }),
    z.strictObject({
      architecture: z.literal('embedding-bag'),
      buckets: z.int().min(16).max(1_048_576).default(16_384),
      dimension: z.int().min(1).max(1024).default(16),
    }),
    z.strictObject({
      architecture: z.literal('text-convolution'),
      buckets: z.int().min(16).max(1_048_576).default(16_384),
      dimension: z.int().min(1).max(1024).default(32),
      widths: z
        .array(z.int().min(1).max(16))
        .min(1)
        .refine(widths => new Set(widths).size === widths.length, 'each width is given once')
        .default([2, 3, 4]),
      filters: z.int().min(1).max(1024).default(64),
    }),
    z.strictObject({
      architecture: z.literal('layers-model'),
      path: name,
      digest: digest.optional(),
    }),
    z.strictObject({
      architecture: z.literal('language-model'),
      path: name,
      digest: digest.optional(),
      maxTokens: z.int().min(8).max(8192).default(256),
      lora: z
        .strictObject({
          rank: z.int().min(1).max(512).default(8),
          alpha: z.number().positive().default(16),
          dropout: z.number().min(0).lt(1).default(0),
          targetModules: z.union([z.literal('all-linear'), z.array(name).min(1).max(64)]).optional(),
        })
        .prefault({}),
    }),
  ]),
  training: z.strictObject({
    epochs: z.number().positive().max(10_000).optional(),
    batchSize: z.int().min(1).max(65_536).optional(),
    learningRate: z.number().positive().optional(),
    optimizer: z.enum(['sgd', 'adam']).default('adam'),
    privacy: z
      .strictObject({
        epsilon: z.number().positive('epsilon must be above 0'),
        delta: z.number().positive().lt(1, 'delta must be below 1'),
        clippingNorm: z.number().positive().default(1),
        adaptiveClipping: z
          .strictObject({
            quantile: z.number().gt(0).lt(1).default(0.5),
            learningRate: z.number().positive().max(1).default(0.2),
            countNoise: z.number().positive().optional(),
          })
          .optional(),
        sampler: z.enum(['poisson', 'shuffled', 'fixed-size']).optional(),
        subjectBudget: z
          .strictObject({
            epsilon: z.number().positive('epsilon must be above 0'),
            delta: z.number().min(0).lt(1, 'delta must be below 1'),
          })
          .optional(),
      })
      .optional(),
    seed: z.int().min(0).default(0),
    reweigh: name.optional(),
    auditEverySteps: z.int().min(1).default(10),
  }),
  evaluation: z
    .strictObject({
      testFraction: z.number().gt(0).lt(1).default(0.2),
      limits: z.record(z.string(), z.number()).optional(),
    })
    .default({ testFraction: 0.2 }),
  monitoring: z.strictObject({ source: name, windowRows: z.int().min(10).default(500) }).optional(),
  deployment: z.strictObject({ changeTicket: name.optional() }).optional(),
  environment: z.enum(['development', 'pre-production', 'production']).optional(),
  network: z
    .strictObject({
      localOnly: z.boolean().default(true),
      allow: z.array(z.string().regex(/^[a-z0-9.:[\]-]{1,253}$/i, 'a host name or address, without path')).default([]),
    })
    .default({ localOnly: true, allow: [] }),
})

const schema = fields.refine(
  ({ data, training }) => training.privacy?.subjectBudget === undefined || data.subject !== undefined,
  {
    path: ['training', 'privacy', 'subjectBudget'],
    message: 'a budget per person needs data.subject, the column that names the person',
  },
)

/**
 * Checks a config once, at the edge, and fills defaults.
 *
 * @throws CORE-E001 that lists every problem with its path
 */
export function parseConfig(input: unknown, file?: string): RunConfig {
  const parsed = schema.safeParse(input)
  if (parsed.success) return withDefaults(parsed.data)
  const problems = parsed.error.issues.map(issue => `${issue.path.join('.') || 'config'}: ${issue.message}`)
  throw new AttestryError({
    code: 'CORE-E001',
    message: `the config has ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}: ${problems[0]}`,
    notes: problems.slice(1),
    where: file === undefined ? {} : { file },
    help: 'mend the lines named above',
  })
}

/** A model that knows its language already learns in fewer and smaller steps than one that starts from nothing. */
function withDefaults(config: z.output<typeof schema>): RunConfig {
  const defaults =
    config.model.architecture === 'language-model'
      ? { epochs: 3, batchSize: 32, learningRate: 0.001 }
      : { epochs: 5, batchSize: 256, learningRate: 0.1 }
  return { ...config, training: { ...defaults, ...config.training } } as RunConfig
}
