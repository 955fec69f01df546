import { shapesDoNotFit, wrongType } from '../errors.js'
import type { Graph, Value } from '../graph.js'
import type { DType, Shape } from '../tensor.js'

/** @throws AUTOGRAD-E002 */
export function needType(graph: Graph, op: string, value: Value, dtype: DType): void {
  if (value.dtype !== dtype) throw wrongType(graph.origin, op, value.dtype, dtype)
}

/** @throws AUTOGRAD-E001 when `fits` is false */
export function needShape(graph: Graph, op: string, fits: boolean, values: readonly Value[], expected: string): void {
  if (!fits)
    throw shapesDoNotFit(
      graph.origin,
      op,
      values.map(({ shape }) => shape),
      expected,
    )
}

/** The shape two values broadcast to, as in NumPy; undefined where they do not. */
export function broadcastShape(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length)
  const shape: number[] = []
  for (let axis = 0; axis < rank; axis++) {
    const left = a[axis - rank + a.length] ?? 1
    const right = b[axis - rank + b.length] ?? 1
    if (left !== right && left !== 1 && right !== 1) return undefined
    shape.push(left === 1 ? right : left)
  }
  return shape
}

/** A negative axis counts from the end. */
export const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis)
