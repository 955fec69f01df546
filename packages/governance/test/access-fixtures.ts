import type { AuditEvent, AuditLog, RecordedEvent } from '@attestry/core'
import { shippedPolicies } from '../src/access/access-control.js'
import type { ChangeContext } from '../src/access/change-grants.js'
import { clockAt, folder } from './fixtures.js'

/** A log in memory. */
export class MemoryLog implements AuditLog {
  readonly events: AuditEvent[] = []
  async append(event: AuditEvent): Promise<number> {
    return this.events.push(structuredClone(event)) - 1
  }
  async *read(): AsyncIterable<RecordedEvent> {
    for (const [index, event] of this.events.entries()) yield { index, event }
  }
  checkpoint = (): never => {
    throw new Error('not here')
  }
}

export type TestContext = ChangeContext & { readonly log: MemoryLog }

/** What somebody does at a time, in a workspace of its own unless one is given. */
export const acting = (actor: string, time: string, more: Partial<TestContext> = {}): TestContext => ({
  workspace: folder(),
  clock: clockAt(time),
  log: new MemoryLog(),
  policies: shippedPolicies(),
  actor,
  ...more,
})
