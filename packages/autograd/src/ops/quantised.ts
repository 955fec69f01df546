import { int, text } from '../attributes.js'
import type { Graph, Value } from '../graph.js'
import { blockSize, quantisedNames, type Bits } from '../quantise.js'
import { elementTypes, f32, sizeOf } from '../tensor.js'
import { add } from './arithmetic.js'
import { needShape } from './check.js'
import { gemm, gemmNode } from './matrix.js'
import { concat, reshape } from './shape.js'
import { waitFor } from './wait.js'

/** A frozen matrix in blocks as values of a graph; see `QuantisedMatrix` for what its elements are. */
export interface QuantisedValue {
  readonly bits: Bits
  /** Rows and columns of the matrix. */
  readonly shape: readonly [number, number]
  /** [blocks, 32] i8, or [blocks, 16] u8 with two elements in a byte */
  readonly quants: Value
  /** [blocks] */
  readonly scales: Value
  /** [blocks, 1]; `null` with 8 bits */
  readonly offsets: Value | null
}

/**
 * A frozen matrix that is fed in blocks, see `quantisedFeeds`.
 *
 * @throws AUTOGRAD-E001 for rows that are not whole blocks, AUTOGRAD-E003 when the name is taken
 */
export function quantisedInput(
  graph: Graph,
  name: string,
  shape: readonly [number, number],
  bits: Bits,
): QuantisedValue {
  const isWhole = shape[1] % blockSize === 0
  if (!isWhole) needShape(graph, 'quantisedInput', false, [], `rows of ${shape[1]} are whole blocks of ${blockSize}`)
  const blocks = sizeOf(shape) / blockSize
  const names = quantisedNames(name)
  return {
    bits,
    shape,
    quants:
      bits === 8
        ? graph.input(names.quants, [blocks, blockSize], 'i8')
        : graph.input(names.quants, [blocks, blockSize / 2], 'u8'),
    scales: graph.input(names.scales, [blocks]),
    offsets: bits === 8 ? null : graph.input(names.offsets, [blocks, 1]),
  }
}

/**
 * A linear layer over a frozen matrix in blocks: `y = x Wᵀ + b`.
 *
 * The blocks become floats right before each product, in the forward pass and once more in the backward pass, whose
 * product `dy W` needs the same matrix the other way round: at most one matrix lives in floats at a time. Gradient: `dy W`.
 *
 * @param x [B, …, in]
 * @param weight [out, in]
 * @param bias [out], frozen, or `null`
 * @returns [B, …, out]
 */
export function quantisedLinear(graph: Graph, x: Value, weight: QuantisedValue, bias: Value | null): Value {
  const [out, depth] = weight.shape
  const size = x.shape.at(-1)!
  needShape(
    graph,
    'quantisedLinear',
    size === depth,
    [x, { ...weight.scales, shape: weight.shape }],
    'x is [B, …, in], W is [out, in]',
  )
  const isFrozen = !bias?.needsGrad && (!bias || (bias.shape.length === 1 && bias.shape[0] === out))
  needShape(graph, 'quantisedLinear', isFrozen, bias ? [bias] : [], 'b is [out] and frozen')
  const rows = reshape(graph, x, [sizeOf(x.shape) / size, size])
  const y = gemmNode(graph, rows, floatsOf(graph, weight, rows), bias, { transB: true })
  graph.onBackward(y, (dy, accumulate) => accumulate(rows, gemm(graph, dy, floatsOf(graph, weight, dy), null)))
  return reshape(graph, y, [...x.shape.slice(0, -1), out])
}

/** The matrix in floats, [rows, columns], made when the gate is there. */
function floatsOf(graph: Graph, { bits, shape, quants, scales, offsets }: QuantisedValue, gate: Value): Value {
  return graph.withoutTape(() => {
    const bytes = bits === 8 ? quants : nibbles(graph, quants, gate)
    const scaled = graph.emit({
      op: 'DequantizeLinear',
      inputs: [bytes, bits === 8 ? waitFor(graph, scales, gate) : scales],
      shape: bytes.shape,
      // One scale for each block, which is a row here: the operator itself knows no blocks before opset 21.
      attributes: { axis: int(0) },
    })
    return reshape(graph, offsets ? add(graph, scaled, offsets) : scaled, shape)
  })
}

/** The halves of bytes, low ones first: [blocks, 16] to [blocks, 32]. By how much is shifted is known with the gate. */
function nibbles(graph: Graph, bytes: Value, gate: Value): Value {
  const four = graph.emit({
    op: 'Cast',
    inputs: [waitFor(graph, graph.constant(f32([1], [4])), gate)],
    shape: [1],
    dtype: 'u8',
    attributes: { to: int(elementTypes.u8) },
  })
  const shift = (x: Value, direction: 'LEFT' | 'RIGHT'): Value =>
    graph.emit({
      op: 'BitShift',
      inputs: [x, four],
      shape: x.shape,
      dtype: 'u8',
      attributes: { direction: text(direction) },
    })
  return concat(graph, [shift(shift(bytes, 'LEFT'), 'RIGHT'), shift(bytes, 'RIGHT')], 1)
}
