import { rowCount, takeRows, withColumns, type Column, type RecordBatch } from '@attestry/core'
import { atomsOf } from './atoms.js'
import { classJudge } from './class-judge.js'
import { checkDemands, inWords, sensitiveColumns, unmetDemands, type Demands } from './demands.js'
import { checkRoles } from './equivalence-classes.js'
import { needsHierarchy, noRows, outOfRange, unreachable } from './errors.js'
import { anything, levelsOf, type Hierarchy } from './hierarchy.js'
import { informationLoss, type InformationLoss } from './information-loss.js'
import { searchLattice, type SearchLoss } from './lattice.js'
import { mondrian } from './mondrian.js'
import type { RecodedColumn, RecodedLabel } from './recoded-column.js'

/** How a quasi-identifier is generalised: by a hierarchy, or (mondrian only) by ranges of its ordered values. */
export type Generalisation = Hierarchy | 'ordered'

interface Common extends Demands {
  /** Columns that an outsider may know, each with how it is generalised. Declared by a person; never guessed. */
  readonly quasiIdentifiers: Readonly<Record<string, Generalisation>>
  /**
   * How generalised numbers are written: as text such as `[20, 30)`, or as the middle of the interval, so that the column stays
   * one of numbers. Default `labels`.
   */
  readonly numbers?: 'labels' | 'midpoints'
}

export interface MondrianOptions extends Common {
  readonly algorithm: 'mondrian'
}

export interface LatticeOptions extends Common {
  readonly algorithm: 'lattice'
  /** Share of rows that may be suppressed, from 0 to below 1. Default 0. */
  readonly suppressionLimit?: number
  /** What the release has least of. Default `certainty`. */
  readonly loss?: SearchLoss
}

export type EnforceOptions = MondrianOptions | LatticeOptions

/** A table that keeps what was demanded. */
export interface Release {
  /** The rows that are left, in order, with their quasi-identifiers generalised. Other columns are as they were. */
  readonly batch: RecordBatch
  /** Places in the input of the rows that were suppressed. */
  readonly suppressed: readonly number[]
  readonly loss: InformationLoss
  /** Of the lattice: the level of each column, and how much of it was looked at. */
  readonly lattice?: {
    readonly levels: Readonly<Record<string, number>>
    readonly nodes: number
    readonly looked: number
  }
}

/**
 * Generalises the quasi-identifiers of a table, and suppresses rows up to a limit, until every class keeps the demands.
 *
 * `mondrian` cuts the table into classes and loses little; labels of one column may overlap. `lattice` gives every column
 * one level throughout, and finds the release of least loss among those. Either way the release is measured before it is
 * given out, and refused when the measurement disagrees.
 *
 * @throws DISCLOSURE-E006 when the demands cannot be kept: nothing is released then
 * @throws DISCLOSURE-E001 to E005, DISCLOSURE-E008, DISCLOSURE-E010, CORE-E042 for bad input
 */
export function enforceDisclosure(batch: RecordBatch, options: EnforceOptions): Release {
  const names = Object.keys(options.quasiIdentifiers)
  checkRoles(names, sensitiveColumns(options))
  checkDemands(options)
  const limit = options.algorithm === 'lattice' ? (options.suppressionLimit ?? 0) : 0
  if (!(limit >= 0 && limit < 1)) throw outOfRange('suppressionLimit', limit, 'a share from 0 to below 1')
  if (rowCount(batch) === 0) throw noRows('the table')
  const made =
    options.algorithm === 'mondrian' ? byMondrian(batch, names, options) : byLattice(batch, names, options, limit)
  return released(batch, made, options)
}

/** What the table would not keep if all its rows were one class. */
function unmetAsOneClass(batch: RecordBatch, names: readonly string[], demands: Demands): readonly string[] {
  const all: Column = { kind: 'text', values: Array.from({ length: rowCount(batch) }, () => anything) }
  const merged = withColumns(batch, Object.fromEntries(names.map(name => [name, all])))
  return unmetDemands(merged, names, demands).map(inWords)
}

