import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock, type Clock } from '@attestry/core'
import type { DueReport, RunCheck } from './run-due.js'
import type { Schedules } from './schedules.js'

export interface WatchOptions {
  /** Ends the watch: the check that runs is told through its own signal, and is waited for. */
  readonly signal: AbortSignal
  readonly clock?: Clock
  /** Called after each look, whether or not anything ran. What it throws ends the watch. */
  readonly onReport?: (report: DueReport) => void | Promise<void>
  /** Called when a look failed, such as with MONITOR-E205; the watch goes on. Default: the failure ends the watch. */
  readonly onFailure?: (failure: unknown) => void | Promise<void>
  /** Default a minute: other processes may add schedules, and machines sleep. */
  readonly longestWaitMs?: number
  /** Default: the machine's timer. Resolves early when the signal is aborted. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>
}

/** Runs due checks until the signal is aborted. Several processes may watch one folder. */
export async function watchSchedules(schedules: Schedules, runCheck: RunCheck, options: WatchOptions): Promise<void> {
  const { signal, clock = systemClock, onReport, longestWaitMs = 60_000, wait = pause } = options
  const onFailure =
    options.onFailure ??
    ((failure: unknown) => {
      throw failure
    })
  while (!signal.aborted) {
    const report = await schedules.runDue(runCheck, signal).catch(async (failure: unknown) => {
      await onFailure(failure)
      return null
    })
    if (report) await onReport?.(report)
    if (signal.aborted) return
    const untilDue = report?.next ? Date.parse(report.next) - clock.now() : longestWaitMs
    // At least a moment, for a due time that another process has claimed.
    await wait(Math.min(Math.max(untilDue, 100), longestWaitMs), signal)
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch((failure: Error) => {
    if (failure.name !== 'AbortError') throw failure
  })
