import { badConfig, unknownArchitecture } from './errors.js'

/** How angles of rotary position embeddings are stretched for longer texts than the model was first trained on. */
export type RopeScaling =
  | { readonly kind: 'none' }
  | { readonly kind: 'linear'; readonly factor: number }
  | {
      readonly kind: 'llama3'
      readonly factor: number
      readonly lowFrequency: number
      readonly highFrequency: number
      readonly originalLength: number
    }
  | {
      readonly kind: 'yarn'
      readonly factor: number
      readonly fast: number
      readonly slow: number
      readonly originalLength: number
      readonly attention: number
    }

const known = ['default', 'linear', 'llama3', 'yarn', 'dynamic']

/**
 * Scaling as `rope_scaling` or `rope_parameters` of config.json states it. `dynamic` changes nothing up to the length
 * that the model was trained for, which is the most that is taken here.
 *
 * @throws LM-E060 for a kind that is not known, LM-E061 for a value that is missing or impossible
 */
export function ropeScaling(entry: unknown, maxPositions: number): RopeScaling {
  if (entry === undefined || entry === null) return { kind: 'none' }
  if (typeof entry !== 'object') throw badConfig('rope_scaling', 'is not an object')
  const fields = entry as Readonly<Record<string, unknown>>
  const kind = fields.rope_type ?? fields.type ?? 'default'
  const number = (key: string, otherwise?: number): number => {
    const value = fields[key] ?? otherwise
    if (typeof value !== 'number' || !(value > 0) || !Number.isFinite(value))
      throw badConfig(`rope_scaling.${key}`, 'is not a positive number')
    return value
  }
  switch (kind) {
    case 'default':
    case 'dynamic':
      return { kind: 'none' }
    case 'linear':
      return { kind: 'linear', factor: number('factor') }
    case 'llama3':
      return {
        kind: 'llama3',
        factor: number('factor'),
        lowFrequency: number('low_freq_factor'),
        highFrequency: number('high_freq_factor'),
        originalLength: number('original_max_position_embeddings', maxPositions),
      }
    case 'yarn': {
      const factor = number('factor')
      return {
        kind: 'yarn',
        factor,
        fast: number('beta_fast', 32),
        slow: number('beta_slow', 1),
        originalLength: number('original_max_position_embeddings', maxPositions),
        attention: number('attention_factor', factor <= 1 ? 1 : 0.1 * Math.log(factor) + 1),
      }
    }
    default:
      throw unknownArchitecture(`rope scaling ${String(kind).slice(0, 40)}`, known)
  }
}

export interface RopeTables {
  /** Cosines, [positions, size / 2], row-major. */
  readonly cosines: Float32Array
  /** Sines, of the same shape. */
  readonly sines: Float32Array
}

/**
 * Tables of cosines and sines by position and pair: pair i of a head of `size` turns by `position · base^(-2i / size)`, with
 * frequencies scaled as asked for.
 *
 * @param base θ, from the checkpoint
 * @see Su et al. 2021, arXiv 2104.09864, section 3.2; Peng et al. 2023, arXiv 2309.00071, section 3.2 (yarn)
 */
export function ropeTables(positions: number, size: number, base: number, scaling: RopeScaling): RopeTables {
  const half = size / 2
  const frequencies = Float64Array.from({ length: half }, (_, i) => base ** ((-2 * i) / size))
  const scaled = frequencies.map((frequency, i) => scaledFrequency(frequency, i, size, base, scaling))
  const amplitude = scaling.kind === 'yarn' ? scaling.attention : 1
  const cosines = new Float32Array(positions * half)
  const sines = new Float32Array(positions * half)
  for (let position = 0; position < positions; position++)
    for (let i = 0; i < half; i++) {
      const angle = position * scaled[i]!
      cosines[position * half + i] = amplitude * Math.cos(angle)
      sines[position * half + i] = amplitude * Math.sin(angle)
    }
  return { cosines, sines }
}

function scaledFrequency(frequency: number, i: number, size: number, base: number, scaling: RopeScaling): number {
  switch (scaling.kind) {
    case 'none':
      return frequency
    case 'linear':
      return frequency / scaling.factor
    case 'llama3': {
      // Long waves are stretched, short ones kept, those between blended by how many fit into the original length.
      const { factor, lowFrequency, highFrequency, originalLength } = scaling
      const waves = (originalLength * frequency) / (2 * Math.PI)
      if (waves < lowFrequency) return frequency / factor
      if (waves > highFrequency) return frequency
      const share = (waves - lowFrequency) / (highFrequency - lowFrequency)
      return ((1 - share) * frequency) / factor + share * frequency
    }
    case 'yarn': {
      const { factor, fast, slow, originalLength } = scaling
      const pairOf = (turns: number): number =>
        (size * Math.log(originalLength / (turns * 2 * Math.PI))) / (2 * Math.log(base))
      const low = Math.max(Math.floor(pairOf(fast)), 0)
      const high = Math.min(Math.ceil(pairOf(slow)), size - 1)
      const ramp = Math.min(1, Math.max(0, (i - low) / (high === low ? 0.001 : high - low)))
      return (frequency / factor) * ramp + frequency * (1 - ramp)
    }
  }
}
