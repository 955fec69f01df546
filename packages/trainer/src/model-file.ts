import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson, sha256, type Digest, type ModelConfig, type TrainingConfig } from '@attestry/core'
import { architectureOf, type Architecture, type Weights } from './architecture.js'
import { badModel } from './errors.js'
import { widthOf, type CategoryFeature, type FeatureLayout, type NumberFeature } from './feature-layout.js'
import { mostParameters } from './plan.js'
import { readSafetensors, writeSafetensors } from './safetensors.js'

/** What `model.json` holds: all that prediction needs beside the weights, and the digests that tie the files together. */
export interface ModelDescription {
  readonly format: 'attestry-model-1'
  readonly model: ModelConfig
  readonly classes: readonly string[]
  readonly layout: FeatureLayout
  /** Digest of the training plan. */
  readonly plan: Digest
  readonly optimizer: TrainingConfig['optimizer']
  readonly weights: Digest
  readonly inference: Digest
}

/** A model read back from its folder. */
export interface StoredModel {
  readonly description: ModelDescription
  readonly architecture: Architecture
  readonly weights: Weights
  /** The inference graph, made again from the weights: the file beside them is compared, never run. */
  readonly inference: Uint8Array
}

/** Names of the files of a model folder. */
export const modelFiles = {
  weights: 'weights.safetensors',
  inference: 'inference.onnx',
  description: 'model.json',
} as const

const mostBytes: Readonly<Record<string, number>> = {
  [modelFiles.description]: 16_777_216,
  [modelFiles.weights]: 4 * mostParameters + 1_048_576,
  [modelFiles.inference]: 4 * mostParameters + 1_048_576,
}

/** The three files of a model, as bytes. The same weights and description give the same bytes. */
export function modelBytes(
  facts: Pick<ModelDescription, 'model' | 'classes' | 'layout' | 'plan' | 'optimizer'>,
  architecture: Architecture,
  weights: Weights,
): Readonly<Record<string, Uint8Array>> {
  const stored = writeSafetensors(architecture.parameters, weights, { format: 'pt', plan: facts.plan })
  const inference = architecture.encodeInference(weights, { plan: facts.plan })
  const description: ModelDescription = {
    format: 'attestry-model-1',
    model: facts.model,
    classes: facts.classes,
    layout: facts.layout,
    plan: facts.plan,
    optimizer: facts.optimizer,
    weights: sha256(stored),
    inference: sha256(inference),
  }
  return {
    [modelFiles.weights]: stored,
    [modelFiles.inference]: inference,
    [modelFiles.description]: new TextEncoder().encode(`${canonicalJson(description)}\n`),
  }
}

/**
 * Reads a model folder and trusts none of it: sizes are bounded, `model.json` is checked field by field, the weights must
 * have its digest and the shapes that its architecture asks for, and `inference.onnx` must be the graph of these weights.
 *
 * @throws TRAIN-E016 when the folder is not a model or its files do not belong together, TRAIN-E015 for bad weights
 */
export async function readModel(directory: string): Promise<StoredModel> {
  const description = parseDescription(await readBounded(directory, modelFiles.description))
  const { model, layout, classes, plan } = description
  const architecture = architectureOf(model, layout, classes.length)
  if (architecture.parameterCount > mostParameters)
    throw badModel(modelFiles.description, `describes ${architecture.parameterCount} parameters`)
  const bytes = await readBounded(directory, modelFiles.weights)
  if (sha256(bytes) !== description.weights)
    throw badModel(modelFiles.weights, 'does not have the digest that model.json states')
  const weights = matchWeights(architecture, readSafetensors(bytes))
  const inference = architecture.encodeInference(weights, { plan })
  if (sha256(inference) !== description.inference)
    throw badModel(modelFiles.description, 'states another inference graph than the weights make')
  if (sha256(await readBounded(directory, modelFiles.inference)) !== description.inference)
    throw badModel(modelFiles.inference, 'is not the inference graph of the weights')
  return { description, architecture, weights, inference }
}

async function readBounded(directory: string, name: string): Promise<Uint8Array> {
  const path = join(directory, name)
  const found = await stat(path).catch(() => null)
  if (!found?.isFile()) throw badModel(name, 'is missing')
  if (found.size > mostBytes[name]!) throw badModel(name, `has ${found.size} bytes, more than ${mostBytes[name]}`)
  return readFile(path)
}

