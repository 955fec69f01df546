import { checkGroups, rowsOf, type FeatureGroup } from './feature-group.js'
import { answers, type Predict } from './predict.js'
import { quantile } from './statistics.js'

export interface CounterfactualSearch {
  readonly predict: Predict
  readonly row: Float64Array
  /** Rows whose values are tried; values that nobody has are not suggested. */
  readonly background: Float64Array
  readonly groups: readonly FeatureGroup[]
  /** Names of groups that are never changed, such as age. */
  readonly fixed: readonly string[]
  /** The decision changes where the prediction crosses this. Default 0.5. */
  readonly threshold?: number
  /** Features changed at most. Default 3. */
  readonly most?: number
  /** Answers wanted; each changes another set of features. Default 3. */
  readonly wanted?: number
}

export interface Counterfactual {
  readonly row: Float64Array
  /** Names of the changed groups. */
  readonly changed: readonly string[]
  /** What the model says about the changed row; on the other side of the threshold. */
  readonly prediction: number
  /** Sum over places of |change| divided by the median absolute deviation of the place (1 where that is 0). */
  readonly distance: number
}

/** Sets of changed features that are followed further. */
const beam = 12

/**
 * Small changes of a row that change the decision: fewest features first, then the smallest distance.
 *
 * A beam search that sets features to values of the background, one more feature at a time. Each change is then moved as
 * near to the row as the decision allows, or taken back, and the model is asked again: what is returned is on the other
 * side. Nothing found does not mean that nothing exists.
 *
 * @throws EXPLAIN-E003, EXPLAIN-E004
 * @see Wachter, Mittelstadt, Russell 2017, arXiv 1711.00399; Mothilal, Sharma, Tan 2020, arXiv 1905.07697
 */
export async function counterfactuals(search: CounterfactualSearch): Promise<readonly Counterfactual[]> {
  const { predict, row, background, groups, fixed, threshold = 0.5, most = 3, wanted = 3 } = search
  const width = row.length
  checkGroups(groups, width)
  const mutable = groups.filter(({ name }) => !fixed.includes(name))
  const scales = spreads(background, width)
  const side = (prediction: number): boolean => prediction >= threshold
  const isNow = side((await answers(predict, row, 1))[0]!)
  const distanceOf = (changed: Float64Array): number =>
    changed.reduce((sum, value, place) => sum + Math.abs(value - row[place]!) / scales[place]!, 0)
  const ask = async (rows: readonly Float64Array[]): Promise<Float64Array> => {
    const matrix = new Float64Array(rows.length * width)
    for (const [i, one] of rows.entries()) matrix.set(one, i * width)
    return rows.length === 0 ? matrix : answers(predict, matrix, rows.length)
  }

  const choices = mutable.map(group => valuesOf(group, background, width))
  const set = (from: Float64Array, { places }: FeatureGroup, values: readonly number[]): Float64Array => {
    const changed = from.slice()
    for (const [i, place] of places.entries()) changed[place] = values[i]!
    return changed
  }
  /** Moves each change as near to the row as the decision allows; not changing at all is nearest. */
  const pare = async (candidate: Float64Array): Promise<Float64Array> => {
    let pared = candidate
    for (const [i, group] of mutable.entries()) {
      if (!differs(pared, row, group)) continue
      const own = group.places.map(place => row[place]!)
      const tried = [own, ...choices[i]!]
        .map(values => set(pared, group, values))
        .sort((a, b) => distanceOf(a) - distanceOf(b))
      const predictions = await ask(tried)
      pared = tried.find((_, one) => side(predictions[one]!) !== isNow) ?? pared
    }
    return pared
  }

  const found = new Map<string, Counterfactual>()
  const keep = async (candidate: Float64Array): Promise<void> => {
    const pared = await pare(candidate)
    const prediction = (await ask([pared]))[0]!
    const changed = mutable.filter(group => differs(pared, row, group)).map(({ name }) => name)
    const old = found.get(changed.join('\n'))
    const distance = distanceOf(pared)
    if (side(prediction) !== isNow && (!old || distance < old.distance))
      found.set(changed.join('\n'), { row: pared, changed, prediction, distance })
  }

  let open: readonly Float64Array[] = [row]
  for (let depth = 0; depth < most && found.size < wanted; depth++) {
    const tried = open.flatMap(from =>
      mutable.flatMap((group, i) =>
        differs(from, row, group)
          ? []
          : choices[i]!.map(values => set(from, group, values)).filter(changed => differs(changed, row, group)),
      ),
    )
    const predictions = await ask(tried)
    const ranked = tried
      .map((changed, i) => ({ changed, prediction: predictions[i]!, distance: distanceOf(changed) }))
      .sort((a, b) => a.distance - b.distance)
    const hits = ranked.filter(({ prediction }) => side(prediction) !== isNow)
    for (const { changed } of firstOfEach(hits, mutable, row).slice(0, 2 * wanted)) await keep(changed)
    // Nearest to the other side first. Where the model is flat the largest change is followed: it is moved back later.
    const promising = ranked
      .filter(({ prediction }) => side(prediction) === isNow)
      .sort((a, b) => (isNow ? 1 : -1) * (a.prediction - b.prediction) || b.distance - a.distance)
    open = firstOfEach(promising, mutable, row)
      .slice(0, beam)
      .map(({ changed }) => changed)
  }
  return [...found.values()]
    .sort((a, b) => a.changed.length - b.changed.length || a.distance - b.distance)
    .slice(0, wanted)
}

const differs = (changed: Float64Array, row: Float64Array, { places }: FeatureGroup): boolean =>
  places.some(at => changed[at] !== row[at])

/** The first of each set of changed features. */
function firstOfEach<T extends { readonly changed: Float64Array }>(
  ranked: readonly T[],
  groups: readonly FeatureGroup[],
  row: Float64Array,
): readonly T[] {
  const sets = new Map<string, T>()
  for (const one of ranked) {
    const key = groups.map(group => (differs(one.changed, row, group) ? '1' : '0')).join('')
    if (!sets.has(key)) sets.set(key, one)
  }
  return [...sets.values()]
}

/** The distinct values that a feature has in the background. */
function valuesOf({ places }: FeatureGroup, background: Float64Array, width: number): readonly (readonly number[])[] {
  const distinct = new Map<string, readonly number[]>()
  for (let row = 0; row < rowsOf(background, width); row++) {
    const values = places.map(place => background[row * width + place]!)
    distinct.set(values.join(), values)
  }
  return [...distinct.values()]
}

/** Median absolute deviation of each place; 1 where that is 0. */
function spreads(background: Float64Array, width: number): readonly number[] {
  const rows = rowsOf(background, width)
  return Array.from({ length: width }, (_, place) => {
    const values = Float64Array.from({ length: rows }, (_, row) => background[row * width + place]!).sort()
    const middle = quantile(values, 0.5)
    return quantile(values.map(value => Math.abs(value - middle)).sort(), 0.5) || 1
  })
}
