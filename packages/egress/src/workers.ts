import { fileURLToPath } from 'node:url'
import workerThreads, { type WorkerOptions } from 'node:worker_threads'
import { allowedNow, isClosed, note } from './guard.js'
import { hearWorkers } from './refusal-channel.js'

/** Names the allowed hosts to a worker, as JSON. */
export const hostsVariable = 'ATTESTRY_EGRESS_HOSTS'

/** A worker has modules of its own, so a guard of its own is closed in it before its code loads. */
export function watchWorkers(): void {
  const Original = workerThreads.Worker
  class GuardedWorker extends Original {
    constructor(file: string | URL, options: WorkerOptions = {}) {
      super(file, isClosed() ? guarded(options) : options)
    }
  }
  Object.defineProperty(GuardedWorker, 'name', { value: 'Worker' })
  Object.defineProperty(workerThreads, 'Worker', {
    value: GuardedWorker,
    writable: true,
    configurable: true,
    enumerable: true,
  })
}

function guarded(options: WorkerOptions): WorkerOptions {
  hearWorkers(note)
  const hosts = JSON.stringify(allowedNow())
  const isShared = options.env === workerThreads.SHARE_ENV
  if (isShared) process.env[hostsVariable] = hosts
  const env = options.env && !isShared ? (options.env as NodeJS.Dict<string>) : process.env
  // Unlike --import, --require also runs before code that is given as text.
  const first = [
    '--disable-warning=ExperimentalWarning',
    '--require',
    fileURLToPath(new URL('./worker.js', import.meta.url)),
  ]
  return {
    ...options,
    execArgv: [...first, ...(options.execArgv ?? process.execArgv)],
    ...(!isShared && { env: { ...env, [hostsVariable]: hosts } }),
  }
}