function matchWeights(architecture: Architecture, stored: ReturnType<typeof readSafetensors>): Weights {
  const names = Object.keys(stored)
  if (names.length !== architecture.parameters.length)
    throw badModel(modelFiles.weights, `has ${names.length} tensors, the model ${architecture.parameters.length}`)
  return Object.fromEntries(
    architecture.parameters.map(({ name, shape }) => {
      const found = Object.hasOwn(stored, name) ? stored[name] : undefined
      if (!found || found.shape.length !== shape.length || found.shape.some((size, i) => size !== shape[i]))
        throw badModel(modelFiles.weights, `has no tensor '${name}' of shape [${shape}]`)
      if (!found.data.every(Number.isFinite))
        throw badModel(modelFiles.weights, `has a tensor '${name}' that is not finite`)
      return [name, found.data]
    }),
  )
}

type Fields = Readonly<Record<string, unknown>>

function parseDescription(bytes: Uint8Array): ModelDescription {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw badModel(modelFiles.description, 'is not JSON')
  }
  const check = (isValid: boolean, what: string): void => {
    if (!isValid) throw badModel(modelFiles.description, `has no valid ${what}`)
  }
  check(isObject(value), 'object')
  const { format, model, classes, layout, plan, optimizer, weights, inference } = value as Fields
  check(format === 'attestry-model-1', "format (expected 'attestry-model-1')")
  check(isTexts(classes) && classes.length >= 2 && classes.length <= 100_000, 'classes')
  check(isModelConfig(model), 'model')
  check(isLayout(layout, model as ModelConfig), 'layout')
  check(optimizer === 'sgd' || optimizer === 'adam', 'optimizer')
  for (const [name, digest] of Object.entries({ plan, weights, inference }))
    check(typeof digest === 'string' && /^sha256:[0-9a-f]{64}$/.test(digest), name)
  return value as ModelDescription
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every(entry => typeof entry === 'string')

const isCount = (value: unknown, most: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= most

function isModelConfig(value: unknown): value is ModelConfig {
  if (!isObject(value)) return false
  const { architecture, hidden, buckets, dimension, widths, filters } = value
  if (architecture === 'mlp')
    return Array.isArray(hidden) && hidden.length <= 8 && hidden.every(size => isCount(size, 4096))
  if (!isCount(buckets, 1_048_576) || !isCount(dimension, 1024)) return false
  return (
    architecture === 'embedding-bag' ||
    (architecture === 'text-convolution' && isWidths(widths) && isCount(filters, 1024))
  )
}

const isWidths = (value: unknown): value is readonly number[] =>
  Array.isArray(value) &&
  value.length >= 1 &&
  new Set(value).size === value.length &&
  value.every(width => isCount(width, 16))

function isLayout(value: unknown, model: ModelConfig): value is FeatureLayout {
  if (!isObject(value)) return false
  if (model.architecture === 'embedding-bag' || model.architecture === 'text-convolution')
    return (
      value.kind === (model.architecture === 'embedding-bag' ? 'text' : 'words') &&
      typeof value.column === 'string' &&
      value.buckets === model.buckets &&
      value.hash === 'fnv1a-32-mixed' &&
      isCount(value.maxTokens, 100_000) &&
      isCount(value.maxLength, 100_000_000) &&
      (model.architecture === 'embedding-bag' || value.padding === Math.max(...model.widths) - 1)
    )
  const { kind, features, width } = value
  if (kind !== 'tabular' || !Array.isArray(features) || features.length > 100_000 || !features.every(isFeature))
    return false
  return width === features.reduce<number>((total, feature) => total + widthOf(feature), 0)
}

function isFeature(value: unknown): value is NumberFeature | CategoryFeature {
  if (!isObject(value) || typeof value.name !== 'string') return false
  const { kind, min, max, values } = value
  if (kind === 'category') return isTexts(values) && values.length >= 1 && values.length <= 10_000
  return kind === 'number' && Number.isFinite(min) && Number.isFinite(max) && (min as number) < (max as number)
}
