import { canonicalJson, type AuditEvent } from '@attestry/core'
import { eventRefused, eventTooLarge } from './errors.js'
import { maxEntryBytes } from './tiles.js'

/** What an entry says of the payload that lies outside the tree. */
export interface Commitment {
  /** SHA-256(salt || RFC 8785 payload), hex. Tells nothing once salt and payload are destroyed. */
  readonly h: string
  /** SHA-256 of the stored line with its newline, hex: anyone can check the file without a key. */
  readonly line: string
  /** First byte of the line in payloads.jsonl. */
  readonly at: number
  /** Its length in bytes, with the newline. */
  readonly size: number
}

/** An event without its payload: what the tree holds, as RFC 8785 JSON. */
export interface Entry extends Omit<AuditEvent, 'payload'> {
  readonly v: 1
  readonly commit?: Commitment
}

type Rule = readonly [RegExp | ((value: unknown) => boolean), string]

const hex64 = /^[0-9a-f]{64}$/
const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0

/** Lists are checked element by element and have at most this many elements. */
const maxListLength = 500

const digests: Rule = [/^sha256:[0-9a-f]{64}$/, 'must hold sha256 digests']

// The allow-list: a field that is not here does not get into the tree.
const rules: Readonly<Record<string, Rule>> = {
  v: [value => value === 1, 'must be 1'],
  id: [ulid, 'must be a ULID'],
  type: [/^attestry\.[a-z]+\.[a-z]+(?:-[a-z]+)*$/, 'must be an event type'],
  time: [/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'must be an RFC 3339 time in UTC with milliseconds'],
  phase: [/^(?:intent|outcome|note)$/, 'must be intent, outcome or note'],
  ref: [ulid, 'must be the ULID of an intent'],
  actor: [isActor, 'must name one person or key, without control characters, in at most 200 characters'],
  run: [/^[A-Za-z0-9._-]{1,64}$/, 'must be a run id'],
  stage: [/^(?:preprocess|train|evaluate|deploy|monitor)$/, 'must be a stage'],
  plugin: [/^[A-Za-z0-9@/._~-]{1,214}$/, 'must be a package name'],
  controls: [/^[\x20-\x7e]{1,200}$/, 'must hold control ids'],
  result: [/^(?:ok|denied|failed|unknown)$/, 'must be ok, denied, failed or unknown'],
  objects: digests,
  subjects: [/^[0-9a-f]{32}$/, 'must hold random handles of 32 hex digits'],
  sealed: [value => typeof value === 'boolean', 'must be true or false'],
  commit: [isCommitment, 'must be a commitment'],
}

const lists = new Set(['controls', 'objects', 'subjects'])
const required = ['v', 'id', 'type', 'time', 'phase', 'actor', 'run']
const nobody = new Set(['anonymous', 'shared', 'unknown', 'nobody', 'everyone', 'somebody'])

function isActor(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    /^[^\p{C}\p{Z}](?:[^\p{C}]{0,198}[^\p{C}\p{Z}])?$/u.test(value) &&
    !nobody.has(value.toLowerCase())
  )
}

function isCommitment(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { h, line, at, size, ...rest } = value as Record<string, unknown>
  const areHashes = typeof h === 'string' && hex64.test(h) && typeof line === 'string' && hex64.test(line)
  return areHashes && isCount(at) && isCount(size) && Object.keys(rest).length === 0
}

/** @throws AUDIT-E001 that names the first field outside the allow-list */
export function checkEntry(entry: Readonly<Record<string, unknown>>): void {
  for (const field of required) if (entry[field] === undefined) throw eventRefused(field, 'is missing')
  for (const [field, value] of Object.entries(entry)) {
    if (value === undefined) continue
    const rule = Object.hasOwn(rules, field) ? rules[field] : undefined
    if (!rule) throw eventRefused(/^\w{1,40}$/.test(field) ? field : '?', 'is not on the allow-list')
    const [test, text] = rule
    const passes = (one: unknown): boolean =>
      typeof test === 'function' ? test(one) : typeof one === 'string' && test.test(one)
    const isGood = lists.has(field)
      ? Array.isArray(value) && value.length <= maxListLength && value.every(passes)
      : passes(value)
    if (!isGood) throw eventRefused(field, text)
  }
}

/** The header of an event, checked. @throws AUDIT-E001 */
export function headerOf({ payload: _, ...header }: AuditEvent): Entry {
  const entry: Entry = { v: 1, ...header }
  checkEntry(entry as unknown as Record<string, unknown>)
  return entry
}

/** @throws AUDIT-E002 above 65,535 bytes */
export function encodeEntry(entry: Entry): Uint8Array {
  const bytes = Buffer.from(canonicalJson(entry))
  if (bytes.length > maxEntryBytes) throw eventTooLarge('header', bytes.length, maxEntryBytes)
  return bytes
}

/** Reads an entry. Undefined unless it is canonical JSON with allowed fields only. */
export function decodeEntry(bytes: Uint8Array): Entry | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const entry = JSON.parse(text) as Record<string, unknown>
    checkEntry(entry)
    // Only one spelling of an entry exists; duplicate keys, which JSON.parse merges, do not survive this.
    return canonicalJson(entry) === text ? (entry as unknown as Entry) : undefined
  } catch {
    return undefined
  }
}
