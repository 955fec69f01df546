import type { DataConfig, ExplanationFacts, FeatureView } from '@attestry/core'
import { partialDependence } from './dependence.js'
import type { FeatureGroup } from './feature-group.js'
import type { Predict } from './predict.js'

/** Places on the axis of a number. */
const gridPoints = 9
/** More declared values than this make no curve. */
const mostValues = 12

/** What a column is set to: how it reads, and one number per place of its group. */
interface Setting {
  readonly at: number | string
  readonly values: readonly number[]
}

/** Curves of the named columns over declared bounds or declared values; a column with neither has none. */
export async function dependenceCurves(
  columns: readonly string[],
  groups: readonly FeatureGroup[],
  features: FeatureView,
  data: DataConfig,
  predict: Predict,
  matrix: Float64Array,
): Promise<ExplanationFacts['partialDependence']> {
  const curves: { feature: string; points: ExplanationFacts['partialDependence'][number]['points'] }[] = []
  for (const column of columns) {
    const group = groups.find(({ name }) => name === column)
    const settings = group && settingsOf(group, features, data)
    if (!group || !settings) continue
    const width = features.names.length
    const values = settings.map(one => one.values)
    const found = await partialDependence({ predict, matrix, width, group, settings: values })
    curves.push({ feature: column, points: found.map((point, i) => ({ at: settings[i]!.at, ...point })) })
  }
  return curves
}

function settingsOf(group: FeatureGroup, { names }: FeatureView, data: DataConfig): readonly Setting[] | undefined {
  const declared = data.features?.[group.name]
  if (!declared) return undefined
  const only = (name: string, value: number): readonly number[] =>
    group.places.map(place => (names[place] === name ? value : 0))
  if ('values' in declared)
    return declared.values.slice(0, mostValues).map(at => ({ at, values: only(`${group.name}=${at}`, 1) }))
  const { min, max } = declared
  return Array.from({ length: gridPoints }, (_, i) => {
    const share = i / (gridPoints - 1)
    return { at: min + share * (max - min), values: only(group.name, 2 * share - 1) }
  })
}
