import { sizeOf, type ParameterShape } from '@attestry/autograd'
import { seededRandom, sha256 } from '@attestry/core'
import { nothingTargeted } from './errors.js'
import { loraName, type LoraLayers } from './layers.js'

/** Low-rank adapters as PEFT describes them. */
export interface LoraConfig {
  /** Rank r of the adapters, at least 1. */
  readonly rank: number
  /** α: the adapter's output is scaled by α / r. */
  readonly alpha: number
  /** Chance that an input of an adapter is dropped in training, from 0 to below 1. 0 by default. */
  readonly dropout?: number
  /** Last parts of the paths of adapted layers, such as `q_proj`; `all-linear` is every linear layer but the head. */
  readonly targetModules: readonly string[] | 'all-linear'
  /** Scale by α / √r instead of α / r. */
  readonly rankStabilised?: boolean
}

/**
 * The adapted layers among those of a model.
 *
 * @param linears paths of the model's linear layers, without the head
 * @returns paths of the adapted ones, in the order of `linears`
 * @throws LM-E063 when a target names no layer
 */
export function loraTargets({ targetModules }: LoraConfig, linears: readonly string[]): readonly string[] {
  if (targetModules === 'all-linear') return linears
  const matches = (path: string, target: string): boolean => path === target || path.endsWith(`.${target}`)
  const missing = targetModules.filter(target => !linears.some(path => matches(path, target)))
  if (missing.length > 0 || targetModules.length === 0) {
    const known = new Set(linears.map(path => path.slice(path.lastIndexOf('.') + 1)))
    throw nothingTargeted(missing, [...known])
  }
  return linears.filter(path => targetModules.some(target => matches(path, target)))
}

/** Factor of the adapters' outputs. */
export const loraScale = ({ rank, alpha, rankStabilised = false }: LoraConfig): number =>
  alpha / (rankStabilised ? Math.sqrt(rank) : rank)

/** The adapters as layers of a graph read them. */
export function loraLayers(config: LoraConfig, targets: readonly string[]): LoraLayers {
  const isTarget = new Set(targets)
  return {
    rank: config.rank,
    scale: loraScale(config),
    dropout: config.dropout ?? 0,
    isTarget: path => isTarget.has(path),
  }
}

/**
 * First values of the adapters: A uniform in ±1/√in (the Kaiming bound that PEFT takes, with a = √5), B zero, so that the
 * adapted model starts as its base. They are public: they carry no data.
 */
export function initialAdapters(
  parameters: readonly ParameterShape[],
  seed: number,
): Readonly<Record<string, Float32Array>> {
  return Object.fromEntries(
    parameters.map(({ name, shape }) => {
      const values = new Float32Array(sizeOf(shape))
      if (name.endsWith(loraName('', 'B'))) return [name, values]
      const digest = sha256(new TextEncoder().encode(`attestry adapters 1: ${seed} ${name}`))
      const random = seededRandom(Number.parseInt(digest.slice(-8), 16))
      const limit = 1 / Math.sqrt(shape[1]!)
      for (let i = 0; i < values.length; i++) values[i] = limit * (2 * random() - 1)
      return [name, values]
    }),
  )
}

/** Names and shapes of the adapters of these layers, in order. */
export function loraParameters(
  { rank }: LoraConfig,
  targets: readonly string[],
  shapes: ReadonlyMap<string, readonly number[]>,
): readonly ParameterShape[] {
  return targets.flatMap(path => {
    const [out, depth] = shapes.get(`${path}.weight`) as readonly [number, number]
    return [
      { name: loraName(path, 'A'), shape: [rank, depth] },
      { name: loraName(path, 'B'), shape: [out, rank] },
    ]
  })
}

/**
 * The weights of an adapted layer with its adapter added: `W + scale · B A`, [out, in].
 *
 * @param base W, [out, in]
 * @param a A, [rank, in]
 * @param b B, [out, rank]
 */
export function mergeAdapter(
  base: Float32Array,
  a: Float32Array,
  b: Float32Array,
  rank: number,
  scale: number,
): Float32Array {
  const depth = a.length / rank
  const merged = base.slice()
  for (let row = 0; row < b.length / rank; row++)
    for (let r = 0; r < rank; r++) {
      const factor = scale * b[row * rank + r]!
      if (factor === 0) continue
      for (let column = 0; column < depth; column++) merged[row * depth + column]! += factor * a[r * depth + column]!
    }
  return merged
}
