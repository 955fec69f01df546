import { systemClock, type Clock } from '@attestry/core'
import { ownCode, type Refusal } from './attempts.js'

export interface Post {
  /** Its path is a secret. */
  readonly url: string
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
}

/** Worth another attempt; every other status is final. */
const isPassing = (status: number): boolean => status === 408 || status === 429 || status >= 500

/**
 * Posts JSON once. Redirects are not followed: they could lead an alert elsewhere.
 *
 * @returns null when it was answered with 200 to 299 in time
 */
export async function post(
  { url, body, headers, timeoutMs }: Post,
  clock: Clock = systemClock,
): Promise<Refusal | null> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    // The answer's text is of no interest, and could be endless.
    await response.body?.cancel()
    const { status } = response
    if (status >= 200 && status < 300) return null
    const waitMs = retryAfter(response.headers.get('retry-after'), clock)
    return { reason: `status ${status}`, isPassing: isPassing(status), ...(waitMs !== null && { waitMs }) }
  } catch (cause) {
    const code = ownCode(cause)
    if (code) return { reason: `the connection is not allowed (${code})`, isPassing: false, cause }
    const isLate = cause instanceof Error && cause.name === 'TimeoutError'
    return { reason: isLate ? `no answer within ${timeoutMs} ms` : 'no connection', isPassing: true, cause }
  }
}

/** RFC 9110, 10.2.3: seconds, or a date. Null for anything else. */
function retryAfter(value: string | null, clock: Clock): number | null {
  if (value === null) return null
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? null : Math.max(0, date - clock.now())
}
