import { z } from 'zod'
import type { MailTls } from './channels/email.js'
import { isLoopbackHost, isWebhookUrl } from './channels/hosts.js'
import { badOptions } from './errors.js'
import { defaultThresholds, type Thresholds } from './windows/findings.js'

/** Where a webhook listens: its address, or the environment variable that holds it. */
export type WebhookOptions = (
  | {
      /** Of http or https, without user and password in it. Its path is treated as a secret, and stands in the config. */
      readonly url: string
    }
  | { readonly urlVariable: string }
) & {
  /** For one attempt. Default 5000. */
  readonly timeoutMs?: number
}

/** An incoming webhook of Slack's form; its address lets anybody write, so only an environment variable may hold it. */
export interface SlackOptions {
  readonly urlVariable: string
  /** For one attempt. Default 5000. */
  readonly timeoutMs?: number
}

export interface EmailOptions {
  readonly host: string
  /** Default: 587 for `starttls`, 465 for `implicit`, 25 for `none`. */
  readonly port?: number
  readonly from: string
  /** From 1 to 50 addresses. */
  readonly to: readonly string[]
  /** Default `starttls`, which fails where it is not offered. `none` is for a server on this machine. */
  readonly tls?: MailTls
  /** Environment variables that hold the credentials; both or none. */
  readonly userVariable?: string
  readonly passwordVariable?: string
  /** For connecting, and for each answer. Default 10,000. */
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
  readonly slack?: SlackOptions
  /** By SMTP. */
  readonly email?: EmailOptions
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

const timeoutMs = z.int().min(1).max(60_000).exactOptional()
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'the name of an environment variable')
const webhookUrl = z.string().refine(isWebhookUrl, 'a URL of http or https without user and password')

/** One address without a display name; what could end a line or start another address is refused. */
const address = z
  .string()
  .max(254)
  .regex(/^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/, 'an e-mail address such as ops@example.org')

const email = z
  .strictObject({
    host: z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/, 'a host name or an address'),
    port: z.int().min(1).max(65_535).exactOptional(),
    from: address,
    to: z.array(address).min(1).max(50),
    tls: z.enum(['starttls', 'implicit', 'none']).exactOptional(),
    userVariable: variable.exactOptional(),
    passwordVariable: variable.exactOptional(),
    timeoutMs,
  })
  .refine(({ userVariable: user, passwordVariable: password }) => (user === undefined) === (password === undefined), {
    message: 'userVariable and passwordVariable belong together',
  })
  .refine(({ host, tls }) => tls !== 'none' || isLoopbackHost(host), {
    message: "tls 'none' is for a server on this machine: alerts and credentials would be readable on the way",
  })

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
        .union([z.strictObject({ url: webhookUrl, timeoutMs }), z.strictObject({ urlVariable: variable, timeoutMs })])
        .exactOptional(),
      slack: z.strictObject({ urlVariable: variable, timeoutMs }).exactOptional(),
      email: email.exactOptional(),
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
