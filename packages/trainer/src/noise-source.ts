import { gaussianNoise } from '@attestry/dp'
import { openNoiseRing } from './noise-ring.js'

/** Standard normal noise, one vector per step. */
export interface NoiseSource {
  /** What makes the noise, for the evidence. */
  readonly sampler: string
  /** The noise of a step; steps are asked for one after another. The vector is valid until the next call. */
  next(step: number): Promise<Float32Array>
  close(): Promise<void>
}

export interface NoiseOptions {
  /** 32 secret bytes. */
  readonly secret: Uint8Array
  /** Length of each vector. */
  readonly count: number
  /** Threads that make noise ahead of the steps; 0 makes it when it is asked for. */
  readonly workers: number
  /** The last step that will be asked for. */
  readonly steps: number
}

const stream = 'training noise'

const sampler = 'AES-256-CTR keystream, ziggurat normals of 53 bits in single precision (@attestry/dp gaussianNoise)'

/** Below this a thread costs more than it saves. */
const worthAThread = 8192

/**
 * Noise from the keystream of `@attestry/dp`. Whether worker threads make it ahead changes its time, never its values:
 * they depend on secret and step alone.
 */
export function noiseSource({ secret, count, workers, steps }: NoiseOptions): NoiseSource {
  const noise = gaussianNoise({ secret, stream })
  // One vector for the whole run: fresh ones keep the collector of garbage busy on the other core.
  const values = new Float32Array(count)
  if (workers === 0 || count < worthAThread)
    return { sampler, next: async step => noise.fill(values, step), close: async () => {} }
  const ring = openNoiseRing({ stream: { secret, stream }, count, workers, steps })
  return {
    sampler: `${sampler}, made ahead by ${workers} ${workers === 1 ? 'thread' : 'threads'}`,
    // Slower, and the same values: threads that cannot start must not end a training run.
    next: async step => ((await ring.take(step, values)) ? values : noise.fill(values, step)),
    close: () => ring.close(),
  }
}
