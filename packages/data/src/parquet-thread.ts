import { Worker } from 'node:worker_threads'

/** What a thread that handles untrusted bytes may use. */
export interface ThreadLimits {
  /** Longest time for one answer. */
  readonly timeoutMs: number
  /** Heap of the thread. */
  readonly heapMebibytes: number
}

export interface ParquetThread {
  /** Sends a question and waits for its answer. One at a time. */
  ask(question: object): Promise<unknown>
  close(): Promise<void>
}

type Answer = { readonly answer: unknown } | { readonly failure: string; readonly code?: string }

/**
 * Starts a thread from a script beside this file. Every failure of it, also no answer in time, rejects the question that was
 * asked; the code of a failure of the file system is kept.
 */
export function openParquetThread(
  script: './parquet-worker.js' | './parquet-rewriter.js',
  workerData: object,
  { timeoutMs, heapMebibytes }: ThreadLimits,
): ParquetThread {
  const worker = new Worker(new URL(script, import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: heapMebibytes },
    // What a damaged file makes a decoder say is nobody's business.
    stdout: true,
    stderr: true,
  })
  let dead: Error | undefined
  worker.on('error', error => {
    dead = error
  })

  return {
    ask: question =>
      new Promise((resolve, reject) => {
        if (dead) {
          reject(dead)
          return
        }
        const settle = (then: () => void): void => {
          clearTimeout(timer)
          worker.off('message', onMessage).off('error', onError).off('exit', onExit)
          then()
        }
        const onMessage = (given: Answer): void =>
          settle(() => {
            if ('answer' in given) resolve(given.answer)
            else reject(Object.assign(new Error(given.failure), given.code !== undefined && { code: given.code }))
          })
        const onError = (error: Error): void => settle(() => reject(error))
        const onExit = (): void => settle(() => reject(new Error('thread ended')))
        const timer = setTimeout(
          () => settle(() => reject(new Error(`thread gave no answer within ${timeoutMs} ms`))),
          timeoutMs,
        )
        worker.on('message', onMessage).on('error', onError).on('exit', onExit)
        worker.postMessage(question)
      }),
    async close() {
      await worker.terminate()
    },
  }
}
