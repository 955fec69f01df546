import { token, type ServiceToken } from '../services.js'
import type { AuditEvent, RecordedEvent } from './events.js'

export interface AuditLog {
  /**
   * Appends one event and gives its index.
   *
   * Resolves only after the event is on disk, alone or in a group. An implementation must not resolve earlier; a caller
   * must not act on the event earlier. When it rejects, the action that was about to be recorded must not happen.
   */
  append(event: AuditEvent): Promise<number>
  /** Durable events from an index on, in order. Ends at the newest. */
  read(from?: number): AsyncIterable<RecordedEvent>
  /** Signs and writes a checkpoint over everything appended so far. */
  checkpoint(): Promise<{ readonly size: number; readonly root: string }>
}

export const AuditLog: ServiceToken<AuditLog> = token<AuditLog>('AuditLog')