interface Made {
  readonly columns: readonly RecodedColumn[]
  /** For each row, 1 unless it is suppressed. */
  readonly isKept: Uint8Array
  readonly original: ReturnType<typeof atomsOf>['quasi']
  readonly lattice?: Release['lattice']
}

function byMondrian(batch: RecordBatch, names: readonly string[], options: MondrianOptions): Made {
  const atoms = atomsOf(batch, names, sensitiveColumns(options))
  // Cutting never makes the worst class better.
  const unmet = unmetAsOneClass(batch, names, options)
  if (unmet.length > 0) throw unreachable('not even the whole table as one class keeps what is demanded', unmet)
  const dimensions = atoms.quasi.map(column => {
    const generalisation = options.quasiIdentifiers[column.name]!
    return generalisation === 'ordered'
      ? ({ kind: 'ordered' } as const)
      : ({ kind: 'tree', levels: levelsOf(column, generalisation) } as const)
  })
  const columns = mondrian(atoms, dimensions, options.k, classJudge(atoms, options))
  return { columns, isKept: new Uint8Array(atoms.rows).fill(1), original: atoms.quasi }
}

function byLattice(batch: RecordBatch, names: readonly string[], options: LatticeOptions, limit: number): Made {
  const atoms = atomsOf(batch, names, sensitiveColumns(options))
  const hierarchies = atoms.quasi.map(column => {
    const generalisation = options.quasiIdentifiers[column.name]!
    if (generalisation === 'ordered') throw needsHierarchy(column.name)
    return levelsOf(column, generalisation)
  })
  // A share such as 0.07 of 100 rows is seven rows, whatever its rounding.
  const maximum = Math.floor(limit * atoms.rows + 1e-9)
  const found = searchLattice(atoms, hierarchies, options, maximum, options.loss ?? 'certainty')
  if (found === undefined)
    throw unreachable(
      `no combination of levels keeps what is demanded with at most ${maximum} suppressed rows`,
      unmetAsOneClass(batch, names, options),
    )
  const { levels, nodes, looked } = found
  return {
    columns: found.columns,
    isKept: Uint8Array.from(atoms.atomOf, atom => found.isKept[atom]!),
    original: atoms.quasi,
    lattice: { levels: Object.fromEntries(names.map((name, place) => [name, levels[place]!])), nodes, looked },
  }
}

function released(input: RecordBatch, { columns, isKept, original, lattice }: Made, options: EnforceOptions): Release {
  const places = Array.from(isKept, (_, row) => row)
  const kept = places.filter(row => isKept[row])
  const recoded = columns
    .filter(({ isUnchanged }) => !isUnchanged)
    .map(column => [column.name, written(column, input, options.numbers ?? 'labels')] as const)
  const batch = takeRows(withColumns(input, Object.fromEntries(recoded)), kept)
  const unmet = unmetDemands(batch, Object.keys(options.quasiIdentifiers), options)
  if (unmet.length > 0)
    throw unreachable('the release was measured and does not keep what is demanded', unmet.map(inWords))
  return {
    batch,
    suppressed: places.filter(row => !isKept[row]),
    loss: informationLoss(original, columns, isKept, options.k),
    ...(lattice && { lattice }),
  }
}

function written(
  { name, labels, labelOf }: RecodedColumn,
  input: RecordBatch,
  numbers: 'labels' | 'midpoints',
): Column {
  if (numbers === 'midpoints' && input.columns[name]!.kind === 'number') {
    const middles = labels.map(middle)
    return { kind: 'number', values: Float64Array.from(labelOf, label => middles[label]!) }
  }
  return { kind: 'text', values: Array.from(labelOf, label => labels[label]!.text) }
}

/** A band has one end only, and that is all that is told of it; a label without bounds tells nothing. */
function middle({ span }: RecodedLabel): number {
  if (span === undefined) return Number.NaN
  const [low, high] = span
  if (low === -Infinity) return high
  return high === Infinity ? low : (low + high) / 2
}
