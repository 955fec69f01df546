import { recordIdChanges, recordTooLong, unreadableRecord, unusablePath } from '../errors.js'
import type { IdentifierType } from '../identifier-types.js'
import { sign } from './bytes.js'
import { pathRules, treatingOf, type Treating } from './json-paths.js'
import { memoryOutput } from './output.js'
import { jsonNames, refusePlaces, rowNames, type NamesOfRows, type RecordPlaces } from './record-names.js'
import { readRow, type Cell } from './table.js'
import { endOfString, treatment, type Detect, type Edit, type Treatment, type TreatmentOptions } from './treatment.js'
import { walkJson } from './walk-json.js'

/** How the bytes of a file are read. */
export type TextFormat = 'jsonl' | 'json' | 'csv' | 'tsv' | 'text'

/** How a file is read, and which of its texts are looked at. */
export interface LayoutOptions extends RecordPlaces {
  readonly format: TextFormat
  /**
   * JSON: what is done with the texts at a path, such as `{ 'messages[*].content': 'text', 'user.mail': 'EMAIL', id: 'keep' }`. The last that
   * fits decides; where none does, texts are looked through, but if some path says `text` only those are.
   */
  readonly paths?: Readonly<Record<string, string>>
  /** Tables: the same by the names in the first row. Columns without a word are looked through. */
  readonly columns?: Readonly<Record<string, string>>
  /** Most bytes of one record that are held at once; 64 MiB by default. */
  readonly longestRecord?: number
  /** Number of the first line, where the bytes are a part of a file; 1 by default. */
  readonly firstLine?: number
}

export interface RewriteOptions extends LayoutOptions, TreatmentOptions {}

/** What was done so far. */
export interface RewriteCounts {
  readonly bytes: number
  /** Lines of JSON lines and of text, rows of a table with the first one. */
  readonly records: number
  /** Findings that were treated, by type. */
  readonly found: Readonly<Partial<Record<IdentifierType, number>>>
}

/** A finding of a scan: where, and of what kind. */
export interface ScannedPlace {
  readonly line: number
  readonly type: IdentifierType
  readonly rule: string
  readonly score: number
}

export interface Rewriter {
  /** Takes more of a file and gives what can be written; valid until the next call. `isLast` with what remains. */
  push(bytes: Uint8Array, isLast: boolean): Uint8Array
  readonly counts: RewriteCounts
}

const newline = 0x0a
const carriageReturn = 0x0d
export const defaultLongest: number = 64 * 2 ** 20
/** Bytes of a text that are looked at together, so that an address over several lines is one. */
const blockSize = 64 * 1024

/**
 * Rewrites a file under a policy, piece by piece: everything but the values found goes to the output as it came, byte for byte.
 *
 * In JSON only strings that are values change; keys, numbers, white space and escapes stay, and each line stays one JSON value. Memory is
 * bounded by the longest record. A record that cannot be read is refused: where its strings end is not known.
 *
 * @param onFound told of every finding, in order, with the line of its record
 * @param detect finds instead of the detector that the options describe
 * @throws PII-E001, PII-E005, PII-E007, PII-E008, PII-E020; while pushing PII-E019, PII-E021, PII-E023 and what `anonymize` throws
 */
export function createRewriter(
  options: RewriteOptions,
  onFound?: (place: ScannedPlace) => void,
  detect?: Detect,
): Rewriter {
  return rewriterWith(options, treatment(options, isJsonFormat(options.format), detect), onFound)
}

export const isJsonFormat = (format: TextFormat): boolean => format === 'json' || format === 'jsonl'

