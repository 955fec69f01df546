import { z } from 'zod'
import { badOptions } from './errors.js'

export interface ExplainOptions {
  /** Held-out rows explained one by one. Default 20; fewer when `maxPredictions` does not allow them. */
  readonly rows?: number
  /** Held-out rows behind permutation importance and partial dependence. Default 200. */
  readonly globalRows?: number
  /** Training rows, or held-out texts, that stand for "not known". Default 16. */
  readonly background?: number
  /** Random orders, each with its reverse, per sampled Shapley value. Default 16. */
  readonly pairs?: number
  /** How often each feature is shuffled for permutation importance. Default 3. */
  readonly repeats?: number
  /** Agreement (R²) below which reasons are withheld and the evidence fails. Default 0.5. */
  readonly minimumAgreement?: number
  /** Columns that no counterfactual changes. Default: the columns of data.groups. */
  readonly fixed?: readonly string[]
  /** Rows that counterfactuals are looked for. Default 10; 0 for none. */
  readonly counterfactualRows?: number
  /** Of every interval. Default 0.95. */
  readonly confidence?: number
  /** Of every sample. Default: training.seed. */
  readonly seed?: number
  /** Row predictions that local explanations of tables may cost. Default 300000. */
  readonly maxPredictions?: number
}

export type ExplainSettings = Required<Omit<ExplainOptions, 'fixed' | 'seed'>> & Pick<ExplainOptions, 'fixed' | 'seed'>

/** Strict: an unknown option is refused. */
export const optionsSchema: z.ZodType<ExplainOptions> = z.strictObject({
  rows: z.int().min(1).max(1000).exactOptional(),
  globalRows: z.int().min(10).max(10_000).exactOptional(),
  background: z.int().min(1).max(1000).exactOptional(),
  pairs: z.int().min(2).max(1000).exactOptional(),
  repeats: z.int().min(1).max(100).exactOptional(),
  minimumAgreement: z.number().min(0).max(1).exactOptional(),
  fixed: z.array(z.string()).exactOptional(),
  counterfactualRows: z.int().min(0).max(1000).exactOptional(),
  confidence: z.number().min(0.5).lt(1).exactOptional(),
  seed: z.int().min(0).max(0xffffffff).exactOptional(),
  maxPredictions: z.int().min(1000).max(1_000_000_000).exactOptional(),
})

/** Options with defaults. @throws EXPLAIN-E001 that names every problem */
export function checkOptions(options: unknown): ExplainSettings {
  const checked = optionsSchema.safeParse(options ?? {})
  if (!checked.success)
    throw badOptions(checked.error.issues.map(({ path, message }) => `${path.join('.') || 'options'}: ${message}`))
  return {
    rows: 20,
    globalRows: 200,
    background: 16,
    pairs: 16,
    repeats: 3,
    minimumAgreement: 0.5,
    counterfactualRows: 10,
    confidence: 0.95,
    maxPredictions: 300_000,
    ...checked.data,
  }
}
