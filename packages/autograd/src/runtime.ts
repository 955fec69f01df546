import { dirname, join } from 'node:path'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { feedMismatch, modelRefused, noRuntime, runFailed } from './errors.js'
import { sizeOf, type DType, type Shape, type Tensor } from './tensor.js'

export type RuntimeName = 'onnxruntime-node' | 'onnxruntime-web'

export interface RuntimeOptions {
  /**
   * Take this one or fail. By default the one that the environment variable ATTESTRY_RUNTIME names (`node` or `web`), without
   * it onnxruntime-node, and onnxruntime-web where that cannot be loaded.
   */
  readonly prefer?: 'node' | 'web' | 'auto'
  /** Threads of one operator, 1 by default. The web runtime always uses one. */
  readonly threads?: number
}

/** A loaded ONNX runtime. */
export interface Runtime {
  readonly name: RuntimeName
  readonly version: string
  readonly threads: number
  /** Why this one, in words. */
  readonly because: string
  /** @throws AUTOGRAD-E008 when the runtime refuses the bytes */
  open(model: Uint8Array): Promise<Session>
}

/** A graph ready to run. Runs are serial: one ends before the next begins. */
export interface Session {
  /** Names of the inputs that must be fed. */
  readonly inputs: readonly string[]
  /**
   * Runs the graph once. Fresh outputs every time; feeds are read, never kept or changed.
   *
   * @throws AUTOGRAD-E009 for feeds that do not match, AUTOGRAD-E010 when the runtime fails
   */
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>
  close(): Promise<void>
}

/** The part of onnxruntime-common that is used, as both packages export it. */
interface Ort {
  readonly env: { readonly wasm: { wasmPaths?: unknown; numThreads?: number }; logLevel?: string }
  readonly Tensor: new (type: string, data: Tensor['data'], dims: readonly number[]) => OrtTensor
  readonly InferenceSession: {
    create(model: Uint8Array, options: Readonly<Record<string, unknown>>): Promise<OrtSession>
  }
}
interface OrtTensor {
  readonly type: string
  readonly data: unknown
  readonly dims: readonly number[]
}
interface OrtSession {
  readonly inputNames: readonly string[]
  readonly inputMetadata: readonly {
    readonly name: string
    readonly type?: string
    readonly shape?: readonly unknown[]
  }[]
  run(feeds: Record<string, OrtTensor>): Promise<Readonly<Record<string, OrtTensor>>>
  release(): Promise<void>
}

const ortTypes: Readonly<Record<DType, string>> = {
  f32: 'float32',
  i64: 'int64',
  bool: 'bool',
  i8: 'int8',
  u8: 'uint8',
}
const ourTypes: Readonly<Record<string, DType>> = Object.fromEntries(
  Object.entries(ortTypes).map(([ours, theirs]) => [theirs, ours as DType]),
)

/**
 * Loads a runtime: onnxruntime-node by dynamic import, else onnxruntime-web, and tells which and why.
 *
 * @throws AUTOGRAD-E007 with the reason of each when none can be loaded
 */
export async function openRuntime({ prefer: asked = 'auto', threads = 1 }: RuntimeOptions = {}): Promise<Runtime> {
  const { prefer, askedBy } = whichRuntime(asked)
  const reasons: string[] = []
  if (prefer !== 'web')
    try {
      const ort = await importOrt('onnxruntime-node')
      const why = prefer === 'node' ? askedBy : 'native CPU kernels'
      return runtimeOf(ort, 'onnxruntime-node', threads, why)
    } catch (failure) {
      reasons.push(`onnxruntime-node: ${reasonOf(failure)}`)
    }
  if (prefer !== 'node')
    try {
      const ort = await importOrt('onnxruntime-web')
      // Its own file inlines a path that only a browser has.
      ort.env.wasm.wasmPaths = pathToFileURL(join(folderOf('onnxruntime-web'), 'dist') + '/').href
      ort.env.wasm.numThreads = 1
      const why = prefer === 'web' ? askedBy : `WebAssembly, because ${reasons[0]}`
      return runtimeOf(ort, 'onnxruntime-web', 1, why)
    } catch (failure) {
      reasons.push(`onnxruntime-web: ${reasonOf(failure)}`)
    }
  throw noRuntime(reasons)
}

/**
 * The runtime that `openRuntime` will load, told without waiting, for plans that are made before anything runs.
 *
 * @throws AUTOGRAD-E007 with the reason of each when none can be loaded
 */
