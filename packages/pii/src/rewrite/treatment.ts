import type { AnonymizeOptions } from '../anonymize.js'
import { createDetector, type DetectOptions } from '../detector.js'
import type { Finding } from '../finding.js'
import type { IdentifierType } from '../identifier-types.js'
import { jsonInside, spellingOf } from '../operators/spelling.js'
import { keyedTools, writerFor, type WriterOptions } from '../operators/writer.js'
import { policyOf, type PolicyName } from '../policies/index.js'
import { decider, type PiiPolicy } from '../policies/policy.js'
import { sign } from './bytes.js'
import { decodeText } from './decode-text.js'
import { structuredFinder } from './structured-finder.js'

/** Bytes of a text and what is written in their place. */
export interface Edit {
  readonly from: number
  readonly to: number
  /** As it stands in the file, escaped where that is JSON. Undefined where the bytes stay. */
  readonly text?: string | Uint8Array
  readonly type: IdentifierType
  readonly finding: Finding
}

/** What a record is called, and the person in it. */
export type RecordNames = Pick<WriterOptions, 'recordId' | 'subject'>

/** Looks at texts in bytes, one after another, and says what to write instead. */
export interface Treatment {
  /** Whose texts come next. */
  about(record: RecordNames): void
  /** Looks at the text that begins at `from`; gives where it ends. */
  look(bytes: Uint8Array, from: number, limit: number): number
  /** Takes a whole text as one value of a type. */
  take(bytes: Uint8Array, from: number, to: number, type: IdentifierType): void
  /** Of the last text, in order. */
  readonly edits: readonly Edit[]
}

export interface TreatmentOptions
  extends Pick<DetectOptions, 'types' | 'rules' | 'locale' | 'locales' | 'allow' | 'recognizers'>,
    AnonymizeOptions {
  readonly policy: PolicyName | PiiPolicy
}

/** Finds in a text. */
export type Detect = (text: string) => readonly Finding[]

/**
 * A treatment of texts in UTF-8: plain ones, or the insides of JSON strings.
 *
 * @param detect finds instead of the detector that the options describe
 * @throws PII-E001, PII-E005, PII-E007, PII-E008, and at a text what `anonymize` throws
 */
export function treatment(options: TreatmentOptions, isJson: boolean, detect?: Detect): Treatment {
  // What a recogniser of one's own begins with is not known: with one, all text is looked at.
  const isFast = options.rules === 'structured' && (options.recognizers ?? []).length === 0 && !detect
  return isFast ? structured(options, isJson) : complete(options, isJson, detect ?? createDetector(options).detect)
}

function structured(options: TreatmentOptions, isJson: boolean): Treatment {
  const finder = structuredFinder(options, isJson)
  const { write, about } = writing(options, isJson)
  const edits: Edit[] = []
  return {
    edits,
    about,
    look(bytes, from, limit) {
      if (edits.length > 0) edits.length = 0
      const end = finder.look(bytes, from, limit)
      if (finder.found.length > 0) write(bytes, finder.found, edits)
      return end
    },
    take: taking(write, edits, isJson),
  }
}

function complete(options: TreatmentOptions, isJson: boolean, detect: Detect): Treatment {
  const { write, about } = writing(options, isJson)
  const edits: Edit[] = []
  return {
    edits,
    about,
    look(bytes, from, limit) {
      if (edits.length > 0) edits.length = 0
      const end = isJson ? endOfString(bytes, from, limit) : limit
      const { text, at } = decodeText(bytes, from, end, isJson)
      const found = detect(text).map(finding => ({
        finding,
        value: text.slice(finding.start, finding.end),
        from: from + (at ? at[finding.start]! : finding.start),
        to: from + (at ? at[finding.end]! : finding.end),
      }))
      if (found.length > 0) write(bytes, found, edits)
      return end
    },
    take: taking(write, edits, isJson),
  }
}

interface Found {
  readonly finding: Finding
  readonly value: string
  readonly from: number
  readonly to: number
}

type Write = (bytes: Uint8Array, found: readonly Found[], edits: Edit[]) => void

/** Writes what was found in one text as `anonymize` does. */
function writing(
  { policy: named, year = new Date().getUTCFullYear(), ...options }: TreatmentOptions,
  isJson: boolean,
): { readonly write: Write; readonly about: Treatment['about'] } {
  const policy = policyOf(named)
  const decide = decider(policy)
  const tools = keyedTools(options)
  let allOptions: WriterOptions = options
  return {
    about(record) {
      allOptions = { ...options, ...record }
    },
    write(bytes, found, edits) {
      const writer = writerFor(policy, found, allOptions, tools)
      for (const { finding, value, from, to } of found) {
        const { type } = finding
        const { action } = decide(finding, { year })
        if (action === 'keep') {
          edits.push({ from, to, type, finding })
          continue
        }
        const spelling = action === 'encrypt' ? spellingOf(value, bytes.subarray(from, to), isJson) : undefined
        const written = writer(action, finding, value, spelling)
        edits.push({ from, to, text: isJson ? jsonInside(written) : written, type, finding })
      }
    },
  }
}

const taking =
  (write: Write, edits: Edit[], isJson: boolean): Treatment['take'] =>
  (bytes, from, to, type) => {
    if (edits.length > 0) edits.length = 0
    const { text } = decodeText(bytes, from, to, isJson)
    if (text.trim() === '') return
    const finding: Finding = { type, start: 0, end: text.length, score: 1, rule: 'hint' }
    write(bytes, [{ finding, value: text, from, to }], edits)
  }

/** Where the quote stands that closes a JSON string, or the byte that it cannot hold. */
export function endOfString(bytes: Uint8Array, from: number, limit: number): number {
  for (let i = from; i < limit; i++) {
    const unit = bytes[i]!
    if (unit === sign.quote || unit < sign.space) return i
    if (unit !== sign.backslash) continue
    const next = bytes[++i]
    if (
      next === 0x75
        ? !/^[\da-f]{4}$/i.test(String.fromCharCode(...bytes.subarray(i + 1, i + 5)))
        : !escapable.has(next!)
    )
      return i - 1
    if (next === 0x75) i += 4
  }
  return limit
}

const escapable = new Set([...'"\\/bfnrt'].map(c => c.charCodeAt(0)))
