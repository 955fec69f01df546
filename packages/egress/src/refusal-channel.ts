import type { RefusedConnection } from '@attestry/core'
import { BroadcastChannel, isMainThread } from 'node:worker_threads'

const name = 'attestry-egress-refused'
let channel: BroadcastChannel | undefined

/** Neither end keeps its thread alive. */
function open(): BroadcastChannel {
  channel ??= new BroadcastChannel(name)
  channel.unref()
  return channel
}

/** A worker's refusals belong into the evidence of the run, which the main thread writes. */
export function tellMainThread(refused: RefusedConnection): void {
  if (!isMainThread) open().postMessage(refused)
}

/** Calls back for every refusal in a worker, from the first worker on. */
export function hearWorkers(heard: (refused: RefusedConnection) => void): void {
  if (!isMainThread || channel) return
  open().onmessage = event => heard((event as { data: RefusedConnection }).data)
}
