import { isUtf8 } from 'node:buffer'
import { readFileSync, statSync } from 'node:fs'
import type { Digest } from '@attestry/core'
import { instantOf } from '../dates.js'
import { consentEventBad, consentUnreadable } from '../errors.js'

/** What a person said about one purpose at one time. */
export interface ConsentEvent {
  /** The person's identifier as the data file has it. */
  readonly subject: string
  /** Purpose id, compared with the purpose of a run; for `opted-out` what it is out of, such as `sale-or-sharing`. */
  readonly purpose: string
  /**
   * `restricted` keeps the person's data out of every run, whatever the purpose, until `released` (GDPR 18). `opted-out` is a
   * refusal where the law asks for no consent, such as of sale or sharing; `given` takes it back.
   */
  readonly state: 'given' | 'withdrawn' | 'refused' | 'opted-out' | 'restricted' | 'released'
  /** ISO 8601 date and time with offset, or date. */
  readonly at: string
  /** From this instant on a given consent no longer counts. */
  readonly expires?: string
  /** Id or version of the notice that the person saw. */
  readonly notice: string
  /** Where it came from, such as `form` or `GPC` for a browser's signal. */
  readonly source?: string
  /** Id of the event in the system that it comes from. */
  readonly id?: string
  /** How it was said, such as `written`, `click` or `spoken`. */
  readonly method?: string
  /** Digest of what shows it, such as a signed form: the form itself stays where it is. */
  readonly evidence?: Digest
}

const maximumBytes = 256 * 1024 * 1024
const known: readonly string[] = [
  'subject',
  'purpose',
  'state',
  'at',
  'expires',
  'notice',
  'source',
  'id',
  'method',
  'evidence',
]
const states: readonly unknown[] = ['given', 'withdrawn', 'refused', 'opted-out', 'restricted', 'released']

/**
 * Reads a file of consent events, one JSON object per line, blank lines skipped.
 *
 * @param file how errors name it
 * @throws GOV-E001 when the file cannot be read, GOV-E002 with the line of the first event that cannot: an unreadable event
 *   may be a withdrawal, so it is never skipped
 */
export function readConsentFile(path: string, file: string = path): readonly ConsentEvent[] {
  let bytes: Buffer
  try {
    const facts = statSync(path)
    if (!facts.isFile()) throw consentUnreadable(file, 'it is not a regular file')
    if (facts.size > maximumBytes) throw consentUnreadable(file, `${facts.size} bytes > ${maximumBytes} bytes`)
    bytes = readFileSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw code === 'ENOENT' ? consentUnreadable(file, 'it is not there') : error
  }
  if (!isUtf8(bytes)) throw consentUnreadable(file, 'it is not UTF-8')
  return parseConsentEvents(bytes.toString(), file)
}

/** @throws GOV-E002 */
export function parseConsentEvents(text: string, file: string): readonly ConsentEvent[] {
  return text
    .replace(/^\ufeff/, '')
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [parseEvent(line, file, index + 1)]))
}

function parseEvent(line: string, file: string, number: number): ConsentEvent {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    throw consentEventBad(file, number, 'it is not JSON')
  }
  const problem = whyNotAnEvent(value)
  if (problem !== undefined) throw consentEventBad(file, number, problem)
  return value as ConsentEvent
}

/** What is wrong with a value as an event, naming a field and never a value; undefined for an event. */
export function whyNotAnEvent(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it is not an object'
  const event = value as Record<string, unknown>
  // A misspelt 'expires' would make consent last for ever.
  if (Object.keys(event).some(name => !known.includes(name))) return 'it has a field that is not known'
  for (const name of ['subject', 'purpose', 'notice'])
    if (typeof event[name] !== 'string' || event[name] === '') return `'${name}' is not a text`
  if (!states.includes(event.state)) return `'state' is not one of ${states.join(', ')}`
  for (const name of ['source', 'id', 'method'])
    if (event[name] !== undefined && (typeof event[name] !== 'string' || event[name] === ''))
      return `'${name}' is not a text`
  if (event.evidence !== undefined && !/^sha256:[0-9a-f]{64}$/.test(String(event.evidence)))
    return "'evidence' is not a digest"
  if (instantOf(event.at) === undefined) return "'at' is not an ISO 8601 time with offset"
  if (event.expires !== undefined && instantOf(event.expires) === undefined)
    return "'expires' is not an ISO 8601 date or time with offset"
  return undefined
}