/** A rewriter that treats the texts of a file as it is told. */
export function rewriterWith(
  options: LayoutOptions,
  treat: Treatment,
  onFound?: (place: ScannedPlace) => void,
): Rewriter {
  const { format, longestRecord = defaultLongest, firstLine = 1 } = options
  const output = memoryOutput(2 ** 20)
  const found: Partial<Record<IdentifierType, number>> = {}
  let pending = Buffer.alloc(2 ** 20)
  let length = 0
  let bytes = 0
  let line = firstLine
  let isStart = true
  /** Up to where `pending` was written. */
  let written = 0

  const sink: Sink = {
    write(from, to, text) {
      output.copy(pending, written, from)
      if (typeof text === 'string') output.text(text)
      else output.copy(text, 0, text.length)
      written = to
    },
    tell({ edits }, at, lineOf) {
      for (const { from, type, finding } of edits) {
        found[type] = (found[type] ?? 0) + 1
        onFound?.({ line: lineOf ? lineOf(from) : at, type, rule: finding.rule, score: finding.score })
      }
    },
  }
  const consume = isJsonFormat(format)
    ? jsonConsumer(options, treat, sink)
    : format === 'text'
      ? textConsumer(options, treat, sink)
      : tableConsumer(options, treat, sink)

  return {
    counts: {
      get bytes() {
        return bytes
      },
      get records() {
        return line - firstLine
      },
      found,
    },
    push(more, isLast) {
      if (length + more.length > pending.length) {
        const larger = Buffer.alloc(Math.max(pending.length * 2, length + more.length))
        larger.set(pending.subarray(0, length))
        pending = larger
      }
      pending.set(more, length)
      length += more.length
      bytes += more.length
      written = 0
      const from = isStart && pending[0] === 0xef && pending[1] === 0xbb && pending[2] === 0xbf && length >= 3 ? 3 : 0
      if (length < 3 && !isLast) return output.take()
      const end = consume(pending, from, length, isLast, line)
      isStart = false
      output.copy(pending, written, end.at)
      line = end.line
      pending.copyWithin(0, end.at, length)
      length -= end.at
      if (length > longestRecord) throw recordTooLong(line, longestRecord)
      return output.take()
    },
  }
}

/** Takes whole records from bytes; gives where they end and the line after them. */
type Consume = (
  bytes: Buffer,
  from: number,
  limit: number,
  isLast: boolean,
  line: number,
) => { readonly at: number; readonly line: number }

/** Where the consumers write. */
interface Sink {
  /** Instead of these bytes; all before them that were not written are, as they are. */
  write(from: number, to: number, text: string | Uint8Array): void
  /** @param lineOf the line of a byte, where it is not that of the record; asked in order */
  tell(treat: Treatment, line: number, lineOf?: (at: number) => number): void
}

function apply(treat: Treatment, sink: Sink, line: number): void {
  writeEdits(treat, sink)
  sink.tell(treat, line)
}

function writeEdits({ edits }: Treatment, sink: Sink): void {
  for (const { from, to, text } of edits) if (text !== undefined) sink.write(from, to, text)
}

/** @throws PII-E023 where the text that was looked at last is an id and would not stay */
function checkIdStays({ edits }: Treatment, line: number, { recordIdAt }: RecordPlaces): void {
  const change = edits.find(({ text }) => text !== undefined)
  if (change) throw recordIdChanges(line, recordIdAt!, change.type)
}

function jsonConsumer(options: LayoutOptions, treat: Treatment, sink: Sink): Consume {
  const { format, paths } = options
  const rules = paths && pathRules(paths)
  const readNames = jsonNames(options)
  const value = (bytes: Buffer, from: number, to: number, line: number): void => {
    const named = readNames?.(bytes, from, to, line)
    if (named) treat.about(named.names)
    const end = walkJson(bytes, from, to, rules !== undefined, (at, path) => {
      const what: Treating = rules ? rules(path) : 'text'
      if (what === 'text') {
        const textEnd = treat.look(bytes, at, to)
        if (at === named?.idFrom) checkIdStays(treat, line, options)
        apply(treat, sink, line)
        return textEnd
      }
      const textEnd = endOfString(bytes, at, to)
      if (what === 'keep') return textEnd
      treat.take(bytes, at, textEnd, what)
      if (at === named?.idFrom) checkIdStays(treat, line, options)
      apply(treat, sink, line)
      return textEnd
    })
    if (end !== to) throw unreadableRecord(line, 'it is not one JSON value')
  }
  return (bytes, from, limit, isLast, firstLine) => {
    if (format === 'json') {
      if (!isLast) return { at: 0, line: firstLine }
      if (limit > from) value(bytes, from, limit, firstLine)
      return { at: limit, line: firstLine + 1 }
    }
    let line = firstLine
    let at = from
    while (at < limit) {
      let end = bytes.indexOf(newline, at)
      if (end < 0 || end >= limit) {
        if (!isLast) break
        end = limit
      }
      if (!isBlank(bytes, at, end)) value(bytes, at, end, line)
      line++
      at = Math.min(end + 1, limit)
    }
    return { at, line }
  }
}

function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] !== sign.space && bytes[i] !== 0x0d && bytes[i] !== 0x09) return false
  return true
}

