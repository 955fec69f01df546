import { rowCount, type PrivacyLedger, type PrivacyLimit, type RecordBatch } from '@attestry/core'
import { invalidBounds, invalidCount, invalidPeople, unknownUnit, unusableColumn } from './errors.js'
import { gridNoise, onGrid, type Bounds, type GridNoise } from './mechanisms/grid-noise.js'
import { wordsFor, type RandomOptions } from './mechanisms/random-words.js'

/** How much noise, over which columns, for whose protection. */
export interface NoiseOptions extends RandomOptions {
  /** Above 0, for all columns of `bounds` together. */
  readonly epsilon: number
  /** In [0, 1), for all columns together. 0 asks for Laplace noise, more for Gaussian noise. */
  readonly delta: number
  /** Declared bounds of every column that gets noise; values are clipped to them. Never read off the data. */
  readonly bounds: Readonly<Record<string, Bounds>>
  /** What is protected: one row, or everything in the rows of a person who has at most so many. */
  readonly unit: 'record' | { readonly rowsPerSubject: number }
}

/** Where the loss is entered before any noisy value exists. */
export interface NoiseCharge {
  readonly ledger: PrivacyLedger
  readonly dataset: string
  readonly id: string
  /** Of the dataset, and of one record of each person who is named; `person` bounds what is told of one as a whole. */
  readonly limit: PrivacyLimit
}

/** Noise that is ready to be added: how large it is, for what, and what it spends. */
export interface RecordNoise {
  readonly mechanism: GridNoise['mechanism']
  /** Standard deviation of the noise, in the unit of every column. */
  readonly sigma: number
  /** How far one unit can move the rows: L2 for Gaussian noise, L1 for Laplace noise. */
  readonly sensitivity: number
  /** Mean absolute error of each value. */
  readonly expectedError: number
  /** The released values are whole multiples of this power of two. */
  readonly step: number
  readonly epsilon: number
  readonly delta: number
  /** The number of rows shows in the release. */
  readonly adjacency: 'replace-one'
  readonly unit: NoiseOptions['unit']
  readonly random: 'csprng' | 'unsafe-seed'
  /** A batch with fresh noise in the columns of `bounds`. Every row may be passed once only. @throws DP-E042 */
  apply(batch: RecordBatch): RecordBatch
}

/** What is charged, where anything is, and to whom. */
export interface NoiseBearers {
  readonly charge?: NoiseCharge
  /**
   * Whose each row is, in the order of the rows: lasting handles of 32 hexadecimal digits, as `batch.subjects` has them when the
   * data was read with handles that last. They are charged too, over all datasets, and need a `charge`.
   *
   * A person with k rows is charged as a group of k where the unit is a record. Where the unit is a person with at most r
   * rows, the noise covers r of them together, and k rows are a group of k / r, rounded up.
   */
  readonly subjects?: readonly string[]
}

/** A noisy batch and what it spent. */
export interface NoisyBatch extends Omit<RecordNoise, 'apply'> {
  readonly data: RecordBatch
  /** Columns passed on as they are: epsilon says nothing about them. */
  readonly notCovered: readonly string[]
  /** The id of the charge; null where no ledger was given and the release stands in no account. */
  readonly charge: string | null
  /** How many people bear it; null where none were named. */
  readonly people: number | null
}

/**
 * Noise for records: any two values within the bounds give nearly the same output.
 *
 * One unit may change every column of its rows, so the budget is spent once on the whole vector: with widths w the
 * sensitivity is sqrt(rows * sum of w^2) for Gaussian and rows * sum of w for Laplace noise. Rows cannot be told apart
 * by it, but their number can.
 *
 * @throws DP-E001, DP-E002 for the budget; DP-E040 without declared bounds, DP-E041 for an unknown unit
 * @see Balle, Wang 2018, arXiv 1805.06530, theorem 8; Canonne, Kamath, Steinke 2020, arXiv 2004.00010
 */
export function recordNoise(options: NoiseOptions): RecordNoise {
  const { epsilon, delta, unit } = options
  const bounds = checkBounds(options.bounds)
  const rows = rowsPerUnit(unit)
  const widths = Object.values(bounds).map(({ min, max }) => max - min)
  const l1 = rows * widths.reduce((a, b) => a + b, 0)
  const l2 = Math.sqrt(rows) * Math.hypot(...widths)
  const { words, random } = wordsFor(options)
  const coordinates = rows * widths.length
  const noise = gridNoise({ epsilon, delta, l1, l2, coordinates, width: Math.min(...widths) })
  const { mechanism, sigma, expectedError, step } = noise
  const draw = noise.draw(words)
  return {
    mechanism,
    sigma,
    sensitivity: delta === 0 ? l1 : l2,
    expectedError,
    step,
    epsilon,
    delta,
    adjacency: 'replace-one',
    unit,
    random,
    apply(batch) {
      const noisy = Object.entries(bounds).map(([name, range]) => {
        const values = numbersOf(batch, name)
        return [
          name,
          { kind: 'number' as const, values: values.map(v => Number(onGrid(v, range, step) + draw()) * step) },
        ]
      })
      return { ...batch, columns: { ...batch.columns, ...Object.fromEntries(noisy) } } as RecordBatch
    },
  }
}

