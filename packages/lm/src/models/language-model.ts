import {
  dequantise,
  f32,
  floats,
  quantise,
  quantisedFeeds,
  quantisedFrom,
  sameShape,
  sizeOf,
  type Bits,
  type QuantisedMatrix,
  type Shape,
  type Tensor,
} from '@attestry/autograd'
import { badTensor, unknownArchitecture } from './errors.js'
import { llamaConfig, llamaLinears, llamaTensors, type LlamaConfig } from './llama.js'

/** What of a checkpoint a model is built from. */
export interface WeightSource {
  readonly config: Readonly<Record<string, unknown>>
  /** `blocks` are the bits of an element of a tensor that `readBlocks` gives. */
  readonly tensors: ReadonlyMap<string, { readonly shape: Shape; readonly blocks?: Bits }>
  read(name: string): Promise<Float32Array>
  readBlocks?(name: string): Promise<QuantisedMatrix>
}

/** A causal language model in memory. */
export interface LanguageModel {
  readonly config: LlamaConfig
  /** Shapes of its tensors by name. */
  readonly shapes: ReadonlyMap<string, Shape>
  /** Names of the weights that are kept in blocks, with the bits of an element; the others are 32-bit floats. */
  readonly quantised: ReadonlyMap<string, Bits>
  /** Its tensors as graphs are fed them: floats by their names, blocks as `quantisedFeeds` names them. */
  readonly weights: Readonly<Record<string, Tensor>>
  /** Paths of the linear layers that adapters may target. */
  readonly linears: readonly string[]
  /** Number of its elements. */
  readonly parameterCount: number
}

/** How a model is kept in memory. */
export interface KeepOptions {
  /**
   * Keep the weights of linear layers in blocks of so many bits: 9 or 6 bits an element instead of 32, so that only
   * adapters beside them can be trained. Embedding, head, norms and biases stay floats. What a checkpoint stores in
   * blocks of no more bits is taken as it is.
   */
  readonly quantise?: Bits
}

const known = ['LlamaForCausalLM']

/**
 * The sizes of a checkpoint's model, and the tensors that it must hold.
 *
 * @throws LM-E060 for an architecture that is not known, LM-E061 for an impossible config, LM-E062 for a tensor that is
 *   missing or of another shape, or has rows that are not whole blocks
 */
export function describeModel(
  source: Omit<WeightSource, 'read' | 'readBlocks'>,
  { quantise: bits }: KeepOptions = {},
): Omit<LanguageModel, 'weights'> {
  const [architecture] = Array.isArray(source.config.architectures) ? (source.config.architectures as unknown[]) : []
  if (typeof architecture !== 'string' || !known.includes(architecture))
    throw unknownArchitecture(String(architecture ?? 'a config without architectures').slice(0, 80), known)
  const config = llamaConfig(source.config)
  const tensors = llamaTensors(config)
  for (const { name, shape } of tensors) {
    const found = source.tensors.get(name)
    if (!found) throw badTensor(name, 'is missing')
    if (!sameShape(found.shape, shape)) throw badTensor(name, `is [${found.shape}], the config asks for [${shape}]`)
  }
  const shapes = new Map(tensors.map(({ name, shape }) => [name, shape]))
  const linears = llamaLinears(config)
  const quantised = new Map<string, Bits>()
  for (const name of bits ? linears.map(path => `${path}.weight`) : []) {
    const { shape, blocks } = source.tensors.get(name)!
    if (shape[1]! % 32 !== 0)
      throw badTensor(name, `has rows of ${shape[1]} elements, which are not whole blocks of 32`)
    quantised.set(name, blocks !== undefined && blocks <= bits! ? blocks : bits!)
  }
  return {
    config,
    shapes,
    quantised,
    linears,
    parameterCount: tensors.reduce((total, { shape }) => total + sizeOf(shape), 0),
  }
}

/**
 * Reads a whole model into memory: as 32-bit floats, or with linear layers in blocks. One tensor at a time is in floats
 * while blocks are made, and none where the checkpoint stores the blocks that are asked for.
 *
 * @throws as `describeModel`, AUTOGRAD-E011 for weights that are not finite, and what the source throws
 */
export async function readLanguageModel(source: WeightSource, options: KeepOptions = {}): Promise<LanguageModel> {
  const model = describeModel(source, options)
  const weights: Record<string, Tensor> = {}
  for (const [name, shape] of model.shapes) {
    const bits = model.quantised.get(name)
    if (bits === undefined) weights[name] = f32(shape, await source.read(name))
    else Object.assign(weights, quantisedFeeds(name, await readMatrix(source, name, bits)))
  }
  return { ...model, weights }
}

async function readMatrix(source: WeightSource, name: string, bits: Bits): Promise<QuantisedMatrix> {
  const { shape, blocks } = source.tensors.get(name)!
  if (blocks === bits && source.readBlocks) return source.readBlocks(name)
  return quantise(await source.read(name), shape as readonly [number, number], bits)
}

/** One tensor of a model in 32-bit floats; those in blocks are made anew each time. */
export function floatWeight({ weights, quantised, shapes }: LanguageModel, name: string): Float32Array {
  const bits = quantised.get(name)
  if (bits === undefined) return floats(weights[name]!)
  return dequantise(quantisedFrom(weights, name, shapes.get(name) as readonly [number, number]))
}