export function chooseRuntime({ prefer: asked = 'auto' }: RuntimeOptions = {}): Pick<Runtime, 'name' | 'because'> {
  const { prefer, askedBy } = whichRuntime(asked)
  const reasons: string[] = []
  if (prefer !== 'web')
    try {
      require('onnxruntime-node')
      return { name: 'onnxruntime-node', because: prefer === 'node' ? askedBy : 'native CPU kernels' }
    } catch (failure) {
      reasons.push(`onnxruntime-node: ${reasonOf(failure)}`)
    }
  if (prefer !== 'node')
    try {
      folderOf('onnxruntime-web')
      const because = prefer === 'web' ? askedBy : `WebAssembly, because ${reasons[0]}`
      return { name: 'onnxruntime-web', because }
    } catch (failure) {
      reasons.push(`onnxruntime-web: ${reasonOf(failure)}`)
    }
  throw noRuntime(reasons)
}

type Prefer = NonNullable<RuntimeOptions['prefer']>

/** What the caller asks for goes before what the environment asks for. */
function whichRuntime(asked: Prefer): { readonly prefer: Prefer; readonly askedBy: string } {
  const set = process.env.ATTESTRY_RUNTIME
  if (asked !== 'auto' || !set) return { prefer: asked, askedBy: 'asked for' }
  if (set === 'node' || set === 'web') return { prefer: set, askedBy: 'asked for by ATTESTRY_RUNTIME' }
  throw noRuntime(['ATTESTRY_RUNTIME is neither node nor web'])
}

const reasonOf = (failure: unknown): string =>
  (failure instanceof Error ? failure.message : String(failure)).split('\n')[0]!.slice(0, 200)

const require = createRequire(import.meta.url)

/** Neither package exports its package.json: look beside what `require` resolves. */
const folderOf = (name: RuntimeName): string => dirname(dirname(require.resolve(name)))

const importOrt = async (name: RuntimeName): Promise<Ort> => {
  const loaded = (await import(name)) as { default?: Ort } & Ort
  return loaded.InferenceSession ? loaded : loaded.default!
}

function runtimeOf(ort: Ort, name: RuntimeName, threads: number, because: string): Runtime {
  const { version } = require(join(folderOf(name), 'package.json')) as { version: string }
  return {
    name,
    version,
    threads,
    because,
    async open(model) {
      try {
        const session = await ort.InferenceSession.create(model, {
          intraOpNumThreads: threads,
          interOpNumThreads: 1,
          executionMode: 'sequential',
          graphOptimizationLevel: 'all',
          enableMemPattern: false,
          // Failures arrive as errors; the runtime need not print them too.
          logSeverityLevel: 4,
          executionProviders: [name === 'onnxruntime-node' ? 'cpu' : 'wasm'],
        })
        return sessionOf(ort, name, session)
      } catch (cause) {
        throw modelRefused(name, cause)
      }
    },
  }
}

function sessionOf(ort: Ort, name: RuntimeName, session: OrtSession): Session {
  const inputs = session.inputMetadata
  return {
    inputs: session.inputNames,
    async run(feeds) {
      const given: Record<string, OrtTensor> = {}
      for (const { name, type, shape } of inputs) {
        const tensor = feeds[name]
        if (!tensor) throw feedMismatch(name, 'is missing')
        checkFeed(name, tensor, type, shape)
        given[name] = new ort.Tensor(ortTypes[tensor.dtype], tensor.data, tensor.shape)
      }
      for (const name of Object.keys(feeds)) if (!given[name]) throw feedMismatch(name, 'is not an input of the graph')
      let results: Readonly<Record<string, OrtTensor>>
      try {
        results = await session.run(given)
      } catch (cause) {
        throw runFailed(name, cause)
      }
      return Object.fromEntries(
        Object.entries(results).map(([output, { type, data, dims }]) => [
          output,
          { dtype: ourTypes[type]!, shape: dims, data } as Tensor,
        ]),
      )
    },
    close: () => session.release(),
  }
}

function checkFeed(name: string, tensor: Tensor, type: string | undefined, declared: readonly unknown[] = []): void {
  if (type !== undefined && ourTypes[type] !== tensor.dtype)
    throw feedMismatch(name, `is ${tensor.dtype}, the graph takes ${ourTypes[type] ?? type}`)
  if (!fits(tensor.shape, declared))
    throw feedMismatch(name, `has shape [${tensor.shape}], the graph takes [${declared.map(String)}]`)
  if (tensor.data.length !== sizeOf(tensor.shape))
    throw feedMismatch(name, `has ${tensor.data.length} elements for shape [${tensor.shape}]`)
}

/** Named axes fit any size. */
const fits = (shape: Shape, declared: readonly unknown[]): boolean =>
  shape.length === declared.length &&
  shape.every((size, axis) => typeof declared[axis] !== 'number' || declared[axis] === size)
