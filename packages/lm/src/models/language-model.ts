import { f32, sameShape, type Shape, type Tensor } from '@attestry/autograd'
import { badTensor, unknownArchitecture } from './errors.js'
import { llamaConfig, llamaLinears, llamaTensors, type LlamaConfig } from './llama.js'

/** What of a checkpoint a model is built from. */
export interface WeightSource {
  readonly config: Readonly<Record<string, unknown>>
  readonly tensors: ReadonlyMap<string, { readonly shape: Shape }>
  read(name: string): Promise<Float32Array>
}

/** A causal language model in memory. */
export interface LanguageModel {
  readonly config: LlamaConfig
  /** Shapes of its tensors by name. */
  readonly shapes: ReadonlyMap<string, Shape>
  /** Its tensors by name, as graphs are fed them. */
  readonly weights: Readonly<Record<string, Tensor>>
  /** Paths of the linear layers that adapters may target. */
  readonly linears: readonly string[]
  /** Number of its elements. */
  readonly parameterCount: number
}

const known = ['LlamaForCausalLM']

/**
 * The sizes of a checkpoint's model, and the tensors that it must hold.
 *
 * @throws LM-E060 for an architecture that is not known, LM-E061 for an impossible config, LM-E062 for a tensor that is
 *   missing or of another shape
 */
export function describeModel(source: Omit<WeightSource, 'read'>): Omit<LanguageModel, 'weights'> {
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
  return {
    config,
    shapes: new Map(tensors.map(({ name, shape }) => [name, shape])),
    linears: llamaLinears(config),
    parameterCount: tensors.reduce((total, { shape }) => total + shape.reduce((a, b) => a * b, 1), 0),
  }
}

/**
 * Reads a whole model into memory, as 32-bit floats.
 *
 * @throws as `describeModel`, and what the source throws
 */
export async function readLanguageModel(source: WeightSource): Promise<LanguageModel> {
  const model = describeModel(source)
  const weights: Record<string, Tensor> = {}
  for (const [name, shape] of model.shapes) weights[name] = f32(shape, await source.read(name))
  return { ...model, weights }
}
