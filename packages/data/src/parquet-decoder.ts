import { Worker } from 'node:worker_threads'
import type { FileMetaData } from 'hyparquet'

/** Decodes row groups of one file in a thread of its own. */
export interface ParquetDecoder {
  /** Decodes the rows from `start` up to `end`, which are one row group, and keeps them. */
  decode(start: number, end: number): Promise<void>
  /** Rows of the group decoded last, counted from its first. */
  rows(from: number, to: number): Promise<readonly (readonly unknown[])[]>
  close(): Promise<void>
}

export interface DecoderOptions {
  readonly path: string
  readonly sizeBytes: number
  readonly metadata: FileMetaData
  readonly columns: readonly string[]
  /** Longest time for one answer. */
  readonly timeoutMs: number
  /** Heap of the thread. */
  readonly heapMebibytes: number
}

type Answer = { readonly rows: readonly (readonly unknown[])[] } | { readonly failure: string }

/** Starts the thread. Every failure of it, also no answer in time, rejects the question that was asked. */
export function openParquetDecoder({ timeoutMs, heapMebibytes, ...file }: DecoderOptions): ParquetDecoder {
  const worker = new Worker(new URL('./parquet-worker.js', import.meta.url), {
    workerData: file,
    resourceLimits: { maxOldGenerationSizeMb: heapMebibytes },
    // What a damaged file makes a decoder say is nobody's business.
    stdout: true,
    stderr: true,
  })
  let dead: Error | undefined
  worker.on('error', error => {
    dead = error
  })

  const ask = (question: object): Promise<Answer & { rows: unknown }> =>
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
      const onMessage = (answer: Answer): void =>
        settle(() => ('failure' in answer ? reject(new Error(answer.failure)) : resolve(answer)))
      const onError = (error: Error): void => settle(() => reject(error))
      const onExit = (): void => settle(() => reject(new Error('decoder ended')))
      const timer = setTimeout(
        () => settle(() => reject(new Error(`decoder gave no answer within ${timeoutMs} ms`))),
        timeoutMs,
      )
      worker.on('message', onMessage).on('error', onError).on('exit', onExit)
      worker.postMessage(question)
    })

  return {
    async decode(start, end) {
      await ask({ decode: [start, end] })
    },
    rows: async (from, to) => (await ask({ slice: [from, to] })).rows as readonly (readonly unknown[])[],
    async close() {
      await worker.terminate()
    },
  }
}
