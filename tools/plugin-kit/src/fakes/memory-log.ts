import { digestOf, type AuditEvent, type AuditLog, type RecordedEvent } from '@attestry/core'
import { appendRefused } from '../errors.js'

/** An audit log in memory, gap-free, whose appends can be made to fail. */
export class MemoryLog implements AuditLog {
  readonly events: RecordedEvent[] = []
  #failures = new Map<number, unknown>()

  /** The append that would get this index rejects once and stores nothing, as on a full disk. */
  failAt(index: number, failure: unknown = appendRefused(index)): void {
    this.#failures.set(index, failure)
  }

  /** The next append rejects once and stores nothing. */
  failNext(failure?: unknown): void {
    this.failAt(this.events.length, failure)
  }

  async append(event: AuditEvent): Promise<number> {
    const index = this.events.length
    if (this.#failures.has(index)) {
      const failure = this.#failures.get(index)
      this.#failures.delete(index)
      throw failure
    }
    this.events.push({ index, event: structuredClone(event) })
    return index
  }

  async *read(from = 0): AsyncIterable<RecordedEvent> {
    for (const recorded of this.events.slice(from)) yield recorded
  }

  /** Size and a digest over all events; no tree and no signature. */
  async checkpoint(): Promise<{ readonly size: number; readonly root: string }> {
    return { size: this.events.length, root: digestOf(this.events) }
  }
}
