import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isAttestryError } from '@attestry/core'
import { recordAll } from '../record/record-all.js'
import type { Recorder } from '../record/recorder.js'
import type { Finding } from '../windows/findings.js'
import { openAccess } from './access.js'
import { cannotListen, noSuchPage, serverClosing } from './errors.js'
import { monitorMetrics } from './monitor-metrics.js'
import { prometheusText, prometheusType } from './prometheus.js'
import { defaultRequestLimits, readPredictions, type RequestLimits } from './read-predictions.js'

export interface PredictionServerOptions {
  /** Where predictions go. It stays open when the server closes: close it afterwards. */
  readonly recorder: Recorder
  /** 127.0.0.1 unless named. Any other than loopback needs a token, and something in front of it that speaks TLS. */
  readonly host?: string
  /** 0, any free one, unless named. */
  readonly port?: number
  /** The environment variable that holds the bearer token, at least 32 characters: see `newToken`. */
  readonly tokenVariable?: string
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly limits?: Partial<RequestLimits>
  /** Findings of the latest checks, for `/metrics`. */
  readonly findings?: () => readonly Finding[]
}

export interface PredictionServer {
  /** Such as `http://127.0.0.1:9464`. */
  readonly url: string
  /** Takes no more requests, waits up to `patienceMs` (5,000) for those under way, then cuts them off. */
  close(patienceMs?: number): Promise<void>
}

const statuses: Readonly<Record<string, number>> = {
  'MONITOR-E342': 401,
  'MONITOR-E343': 404,
  'MONITOR-E344': 415,
  'MONITOR-E345': 413,
  'MONITOR-E346': 400,
  'MONITOR-E347': 421,
  'MONITOR-E348': 503,
}

/** Closed windows that wait for the disk, from which on the server calls itself unwell. */
const unwell = 4

/**
 * Opens an HTTP server that takes predictions: `POST /predictions` (JSON or JSON lines), `GET /metrics` (Prometheus) and
 * `GET /healthz`. Answers are JSON; a refusal is `{ error: { code, message, help } }`.
 *
 * @throws MONITOR-E341 when a token is needed and missing, MONITOR-E349 when the port cannot be had
 */
export async function openPredictionServer(options: PredictionServerOptions): Promise<PredictionServer> {
  const { recorder, host = '127.0.0.1', port = 0, tokenVariable, environment = process.env, findings } = options
  const mayPass = openAccess(host, tokenVariable, environment)
  const limits = { ...defaultRequestLimits, ...options.limits }
  let isClosing = false

  const pages = new Map<string, { method: string; answer: Answer }>(
    Object.entries({
      '/healthz': {
        method: 'GET',
        answer: async () =>
          recorder.pending < unwell
            ? json(200, { status: 'ok' })
            : json(503, { status: 'windows wait to be stored', windowsPending: recorder.pending }),
      },
      '/metrics': {
        method: 'GET',
        answer: async (request: IncomingMessage) => {
          mayPass(request)
          const content = prometheusText(monitorMetrics(recorder.status(), findings?.()))
          return { status: 200, type: prometheusType, content }
        },
      },
      '/predictions': {
        method: 'POST',
        answer: async (request: IncomingMessage) => {
          mayPass(request)
          if (isClosing) throw serverClosing()
          return json(200, { ...(await recordAll(recorder, await readPredictions(request, limits))) })
        },
      },
    }),
  )

  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
    const path = (request.url ?? '').split('?')[0]!
    const page = pages.get(path)
    const isAllowed = page?.method === request.method || (page?.method === 'GET' && request.method === 'HEAD')
    const answer: Answer =
      page && isAllowed
        ? page.answer
        : async () => {
            throw noSuchPage(page !== undefined)
          }
    void respond(answer, request, response, {
      allow: isAllowed || page === undefined ? undefined : page.method,
      isLast: () => isClosing,
    })
  })
  server.maxConnections = 1000
  await listen(server, host, port)
  const { port: given, address } = server.address() as AddressInfo
  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${given}`,
    close(patienceMs = 5000) {
      isClosing = true
      return shut(server, patienceMs)
    },
  }
}

interface Reply {
  readonly status: number
  readonly type: string
  readonly content: string
}

type Answer = (request: IncomingMessage) => Promise<Reply>

const json = (status: number, value: object): Reply => ({
  status,
  type: 'application/json',
  content: `${JSON.stringify(value)}\n`,
})

interface Manner {
  /** The method of the page, when the request has another. */
  readonly allow: string | undefined
  /** Whether the connection takes no further request. */
  isLast(): boolean
}

async function respond(
  answer: Answer,
  request: IncomingMessage,
  response: ServerResponse,
  { allow, isLast }: Manner,
): Promise<void> {
  const { status, type, content } = await answer(request).catch(refusal)
  if (response.destroyed) return
  response.writeHead(allow === undefined ? status : 405, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(content),
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
    ...(allow !== undefined && { Allow: allow }),
    ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
    // What was not read of a request must not be taken for the next one.
    ...((!request.complete || isLast()) && { Connection: 'close' }),
  })
  response.end(request.method === 'HEAD' ? undefined : content)
}

/** A coded error as it is; anything else without a word of it, because it may hold what was sent. */
function refusal(failure: unknown): Reply {
  if (!isAttestryError(failure))
    return json(500, { error: { code: null, message: 'the request could not be answered' } })
  const { code, message, help } = failure
  return json(statuses[code] ?? 500, { error: { code, message, ...(help !== undefined && { help }) } })
}

const listen = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', cause => reject(cannotListen(host, port, cause)))
    server.listen(port, host, resolve)
  })

async function shut(server: Server, patienceMs: number): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), patienceMs)
  try {
    await new Promise<void>(resolve => {
      server.close(() => resolve())
      server.closeIdleConnections()
    })
  } finally {
    clearTimeout(cut)
  }
}
