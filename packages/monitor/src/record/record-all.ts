import type { Recorder } from './recorder.js'

/** Waiting windows at which a caller with many predictions stops and lets them be stored. */
const patience = 4

/** How many predictions were counted, and how many were not. */
export interface Recorded {
  readonly recorded: number
  readonly rejected: number
}

/** Records many predictions, no faster than windows can be stored. */
export async function recordAll(
  recorder: Recorder,
  predictions: Iterable<unknown> | AsyncIterable<unknown>,
): Promise<Recorded> {
  let [recorded, rejected] = [0, 0]
  for await (const prediction of predictions) {
    if (recorder.record(prediction)) recorded++
    else rejected++
    if (recorder.pending >= patience) await recorder.flush()
  }
  return { recorded, rejected }
}
