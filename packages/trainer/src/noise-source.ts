import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { dirname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { gaussianNoise } from '@attestry/dp'

/** Standard normal noise, one vector per step. */
export interface NoiseSource {
  /** What makes the noise, for the evidence. */
  readonly sampler: string
  /** The noise of a step. The vector is valid until the next call. */
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

const sampler = 'AES-256-CTR keystream, sum of four ziggurat normals (@attestry/dp gaussianNoise)'

/** Below this a thread costs more than it saves. */
const worthAThread = 8192

/**
 * Noise from the keystream of `@attestry/dp`. Whether worker threads make it ahead changes its time, never its values:
 * they depend on secret and step alone.
 */
export function noiseSource(options: NoiseOptions): NoiseSource {
  return options.workers > 0 && options.count >= worthAThread ? threadedNoise(options) : directNoise(options)
}

function directNoise({ secret, count }: NoiseOptions): NoiseSource {
  const noise = gaussianNoise({ secret, stream })
  const values = new Float32Array(count)
  return { sampler, next: async step => noise.fill(values, step), close: async () => {} }
}

// Text, because a worker's file would have to be found beside whatever bundles this package.
const workerSource = `
const { parentPort, workerData } = require('node:worker_threads')
import(workerData.module).then(({ gaussianNoise }) => {
  const noise = gaussianNoise(workerData.stream)
  parentPort.on('message', ({ step, buffer }) => {
    noise.fill(new Float32Array(buffer), step)
    parentPort.postMessage({ step, buffer }, [buffer])
  })
})`

interface Message {
  readonly step: number
  readonly buffer: ArrayBuffer
}

function threadedNoise({ secret, count, workers, steps }: NoiseOptions): NoiseSource {
  const direct = gaussianNoise({ secret, stream })
  const pending = new Map<number, { resolve(values: Float32Array): void; promise: Promise<Float32Array> }>()
  const depth = 2 * workers
  let spare: ArrayBuffer | undefined
  let isBroken = false

  // Slower, and the same values: a worker that cannot start must not end a training run.
  const fallBack = (): void => {
    isBroken = true
    for (const [step, { resolve }] of pending) resolve(direct.fill(new Float32Array(count), step))
  }
  const threads = Array.from({ length: workers }, () => {
    const workerData = { module: moduleUrl('@attestry/dp'), stream: { secret, stream } }
    const thread = new Worker(workerSource, { eval: true, workerData })
    thread.on('message', ({ step, buffer }: Message) => pending.get(step)?.resolve(new Float32Array(buffer)))
    thread.on('error', fallBack)
    thread.unref()
    return thread
  })
  const order = (step: number): void => {
    if (step > steps || pending.has(step)) return
    let resolve!: (values: Float32Array) => void
    const promise = new Promise<Float32Array>(settle => (resolve = settle))
    pending.set(step, { resolve, promise })
    if (isBroken) return resolve(direct.fill(new Float32Array(count), step))
    const buffer = spare ?? new ArrayBuffer(4 * count)
    spare = undefined
    threads[step % workers]!.postMessage({ step, buffer }, [buffer])
  }
  let last: Float32Array | undefined
  return {
    sampler: `${sampler}, made ahead by ${workers} ${workers === 1 ? 'thread' : 'threads'}`,
    async next(step) {
      if (last && !isBroken) spare = last.buffer as ArrayBuffer
      last = undefined
      for (let ahead = step; ahead <= step + depth; ahead++) order(ahead)
      // Only a step that waits keeps the process alive.
      for (const thread of threads) thread.ref()
      const values = await pending.get(step)!.promise
      for (const thread of threads) thread.unref()
      pending.delete(step)
      last = values
      return values
    },
    async close() {
      await Promise.all(threads.map(thread => thread.terminate()))
    },
  }
}

/** Where Node finds a package's module, as a URL that a worker can import. */
function moduleUrl(name: string): string {
  const require = createRequire(import.meta.url)
  const file = require.resolve(`${name}/package.json`)
  const { exports } = require(file) as { exports: { '.': { import: string } } }
  return pathToFileURL(join(dirname(file), exports['.'].import)).href
}
