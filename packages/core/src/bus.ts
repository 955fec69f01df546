import { Observable, Subject } from 'rxjs'
import { isoTime, ulid, type Clock } from './clock.js'
import { isAttestryError } from './errors.js'
import type { AuditLog } from './contracts/audit-log.js'
import type { AuditEvent, EventType, RecordedEvent } from './contracts/events.js'

/** What a caller says about an event; the bus adds id, time, actor and run. */
export interface EventFields
  extends Partial<Omit<AuditEvent, 'id' | 'time' | 'run' | 'type' | 'phase' | 'ref' | 'payload'>> {
  /** Plain data. What has no canonical JSON form is refused when it is appended. */
  readonly payload?: unknown
}

/** What an action leaves: its value, and what its outcome event says. */
export interface Outcome<T> {
  readonly value: T
  readonly type?: EventType
  readonly fields?: EventFields
}

/**
 * Events that are durable before anybody sees them.
 *
 * The log is the record; RxJS only tells subscribers that it grew. Each subscriber reads on from its own offset, so a slow
 * one is never skipped and never slows the run.
 */
export interface Bus {
  /** Appends a note; resolves when it is on disk. */
  note(type: EventType, fields?: EventFields): Promise<RecordedEvent>
  /**
   * Intent, action, outcome. The action does not start before the intent is on disk, and does not happen when the append
   * fails. A failure of the action is recorded as `failed` with its code and thrown on.
   */
  act<T>(type: EventType, fields: EventFields, action: () => Promise<Outcome<T>>): Promise<T>
  /** Durable events from an index on, past and coming; completes when the run closes. */
  follow(from?: number): Observable<RecordedEvent>
  /** Tells subscribers that nothing more will come. */
  close(): void
}

export function createBus(log: AuditLog, run: string, actor: string, clock: Clock): Bus {
  const grown = new Subject<void>()

  const append = async (
    event: EventFields & Pick<AuditEvent, 'actor' | 'type' | 'phase' | 'ref'>,
  ): Promise<RecordedEvent> => {
    const full = { id: ulid(clock), time: isoTime(clock), run, ...event } as AuditEvent
    const index = await log.append(full)
    grown.next()
    return { index, event: full }
  }

  return {
    note: (type, fields = {}) => append({ actor, ...fields, type, phase: 'note' }),

    async act(type, fields, action) {
      const { event: intent } = await append({ actor, ...fields, type, phase: 'intent' })
      const place = { actor, ...(fields.stage && { stage: fields.stage }), phase: 'outcome' as const, ref: intent.id }
      try {
        const { value, type: outcomeType = type, fields: said = {} } = await action()
        await append({ ...place, result: 'ok', ...said, type: outcomeType })
        return value
      } catch (failure) {
        const code = isAttestryError(failure) ? failure.code : 'CORE-E014'
        // When the log itself failed there is nothing to write to: the first failure is the one to tell.
        await append({ ...place, type, result: 'failed', payload: { code } }).catch(() => undefined)
        throw failure
      }
    },

    follow: (from = 0) =>
      new Observable(subscriber => {
        let next = from
        let isReading = false
        let isBehind = false
        let isEnding = false
        const wake = async (): Promise<void> => {
          isBehind = true
          if (isReading) return
          isReading = true
          while (isBehind) {
            isBehind = false
            for await (const recorded of log.read(next)) {
              if (subscriber.closed) return
              next = recorded.index + 1
              subscriber.next(recorded)
            }
          }
          isReading = false
          if (isEnding) subscriber.complete()
        }
        const read = (): void => void wake().catch((failure: unknown) => subscriber.error(failure))
        const subscription = grown.subscribe({
          next: read,
          complete: () => {
            isEnding = true
            read()
          },
        })
        read()
        return () => subscription.unsubscribe()
      }),

    close: () => grown.complete(),
  }
}
