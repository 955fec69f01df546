/** A message of onnx.proto, as far as it can hold tensors. */
type Message = 'model' | 'graph' | 'function' | 'node' | 'attribute' | 'sparse' | 'tensor'

/** Fields of each message that hold further messages. */
const parts: Readonly<Record<Message, Readonly<Record<number, Message>>>> = {
  model: { 7: 'graph', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  function: { 7: 'node', 11: 'attribute' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: {},
}

/** TensorProto.external_data and TensorProto.data_location. */
const elsewhere = { place: 13, location: 14 }
const deepest = 64
const model = { irVersion: 1, graph: 7, opset: 8 }

/**
 * What speaks against a file as an ONNX model before a runtime opens it: it is cut short, is not protobuf, lacks a part that every
 * model has, or keeps weights in other files, at paths that it names itself. Undefined where nothing does.
 *
 * It walks over the fields without reading weights, so that it takes milliseconds.
 *
 * @see github.com/onnx/onnx, onnx/onnx.proto; protobuf.dev/programming-guides/encoding
 */
export function problemOfOnnx(bytes: Uint8Array): string | undefined {
  const seen = new Set<number>()
  try {
    walk(bytes, 'model', 0, bytes.length, 0, seen)
  } catch (cause) {
    if (cause instanceof Problem) return cause.message
    throw cause
  }
  return Object.values(model).every(field => seen.has(field)) ? undefined : 'holds no ONNX model'
}

class Problem extends Error {}

function walk(bytes: Uint8Array, message: Message, from: number, to: number, depth: number, seen?: Set<number>): void {
  if (depth > deepest) throw new Problem(`nests more than ${deepest} levels`)
  for (let at = from; at < to; ) {
    const tag = varint(bytes, at, to)
    const field = Math.floor(tag.value / 8)
    const wire = tag.value % 8
    seen?.add(field)
    at = tag.end
    if (wire === 0) {
      const number = varint(bytes, at, to)
      if (message === 'tensor' && field === elsewhere.location && number.value === 1) throw inOtherFile()
      at = number.end
      continue
    }
    const length = wire === 2 ? varint(bytes, at, to) : { value: wire === 1 ? 8 : 4, end: at }
    const end = length.end + length.value
    if (!(wire === 1 || wire === 2 || wire === 5) || field === 0 || end > to)
      throw new Problem('is damaged or cut short')
    if (message === 'tensor' && field === elsewhere.place) throw inOtherFile()
    const inner = wire === 2 ? parts[message][field] : undefined
    if (inner) walk(bytes, inner, length.end, end, depth + 1)
    at = end
  }
}

const inOtherFile = (): Problem => new Problem('keeps weights in another file')

/** Exact up to 2^53; lengths beyond it are beyond the file too. */
function varint(bytes: Uint8Array, from: number, to: number): { readonly value: number; readonly end: number } {
  let value = 0
  let scale = 1
  for (let at = from; at < to && at < from + 10; at++) {
    const byte = bytes[at]!
    value += (byte & 0x7f) * scale
    scale *= 128
    if (byte < 0x80) return { value, end: at + 1 }
  }
  throw new Problem('is damaged or cut short')
}
