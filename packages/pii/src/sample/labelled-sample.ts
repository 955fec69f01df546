import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { brokenSample } from '../errors.js'
import { isIdentifierType, type IdentifierType } from '../identifier-types.js'

/** A text with the places that a person marked in it. */
export interface LabelledText {
  readonly text: string
  readonly spans: readonly LabelledSpan[]
}

/** UTF-16 offsets and the type. */
export type LabelledSpan = readonly [start: number, end: number, type: IdentifierType]

export interface LabelledSample {
  readonly texts: readonly LabelledText[]
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string
}

/**
 * Reads JSON lines such as `{"text":"Write to jo@example.org","spans":[[9,23,"EMAIL"]]}`. Empty lines are passed over.
 *
 * @throws PII-E018 when the file cannot be read, a line is no such record, a type is not known or a span leaves its text
 */
export async function readLabelledSample(file: string): Promise<LabelledSample> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(file)
  } catch {
    throw brokenSample(file, 'it cannot be read')
  }
  const texts: LabelledText[] = []
  for (const [index, line] of Buffer.from(bytes).toString('utf8').split('\n').entries()) {
    if (line.trim() === '') continue
    const one = labelledText(line)
    // What the line holds is not told: it is personal data.
    if (typeof one === 'string') throw brokenSample(file, `line ${index + 1} ${one}`)
    texts.push(one)
  }
  return { texts, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** The record of a line, or what is wrong with it. */
function labelledText(line: string): LabelledText | string {
  let record: unknown
  try {
    record = JSON.parse(line)
  } catch {
    return 'is not JSON'
  }
  if (typeof record !== 'object' || record === null) return 'is no object'
  const { text, spans } = record as { text?: unknown; spans?: unknown }
  if (typeof text !== 'string') return "has no 'text'"
  if (!Array.isArray(spans)) return "has no list of 'spans'"
  const read: LabelledSpan[] = []
  for (const span of spans as readonly unknown[]) {
    if (!Array.isArray(span)) return 'has a span that is no list'
    const [start, end, type] = span as readonly unknown[]
    if (typeof type !== 'string' || !isIdentifierType(type)) return 'has a span of an unknown type'
    if (typeof start !== 'number' || typeof end !== 'number' || !isWithin(start, end, text.length))
      return 'has a span that is not within its text'
    read.push([start, end, type])
  }
  return { text, spans: read }
}

const isWithin = (start: number, end: number, length: number): boolean =>
  Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= length
