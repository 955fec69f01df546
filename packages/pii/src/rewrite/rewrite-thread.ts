import { parentPort, workerData } from 'node:worker_threads'
import type { PartWritten } from './rewrite-threads.js'
import { createRewriter, type RewriteOptions, type ScannedPlace } from './rewriter.js'

const { options, isTold } = workerData as { options: RewriteOptions; isTold: boolean }
let places: ScannedPlace[] = []
let linesBefore = 0
const rewriter = createRewriter(
  options,
  isTold ? place => places.push({ ...place, line: place.line - linesBefore }) : undefined,
)
// Only a file begins with a byte order mark, and no part of one does.
rewriter.push(new Uint8Array(0), true)
let foundBefore: Readonly<Record<string, number>> = {}

parentPort!.on('message', (bytes: Uint8Array) => {
  let answer: PartWritten | undefined
  try {
    linesBefore = rewriter.counts.records
    places = []
    const written = rewriter.push(bytes, true).slice()
    const found: Record<string, number> = {}
    for (const [type, times] of Object.entries(rewriter.counts.found)) found[type] = times - (foundBefore[type] ?? 0)
    foundBefore = { ...rewriter.counts.found }
    answer = { written, found, records: rewriter.counts.records - linesBefore, places }
  } catch {
    // The part is looked at again where its line is known.
  }
  parentPort!.postMessage(answer, answer ? [answer.written.buffer as ArrayBuffer] : [])
})
