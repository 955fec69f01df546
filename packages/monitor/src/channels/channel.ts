import { constants } from 'node:fs'
import { syncDirectory } from '@attestry/core'
import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileFailed, webhookFailed } from '../errors.js'
import { untilAccepted, type AttemptOptions, type Refusal } from './attempts.js'
import type { Message } from './message.js'
import { post } from './post.js'

/** Delivers a message, or rejects with a coded error. */
export type Channel = (message: Message) => Promise<void>

/** Where a webhook listens. */
export interface WebhookTarget {
  /** Of http or https. Its path is treated as a secret. */
  readonly url: string
  /** For one attempt. Default 5000. */
  readonly timeoutMs?: number
}

/** One line per alert. */
export const lineChannel =
  (write: (line: string) => void): Channel =>
  async ({ text }) =>
    write(`attestry alert: ${text}\n`)

/**
 * Appends each alert as a line of JSON; resolves when it is on disk.
 *
 * @param file relative to `directory`, and inside it
 * @throws MONITOR-E003 when it cannot be written, or is a link
 */
export const fileChannel =
  (directory: string, file: string): Channel =>
  async message => {
    const path = join(directory, file)
    try {
      await mkdir(dirname(path), { recursive: true })
      const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW = 0 } = constants
      const handle = await open(path, O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW, 0o600)
      try {
        await handle.writeFile(`${JSON.stringify(message)}\n`)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await syncDirectory(dirname(path))
    } catch (cause) {
      throw fileFailed(file, cause)
    }
  }

/**
 * Posts each message as JSON, with its id as `Idempotency-Key`, and tries again as `untilAccepted` does.
 *
 * @throws MONITOR-E004 when no attempt was answered with 200 to 299 in time
 */
export const webhookChannel =
  ({ url, timeoutMs = 5000 }: WebhookTarget, options: AttemptOptions = {}): Channel =>
  async message => {
    const headers = { 'idempotency-key': message.id }
    const attempt = (): Promise<Refusal | null> => post({ url, headers, timeoutMs, body: JSON.stringify(message) })
    const failure = await untilAccepted(attempt, options)
    if (failure) throw webhookFailed(new URL(url).host, failure.reason, failure.attempts, failure.cause)
  }
