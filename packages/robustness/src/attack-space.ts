import { takeRows, type DataConfig, type FeatureView, type RecordBatch } from '@attestry/core'

/**
 * What an attacker may change of some rows: numbers, each inside its declared range. Categories and missing values stay.
 *
 * Positions are shares of the declared range: 0 is its lower end, 1 its upper end, whatever the model's own scale is.
 */
export interface AttackSpace {
  /** Data columns that can be changed. */
  readonly attacked: readonly string[]
  readonly fixed: readonly string[]
  /** Places of the attacked columns in a row of the matrix. */
  readonly places: readonly number[]
  readonly rows: number
  /** Shares of the rows as they are; rows × places. */
  readonly start: Float64Array
  /** Whether a share can move; rows × places. */
  readonly isFree: Uint8Array
  /** Inputs of the model for some of the rows at other shares; the derivative of an input by its share is in `span`. */
  inputs(rows: readonly number[], shares: Float64Array): Float32Array
  readonly span: Float64Array
}

/** Declared numbers that a model sees, each with its place in a row of the matrix. */
export const numbersOf = (
  { names, columns }: Pick<FeatureView, 'names' | 'columns'>,
  data: DataConfig,
): readonly { readonly name: string; readonly place: number; readonly min: number; readonly max: number }[] =>
  names.flatMap((name, place) => {
    const bounds = name === columns[place] ? data.features?.[name] : undefined
    return bounds && 'min' in bounds ? [{ name, place, min: bounds.min, max: bounds.max }] : []
  })

/** The space around rows. @param rows as they are stored; at least one */
export async function attackSpace(features: FeatureView, data: DataConfig, rows: RecordBatch): Promise<AttackSpace> {
  const { names, columns } = features
  const width = names.length
  const numbers = numbersOf(features, data)
  const matrix = await features.encode(rows)
  const places = numbers.map(({ place }) => place)
  // What the ends of the declared ranges become in the model's own scale.
  const ends = await Promise.all(
    (['min', 'max'] as const).map(end =>
      features.encode({
        ...takeRows(rows, [0]),
        columns: {
          ...takeRows(rows, [0]).columns,
          ...Object.fromEntries(
            numbers.map(one => [one.name, { kind: 'number' as const, values: Float64Array.of(one[end]) }]),
          ),
        },
      }),
    ),
  )
  const low = Float64Array.from(places, place => ends[0]![place]!)
  const span = Float64Array.from(places, (place, i) => ends[1]![place]! - low[i]!)
  const count = rows.rowIds.length
  const start = new Float64Array(count * places.length)
  const isFree = new Uint8Array(count * places.length)
  const missing = numbers.map(({ name }) => names.indexOf(`${name}=(missing)`))
  for (let row = 0; row < count; row++)
    for (const [i, place] of places.entries()) {
      const at = row * places.length + i
      const isMissing = missing[i]! >= 0 && matrix[row * width + missing[i]!]! > 0.5
      start[at] = span[i] === 0 ? 0 : (matrix[row * width + place]! - low[i]!) / span[i]!
      isFree[at] = isMissing || span[i] === 0 ? 0 : 1
    }
  const attacked = numbers.map(({ name }) => name)
  return {
    attacked,
    fixed: [...new Set(columns)].filter(name => !attacked.includes(name)),
    places,
    rows: count,
    start,
    isFree,
    span,
    inputs(chosen, shares) {
      const inputs = new Float32Array(chosen.length * width)
      for (const [at, row] of chosen.entries()) {
        inputs.set(matrix.subarray(row * width, (row + 1) * width), at * width)
        for (const [i, place] of places.entries()) {
          const share = at * places.length + i
          if (isFree[row * places.length + i] === 1) inputs[at * width + place] = low[i]! + shares[share]! * span[i]!
        }
      }
      return inputs
    },
  }
}

/** Shares of some rows. */
export function sharesOf({ places, start }: AttackSpace, rows: readonly number[]): Float64Array {
  const width = places.length
  const shares = new Float64Array(rows.length * width)
  for (const [at, row] of rows.entries()) shares.set(start.subarray(row * width, (row + 1) * width), at * width)
  return shares
}
