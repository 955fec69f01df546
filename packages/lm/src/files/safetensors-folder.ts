import { basename, join } from 'node:path'
import type { Checkpoint, CheckpointTensor } from './checkpoint.js'
import { badIndex, label, missingShard, noCheckpoint, noTensor, notWeights, tensorTooLarge } from './errors.js'
import { floatElements, floatTypes } from './float-elements.js'
import { isJsonObject, parseJsonObject, type JsonObject } from './json-object.js'
import { readSafetensorsHeader, type StoredTensor } from './safetensors-header.js'
import { openSource, readSmall, type SourceFile } from './source-file.js'

const mostIndexBytes = 64 * 2 ** 20
const mostShards = 1000
// One array of 32-bit floats.
const mostElements = 2 ** 31 - 1

interface Place {
  readonly source: SourceFile
  readonly tensor: StoredTensor
}

/**
 * Opens `model.safetensors`, or the shards that `model.safetensors.index.json` names.
 *
 * @throws LM-E001 without either, LM-E003 for a bad file, LM-E004 for a missing shard, LM-E005 where index and shards differ
 */
export async function openSafetensorsFolder(
  folder: string,
  config: JsonObject,
  configDigest: string,
): Promise<Checkpoint> {
  const sources: SourceFile[] = []
  const close = async (): Promise<void> => void (await Promise.all(sources.map(source => source.close())))
  try {
    const index = await readIndex(folder)
    const names = index ? [...new Set(index.map.values())] : ['model.safetensors']
    const places = new Map<string, Place>()
    for (const name of names) {
      const source = await openSource(join(folder, name))
      if (!source && index) throw missingShard(join(folder, name), 'the index names this file, and it is not there')
      if (!source) throw noCheckpoint(folder, 'the folder has no model.safetensors and no model.safetensors.index.json')
      sources.push(source)
      for (const tensor of await readSafetensorsHeader(source)) {
        if (index && index.map.get(tensor.name) !== name)
          throw badIndex(join(folder, name), `holds ${label(tensor.name)}, which the index does not place there`)
        places.set(tensor.name, { source, tensor })
      }
    }
    for (const [name, shard] of index?.map ?? [])
      if (!places.has(name)) throw badIndex(join(folder, shard), `lacks ${label(name)}, which the index places there`)
    return {
      format: 'safetensors',
      config,
      tensors: new Map([...places].map(([name, { tensor }]) => [name, described(tensor)])),
      read: name => readTensor(folder, name, places.get(name)),
      async readBlocks(name) {
        if (!places.has(name)) throw noTensor(folder, `there is no tensor ${label(name)}`)
        throw notWeights(folder, `${label(name)} is not stored in blocks`)
      },
      async digests() {
        const sums: Record<string, string> = { 'config.json': configDigest }
        if (index) sums['model.safetensors.index.json'] = index.digest
        for (const source of sources) sums[source.name] = await source.digest()
        return sums
      },
      close,
    }
  } catch (failure) {
    await close()
    throw failure
  }
}

const described = ({ name, dtype, shape, bytes }: StoredTensor): CheckpointTensor => ({ name, dtype, shape, bytes })

async function readTensor(folder: string, name: string, place: Place | undefined): Promise<Float32Array> {
  if (!place) throw noTensor(folder, `there is no tensor ${label(name)}`)
  const { source, tensor } = place
  if (!(floatTypes as readonly string[]).includes(tensor.dtype))
    throw notWeights(source.path, `${label(name)} is of type ${tensor.dtype}`)
  const elements = tensor.shape.reduce((product, length) => product * length, 1)
  if (elements > mostElements) throw tensorTooLarge(source.path, `${label(name)} has ${elements} elements`)
  const bytes = new Uint8Array(tensor.bytes)
  await source.fill(bytes, tensor.offset)
  return floatElements(bytes, tensor.dtype, source.path)
}

async function readIndex(
  folder: string,
): Promise<{ readonly map: ReadonlyMap<string, string>; readonly digest: string } | undefined> {
  const file = join(folder, 'model.safetensors.index.json')
  const small = await readSmall(file, mostIndexBytes, size => badIndex(file, `has ${size} bytes`))
  if (!small) return undefined
  const { weight_map: map } = parseJsonObject(small.bytes, problem => badIndex(file, problem))
  if (!isJsonObject(map)) throw badIndex(file, 'has no weight_map')
  const entries = Object.entries(map)
  for (const [name, shard] of entries)
    if (typeof shard !== 'string' || basename(shard) !== shard || !shard.endsWith('.safetensors'))
      throw badIndex(file, `places ${label(name)} in no safetensors file of the folder`)
  if (new Set(entries.map(([, shard]) => shard)).size > mostShards) throw badIndex(file, `names over ${mostShards} shards`)
  return { map: new Map(entries as [string, string][]), digest: small.digest }
}
