import { setImmediate } from 'node:timers/promises'
import { systemClock, type Clock } from '@attestry/core'
import { schemaBad, windowsNotStored } from './errors.js'
import { rejectReasons, type RejectReason } from './prediction.js'
import { predictionReader } from './prediction-reader.js'
import { mergeWindows, type RecordedWindow } from './recorded-window.js'
import { checkSchema, digestOfSchema, type RecorderSchema } from './schema.js'
import { openWindow, type WindowTally } from './window-tally.js'

/** When a window is full: after so many rows, or when the clock passes a multiple of the duration (UTC). */
export type WindowRule = { readonly rows: number } | { readonly durationMs: number }

export interface RecorderOptions {
  readonly schema: RecorderSchema
  readonly window: WindowRule
  /**
   * Stores a closed window; resolves when it is on disk. Called one at a time, in order. A window that it rejects is kept in
   * memory and tried again with the next. See `windowFiles`.
   */
  readonly store: (window: RecordedWindow) => Promise<void>
  readonly clock?: Clock
}

export interface RecorderStatus {
  /** Since the recorder was opened. */
  readonly recorded: number
  readonly rejected: Readonly<Record<RejectReason, number>>
  readonly windowsStored: number
  /** Closed and not yet on disk. */
  readonly windowsPending: number
  /** Attempts to store a window that failed. */
  readonly storeFailures: number
}

export interface Recorder {
  readonly schema: RecorderSchema
  /**
   * Counts a prediction, in a few microseconds and without waiting for anything. Never throws: what cannot be counted is
   * counted as rejected.
   *
   * @returns whether it was counted
   */
  record(prediction: unknown): boolean
  status(): RecorderStatus
  /** What the open window has counted so far; null before its first prediction. */
  current(): RecordedWindow | null
  /** Closed windows that are not on disk yet; see `flush`. */
  readonly pending: number
  /** Waits until all closed windows were tried to be stored. A caller with many predictions at once waits here. */
  flush(): Promise<void>
  /** Closes the open window, if it saw anything, and waits until all closed ones were tried to be stored. */
  rotate(): Promise<void>
  /** Rotates, and takes no more predictions. @throws MONITOR-E322 when a window is not on disk; call it again then */
  close(): Promise<void>
}

/** Closed windows kept apart while they cannot be stored; more are merged into the last, so that memory stays bounded. */
const mostPending = 8

/** The longest that a timer can wait for, and more than a window should last. */
const longestMs = 7 * 24 * 3600_000

/**
 * Opens a recorder. The open window lives in memory: a process that is killed loses what it has counted since the last
 * window was closed.
 *
 * @throws MONITOR-E321 for a schema or a window rule that is not valid
 */
export function openRecorder({ schema: given, window: rule, store, clock = systemClock }: RecorderOptions): Recorder {
  const schema = checkSchema(given)
  checkRule(rule)
  const digest = digestOfSchema(schema)
  const reader = predictionReader(schema)
  const pending: (WindowTally | RecordedWindow)[] = []
  const rejected = { 'not-an-object': 0, 'unknown-class': 0, unreadable: 0, closed: 0 }
  let open = openWindow(schema, digest)
  let [recorded, windowsStored, storeFailures, isClosed] = [0, 0, 0, false]
  let draining: Promise<void> | null = null
  let failure: unknown
  let timer: NodeJS.Timeout | undefined

  const slotOf = (ms: number): number => ('rows' in rule ? 0 : Math.floor(ms / rule.durationMs))
  const isFull = (nowMs: number): boolean =>
    'rows' in rule ? open.rows >= rule.rows : open.seen > 0 && slotOf(open.firstMs) !== slotOf(nowMs)

  function seal(): void {
    if (timer) clearTimeout(timer)
    timer = undefined
    if (open.seen === 0) return
    if (pending.length < mostPending) pending.push(open)
    else pending.push(mergeWindows(stored(pending.pop()!), open.toJSON()))
    open = openWindow(schema, digest)
  }

  /** A window closes on time even when no prediction comes. */
  function arm(nowMs: number): void {
    if ('rows' in rule || timer) return
    timer = setTimeout(
      () => {
        timer = undefined
        if (isFull(clock.now())) void sealAndDrain()
        else if (open.seen > 0) arm(clock.now())
      },
      rule.durationMs - (nowMs % rule.durationMs),
    )
    timer.unref()
  }

  function sealAndDrain(): Promise<void> {
    seal()
    return drain()
  }

  function drain(): Promise<void> {
    draining ??= storeAll().finally(() => {
      draining = null
    })
    return draining
  }

  async function storeAll(): Promise<void> {
    failure = undefined
    // Whoever gave the prediction that filled the window has their answer first.
    await setImmediate()
    while (pending.length > 0) {
      const window = stored(pending[0]!)
      pending[0] = window
      try {
        await store(window)
      } catch (cause) {
        failure = cause
        storeFailures++
        return
      }
      pending.shift()
      windowsStored++
    }
  }

  return {
    schema,
    record(prediction) {
      if (isClosed) {
        rejected.closed++
        return false
      }
      const nowMs = clock.now()
      if (isFull(nowMs)) void sealAndDrain()
      if (open.seen === 0) arm(nowMs)
      const reason = reader.accept(prediction)
      if (reason === null) {
        open.add(reader.read, nowMs)
        recorded++
      } else {
        open.reject(reason, nowMs)
        rejected[reason]++
      }
      if ('rows' in rule && open.rows >= rule.rows) void sealAndDrain()
      return reason === null
    },
    status: () => ({
      recorded,
      rejected: Object.fromEntries(
        rejectReasons.map(reason => [reason, rejected[reason]]),
      ) as RecorderStatus['rejected'],
      windowsStored,
      windowsPending: pending.length,
      storeFailures,
    }),
    get pending() {
      return pending.length
    },
    flush: drain,
    current: () => (open.seen === 0 ? null : open.toJSON()),
    async rotate() {
      await draining
      await sealAndDrain()
    },
    async close() {
      isClosed = true
      await draining
      await sealAndDrain()
      if (pending.length > 0) throw windowsNotStored(pending.length, failure)
    },
  }
}

const stored = (window: WindowTally | RecordedWindow): RecordedWindow => ('format' in window ? window : window.toJSON())

function checkRule(rule: WindowRule): void {
  const isCount = (value: number, most: number): boolean => Number.isInteger(value) && value >= 1 && value <= most
  if ('rows' in rule ? !isCount(rule.rows, 1e9) : !isCount(rule.durationMs, longestMs))
    throw schemaBad('window: give rows from 1 to 1e9, or durationMs from 1 to seven days')
}
