import { float, int } from '../attributes.js'
import type { Graph, Value } from '../graph.js'
import { sameShape, sizeOf } from '../tensor.js'
import { broadcastShape, needShape, needType } from './check.js'
import { sumTo } from './reduce.js'
import { transposeLast } from './shape.js'

/**
 * A B over the last two axes, the others broadcast. FLOPs: 2mnk per product.
 *
 * Gradients: `dY Bᵀ` and `Aᵀ dY`, summed over broadcast axes.
 */
export function matmul(graph: Graph, a: Value, b: Value): Value {
  return graph.onBackward(matmulNode(graph, a, b), (dy, accumulate) => {
    if (a.needsGrad) accumulate(a, sumTo(graph, matmul(graph, dy, transposeLast(graph, b)), a.shape))
    if (b.needsGrad) accumulate(b, sumTo(graph, matmul(graph, transposeLast(graph, a), dy), b.shape))
  })
}

/** The product alone, for layers that bring a gradient rule of their own. */
export function matmulNode(graph: Graph, a: Value, b: Value): Value {
  needType(graph, 'MatMul', a, 'f32')
  needType(graph, 'MatMul', b, 'f32')
  const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2))
  const inner = a.shape.at(-1)
  const fits = a.shape.length >= 2 && b.shape.length >= 2 && inner === b.shape.at(-2) && batch !== undefined
  needShape(graph, 'MatMul', fits, [a, b], 'the last axis of the first equals the last but one of the second')
  const shape = [...batch!, a.shape.at(-2)!, b.shape.at(-1)!]
  return graph.emit({ op: 'MatMul', inputs: [a, b], shape, matmulFlops: 2 * sizeOf(shape) * inner! })
}

export interface GemmOptions {
  readonly transA?: boolean
  readonly transB?: boolean
}

/**
 * A' B' + C on matrices, where ' is the transpose where asked for; C broadcasts or is `null`.
 *
 * Gradients: `dA' = dY B'ᵀ`, `dB' = A'ᵀ dY`, `dC = dY` summed to its shape.
 */
export function gemm(graph: Graph, a: Value, b: Value, c: Value | null, options: GemmOptions = {}): Value {
  const { transA = false, transB = false } = options
  return graph.onBackward(gemmNode(graph, a, b, c, options), (dy, accumulate) => {
    if (a.needsGrad)
      accumulate(
        a,
        transA
          ? gemm(graph, b, dy, null, { transA: transB, transB: true })
          : gemm(graph, dy, b, null, { transB: !transB }),
      )
    if (b.needsGrad)
      accumulate(
        b,
        transB
          ? gemm(graph, dy, a, null, { transA: true, transB: transA })
          : gemm(graph, a, dy, null, { transA: !transA }),
      )
    if (c?.needsGrad) accumulate(c, sumTo(graph, dy, c.shape))
  })
}

/** The product alone, for layers that bring a gradient rule of their own. */
export function gemmNode(graph: Graph, a: Value, b: Value, c: Value | null, options: GemmOptions = {}): Value {
  const { transA = false, transB = false } = options
  for (const value of c ? [a, b, c] : [a, b]) needType(graph, 'Gemm', value, 'f32')
  needShape(graph, 'Gemm', a.shape.length === 2 && b.shape.length === 2, [a, b], 'both are matrices')
  const [rows, inner] = transA ? [a.shape[1]!, a.shape[0]!] : [a.shape[0]!, a.shape[1]!]
  const [depth, columns] = transB ? [b.shape[1]!, b.shape[0]!] : [b.shape[0]!, b.shape[1]!]
  needShape(graph, 'Gemm', inner === depth, [a, b], `the inner sizes ${inner} and ${depth} are equal`)
  const shape = [rows, columns]
  const wide = c ? broadcastShape(c.shape, shape) : shape
  const fits = wide !== undefined && sameShape(wide, shape)
  needShape(graph, 'Gemm', fits, c ? [c] : [], `the addend broadcasts to [${shape}]`)
  return graph.emit({
    op: 'Gemm',
    inputs: c ? [a, b, c] : [a, b],
    shape,
    attributes: { transA: int(transA ? 1 : 0), transB: int(transB ? 1 : 0) },
    matmulFlops: 2 * rows * columns * inner,
    otherFlops: c ? rows * columns : 0,
  })
}

export interface ProductOptions extends GemmOptions {
  /** Factor of the product, 1 by default. */
  readonly alpha?: number
}

/**
 * `alpha · A' B'` over the last two axes, where ' is the transpose where asked for; the leading axes are equal. Transposing
 * and scaling cost nothing beside the product.
 *
 * Gradients: `dA' = alpha · dY B'ᵀ`, `dB' = alpha · A'ᵀ dY`.
 */
export function product(graph: Graph, a: Value, b: Value, options: ProductOptions = {}): Value {
  const { transA = false, transB = false, alpha = 1 } = options
  for (const value of [a, b]) needType(graph, 'product', value, 'f32')
  const [rows, inner] = transA ? [a.shape.at(-1)!, a.shape.at(-2)!] : [a.shape.at(-2)!, a.shape.at(-1)!]
  const [depth, columns] = transB ? [b.shape.at(-1)!, b.shape.at(-2)!] : [b.shape.at(-2)!, b.shape.at(-1)!]
  const lead = a.shape.slice(0, -2)
  const fits = a.shape.length >= 2 && inner === depth && sameShape(lead, b.shape.slice(0, -2))
  needShape(graph, 'product', fits, [a, b], 'the leading axes and the inner sizes are equal')
  const shape = [...lead, rows, columns]
  const y = graph.emit({
    op: 'com.microsoft:FusedMatMul',
    inputs: [a, b],
    shape,
    attributes: { alpha: float(alpha), transA: int(transA ? 1 : 0), transB: int(transB ? 1 : 0) },
    matmulFlops: 2 * sizeOf(shape) * inner,
  })
  return graph.onBackward(y, (dy, accumulate) => {
    if (a.needsGrad)
      accumulate(
        a,
        transA
          ? product(graph, b, dy, { transA: transB, transB: true, alpha })
          : product(graph, dy, b, { transB: !transB, alpha }),
      )
    if (b.needsGrad)
      accumulate(
        b,
        transB
          ? product(graph, dy, a, { transA: true, transB: transA, alpha })
          : product(graph, a, dy, { transA: !transA, alpha }),
      )
  })
}
