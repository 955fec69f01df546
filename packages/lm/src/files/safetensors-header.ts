import { badSafetensors, label } from './errors.js'
import { isJsonObject, parseJsonObject } from './json-object.js'
import type { SourceFile } from './source-file.js'

/** Where a tensor lies in a file. */
export interface StoredTensor {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  /** From the start of the file. */
  readonly offset: number
  readonly bytes: number
}

/** Bytes of one element. */
const elementBytes: Readonly<Record<string, number>> = {
  F64: 8,
  I64: 8,
  U64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
}

const mostHeaderBytes = 100 * 2 ** 20

/**
 * Reads the header of a safetensors file and checks that its tensors tile the rest of the file: in bounds, without
 * overlaps and without holes, each as long as its shape says.
 *
 * @see huggingface/safetensors, README, "Format"
 * @throws LM-E003
 */
export async function readSafetensorsHeader(source: SourceFile): Promise<readonly StoredTensor[]> {
  const fail = (problem: string): Error => badSafetensors(source.path, problem)
  if (source.size < 8) throw fail(`the file has ${source.size} bytes, a header takes at least 8`)
  const start = new Uint8Array(8)
  await source.fill(start, 0)
  const length = new DataView(start.buffer).getBigUint64(0, true)
  if (length > BigInt(Math.min(mostHeaderBytes, source.size - 8)))
    throw fail(`the header claims ${length} bytes, the file has ${source.size}`)
  const bytes = new Uint8Array(Number(length))
  await source.fill(bytes, 8)
  const header = parseJsonObject(bytes, problem => fail(`the header ${problem}`))
  const begin = 8 + bytes.length
  const tensors = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => storedTensor(name, entry, begin, source.size, fail))
    .sort((a, b) => a.offset - b.offset)
  let end = begin
  for (const { name, offset, bytes } of tensors) {
    if (offset !== end) throw fail(`the tensor ${label(name)} ${offset < end ? 'overlaps another' : 'follows a hole'}`)
    end += bytes
  }
  if (end !== source.size) throw fail(`the tensors end at byte ${end}, the file at ${source.size}`)
  return tensors
}

function storedTensor(
  name: string,
  entry: unknown,
  begin: number,
  end: number,
  fail: (problem: string) => Error,
): StoredTensor {
  const { dtype, shape, data_offsets: offsets } = isJsonObject(entry) ? entry : {}
  const size = typeof dtype === 'string' && Object.hasOwn(elementBytes, dtype) ? elementBytes[dtype] : undefined
  if (size === undefined) throw fail(`the tensor ${label(name)} has no known dtype`)
  const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
  if (!Array.isArray(shape) || shape.length > 8 || !shape.every(isCount))
    throw fail(`the tensor ${label(name)} has no valid shape`)
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    throw fail(`the tensor ${label(name)} has no valid data_offsets`)
  const [from, to] = offsets as [number, number]
  const bytes = shape.reduce<number>((product, length) => product * length, size)
  if (to - from !== bytes) throw fail(`the tensor ${label(name)} has ${to - from} bytes for its shape of ${bytes}`)
  if (begin + to > end) throw fail(`the tensor ${label(name)} ends after the file`)
  return { name, dtype: dtype as string, shape, offset: begin + from, bytes }
}
