import { Worker } from 'node:worker_threads'
import type { RewriteOptions, ScannedPlace } from './rewriter.js'

/** What a thread made of whole lines of a file. */
export interface PartWritten {
  readonly written: Uint8Array
  readonly found: Readonly<Record<string, number>>
  readonly records: number
  /** With lines counted from 1 in the part. */
  readonly places: readonly ScannedPlace[]
}

export interface RewriteThreads {
  /** Rewrites whole lines; undefined where the thread could not. */
  rewrite(bytes: Uint8Array): Promise<PartWritten | undefined>
  close(): Promise<void>
}

/** Starts threads that rewrite parts of a file; undefined where options hold functions, which no other thread can have. */
export function openRewriteThreads(
  count: number,
  options: RewriteOptions,
  isTold: boolean,
): RewriteThreads | undefined {
  try {
    structuredClone(options)
  } catch {
    return undefined
  }
  const idle: Worker[] = []
  const waiting: ((worker: Worker) => void)[] = []
  const workers = Array.from({ length: count }, () => {
    const worker = new Worker(new URL('./rewrite-thread.js', import.meta.url), { workerData: { options, isTold } })
    idle.push(worker)
    return worker
  })
  const free = (worker: Worker): void => {
    const next = waiting.shift()
    if (next) next(worker)
    else idle.push(worker)
  }
  return {
    async rewrite(bytes) {
      const worker = idle.shift() ?? (await new Promise<Worker>(resolve => waiting.push(resolve)))
      return new Promise((resolve, reject) => {
        const onMessage = (answer: PartWritten | undefined): void => {
          worker.off('error', onError)
          free(worker)
          resolve(answer)
        }
        const onError = (error: Error): void => {
          worker.off('message', onMessage)
          reject(error)
        }
        worker.once('message', onMessage)
        worker.once('error', onError)
        worker.postMessage(bytes)
      })
    },
    async close() {
      await Promise.all(workers.map(worker => worker.terminate()))
    },
  }
}
