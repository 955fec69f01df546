import { recordNotNamed, unreadableRecord, unusablePath } from '../errors.js'
import { decodeText } from './decode-text.js'
import { onePlace } from './json-paths.js'
import { endOfString, type RecordNames } from './treatment.js'
import { walkJson } from './walk-json.js'

/** Where records say what they are called, and the person in them. */
export interface RecordPlaces {
  /**
   * Where the id of each record stands, to which encrypted values are bound: a path such as `ticket.id` in JSON, a column in a table. It is
   * read before the record is treated, and must stay as it is. Instead of `recordId`, which is one for all.
   */
  readonly recordIdAt?: string
  /** The same for the person whom a record is about. It is read as it was, and may be rewritten. Instead of `subject`. */
  readonly subjectAt?: string
}

interface Wanted {
  readonly key: keyof RecordNames
  readonly what: 'id' | 'subject'
  readonly place: string
}

const wantedOf = ({ recordIdAt, subjectAt }: RecordPlaces): readonly Wanted[] => [
  ...(recordIdAt === undefined ? [] : [{ key: 'recordId', what: 'id', place: recordIdAt } as const]),
  ...(subjectAt === undefined ? [] : [{ key: 'subject', what: 'subject', place: subjectAt } as const]),
]

/** @throws PII-E020 where a text is to say it, which has no places */
export function refusePlaces(places: RecordPlaces): void {
  for (const { place } of wantedOf(places))
    throw unusablePath(place, 'is no place: a text has neither paths nor columns')
}

export interface NamesOfJson {
  readonly names: RecordNames
  /** Where the inside of the string begins that is the id; -1 when it is a number, or not asked for. */
  readonly idFrom: number
}

/**
 * Reads what JSON records are called; undefined where no place says it.
 *
 * @throws PII-E020 for a path that names no one place; from the reader PII-E019, PII-E023
 */
export function jsonNames(
  places: RecordPlaces,
): ((bytes: Uint8Array, from: number, to: number, line: number) => NamesOfJson) | undefined {
  const wanted = wantedOf(places).map(one => ({ ...one, fits: onePlace(one.place) }))
  if (wanted.length === 0) return undefined
  return (bytes, from, to, line) => {
    const names: { recordId?: string; subject?: string } = {}
    let idFrom = -1
    const take = (start: number, name: string | undefined, path: readonly (string | number)[]): void => {
      for (const { key, what, place, fits } of wanted) {
        if (!fits(path)) continue
        if (key in names) throw recordNotNamed(line, what, place, 'it stands there twice')
        if (name === undefined)
          throw recordNotNamed(line, what, place, 'what stands there is neither text nor a number')
        names[key] = checked(name, line, what, place)
        if (key === 'recordId') idFrom = start
      }
    }
    const end = walkJson(
      bytes,
      from,
      to,
      true,
      (start, path) => {
        const textEnd = endOfString(bytes, start, to)
        if (wanted.some(({ fits }) => fits(path))) take(start, decodeText(bytes, start, textEnd, true).text, path)
        return textEnd
      },
      (start, literalEnd, path) => {
        const isNumber = bytes[start]! < 0x61
        take(-1, isNumber ? Buffer.from(bytes.subarray(start, literalEnd)).toString('latin1') : undefined, path)
      },
    )
    if (end !== to) throw unreadableRecord(line, 'it is not one JSON value')
    for (const { key, what, place } of wanted)
      if (!(key in names)) throw recordNotNamed(line, what, place, 'nothing stands there')
    return { names, idFrom }
  }
}

export interface NamesOfRows {
  /** Of one row, whose cells are read by their number. */
  read(cell: (column: number) => string | undefined, line: number): RecordNames
  /** Column of the id; -1 when it is not asked for. */
  readonly idColumn: number
}

/**
 * Reads what the rows of a table are called; undefined where no column says it.
 *
 * @throws PII-E020 for a column that the table has not, or twice; from the reader PII-E023
 */
export function rowNames(places: RecordPlaces, head: readonly string[]): NamesOfRows | undefined {
  const wanted = wantedOf(places).map(one => ({ ...one, column: columnOf(head, one.place) }))
  if (wanted.length === 0) return undefined
  return {
    idColumn: wanted.find(({ key }) => key === 'recordId')?.column ?? -1,
    read(cell, line) {
      const names: { recordId?: string; subject?: string } = {}
      for (const { key, what, place, column } of wanted) {
        const name = cell(column)
        if (name === undefined) throw recordNotNamed(line, what, place, 'the row has no such cell')
        names[key] = checked(name, line, what, place)
      }
      return names
    },
  }
}

function columnOf(head: readonly string[], name: string): number {
  const column = head.indexOf(name)
  if (column < 0) throw unusablePath(name, 'is no column of the table')
  if (head.lastIndexOf(name) !== column) throw unusablePath(name, 'is more than one column of the table')
  return column
}

function checked(name: string, line: number, what: 'id' | 'subject', place: string): string {
  if (name.trim() === '') throw recordNotNamed(line, what, place, 'it is empty')
  return name
}