/** Text in blocks that end at an empty line, or after a megabyte at any line. */
function textConsumer(options: LayoutOptions, treat: Treatment, sink: Sink): Consume {
  refusePlaces(options)
  return (bytes, from, limit, isLast, firstLine) => {
    let line = firstLine
    let at = from
    let end = from
    let lines = 0
    let lineStart = from
    while (lineStart < limit) {
      let lineEnd = bytes.indexOf(newline, lineStart)
      const isCut = lineEnd < 0 || lineEnd >= limit
      if (isCut) {
        if (!isLast) break
        lineEnd = limit
      }
      lines++
      end = lineEnd
      const size = lineEnd - at
      const isDone = size >= blockSize && (isBlank(bytes, lineStart, lineEnd) || size >= 16 * blockSize)
      lineStart = Math.min(lineEnd + 1, limit)
      if (!isDone && !(isLast && lineStart >= limit)) continue
      treat.look(bytes, at, end)
      writeEdits(treat, sink)
      let seen = at
      let atLine = line
      sink.tell(treat, line, place => {
        for (; seen < place; seen++) if (bytes[seen] === newline) atLine++
        return atLine
      })
      line += lines
      lines = 0
      at = lineStart
    }
    return { at, line }
  }
}

/** Rows of a table, each cell a text of its own. The first row names the columns and stays. */
function tableConsumer(options: LayoutOptions, treat: Treatment, sink: Sink): Consume {
  const { format, columns = {} } = options
  const separator = format === 'tsv' ? 0x09 : sign.comma
  const named = Object.entries(columns).map(([name, what]) => [name, treatingOf(what)] as const)
  let head: readonly Treating[] | undefined
  let names: NamesOfRows | undefined

  const readHead = (names: readonly string[]): readonly Treating[] => {
    for (const [name] of named) if (!names.includes(name)) throw unusablePath(name, 'is no column of the table')
    return names.map(name => named.findLast(([column]) => column === name)?.[1] ?? 'text')
  }

  const rewriteCell = (bytes: Buffer, cell: Cell, what: Treating, line: number, isId: boolean): void => {
    if (what === 'keep' || cell.to === cell.from) return
    const content = contentOf(bytes, cell)
    if (what === 'text') treat.look(content, 0, content.length)
    else treat.take(content, 0, content.length, what)
    if (treat.edits.length === 0) return
    if (isId) checkIdStays(treat, line, options)
    if (treat.edits.some(({ text }) => text !== undefined)) {
      const quotes = Number(cell.isQuoted)
      sink.write(cell.from - quotes, cell.to + quotes, asCell(edited(content, treat.edits), cell.isQuoted, separator))
    }
    sink.tell(treat, line)
  }

  const rewriteRow = (bytes: Buffer, cells: readonly Cell[], rules: readonly Treating[], line: number): void => {
    const isBlankLine = cells.length === 1 && cells[0]!.from === cells[0]!.to
    if (names && !isBlankLine) {
      const textOf = (column: number): string | undefined => cells[column] && contentOf(bytes, cells[column]).toString()
      treat.about(names.read(textOf, line))
    }
    for (const [i, cell] of cells.entries()) rewriteCell(bytes, cell, rules[i] ?? 'text', line, i === names?.idColumn)
  }

  return (bytes, from, limit, isLast, firstLine) => {
    let line = firstLine
    let at = from
    while (at < limit) {
      const row = readRow(bytes, at, limit, separator, isLast)
      if (row === undefined) break
      if (row === 'broken') throw unreadableRecord(line, 'a quote does not close, or something follows one that does')
      if (head) rewriteRow(bytes, row.cells, head, line)
      else {
        const titles = row.cells.map(cell => contentOf(bytes, cell).toString())
        head = readHead(titles)
        names = rowNames(options, titles)
      }
      line += row.lines
      at = row.end
    }
    return { at, line }
  }
}

const contentOf = (bytes: Buffer, { from, to, hasQuotes }: Cell): Buffer =>
  hasQuotes ? Buffer.from(bytes.toString('latin1', from, to).replaceAll('""', '"'), 'latin1') : bytes.subarray(from, to)

function edited(content: Buffer, edits: readonly Edit[]): Buffer {
  const pieces: Uint8Array[] = []
  let at = 0
  for (const { from, to, text } of edits) {
    if (text === undefined) continue
    pieces.push(content.subarray(at, from), typeof text === 'string' ? Buffer.from(text) : text)
    at = to
  }
  return Buffer.concat([...pieces, content.subarray(at)])
}

/** A cell without quotes around it stays so where it is read back as it is. */
function asCell(content: Buffer, isQuoted: boolean, separator: number): Buffer {
  const isRead =
    content[0] !== sign.quote &&
    content.at(-1) !== carriageReturn &&
    !content.includes(separator) &&
    !content.includes(newline)
  if (!isQuoted && isRead) return content
  return Buffer.from(`"${content.toString('latin1').replaceAll('"', '""')}"`, 'latin1')
}
