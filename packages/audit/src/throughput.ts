import { join } from 'node:path'
import { isoTime, systemClock, ulid, type AuditEvent } from '@attestry/core'
import { createSigningKey } from './keys.js'
import { openLog } from './log.js'

export interface ThroughputOptions {
  /** An empty folder on the disk to measure. */
  readonly directory: string
  readonly events: number
  /** Appends that wait at the same time. */
  readonly inFlight: number
}

export interface Throughput {
  readonly events: number
  readonly durationMs: number
  readonly eventsPerSecond: number
  /** Milliseconds from the call of `append` to its acknowledgement, that is, after the sync. */
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Measures durable appends: small events with a payload, each acknowledged after it was synced. */
export async function measureThroughput({ directory, events, inFlight }: ThroughputOptions): Promise<Throughput> {
  const key = await createSigningKey(join(directory, 'keys', 'log.key'), 'attestry.dev/log/bench')
  const log = await openLog({ directory: join(directory, 'log'), run: 'bench', key })
  const waited: number[] = []
  let next = 0
  const started = performance.now()
  const client = async (): Promise<void> => {
    while (next < events) {
      const event = sample(next++)
      const asked = performance.now()
      await log.append(event)
      waited.push(performance.now() - asked)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, client))
  const durationMs = performance.now() - started
  await log.close()
  waited.sort((a, b) => a - b)
  const quantile = (q: number): number => waited[Math.min(waited.length - 1, Math.floor(q * waited.length))] ?? 0
  return {
    events,
    durationMs,
    eventsPerSecond: (events / durationMs) * 1000,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
  }
}

const sample = (number: number): AuditEvent => ({
  id: ulid(systemClock),
  time: isoTime(systemClock),
  type: 'attestry.train.step-finished',
  phase: 'note',
  actor: 'bench',
  run: 'bench',
  stage: 'train',
  payload: { step: number, loss: 0.693, epsilon: 1.25 },
})
