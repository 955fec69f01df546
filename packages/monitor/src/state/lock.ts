import { basename } from 'node:path'
import { withFileLock } from '@attestry/core'
import { monitorLocked } from '../schedules/errors.js'

/** A lock that this process holds. */
export interface Held {
  /** @throws MONITOR-E206 when another process took the lock meanwhile: what is about to be written would undo its change */
  confirm(): Promise<void>
}

/**
 * Runs an action while this process alone holds a lock file.
 *
 * @throws MONITOR-E206 when another process holds it for longer than `patienceMs` milliseconds
 */
export const withLock = <T>(path: string, action: (held: Held) => Promise<T>, patienceMs?: number): Promise<T> =>
  withFileLock(
    path,
    {
      refused: holder => monitorLocked(basename(path), holder),
      ...(patienceMs !== undefined && { patienceMs }),
    },
    lock =>
      action({
        async confirm() {
          if (!(await lock.isHeld())) throw monitorLocked(basename(path), 'another process')
        },
      }),
  )
