import { randomBytes } from 'node:crypto'
import type { Column, RecordBatch, SubjectHandles } from '@attestry/core'
import type { BadReason, Cell } from './source-record.js'

export interface BatchLayout {
  /** Names of the source's columns, in its order. */
  readonly columns: readonly string[]
  readonly numeric: ReadonlySet<string>
  /** Column with the identifier of the person; its values become handles. */
  readonly subject?: string
  /** Whether the subject column is also kept as data, because the caller asked for it. */
  readonly keepSubject: boolean
  /** First 12 digits of the dataset's digest. */
  readonly prefix: string
}

export interface BatchBuilder {
  /** Takes one row over, or tells why it cannot be. `record` is its 1-based number in the source. */
  add(record: number, cells: readonly Cell[]): BadReason | undefined
  rows(): number
  characters(): number
  /** The rows so far as a batch; the builder is empty afterwards. */
  take(): RecordBatch
}

/**
 * Gathers rows into columns.
 *
 * Numbers are missing as NaN, text as null. A row without an identifier is a person of its own: it gets a fresh random
 * handle, and so does every row when there is no subject column or nobody hands out handles.
 */
export function buildBatches(layout: BatchLayout, handles: SubjectHandles | undefined): BatchBuilder {
  const { columns, numeric, subject, keepSubject, prefix } = layout
  const isNumber = columns.map(name => numeric.has(name))
  const subjectColumn = subject === undefined || !handles ? -1 : columns.indexOf(subject)
  let numbers: number[][] = columns.map(() => [])
  let texts: (string | null)[][] = columns.map(() => [])
  let rowIds: string[] = []
  let subjects: string[] = []
  let characters = 0
  // One row, so that a bad value in its last column leaves nothing behind in the first.
  const row: (number | string | null)[] = []

  return {
    add(record, cells) {
      for (let i = 0; i < columns.length; i++) {
        const value = isNumber[i] ? toNumber(cells[i]!) : toText(cells[i]!)
        if (typeof value === 'object' && value !== null) return value.bad
        row[i] = value
      }
      for (let i = 0; i < columns.length; i++)
        if (isNumber[i]) numbers[i]!.push(row[i] as number)
        else {
          const value = row[i] as string | null
          texts[i]!.push(value)
          characters += value?.length ?? 0
        }
      const cell = subjectColumn < 0 ? null : cells[subjectColumn]!
      subjects.push(cell === null ? '' : handles!.handleOf(String(cell)))
      rowIds.push(`${prefix}:${record}`)
      return undefined
    },
    rows: () => rowIds.length,
    characters: () => characters,
    take() {
      const taken: Record<string, Column> = {}
      for (const [i, name] of columns.entries()) {
        if (name === subject && !keepSubject) continue
        taken[name] = isNumber[i]
          ? { kind: 'number', values: Float64Array.from(numbers[i]!) }
          : { kind: 'text', values: texts[i]! }
      }
      const batch = { rowIds, subjects: withFreshHandles(subjects), columns: taken }
      numbers = columns.map(() => [])
      texts = columns.map(() => [])
      rowIds = []
      subjects = []
      characters = 0
      return batch
    },
  }
}

function withFreshHandles(subjects: readonly string[]): readonly string[] {
  const missing = subjects.reduce((count, handle) => count + (handle === '' ? 1 : 0), 0)
  if (missing === 0) return subjects
  const random = randomBytes(16 * missing).toString('hex')
  let at = 0
  return subjects.map(handle => (handle === '' ? random.slice(at, (at += 32)) : handle))
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

function toNumber(cell: Cell): number | { readonly bad: BadReason } {
  if (cell === null) return NaN
  if (typeof cell === 'bigint') return isExact(Number(cell)) ? Number(cell) : { bad: 'imprecise-number' }
  if (typeof cell === 'string') {
    const text = cell.trim()
    if (text === '') return NaN
    if (!decimal.test(text)) return { bad: 'not-a-number' }
    const value = Number(text)
    return Number.isFinite(value) ? value : { bad: 'not-a-number' }
  }
  return Number.isFinite(cell) ? cell : { bad: 'not-a-number' }
}

function toText(cell: Cell): string | null | { readonly bad: BadReason } {
  if (cell === null || typeof cell === 'string') return cell
  if (typeof cell === 'bigint') return String(cell)
  if (!Number.isFinite(cell)) return { bad: 'unreadable-value' }
  return Number.isInteger(cell) && !isExact(cell) ? { bad: 'imprecise-number' } : String(cell)
}

const isExact = (value: number): boolean => Number.isSafeInteger(value)
