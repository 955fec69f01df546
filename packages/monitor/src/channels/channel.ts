import { constants } from 'node:fs'
import { syncDirectory } from '@attestry/core'
import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileFailed, webhookFailed } from '../errors.js'
import type { AlertMessage } from './message.js'
import type { WebhookOptions } from '../options.js'

/** Delivers a message, or rejects with a coded error. */
export type Channel = (message: AlertMessage) => Promise<void>

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

const attempts = 3

/** Worth another attempt; every other status is final. */
const isPassing = (status: number): boolean => status === 408 || status === 429 || status >= 500

/**
 * Posts each alert as JSON, with its id as `Idempotency-Key`, at most three times with a growing pause between attempts.
 * Redirects are not followed: they could lead the alert elsewhere.
 *
 * @param pauseMs before the second attempt; twice as long before the third
 * @throws MONITOR-E004 when no attempt was answered with 200 to 299 in time
 */
export const webhookChannel =
  ({ url, timeoutMs = 5000 }: WebhookOptions, pauseMs = 250): Channel =>
  async message => {
    const { host } = new URL(url)
    for (let attempt = 1; ; attempt++) {
      const { status, cause } = await post(url, message, timeoutMs)
      if (status !== undefined && status >= 200 && status < 300) return
      const reason = status === undefined ? failureOf(cause, timeoutMs) : `status ${status}`
      const isFinal = status !== undefined && !isPassing(status)
      if (isFinal || attempt === attempts) throw webhookFailed(host, reason, attempt, cause)
      await wait(pauseMs * 2 ** (attempt - 1))
    }
  }

async function post(
  url: string,
  message: AlertMessage,
  timeoutMs: number,
): Promise<{ readonly status?: number; readonly cause?: unknown }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': message.id },
      body: JSON.stringify(message),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    // The answer's text is of no interest, and could be endless.
    await response.body?.cancel()
    return { status: response.status }
  } catch (cause) {
    return { cause }
  }
}

const failureOf = (cause: unknown, timeoutMs: number): string =>
  cause instanceof Error && cause.name === 'TimeoutError' ? `no answer within ${timeoutMs} ms` : 'no connection'
