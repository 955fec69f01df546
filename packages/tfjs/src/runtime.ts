import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import type * as Tf from '@tensorflow/tfjs'
import { backendMissing } from './errors.js'

/** TensorFlow.js with a backend that runs. */
export interface OpenedTf {
  readonly tf: typeof Tf
  readonly backend: string
  readonly version: string
  /** Why this backend, in words. */
  readonly because: string
}

let opened: Promise<OpenedTf> | undefined

/**
 * TensorFlow.js: the native backend where `@tensorflow/tfjs-node` is installed and loads, else WebAssembly.
 *
 * Loaded once. Its backend is a setting of the whole process, so the last to ask for another would change it for all.
 *
 * @throws TFJS-E001 when neither loads
 */
export const openTf = (): Promise<OpenedTf> => (opened ??= openNative().then(found => found ?? openWasm()))

const native = '@tensorflow/tfjs-node'

async function openNative(): Promise<OpenedTf | undefined> {
  try {
    const tf = (await import(native)) as typeof Tf
    await tf.ready()
    return { tf, backend: tf.getBackend(), version: tf.version.tfjs, because: `${native} is installed` }
  } catch {
    return undefined
  }
}

async function openWasm(): Promise<OpenedTf> {
  try {
    const tf = await import('@tensorflow/tfjs')
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
    const manifest = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json')
    setWasmPaths(join(dirname(manifest), 'dist') + sep)
    if (!(await tf.setBackend('wasm'))) throw new Error('the backend did not start')
    return { tf, backend: 'wasm', version: tf.version.tfjs, because: `${native} is not installed or does not load` }
  } catch (cause) {
    opened = undefined
    throw backendMissing(cause)
  }
}
