import { sizeOf, type ParameterShape } from '@attestry/autograd'
import { badSafetensors } from './errors.js'
import type { Weights } from './architecture.js'

/** A tensor of a safetensors file. */
export interface StoredTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

const mostHeader = 100_000_000
const bytesOfType: Readonly<Record<string, number>> = { F32: 4 }

/**
 * Encodes 32-bit tensors as safetensors: an 8-byte little-endian header length, a JSON header padded with spaces to 8
 * bytes, and the data. Tensors are laid out in the order given; the same input gives the same bytes.
 *
 * @see github.com/huggingface/safetensors, README, section "Format"
 */
export function writeSafetensors(
  parameters: readonly ParameterShape[],
  weights: Weights,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {}
  let at = 0
  for (const { name, shape } of parameters) {
    const size = 4 * sizeOf(shape)
    header[name] = { dtype: 'F32', shape, data_offsets: [at, at + size] }
    at += size
  }
  const text = JSON.stringify(header)
  const bare = new TextEncoder().encode(text)
  const length = Math.ceil((bare.length + 8) / 8) * 8 - 8
  const bytes = new Uint8Array(8 + length + at).fill(0x20, 8, 8 + length)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(length), true)
  bytes.set(bare, 8)
  let place = 8 + length
  for (const { name } of parameters)
    for (const value of weights[name]!) {
      view.setFloat32(place, value, true)
      place += 4
    }
  return bytes
}

/**
 * Reads a safetensors file of 32-bit tensors. Nothing in it is trusted: every length, offset and shape is checked before
 * it is used.
 *
 * @throws TRAIN-E015 for a file that is cut, forged or of another element type
 */
export function readSafetensors(bytes: Uint8Array): Readonly<Record<string, StoredTensor>> {
  if (bytes.length < 8) throw badSafetensors(`the file has ${bytes.length} bytes, fewer than the 8 of a header length`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = view.getBigUint64(0, true)
  if (length > BigInt(mostHeader)) throw badSafetensors(`the header claims ${length} bytes, more than ${mostHeader}`)
  const start = 8 + Number(length)
  if (start > bytes.length) throw badSafetensors(`the header claims ${length} bytes, the file has ${bytes.length}`)
  const header = parseHeader(bytes.subarray(8, start))
  const tensors = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => ({ name, ...checkEntry(name, entry) }))
    .sort((a, b) => a.from - b.from || a.to - b.to)
  let at = 0
  for (const { name, from, to } of tensors) {
    if (from !== at) throw badSafetensors(`tensor '${label(name)}' starts at ${from}, where ${at} is next`)
    at = to
  }
  if (start + at !== bytes.length)
    throw badSafetensors(`the tensors end at byte ${start + at}, the file has ${bytes.length}`)
  return Object.fromEntries(
    tensors.map(({ name, shape, from, to }) => {
      const data = new Float32Array((to - from) / 4)
      for (let i = 0; i < data.length; i++) data[i] = view.getFloat32(start + from + 4 * i, true)
      return [name, { shape, data }]
    }),
  )
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let text: string
  let header: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    header = JSON.parse(text)
  } catch (cause) {
    throw badSafetensors(`the header is not JSON: ${cause instanceof Error ? cause.name : 'error'}`)
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw badSafetensors('the header is not an object')
  refuseDuplicates(text)
  const { __metadata__: metadata } = header as Record<string, unknown>
  if (metadata !== undefined && !isTextMap(metadata)) throw badSafetensors('the metadata is not a map of text to text')
  return header as Record<string, unknown>
}

/** `JSON.parse` keeps the last of two equal names in silence: two readers could then see two different models. */
function refuseDuplicates(text: string): void {
  const names = [new Set<string>()]
  let depth = 0
  let expectName = true
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!
    if (character === '"') {
      const from = i
      for (i++; text[i] !== '"'; i++) if (text[i] === '\\') i++
      if (!expectName || depth === 0) continue
      const name = JSON.parse(text.slice(from, i + 1)) as string
      if (names[depth]!.has(name)) throw badSafetensors(`the name '${label(name)}' occurs twice in the header`)
      names[depth]!.add(name)
      expectName = false
    } else if (character === '{') {
      names[++depth] = new Set()
      expectName = true
    } else if (character === '}') {
      depth--
      expectName = false
    } else if (character === '[') {
      const end = text.indexOf(']', i)
      // Arrays of a header hold numbers; one that holds anything else is refused with its entry.
      if (end > i && !text.slice(i, end).includes('"') && !text.slice(i, end).includes('{')) i = end
    } else if (character === ',') expectName = true
    else if (character === ':') expectName = false
  }
}

function checkEntry(name: string, entry: unknown): { shape: readonly number[]; from: number; to: number } {
  const tensor = `tensor '${label(name)}'`
  if (typeof entry !== 'object' || entry === null) throw badSafetensors(`${tensor} is not an object`)
  const { dtype, shape, data_offsets: offsets } = entry as Record<string, unknown>
  const width = typeof dtype === 'string' && Object.hasOwn(bytesOfType, dtype) ? bytesOfType[dtype] : undefined
  if (width === undefined) throw badSafetensors(`${tensor} is not of type F32`)
  if (!isSizes(shape) || shape.length > 8) throw badSafetensors(`${tensor} has no valid shape`)
  if (!isSizes(offsets) || offsets.length !== 2) throw badSafetensors(`${tensor} has no valid offsets`)
  const [from, to] = offsets as [number, number]
  const size = sizeOf(shape) * width
  if (!Number.isSafeInteger(size)) throw badSafetensors(`${tensor} has a shape too large`)
  if (to - from !== size) throw badSafetensors(`${tensor} spans ${to - from} bytes, its shape needs ${size}`)
  return { shape, from, to }
}

const isSizes = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every(size => Number.isSafeInteger(size) && size >= 0)

const isTextMap = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every(entry => typeof entry === 'string')

const label = (name: string): string => JSON.stringify(name.slice(0, 80)).slice(1, -1)
