import {
  add,
  linear,
  mul,
  quantisedInput,
  quantisedLinear,
  type Bits,
  type Graph,
  type QuantisedValue,
  type Shape,
  type Value,
} from '@attestry/autograd'

/** A tensor that a model reads from its checkpoint. */
export interface ModelTensor {
  /** Its name in the checkpoint, such as `model.layers.0.self_attn.q_proj.weight`. */
  readonly name: string
  readonly shape: Shape
}

/** Where the layers of a model get their tensors from, and what stands beside their linear layers. */
export interface Layers {
  /** A tensor of the checkpoint as a value of the graph. */
  tensor(graph: Graph, name: string): Value
  /** `x Wᵀ (+ b)` of the layer with this path, such as `model.layers.0.self_attn.q_proj`. */
  linear(graph: Graph, path: string, x: Value): Value
}

/** How trained values and frozen ones come into a graph. */
export interface Training {
  /** Shapes of the checkpoint's tensors by name. */
  readonly shapes: ReadonlyMap<string, Shape>
  /** Frozen weights of linear layers that are fed in blocks, with the bits of an element, by name. By default none. */
  readonly quantised?: ReadonlyMap<string, Bits>
  /** True for a tensor that is trained in full. */
  isTrained(name: string): boolean
  readonly lora?: LoraLayers
}

/** Low-rank adapters of some linear layers. */
export interface LoraLayers {
  readonly rank: number
  /** α / r, or α / √r for rank-stabilised adapters. */
  readonly scale: number
  /** True for the layer path of an adapted linear layer. */
  isTarget(path: string): boolean
  /** Chance that an input of an adapter is dropped; 0 feeds no masks. */
  readonly dropout: number
}

/** Name of an adapter's factor, as PEFT writes it after `base_model.model.`. */
export const loraName = (path: string, factor: 'A' | 'B'): string => `${path}.lora_${factor}.weight`

/** Name of the fed mask of an adapter with dropout, [B, T, in]: 0 where dropped, 1 / (1 - p) elsewhere. */
export const dropoutName = (path: string): string => `${path}.dropout`

/**
 * Layers over fed tensors: frozen ones are plain inputs of the graph, trained ones parameters.
 *
 * An adapted layer is `x Wᵀ + scale · (x Aᵀ) Bᵀ`, with A [rank, in] and B [out, rank] trained and W frozen.
 *
 * @see Hu et al. 2021, arXiv 2106.09685, section 4.1; Kalajdzievski 2023, arXiv 2312.03732 (α / √r)
 */
export function fedLayers({ shapes, quantised, isTrained, lora }: Training): Layers {
  const tensors = onceInGraph((graph, name) => {
    const shape = shapes.get(name)!
    return isTrained(name) ? graph.parameter(name, shape) : graph.input(name, shape)
  })
  const matrices = onceInGraph((graph, name) => quantisedInput(graph, name, matrixShape(name), quantised!.get(name)!))
  const adapters = onceInGraph((graph, name, shape: Shape) => graph.parameter(name, shape))
  const masks = onceInGraph((graph, name, shape: Shape) => graph.input(name, shape))
  const matrixShape = (name: string): readonly [number, number] => shapes.get(name) as readonly [number, number]
  return {
    tensor: tensors,
    linear: (graph, path, x) =>
      graph.within(path, () => {
        const name = `${path}.weight`
        const bias = shapes.has(`${path}.bias`) ? tensors(graph, `${path}.bias`) : null
        const y = quantised?.has(name)
          ? quantisedLinear(graph, x, matrices(graph, name), bias)
          : linear(graph, x, tensors(graph, name), bias)
        if (!lora?.isTarget(path)) return y
        const [out, depth] = matrixShape(name)
        const kept = lora.dropout > 0 ? mul(graph, x, masks(graph, dropoutName(path), x.shape)) : x
        const low = linear(graph, kept, adapters(graph, loraName(path, 'A'), [lora.rank, depth]), null)
        const up = adapters(graph, loraName(path, 'B'), [out, lora.rank])
        return add(graph, y, linear(graph, mul(graph, low, graph.scalar(lora.scale)), up, null))
      }),
  }
}

/** What `declare` declares under a name, in each graph once: a layer may be built again to be computed again. */
function onceInGraph<T extends Value | QuantisedValue, A extends readonly unknown[]>(
  declare: (graph: Graph, name: string, ...its: A) => T,
): (graph: Graph, name: string, ...its: A) => T {
  const made = new WeakMap<Graph, Map<string, T>>()
  return (graph, name, ...its) => {
    const known = made.get(graph) ?? new Map<string, T>()
    made.set(graph, known)
    const value = known.get(name) ?? declare(graph, name, ...its)
    known.set(name, value)
    return value
  }
}