/**
 * Adds noise to one batch of records and, where a ledger is given, enters the loss before.
 *
 * @param batch the whole data; for data in several batches call `recordNoise` once and `apply` per batch
 * @throws DP-E040 without declared bounds; DP-E041 for an unknown unit; DP-E042 for bounds on text and for free text
 * @throws DP-E011 when the budget of the dataset does not cover it, DP-E022 when that of a person does not; then nothing is
 *   charged and no number was read
 * @throws DP-E024 for subjects without a ledger, or not one for each row
 * @example
 *   await addNoise(batch, { epsilon: 1, delta: 1e-5, bounds: { age: { min: 0, max: 120 } }, unit: 'record' })
 */
export async function addNoise(batch: RecordBatch, options: NoiseOptions & NoiseBearers): Promise<NoisyBatch> {
  const { apply, ...facts } = recordNoise(options)
  for (const name of Object.keys(options.bounds)) numbersOf(batch, name)
  refuseFreeText(batch)
  const { charge, subjects } = options
  if (subjects) checkSubjects(subjects, rowCount(batch), charge)
  const rows = rowsPerUnit(options.unit)
  if (charge)
    await charge.ledger.charge(
      {
        dataset: charge.dataset,
        id: charge.id,
        epsilon: facts.epsilon,
        delta: facts.delta,
        adjacency: facts.adjacency,
        ...(rows > 1 && { recordsPerUnit: rows }),
        mechanism: `${facts.mechanism} per ${rows > 1 ? `person of at most ${rows} rows` : 'record'}, sigma ${facts.sigma}, sensitivity ${facts.sensitivity}`,
      },
      charge.limit,
      subjects,
    )
  const notCovered = Object.keys(batch.columns).filter(name => !(name in options.bounds))
  const people = subjects ? new Set(subjects).size : null
  return { ...facts, data: apply(batch), notCovered, charge: charge?.id ?? null, people }
}

function checkSubjects(subjects: readonly unknown[], rows: number, charge: NoiseCharge | undefined): void {
  if (!charge) throw invalidPeople('there is no ledger to charge them in')
  if (!Array.isArray(subjects) || subjects.length !== rows)
    throw invalidPeople(
      `there are ${rows} rows and ${Array.isArray(subjects) ? subjects.length : 'no list of'} subjects`,
    )
  const missing = subjects.findIndex(subject => typeof subject !== 'string' || !/^[0-9a-f]{32}$/.test(subject))
  if (missing >= 0) throw invalidPeople(`row ${missing + 1} has no handle of 32 hexadecimal digits`)
}

function checkBounds(bounds: unknown): Readonly<Record<string, Bounds>> {
  if (typeof bounds !== 'object' || bounds === null || Object.keys(bounds).length === 0)
    throw invalidBounds(typeof bounds === 'string' ? 'they may not come from the data' : 'no column has any')
  for (const [name, range] of Object.entries(bounds as Record<string, Partial<Bounds> | string | null>)) {
    if (typeof range !== 'object' || range === null || 'fromData' in range)
      throw invalidBounds(`those of '${name}' are not declared numbers`)
    const { min, max } = range
    if (!(Number.isFinite(min) && Number.isFinite(max) && max! - min! > 1e-200 && Number.isFinite(max! - min!)))
      throw invalidBounds(`those of '${name}' are not two numbers with min below max`)
  }
  return bounds as Readonly<Record<string, Bounds>>
}

function rowsPerUnit(unit: NoiseOptions['unit']): number {
  if (unit === 'record') return 1
  if (typeof unit !== 'object' || unit === null || !('rowsPerSubject' in unit)) throw unknownUnit(unit)
  const rows: unknown = unit.rowsPerSubject
  if (!(Number.isSafeInteger(rows) && (rows as number) >= 1)) throw invalidCount('rowsPerSubject', rows, 1)
  return rows as number
}

function numbersOf(batch: RecordBatch, name: string): Float64Array {
  const found = Object.hasOwn(batch.columns, name) ? batch.columns[name] : undefined
  if (found === undefined) throw unusableColumn(`column '${name}' is not in the data`)
  if (found.kind !== 'number') throw unusableColumn(`column '${name}' holds text, to which no number can be added`)
  return found.values as Float64Array
}

/** A category has few values; a column with more is free text. */
const mostCategories = 50

function refuseFreeText(batch: RecordBatch): void {
  for (const [name, { kind, values }] of Object.entries(batch.columns))
    if (kind === 'text' && rowCount(batch) > 0 && new Set<unknown>(values).size > mostCategories)
      throw unusableColumn(`column '${name}' is free text, and noise on the numbers beside it hides nobody named in it`)
}
