import { mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { LayersModel, io } from '@tensorflow/tfjs'
import { digestOf, sha256, writeDurably, type Digest, type ModelFile } from '@attestry/core'
import { notAModel } from './errors.js'
import type { OpenedTf } from './runtime.js'

/** Files of a layers model, as TensorFlow.js writes and reads them. */
export const layersModelFiles = { topology: 'model.json', weights: 'weights.bin' } as const

const mostTopologyBytes = 16 * 1024 * 1024
const mostWeightBytes = 256 * 1024 * 1024

/** A model in memory, whichever copy of TensorFlow.js made it. */
export interface AnyLayersModel {
  save(handler: io.IOHandler): Promise<io.SaveResult>
}

/** Whether a value is a `tf.LayersModel`. */
export const isLayersModel = (value: unknown): value is AnyLayersModel =>
  typeof value === 'object' &&
  value !== null &&
  'save' in value &&
  typeof value.save === 'function' &&
  'getWeights' in value &&
  'layers' in value

/** Writes a model into a folder, durably. Gives its files and their digest. */
export async function saveLayersModel(
  model: AnyLayersModel,
  directory: string,
): Promise<{ readonly digest: Digest; readonly files: readonly ModelFile[] }> {
  const written: Record<string, Uint8Array> = {}
  await model.save({
    save: artifacts => {
      written[layersModelFiles.weights] = joined(artifacts.weightData ?? new ArrayBuffer(0))
      const { modelTopology, format, generatedBy } = artifacts
      const weightsManifest = [{ paths: [layersModelFiles.weights], weights: artifacts.weightSpecs ?? [] }]
      const topology = { modelTopology, format, generatedBy, convertedBy: null, weightsManifest }
      written[layersModelFiles.topology] = new TextEncoder().encode(JSON.stringify(topology))
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' as const } })
    },
  })
  await mkdir(directory, { recursive: true })
  for (const [name, bytes] of Object.entries(written)) await writeDurably(join(directory, name), bytes)
  const files = Object.entries(written).map(([name, bytes]) => ({ name, digest: sha256(bytes) }))
  return { files, digest: layersModelDigest(files) }
}

/** One digest for a model's files, in the order of their names. */
export const layersModelDigest = (files: readonly ModelFile[]): Digest =>
  digestOf([...files].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, digest }) => ({ name, digest })))

/**
 * Reads a model from a folder and trusts none of it: sizes are bounded, weights are 32-bit floats of the stated shapes, and
 * names of files stay in the folder.
 *
 * @throws TFJS-E002
 */
export async function loadLayersModel(
  { tf }: OpenedTf,
  directory: string,
): Promise<{ readonly model: LayersModel; readonly digest: Digest }> {
  const topologyBytes = await readBounded(directory, layersModelFiles.topology, mostTopologyBytes)
  const { modelTopology, weightsManifest } = parse(topologyBytes)
  const specs = weightsManifest.flatMap(({ weights }) => weights)
  const paths = weightsManifest.flatMap(group => group.paths)
  if (paths.some(path => path !== layersModelFiles.weights) || paths.length !== 1)
    throw notAModel(
      `the weights must lie in one file, ${layersModelFiles.weights}, and are said to lie in ${paths.length}`,
    )
  const weights = await readBounded(directory, layersModelFiles.weights, mostWeightBytes)
  const expected = specs.reduce((bytes, { shape }) => bytes + 4 * shape.reduce((a, b) => a * b, 1), 0)
  if (expected !== weights.length)
    throw notAModel(`the weights have ${weights.length} bytes, and ${expected} are described`)
  const floats = new Float32Array(Uint8Array.from(weights).buffer)
  const odd = floats.findIndex(value => !Number.isFinite(value))
  if (odd >= 0) throw notAModel(`weight ${odd} is not a finite number`)
  try {
    const model = await tf.loadLayersModel({
      load: () => Promise.resolve({ modelTopology, weightSpecs: specs, weightData: floats.buffer }),
    })
    const files = [
      { name: layersModelFiles.topology, digest: sha256(topologyBytes) },
      { name: layersModelFiles.weights, digest: sha256(weights) },
    ]
    return { model, digest: layersModelDigest(files) }
  } catch (cause) {
    throw notAModel('TensorFlow.js cannot build a layers model from the folder', cause)
  }
}

interface Manifest {
  readonly modelTopology: object
  readonly weightsManifest: readonly {
    readonly paths: readonly string[]
    readonly weights: io.WeightsManifestEntry[]
  }[]
}

function parse(bytes: Uint8Array): Manifest {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw notAModel(`${layersModelFiles.topology} is not JSON`, cause)
  }
  if (typeof value !== 'object' || value === null) throw notAModel(`${layersModelFiles.topology} is no object`)
  const { modelTopology, weightsManifest } = value as Record<string, unknown>
  if (typeof modelTopology !== 'object' || modelTopology === null)
    throw notAModel(`${layersModelFiles.topology} describes no layers`)
  if (!Array.isArray(weightsManifest) || !weightsManifest.every(isGroup))
    throw notAModel(`${layersModelFiles.topology} describes no weights of 32-bit floats`)
  return { modelTopology, weightsManifest }
}

function isGroup(value: unknown): value is Manifest['weightsManifest'][number] {
  if (typeof value !== 'object' || value === null) return false
  const { paths, weights } = value as Record<string, unknown>
  return (
    Array.isArray(paths) && paths.every(p => typeof p === 'string') && Array.isArray(weights) && weights.every(isSpec)
  )
}

function isSpec(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { name, shape, dtype, quantization } = value as Record<string, unknown>
  const isShape = Array.isArray(shape) && shape.length <= 8 && shape.every(n => Number.isSafeInteger(n) && n >= 0)
  return typeof name === 'string' && isShape && dtype === 'float32' && quantization === undefined
}

async function readBounded(directory: string, name: string, most: number): Promise<Uint8Array> {
  const path = join(directory, name)
  const found = await stat(path).catch(() => null)
  if (!found?.isFile()) throw notAModel(`${name} is missing`)
  if (found.size > most) throw notAModel(`${name} has ${found.size} bytes, more than ${most}`)
  return readFile(path)
}

function joined(data: ArrayBuffer | ArrayBuffer[]): Uint8Array {
  const parts = (Array.isArray(data) ? data : [data]).map(part => new Uint8Array(part))
  const all = new Uint8Array(parts.reduce((total, { length }) => total + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
