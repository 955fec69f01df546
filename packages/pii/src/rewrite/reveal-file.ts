import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { Digest } from '@attestry/core'
import { reversalRefused } from '../errors.js'
import type { Finding } from '../finding.js'
import type { IdentifierType } from '../identifier-types.js'
import { jsonInside } from '../operators/spelling.js'
import type { OpenedValue } from '../operators/seal-value.js'
import { findPlaceholders } from '../placeholder.js'
import { checkReversal, openPlace, placesIn, recordReversal, type Place, type RevealOptions } from '../reveal.js'
import { writeAll, writeWhole } from '../whole-file.js'
import { sign } from './bytes.js'
import { decodeText, type Decoded } from './decode-text.js'
import { isJsonFormat, rewriterWith, type LayoutOptions, type RewriteCounts } from './rewriter.js'
import { endOfString, type Edit, type RecordNames, type Treatment } from './treatment.js'

/**
 * How values of a file are read back: with the layout that it was rewritten with. `recordIdAt` names the place of the ids to which
 * encrypted values are bound. A path or column with a type says that enciphered numbers stand there, for nothing in them tells.
 */
export interface RevealFileOptions extends RevealOptions, Omit<LayoutOptions, 'subjectAt' | 'firstLine'> {
  /** Told now and then how many bytes were read; the file is read twice, and three times for a function. */
  readonly onProgress?: (bytes: number) => void
}

export interface RevealedFile extends RewriteCounts {
  /** SHA-256 of the file as it was read; the record of the reversal names it. */
  readonly digest: Digest
}

/** Takes what was read back, piece by piece; a piece is valid until it resolves. */
export type TakePiece = (bytes: Uint8Array) => Promise<void>

/**
 * Reads the values of a rewritten file back: all of them, or none. What was encrypted gets the bytes that stood there, what has a token
 * its value as it was first met.
 *
 * The file is read once to count its values and to digest it; that is recorded, and then it is read again. Memory is bounded by
 * the longest record.
 *
 * @param to a file, which is there as a whole or not at all, or a function, which gets nothing before every value was opened once
 * @throws PII-E015 as `reveal`, and when the file changed meanwhile; PII-E004, PII-E019, PII-E020, PII-E021, PII-E023; what
 *   `record` rejects with, and errors of the disk
 */
export async function revealFile(
  from: string,
  to: string | TakePiece,
  options: RevealFileOptions,
): Promise<RevealedFile> {
  const cipher = checkReversal(options)
  const isJson = isJsonFormat(options.format)
  let readBytes = 0
  const pass = async (open: Open | undefined, take?: TakePiece): Promise<RevealedFile> => {
    const hash = createHash('sha256')
    const rewriter = rewriterWith(options, revealing(options, isJson, open))
    for await (const piece of createReadStream(from, { highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>) {
      hash.update(piece)
      const written = rewriter.push(piece, false)
      await take?.(written)
      options.onProgress?.((readBytes += piece.length))
    }
    const rest = rewriter.push(new Uint8Array(0), true)
    await take?.(rest)
    const { bytes, records, found } = rewriter.counts
    return { bytes, records, found, digest: `sha256:${hash.digest('hex')}` }
  }
  const counted = await pass(undefined)
  await recordReversal(options, counted.found, counted.digest)

  const open: Open = {
    place: (place, recordId) => openPlace(place, recordId, options.tokens, cipher),
    number: (type, value) => cipher?.decipher(type, value),
  }
  const opening = async (take?: TakePiece): Promise<void> => {
    const { digest } = await pass(open, take)
    if (digest !== counted.digest) throw reversalRefused('the file changed while it was read')
  }
  if (typeof to === 'string') await writeWhole(to, target => opening(bytes => writeAll(target, bytes)))
  else {
    await opening()
    await opening(to)
  }
  return counted
}

/** Opens what was found, or gives undefined. */
interface Open {
  place(place: Place, recordId: string | undefined): OpenedValue | undefined
  number(type: IdentifierType, value: string): string | undefined
}

/** A treatment that puts values back; without `open` it only finds where some are. */
function revealing(options: RevealFileOptions, isJson: boolean, open: Open | undefined): Treatment {
  const edits: Edit[] = []
  let recordId = options.recordId

  const look = (bytes: Uint8Array, from: number, limit: number): number => {
    edits.length = 0
    const end = isJson ? endOfString(bytes, from, limit) : limit
    if (!mayHoldPlace(bytes.subarray(from, end), isJson)) return end
    const { text, at } = searchable(bytes, from, end, isJson)
    for (const place of placesIn(text, options)) {
      if (place.sealed !== undefined && recordId === undefined)
        throw reversalRefused(
          "there are encrypted values, and neither 'recordId' nor 'recordIdAt' says of which record",
        )
      const [start, stop] = [place.index, place.index + place.whole.length]
      const opened = open && need(open.place(place, recordId))
      edits.push({
        ...edit(place.type, from + (at ? at[start]! : start), from + (at ? at[stop]! : stop)),
        ...(opened && { text: asItStood(opened, isJson) }),
      })
    }
    return end
  }
  return {
    edits,
    about(record: RecordNames) {
      recordId = record.recordId
    },
    look,
    take(bytes, from, to, type) {
      const { text } = decodeText(bytes, from, to, isJson)
      // What could not be enciphered has a placeholder in its place.
      if (findPlaceholders(text).length > 0) return void look(bytes, from, to)
      edits.length = 0
      if (text.trim() === '') return
      if (!options.encryptionKey) throw reversalRefused("there are enciphered numbers, and no 'encryptionKey'")
      const number = open && need(open.number(type, text))
      edits.push({ ...edit(type, from, to), ...(number !== undefined && { text: number }) })
    },
  }
}

const edit = (type: IdentifierType, from: number, to: number): Edit => {
  const finding: Finding = { type, start: from, end: to, score: 1, rule: 'reversal' }
  return { from, to, type, finding }
}

/** All of them, or none. */
function need<T>(opened: T | undefined): T {
  if (opened === undefined) throw reversalRefused('not every value opens')
  return opened
}

function asItStood({ value, spelling }: OpenedValue, isJson: boolean): string | Uint8Array {
  if (spelling?.form === (isJson ? 'json' : 'bytes')) return spelling.bytes
  return isJson ? jsonInside(value) : value
}

/** JSON may write a letter as `\u0041`, though hardly anybody does. */
const escapedAscii = /\\u00[2-7]/

/** A text to look for places in: they are ASCII, so the bytes as they are will do, which costs far less than to decode them. */
function searchable(bytes: Uint8Array, from: number, to: number, isJson: boolean): Decoded {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1')
  return isJson && escapedAscii.test(text) ? decodeText(bytes, from, to, isJson) : { text, at: null }
}

const mayHoldPlace = (part: Uint8Array, isJson: boolean): boolean =>
  part.includes(sign.openBracket) || part.includes(sign.underscore) || (isJson && part.includes(sign.backslash))
