import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { badTensors, ioFailed, label } from './errors.js'

/** A tensor to write, as 32-bit floats. */
export interface TensorToWrite {
  readonly name: string
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/**
 * Writes a safetensors file, tensor after tensor, under a name of its own until it is whole. The same tensors and metadata
 * give the same bytes; the header ends at a multiple of 8.
 *
 * @throws LM-E015 for tensors that are not what they say, LM-E019 when the operating system refuses
 */
export async function writeSafetensorsFile(
  path: string,
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const header = headerOf(path, tensors, metadata)
  const unfinished = `${path}.${randomBytes(6).toString('hex')}.part`
  try {
    const file = await open(unfinished, 'wx', 0o644)
    try {
      await file.writeFile(header)
      for (const { data } of tensors)
        await file.appendFile(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(unfinished, path)
  } catch (cause) {
    await rm(unfinished, { force: true })
    throw ioFailed(path, 'writing', cause)
  }
}

function headerOf(
  path: string,
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const entries: [string, unknown][] = []
  if (Object.keys(metadata).length > 0) entries.push(['__metadata__', metadata])
  const names = new Set(['__metadata__'])
  let at = 0
  for (const { name, shape, data } of tensors) {
    if (names.has(name)) throw badTensors(path, `${label(name)} is not a name of its own`)
    names.add(name)
    if (!shape.every(size => Number.isSafeInteger(size) && size >= 0))
      throw badTensors(path, `${label(name)} has no valid shape`)
    const count = shape.reduce((product, size) => product * size, 1)
    if (count !== data.length)
      throw badTensors(path, `${label(name)} has ${data.length} values for a shape of ${count} elements`)
    entries.push([name, { dtype: 'F32', shape, data_offsets: [at, at + data.byteLength] }])
    at += data.byteLength
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)))
  const padded = Math.ceil(text.length / 8) * 8
  const bytes = new Uint8Array(8 + padded).fill(0x20)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true)
  bytes.set(text, 8)
  return bytes
}
