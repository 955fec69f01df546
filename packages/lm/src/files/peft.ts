import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson } from '@attestry/core'
import { adapterFeature, adapterMismatch, badAdapter, ioFailed, label } from './errors.js'
import { floatElements } from './float-elements.js'
import { parseJsonObject } from './json-object.js'
import { readSafetensorsHeader } from './safetensors-header.js'
import { openSource, readSmall } from './source-file.js'
import { writeSafetensorsFile, type TensorToWrite } from './write-safetensors.js'

/** A plain LoRA adapter as PEFT stores it. */
export interface Adapter {
  readonly rank: number
  readonly alpha: number
  readonly dropout: number
  readonly rankStabilised: boolean
  readonly targetModules: readonly string[]
  readonly task: 'CAUSAL_LM' | 'SEQ_CLS'
  /** Where the base model was, as it was named. */
  readonly base: string
  /** Last parts of the paths of modules that were trained in full, such as `score`. */
  readonly modulesToSave: readonly string[]
  /**
   * By name without PEFT's prefix: factors, such as `model.layers.0.self_attn.q_proj.lora_A.weight`, and the tensors of
   * saved modules, such as `score.weight`.
   */
  readonly tensors: readonly TensorToWrite[]
}

export const adapterFiles = { config: 'adapter_config.json', weights: 'adapter_model.safetensors' } as const

const prefix = 'base_model.model.'
const mostConfigBytes = 2 ** 20

/**
 * Writes an adapter folder that PEFT loads.
 *
 * @throws LM-E015, LM-E019
 */
export async function writeAdapter(folder: string, adapter: Adapter): Promise<void> {
  const { rank, alpha, dropout, rankStabilised, targetModules, task, base, modulesToSave, tensors } = adapter
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw ioFailed(folder, 'making the folder', cause)
  })
  const weights = tensors.map(tensor => ({ ...tensor, name: prefix + tensor.name }))
  await writeSafetensorsFile(join(folder, adapterFiles.weights), weights, { format: 'pt' })
  const config = canonicalJson({
    peft_type: 'LORA',
    task_type: task,
    base_model_name_or_path: base,
    r: rank,
    lora_alpha: alpha,
    lora_dropout: dropout,
    use_rslora: rankStabilised,
    target_modules: [...targetModules].sort(),
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    use_dora: false,
    modules_to_save: modulesToSave.length > 0 ? modulesToSave : null,
    revision: null,
  })
  const file = join(folder, adapterFiles.config)
  await writeFile(file, `${config}\n`).catch((cause: unknown) => {
    throw ioFailed(file, 'writing', cause)
  })
}

/**
 * Reads a plain LoRA adapter.
 *
 * @throws LM-E016 for a folder that is none, LM-E017 for a feature beyond plain LoRA, LM-E018 when factors and config differ
 */
export async function readAdapter(folder: string): Promise<Adapter> {
  const file = join(folder, adapterFiles.config)
  const small = await readSmall(file, mostConfigBytes, size => badAdapter(file, `has ${size} bytes`))
  if (!small) throw badAdapter(folder, `has no ${adapterFiles.config}`)
  const config = parseJsonObject(small.bytes, problem => badAdapter(file, problem))
  if (config.peft_type !== 'LORA') throw adapterFeature(file, 'is of a type other than LORA')
  for (const key of ['use_dora', 'fan_in_fan_out', 'use_qalora'])
    if (config[key] === true) throw adapterFeature(file, `sets ${key}`)
  for (const key of ['rank_pattern', 'alpha_pattern'])
    if (config[key] && Object.keys(config[key]).length > 0) throw adapterFeature(file, `sets ${key}`)
  for (const key of ['layers_to_transform', 'layer_replication', 'target_parameters'])
    if (config[key] !== undefined && config[key] !== null) throw adapterFeature(file, `sets ${key}`)
  if ((config.bias ?? 'none') !== 'none') throw adapterFeature(file, 'trains biases')
  const { r: rank, lora_alpha: alpha, lora_dropout: dropout = 0, target_modules: targets } = config
  const modulesToSave = config.modules_to_save ?? []
  if (!isNames(modulesToSave)) throw badAdapter(file, 'has modules_to_save that are no list of names')
  if (typeof rank !== 'number' || !Number.isSafeInteger(rank) || rank < 1) throw badAdapter(file, 'has no rank r')
  if (typeof alpha !== 'number' || !Number.isFinite(alpha)) throw badAdapter(file, 'has no lora_alpha')
  if (typeof dropout !== 'number') throw badAdapter(file, 'has a lora_dropout that is no number')
  if (!isNames(targets)) throw badAdapter(file, 'has no list of target_modules')
  const tensors = await readTensors(folder, rank, modulesToSave)
  return {
    rank,
    alpha,
    dropout,
    rankStabilised: config.use_rslora === true,
    targetModules: targets,
    modulesToSave,
    task: config.task_type === 'SEQ_CLS' ? 'SEQ_CLS' : 'CAUSAL_LM',
    base: typeof config.base_model_name_or_path === 'string' ? config.base_model_name_or_path : '',
    tensors,
  }
}

const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every(entry => typeof entry === 'string')

async function readTensors(
  folder: string,
  rank: number,
  modulesToSave: readonly string[],
): Promise<readonly TensorToWrite[]> {
  const file = join(folder, adapterFiles.weights)
  const source = await openSource(file)
  if (!source) throw badAdapter(folder, `has no ${adapterFiles.weights}`)
  try {
    const stored = await readSafetensorsHeader(source)
    const names = new Set(stored.map(({ name }) => name))
    const tensors: TensorToWrite[] = []
    for (const { name, shape, dtype, offset, bytes } of stored) {
      const [, path, factor] = /^base_model\.model\.(.+)\.lora_([AB])\.weight$/.exec(name) ?? []
      if (path === undefined) {
        const [, module] = /^base_model\.model\.(?:.+\.)?([^.]+)\.[^.]+$/.exec(name) ?? []
        if (module === undefined || !modulesToSave.includes(module))
          throw adapterMismatch(file, `holds ${label(name)}, which is no factor of an adapter and of no saved module`)
      } else {
        if (shape.length !== 2 || shape[factor === 'A' ? 0 : 1] !== rank)
          throw adapterMismatch(file, `has ${label(name)} of [${shape}] for rank ${rank}`)
        if (!names.has(`${prefix}${path}.lora_${factor === 'A' ? 'B' : 'A'}.weight`))
          throw adapterMismatch(file, `lacks the partner of ${label(name)}`)
      }
      const raw = new Uint8Array(bytes)
      await source.fill(raw, offset)
      tensors.push({ name: name.slice(prefix.length), shape, data: floatElements(raw, dtype, file) })
    }
    return tensors
  } finally {
    await source.close()
  }
}
