import type { IncomingMessage } from 'node:http'
import { bodyUnreadable, formUnknown, requestTooLarge } from './errors.js'

/** How much a request may hold. */
export interface RequestLimits {
  readonly bytes: number
  readonly predictions: number
}

export const defaultRequestLimits: RequestLimits = { bytes: 1024 * 1024, predictions: 10_000 }

const types = { 'application/json': 'json', 'application/x-ndjson': 'lines', 'application/jsonl': 'lines' } as const

/**
 * The predictions of a request, all of them or none.
 *
 * @throws MONITOR-E344 for another content type, MONITOR-E345 over a limit, MONITOR-E346 for what is no JSON
 */
export async function readPredictions(request: IncomingMessage, limits: RequestLimits): Promise<readonly unknown[]> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
  if (!Object.hasOwn(types, type) || (request.headers['content-encoding'] ?? 'identity') !== 'identity')
    throw formUnknown()
  const text = await readBody(request, limits.bytes)
  const found = types[type as keyof typeof types] === 'json' ? fromJson(text) : fromLines(text)
  if (found.length > limits.predictions) throw requestTooLarge('predictions', limits.predictions)
  return found
}

async function readBody(request: IncomingMessage, most: number): Promise<string> {
  // Before the first byte is taken where the client says how many there are.
  if (Number(request.headers['content-length'] ?? 0) > most) throw requestTooLarge('bytes', most)
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > most) throw requestTooLarge('bytes', most)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function fromJson(text: string): readonly unknown[] {
  const value = parse(text, 'the body')
  return Array.isArray(value) ? value : [value]
}

const fromLines = (text: string): readonly unknown[] =>
  text.split('\n').flatMap((line, place) => (line.trim() === '' ? [] : [parse(line, `line ${place + 1}`)]))

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw bodyUnreadable(where)
  }
}
