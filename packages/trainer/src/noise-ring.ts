// `Atomics.waitAsync`: newer than the other types of the project, and in every Node that it runs on.
/// <reference lib="es2024.sharedmemory" />
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'

export interface NoiseRingOptions {
  /** Which noise, as `gaussianNoise` takes it. */
  readonly stream: { readonly secret: Uint8Array; readonly stream: string }
  /** Length of each vector. */
  readonly count: number
  readonly workers: number
  /** The last step that will be asked for. */
  readonly steps: number
}

/** Vectors of noise that threads make ahead of the steps, in memory that is shared with them. */
export interface NoiseRing {
  /** Copies the noise of a step; false once the threads have failed. Steps are asked for one after another, from any on. */
  take(step: number, into: Float32Array): Promise<boolean>
  close(): Promise<void>
}

/** Slots of each thread: two for large vectors, one to be read while it makes the other; eight while they take 4 MB at most. */
const slotsFor = (count: number): number => Math.max(2, Math.min(8, Math.floor(2 ** 20 / count)))

/** Places in the numbers that steer the threads: the first step of all, 0 until it is known, and the last step that was taken. */
const [first, taken] = [0, 1]

/**
 * Thread w of n makes the noise of the steps first + w, first + w + n, ...: each in slot step % slots, once the step that was there
 * before is taken; then it writes the step into `held`.
 *
 * Text, because a worker's file would have to be found beside whatever bundles this package.
 */
const workerSource = `
const { workerData } = require('node:worker_threads')
const { module, stream, count, steps, slots, workers, worker, steering, held, vectors } = workerData
import(module).then(({ gaussianNoise }) => {
  const noise = gaussianNoise(stream)
  Atomics.wait(steering, ${first}, 0)
  for (let step = Atomics.load(steering, ${first}) + worker; step <= steps; step += workers) {
    for (let last; (last = Atomics.load(steering, ${taken})) < step - slots; ) Atomics.wait(steering, ${taken}, last)
    const slot = step % slots
    noise.fill(new Float32Array(vectors, 4 * count * slot, count), step)
    Atomics.store(held, slot, step)
    Atomics.notify(held, slot)
  }
})`

export function openNoiseRing({ stream, count, workers, steps }: NoiseRingOptions): NoiseRing {
  const slots = slotsFor(count) * workers
  // Waking a thread costs the step as much as all else that it does with noise.
  const wakeEvery = slots >> 1
  const steering = new Int32Array(new SharedArrayBuffer(8))
  const held = new Int32Array(new SharedArrayBuffer(4 * slots))
  const vectors = new SharedArrayBuffer(4 * count * slots)
  let isBroken = false
  const data = { module: moduleUrl('@attestry/dp'), stream, count, steps, slots, workers, steering, held, vectors }
  const threads = Array.from({ length: workers }, (_, worker) => {
    const thread = new Worker(workerSource, { eval: true, workerData: { ...data, worker } })
    thread.on('error', () => {
      isBroken = true
      for (let slot = 0; slot < slots; slot++) Atomics.notify(held, slot)
    })
    thread.unref()
    return thread
  })
  const isHeld = async (step: number): Promise<boolean> => {
    const slot = step % slots
    for (;;) {
      if (isBroken) return false
      const now = Atomics.load(held, slot)
      if (now === step) return true
      // Only a step that waits keeps the process alive.
      for (const thread of threads) thread.ref()
      await Atomics.waitAsync(held, slot, now).value
      for (const thread of threads) thread.unref()
    }
  }
  return {
    async take(step, into) {
      if (Atomics.load(steering, first) === 0) {
        Atomics.store(steering, taken, step - 1)
        Atomics.store(steering, first, step)
        Atomics.notify(steering, first)
      }
      if (!(await isHeld(step))) return false
      into.set(new Float32Array(vectors, 4 * count * (step % slots), count))
      Atomics.store(steering, taken, step)
      if (step % wakeEvery === 0) Atomics.notify(steering, taken)
      return true
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
