import { z } from 'zod'
import { badOptions } from './errors.js'

export interface RobustnessOptions {
  /** Held-out rows that are attacked. Default 200. */
  readonly rows?: number
  /** Strength that is assessed, as a share of the declared range of a number. Default 0.05. */
  readonly epsilon?: number
  /** Strengths of the curve. Default 0.01, 0.02, 0.05, 0.1, 0.2. */
  readonly curve?: readonly number[]
  /** Steps of gradient descent. Default 20. */
  readonly steps?: number
  /** Beginnings of each attack. Default 2. */
  readonly starts?: number
  /** Predictions per row of the search without gradients. Default 100. */
  readonly searchQueries?: number
  /** Held-out texts that are attacked; texts cost more. Default 100. */
  readonly texts?: number
  /** Words of a text that may get a typo. Default 3. */
  readonly words?: number
  /** Rows of tables that radii are looked for. Default 50; 0 for none. */
  readonly radiusRows?: number
  /** Standard deviation of the noise, as a share of the declared range. Default 0.05. */
  readonly sigma?: number
  /** Noisy copies per row that the bound rests on. Default 1000. */
  readonly samples?: number
  /** Probability that one radius does not hold. Default 0.001. */
  readonly alpha?: number
  /** A group of fewer attacked rows is not assessed. Default 10. */
  readonly minGroup?: number
  /** Of every interval. Default 0.95. */
  readonly confidence?: number
  /** Of every draw. Default: training.seed. */
  readonly seed?: number
}

export type RobustnessSettings = Required<Omit<RobustnessOptions, 'seed'>> & Pick<RobustnessOptions, 'seed'>

const strength = z.number().gt(0).max(1)

/** Strict: an unknown option is refused. */
export const optionsSchema: z.ZodType<RobustnessOptions> = z.strictObject({
  rows: z.int().min(10).max(100_000).exactOptional(),
  epsilon: strength.exactOptional(),
  curve: z.array(strength).min(1).max(20).exactOptional(),
  steps: z.int().min(1).max(1000).exactOptional(),
  starts: z.int().min(1).max(100).exactOptional(),
  searchQueries: z.int().min(1).max(10_000).exactOptional(),
  texts: z.int().min(1).max(10_000).exactOptional(),
  words: z.int().min(1).max(64).exactOptional(),
  radiusRows: z.int().min(0).max(10_000).exactOptional(),
  sigma: strength.exactOptional(),
  samples: z.int().min(10).max(1_000_000).exactOptional(),
  alpha: z.number().gt(0).max(0.5).exactOptional(),
  minGroup: z.int().min(1).max(1_000_000).exactOptional(),
  confidence: z.number().min(0.5).lt(1).exactOptional(),
  seed: z.int().min(0).max(0xffffffff).exactOptional(),
})

/** Options with defaults. @throws ROBUST-E001 that names every problem */
export function checkOptions(options: unknown): RobustnessSettings {
  const checked = optionsSchema.safeParse(options ?? {})
  if (!checked.success)
    throw badOptions(checked.error.issues.map(({ path, message }) => `${path.join('.') || 'options'}: ${message}`))
  return {
    rows: 200,
    epsilon: 0.05,
    curve: [0.01, 0.02, 0.05, 0.1, 0.2],
    steps: 20,
    starts: 2,
    searchQueries: 100,
    texts: 100,
    words: 3,
    radiusRows: 50,
    sigma: 0.05,
    samples: 1000,
    alpha: 0.001,
    minGroup: 10,
    confidence: 0.95,
    ...checked.data,
  }
}
