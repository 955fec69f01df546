import { z } from 'zod'
import { badOptions } from './errors.js'
import { defaultBatchRows } from './dataset.js'

export interface DataOptions {
  /** Rows per batch, 1 to 100,000. Default 1,000. Memory and the size of shards follow it. */
  readonly batchRows?: number
  /** Folder that paths of data files are relative to. Default: the folder the process runs in. */
  readonly baseDirectory?: string
}

/** Strict: an unknown option is refused. */
export const optionsSchema: z.ZodType<DataOptions> = z.strictObject({
  batchRows: z.int().min(1).max(100_000).exactOptional(),
  baseDirectory: z.string().min(1).exactOptional(),
})

/** Options with defaults. @throws DATA-E015 that names every problem */
export function checkOptions(options: unknown): Required<DataOptions> {
  const checked = optionsSchema.safeParse(options ?? {})
  if (!checked.success)
    throw badOptions(checked.error.issues.map(({ path, message }) => `${path.join('.') || 'options'}: ${message}`))
  return { batchRows: defaultBatchRows, baseDirectory: process.cwd(), ...checked.data }
}
