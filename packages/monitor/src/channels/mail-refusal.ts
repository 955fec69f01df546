import { ownCode, type Refusal } from './attempts.js'

/** Failures of the connection that another attempt may not meet. */
const ofConnection = new Set(['ECONNECTION', 'ESOCKET', 'EDNS', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND'])

/** What a failed mail comes down to: numbers and our own words, since what the server wrote may repeat addresses. */
export function refusalOf(failure: unknown, timeoutMs: number): Refusal {
  const own = ownCode(failure)
  if (own) return { reason: `the connection is not allowed (${own})`, isPassing: false }
  const { code, originalCode, responseCode } = (typeof failure === 'object' ? (failure ?? {}) : {}) as {
    readonly code?: unknown
    /** What the socket said. */
    readonly originalCode?: unknown
    readonly responseCode?: unknown
  }
  if (code === 'ETLS') return { reason: 'it offers no TLS that can be trusted', isPassing: false }
  if (typeof responseCode === 'number' && responseCode >= 400 && responseCode < 600) {
    const what = code === 'EAUTH' ? 'it refused the credentials' : 'it refused the mail'
    return { reason: `${what} (answer ${responseCode})`, isPassing: responseCode < 500 }
  }
  if (code === 'EAUTH') return { reason: 'it takes no credentials', isPassing: false }
  if (code === 'ETIMEDOUT') return { reason: `no answer within ${timeoutMs} ms`, isPassing: true }
  if (typeof originalCode === 'string' && /CERT|SIGNATURE|ISSUER|TLS|SSL/.test(originalCode))
    return { reason: `its certificate or its TLS is not trusted (${originalCode})`, isPassing: false }
  return typeof code === 'string' && ofConnection.has(code)
    ? { reason: 'no connection', isPassing: true }
    : { reason: `the mail could not be sent (${String(code ?? 'unknown failure')})`, isPassing: false }
}
