import type { Bits, QuantisedMatrix } from '@attestry/autograd'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { badConfig, noCheckpoint } from './errors.js'
import { openGguf } from './gguf-checkpoint.js'
import { parseJsonObject, type JsonObject } from './json-object.js'
import { openSafetensorsFolder } from './safetensors-folder.js'
import { readSmall } from './source-file.js'

/** A tensor of a checkpoint that is read when it is asked for. */
export interface CheckpointTensor {
  readonly name: string
  /** As stored, such as `F32`, `BF16` or `Q4_1`. */
  readonly dtype: string
  readonly shape: readonly number[]
  /** Bytes that it takes in the file. */
  readonly bytes: number
  /** Bits of an element, where it is stored in blocks that `readBlocks` gives. */
  readonly blocks?: Bits
}

/** Weights and sizes of a model, on disk. */
export interface Checkpoint {
  readonly format: 'safetensors' | 'gguf'
  /** config.json, or the same made from the metadata of a GGUF file. */
  readonly config: JsonObject
  /** Tensors by the names that transformers gives them, in either format. */
  readonly tensors: ReadonlyMap<string, CheckpointTensor>
  /**
   * Reads one tensor as 32-bit floats, row-major.
   *
   * @throws LM-E006 for a name that is not there, LM-E007 for a type that holds no weights, LM-E009 when the file changed
   */
  read(name: string): Promise<Float32Array>
  /**
   * Reads one tensor that is stored in blocks as it is, without making floats of it.
   *
   * @throws LM-E006, LM-E009, and LM-E007 for a tensor that is stored otherwise
   */
  readBlocks(name: string): Promise<QuantisedMatrix>
  /** SHA-256 of each file, hex, by file name. */
  digests(): Promise<Readonly<Record<string, string>>>
  close(): Promise<void>
}

const mostConfigBytes = 4 * 2 ** 20

/**
 * Opens a folder with config.json and safetensors weights (one file, or shards with an index), or one GGUF file. Headers
 * are read and checked whole; weights are read when they are asked for.
 *
 * @throws LM-E001 when neither is there, LM-E002 to LM-E005 for a folder, LM-E010 to LM-E013 for a GGUF file
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const found = await stat(path).catch(() => undefined)
  if (!found) throw noCheckpoint(path, 'there is nothing at this path')
  if (found.isFile()) {
    if (path.endsWith('.gguf')) return openGguf(path)
    throw noCheckpoint(path, 'the file is not a .gguf file')
  }
  if (!found.isDirectory()) throw noCheckpoint(path, 'this is neither a folder nor a file')
  const file = join(path, 'config.json')
  const small = await readSmall(file, mostConfigBytes, size => badConfig(file, `has ${size} bytes`))
  if (!small) throw noCheckpoint(path, 'the folder has no config.json')
  const config = parseJsonObject(small.bytes, problem => badConfig(file, problem))
  return openSafetensorsFolder(path, config, small.digest)
}
