import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAttestryError } from '@attestry/core'

/** How one attempt to deliver went; null: delivered. */
export interface Refusal {
  /** Holds no address, no credentials and nothing that the other side wrote. */
  readonly reason: string
  /** Whether another attempt may go better. */
  readonly isPassing: boolean
  /** How long the other side asked to wait. */
  readonly waitMs?: number
  readonly cause?: unknown
}

export interface AttemptOptions {
  /** Default 3. */
  readonly attempts?: number
  /** The longest pause before the second attempt, doubled before each further one. Default 250. */
  readonly pauseMs?: number
  /** No pause is longer; who asks for a longer one is not asked again. Default 30 seconds. */
  readonly longestPauseMs?: number
  /** From 0 inclusive to 1 exclusive. Default: the system's. */
  readonly random?: () => number
  readonly wait?: (ms: number) => Promise<unknown>
}

/** Why all attempts failed, and how many there were. */
export interface Failure extends Refusal {
  readonly attempts: number
}

/**
 * Tries until it works, until a refusal is final, or until the attempts are used up. Pauses grow, and are cut by up to half
 * at random, so that many senders do not come back at the same instant.
 *
 * @returns null when it worked
 */
export async function untilAccepted(
  attempt: () => Promise<Refusal | null>,
  options: AttemptOptions = {},
): Promise<Failure | null> {
  const { attempts = 3, pauseMs = 250, longestPauseMs = 30_000, random = uniform, wait = sleep } = options
  for (let number = 1; ; number++) {
    const refusal = await attempt()
    if (refusal === null) return null
    const { waitMs = 0 } = refusal
    const isTooLong = waitMs > longestPauseMs
    if (!refusal.isPassing || isTooLong || number === attempts) {
      const asked = isTooLong ? `, and asked to wait ${Math.ceil(waitMs / 1000)} s` : ''
      return { ...refusal, reason: refusal.reason + asked, attempts: number }
    }
    const pause = pauseMs * 2 ** (number - 1) * (0.5 + random() / 2)
    await wait(Math.min(Math.max(pause, waitMs), longestPauseMs))
  }
}

const uniform = (): number => randomInt(2 ** 32) / 2 ** 32

/** The code of one of our own errors that lies behind a failure, such as the refusal of a host that is not allowed. */
export function ownCode(failure: unknown): string | null {
  for (let cause = failure, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++)
    if (isAttestryError(cause)) return cause.code
  return null
}
