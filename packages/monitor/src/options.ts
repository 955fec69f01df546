import { z } from 'zod'
import { badOptions } from './errors.js'
import { defaultThresholds, type Thresholds } from './windows/findings.js'

export interface WebhookOptions {
  /** Of http or https, without user and password in it. Its path is treated as a secret. */
  readonly url: string
  /** For one attempt. Default 5000. */
  readonly timeoutMs?: number
}

/** Where alerts go, beside the log of the run. Without it: one line on stderr. */
export interface NotifyOptions {
  /** One line on stderr. */
  readonly console?: boolean
  /** A `.jsonl` file inside the run's folder; each alert is a line, on disk before it counts as delivered. */
  readonly file?: string
  /** A POST of JSON. */
  readonly webhook?: WebhookOptions
}

export interface MonitorOptions {
  /** Defaults: psi 0.2, accuracyDrop 0.05, selectionRateGap 0.1. */
  readonly thresholds?: { readonly [name in keyof Thresholds]?: number }
  readonly notify?: NotifyOptions
}

/** A relative path that stays in its folder and names a JSON lines file. */
const isInside = (path: string): boolean =>
  path.endsWith('.jsonl') &&
  !/[\\:\0]/.test(path) &&
  path.split('/').every(part => part !== '' && part !== '.' && part !== '..')

function isWebhook(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null
  return url !== null && ['http:', 'https:'].includes(url.protocol) && !url.username && !url.password
}

/** Strict: an unknown option is refused. */
export const optionsSchema: z.ZodType<MonitorOptions> = z.strictObject({
  thresholds: z
    .strictObject({
      psi: z.number().positive().exactOptional(),
      accuracyDrop: z.number().gt(0).max(1).exactOptional(),
      selectionRateGap: z.number().gt(0).max(1).exactOptional(),
    })
    .exactOptional(),
  notify: z
    .strictObject({
      console: z.boolean().exactOptional(),
      file: z.string().refine(isInside, "a path inside the run's folder that ends in .jsonl").exactOptional(),
      webhook: z
        .strictObject({
          url: z.string().refine(isWebhook, 'a URL of http or https without user and password'),
          timeoutMs: z.int().min(1).max(60_000).exactOptional(),
        })
        .exactOptional(),
    })
    .exactOptional(),
})

/** Options with defaults. @throws MONITOR-E001 that names every problem */
export function checkOptions(options: unknown): { readonly thresholds: Thresholds; readonly notify: NotifyOptions } {
  const checked = optionsSchema.safeParse(options ?? {})
  if (!checked.success)
    throw badOptions(checked.error.issues.map(({ path, message }) => `${path.join('.') || 'options'}: ${message}`))
  const { thresholds, notify = { console: true } } = checked.data
  return { thresholds: { ...defaultThresholds, ...thresholds }, notify }
}
