import type { DataConfig, ModelConfig } from '@attestry/core'
import { notTrainable } from './errors.js'

/** A number scaled from declared bounds to [-1, 1], then an indicator of missing values. Two inputs. */
export interface NumberFeature {
  readonly kind: 'number'
  readonly name: string
  readonly min: number
  readonly max: number
}

/** One input per declared value, then an indicator of missing or undeclared values. */
export interface CategoryFeature {
  readonly kind: 'category'
  readonly name: string
  readonly values: readonly string[]
}

/** How rows become inputs. Everything is declared: no statistic is ever read from the data. */
export type FeatureLayout =
  | {
      readonly kind: 'tabular'
      /** In order of their names. */
      readonly features: readonly (NumberFeature | CategoryFeature)[]
      /** Number of inputs. */
      readonly width: number
    }
  | {
      readonly kind: 'text'
      readonly column: string
      readonly buckets: number
      readonly hash: 'fnv1a-32-mixed'
      /** Distinct hashed words and word pairs per text; later ones are left out. */
      readonly maxTokens: number
      /** UTF-16 code units of a text that are read; the rest is left out. */
      readonly maxLength: number
    }
  | {
      readonly kind: 'words'
      readonly column: string
      readonly buckets: number
      readonly hash: 'fnv1a-32-mixed'
      /** Words of a text that are read, in order; later ones are left out. */
      readonly maxTokens: number
      /** UTF-16 code units of a text that are read; the rest is left out. */
      readonly maxLength: number
      /** Empty positions after the last word: one less than the widest pattern spans. */
      readonly padding: number
    }

/** The layout that a config declares. @throws TRAIN-E001 when the columns that the model reads are not declared */
export function featureLayout(data: DataConfig, model: ModelConfig): FeatureLayout {
  if (model.architecture === 'embedding-bag') {
    if (data.text === undefined) throw notTrainable("model 'embedding-bag' reads text, and data.text is not set")
    const { buckets } = model
    return { kind: 'text', column: data.text, buckets, hash: 'fnv1a-32-mixed', maxTokens: 256, maxLength: 20_000 }
  }
  if (model.architecture === 'text-convolution') {
    if (data.text === undefined) throw notTrainable("model 'text-convolution' reads text, and data.text is not set")
    const { buckets, widths } = model
    return {
      kind: 'words',
      column: data.text,
      buckets,
      hash: 'fnv1a-32-mixed',
      maxTokens: 256,
      maxLength: 20_000,
      padding: Math.max(...widths) - 1,
    }
  }
  if (model.architecture === 'language-model')
    throw notTrainable("model 'language-model' has a tokenizer of its own, and is trained by @attestry/lm")
  const features = Object.entries(data.features ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, feature]): NumberFeature | CategoryFeature =>
      'values' in feature
        ? { kind: 'category', name, values: feature.values }
        : { kind: 'number', name, min: feature.min, max: feature.max },
    )
  if (features.length === 0)
    throw notTrainable(`model '${model.architecture}' reads columns, and data.features is empty`)
  return { kind: 'tabular', features, width: features.reduce((width, feature) => width + widthOf(feature), 0) }
}

/** Token positions of the longest text that is read; 0 for tables. */
export const mostPositions = (layout: FeatureLayout): number =>
  layout.kind === 'tabular' ? 0 : layout.maxTokens + (layout.kind === 'words' ? layout.padding : 0)

/** Number of inputs that a feature takes, its indicator included. */
export const widthOf = (feature: NumberFeature | CategoryFeature): number =>
  feature.kind === 'number' ? 2 : feature.values.length + 1

type TabularLayout = Extract<FeatureLayout, { kind: 'tabular' }>

/** A name for each input, such as `age`, `age=(missing)` and `region=org`. */
export const inputNames = ({ features }: TabularLayout): readonly string[] =>
  features.flatMap(feature =>
    feature.kind === 'number'
      ? [feature.name, `${feature.name}=(missing)`]
      : [...feature.values, '(missing)'].map(value => `${feature.name}=${value}`),
  )

/** The column behind each input. */
export const inputColumns = ({ features }: TabularLayout): readonly string[] =>
  features.flatMap(feature => Array.from({ length: widthOf(feature) }, () => feature.name))
