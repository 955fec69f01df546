import { rowCount, type Column, type RecordBatch } from '@attestry/core'
import { columnMissing } from './errors.js'
import type { Prediction } from './prediction.js'
import { recordAll, type Recorded } from './record-all.js'
import type { Recorder } from './recorder.js'

/** Which columns of a file hold what. At least one of `class` and `score`. */
export interface PredictionColumns {
  /** The predicted class. */
  readonly class?: string
  /** The probability of the positive class. */
  readonly score?: string
  /** The true class; empty where it is not known. */
  readonly truth?: string
  /** Of the predictions themselves; without it none is looked for twice. */
  readonly id?: string
}

/**
 * Records the rows of a file: CSV, JSON lines or Parquet, as `openDataset` of `@attestry/data` reads them. Name no
 * column as `numeric` there: rows where one does not parse would be taken out before they can be counted here. Features and groups
 * are the columns of those names; an input that the schema declares and the file lacks counts as missing in every row.
 *
 * @throws MONITOR-E325 when a named column, or the column of a group, is not there
 */
export async function recordBatches(
  recorder: Recorder,
  batches: Iterable<RecordBatch> | AsyncIterable<RecordBatch>,
  columns: PredictionColumns,
): Promise<Recorded> {
  let [recorded, rejected] = [0, 0]
  for await (const batch of batches) {
    const done = await recordAll(recorder, predictionsOf(batch, columns, recorder.schema))
    recorded += done.recorded
    rejected += done.rejected
  }
  return { recorded, rejected }
}

function* predictionsOf(
  batch: RecordBatch,
  named: PredictionColumns,
  { frame, features }: Recorder['schema'],
): Generator<Prediction> {
  const columnOf = (name: string | undefined): Column | undefined => {
    if (name === undefined) return undefined
    const column = batch.columns[name]
    if (!column) throw columnMissing(name, Object.keys(batch.columns))
    return column
  }
  const [guesses, scores, truths, ids] = [named.class, named.score, named.truth, named.id].map(columnOf)
  const attributes = Object.keys(frame.groups).map(name => [name, columnOf(name)!] as const)
  const isNumber = (name: string): boolean => features[name]?.kind === 'number'
  const inputs = Object.keys(features).flatMap(name =>
    batch.columns[name] ? [[name, batch.columns[name]] as const] : [],
  )
  for (let row = 0; row < rowCount(batch); row++) {
    const name = textAt(guesses, row)
    const score = numberAt(scores, row)
    const id = textAt(ids, row)
    yield {
      ...(guesses && { class: name ?? '' }),
      ...(score !== undefined && { score }),
      truth: textAt(truths, row) || null,
      ...(id !== undefined && { id }),
      groups: Object.fromEntries(attributes.map(([attribute, column]) => [attribute, textAt(column, row) ?? null])),
      features: Object.fromEntries(
        inputs.map(([input, { values }]) => [input, isNumber(input) ? numeric(values[row]) : values[row]]),
      ),
    }
  }
}

function textAt(column: Column | undefined, row: number): string | undefined {
  const value = column?.values[row]
  return value === undefined || value === null || Number.isNaN(value) ? undefined : String(value)
}

function numberAt(column: Column | undefined, row: number): number | undefined {
  const value = numeric(column?.values[row])
  return typeof value === 'string' ? Number.NaN : (value ?? undefined)
}

/** A text that is a number as that number; any other as it is, to be counted as a value of the wrong type. */
function numeric(value: string | number | null | undefined): string | number | null | undefined {
  if (typeof value !== 'string' || value.trim() === '') return value
  const number = Number(value)
  return Number.isNaN(number) ? value : number
}
