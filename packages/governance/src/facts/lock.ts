import { basename } from 'node:path'
import { withFileLock } from '@attestry/core'
import { factsLocked } from './errors.js'

/**
 * Runs an action while this process alone holds a lock file.
 *
 * @throws GOV-E202 when another process holds it for longer than `patienceMs` milliseconds
 */
export const withLock = <T>(path: string, action: () => Promise<T>, patienceMs?: number): Promise<T> =>
  withFileLock(
    path,
    {
      refused: holder => factsLocked(basename(path), holder),
      ...(patienceMs !== undefined && { patienceMs }),
    },
    action,
  )
