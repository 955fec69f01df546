import { blockTypes, type BlockType } from './gguf-blocks.js'
import { badGguf, ggufKind, ggufLimit, label } from './errors.js'
import type { SourceFile } from './source-file.js'

/** A value of the metadata; 64-bit integers beyond 2^53 are refused. */
export type GgufValue = number | boolean | string | readonly GgufValue[]

export interface GgufTensor {
  readonly name: string
  /** Outermost first. */
  readonly shape: readonly number[]
  readonly type: BlockType
  /** From the start of the file. */
  readonly offset: number
  readonly bytes: number
}

export interface GgufHeader {
  readonly metadata: ReadonlyMap<string, GgufValue>
  readonly tensors: readonly GgufTensor[]
}

const limits = { header: 256 * 2 ** 20, keys: 65_536, tensors: 65_536, array: 4_194_304, text: 16 * 2 ** 20 }
const piece = 2 ** 20

/**
 * Reads metadata and the table of tensors, and checks that tensors lie within the file and apart from one another.
 *
 * @see ggml, docs/gguf.md
 * @throws LM-E010 for a damaged file, LM-E011 beyond a limit, LM-E012 for a version or type that is not read
 */
export async function readGgufHeader(source: SourceFile): Promise<GgufHeader> {
  const read = cursorOf(source)
  if ((await read.u32()) !== 0x46554747) throw badGguf(source.path, 'does not begin with GGUF')
  const version = await read.u32()
  if (version !== 2 && version !== 3) throw ggufKind(source.path, `has version ${version}; 2 and 3 are read`)
  const tensorCount = await read.count('tensors', limits.tensors)
  const keyCount = await read.count('keys', limits.keys)
  const metadata = new Map<string, GgufValue>()
  for (let i = 0; i < keyCount; i++) {
    const key = await read.text()
    if (metadata.has(key)) throw badGguf(source.path, `names the key ${label(key)} twice`)
    metadata.set(key, await read.value(await read.u32()))
  }
  const raw: { name: string; dims: number[]; type: number; offset: number }[] = []
  for (let i = 0; i < tensorCount; i++) {
    const name = await read.text()
    const rank = await read.u32()
    if (rank > 8) throw badGguf(source.path, `gives the tensor ${label(name)} ${rank} dimensions`)
    const dims: number[] = []
    for (let axis = 0; axis < rank; axis++) dims.push(await read.u64())
    raw.push({ name, dims, type: await read.u32(), offset: await read.u64() })
  }
  const alignment = metadata.get('general.alignment') ?? 32
  if (typeof alignment !== 'number' || alignment < 1 || alignment > 65_536 || (alignment & (alignment - 1)) !== 0)
    throw badGguf(source.path, 'has an alignment that is no power of two')
  const begin = Math.ceil(read.at() / alignment) * alignment
  const tensors = raw.map(entry => placed(source, entry, begin))
  if (new Set(tensors.map(({ name }) => name)).size !== tensors.length)
    throw badGguf(source.path, 'names a tensor twice')
  let end = begin
  for (const { name, offset, bytes } of [...tensors].sort((a, b) => a.offset - b.offset)) {
    if (offset < end) throw badGguf(source.path, `has a tensor ${label(name)} that overlaps another`)
    end = offset + bytes
  }
  return { metadata, tensors }
}

function placed(
  source: SourceFile,
  { name, dims, type: number, offset }: { name: string; dims: readonly number[]; type: number; offset: number },
  begin: number,
): GgufTensor {
  const type = blockTypes.get(number)
  if (!type) throw ggufKind(source.path, `stores the tensor ${label(name)} as type ${number}, which is not read`)
  const elements = dims.reduce((product, size) => product * size, 1)
  if (!Number.isSafeInteger(elements) || (dims[0] ?? 1) % type.elements !== 0)
    throw badGguf(source.path, `gives the tensor ${label(name)} a shape that ${type.name} cannot have`)
  const bytes = (elements / type.elements) * type.bytes
  if (begin + offset + bytes > source.size) throw badGguf(source.path, `ends before the tensor ${label(name)} does`)
  return { name, shape: [...dims].reverse(), type, offset: begin + offset, bytes }
}

/** Reads numbers and texts one after another, a piece of the file at a time. */
function cursorOf(source: SourceFile) {
  let at = 0
  let held = new Uint8Array(0)
  let heldAt = 0
  const take = async (size: number): Promise<DataView> => {
    if (at + size > source.size) throw badGguf(source.path, 'ends within its header')
    if (at + size > limits.header) throw ggufLimit(source.path, `has a header over ${limits.header} bytes`)
    if (at < heldAt || at + size > heldAt + held.length) {
      held = new Uint8Array(Math.min(Math.max(size, piece), source.size - at))
      heldAt = at
      await source.fill(held, at)
    }
    const view = new DataView(held.buffer, held.byteOffset + at - heldAt, size)
    at += size
    return view
  }
  const safe = (value: bigint): number => {
    if (value > 2n ** 53n || value < -(2n ** 53n)) throw ggufLimit(source.path, `holds the number ${value}`)
    return Number(value)
  }
  const u32 = async (): Promise<number> => (await take(4)).getUint32(0, true)
  const u64 = async (): Promise<number> => safe((await take(8)).getBigUint64(0, true))
  const text = async (): Promise<string> => {
    const length = await u64()
    if (length > limits.text) throw ggufLimit(source.path, `holds a text of ${length} bytes`)
    return new TextDecoder().decode(await take(length))
  }
  const value = async (type: number, isInArray = false): Promise<GgufValue> => {
    switch (type) {
      case 0:
        return (await take(1)).getUint8(0)
      case 1:
        return (await take(1)).getInt8(0)
      case 2:
        return (await take(2)).getUint16(0, true)
      case 3:
        return (await take(2)).getInt16(0, true)
      case 4:
        return u32()
      case 5:
        return (await take(4)).getInt32(0, true)
      case 6:
        return (await take(4)).getFloat32(0, true)
      case 7:
        return (await take(1)).getUint8(0) !== 0
      case 8:
        return text()
      case 9: {
        if (isInArray) throw badGguf(source.path, 'holds an array of arrays')
        const element = await u32()
        const count = await u64()
        if (count > limits.array) throw ggufLimit(source.path, `holds an array of ${count} elements`)
        const values: GgufValue[] = []
        for (let i = 0; i < count; i++) values.push(await value(element, true))
        return values
      }
      case 10:
        return u64()
      case 11:
        return safe((await take(8)).getBigInt64(0, true))
      case 12:
        return (await take(8)).getFloat64(0, true)
      default:
        throw badGguf(source.path, `holds a value of the unknown type ${type}`)
    }
  }
  const count = async (what: string, most: number): Promise<number> => {
    const found = await u64()
    if (found > most) throw ggufLimit(source.path, `claims ${found} ${what}, at most ${most} are read`)
    return found
  }
  return { u32, u64, text, value, count, at: () => at }
}
