import { withFileLock } from '@attestry/core'
import { tableLocked } from './errors.js'

/**
 * Runs an action while this process alone holds a lock file.
 *
 * @throws VAULT-E007 when another process holds it for longer than `patienceMs` milliseconds, 30 seconds unless given
 */
export const withLock = <T>(path: string, action: () => Promise<T>, patienceMs?: number): Promise<T> =>
  withFileLock(
    path,
    { refused: holder => tableLocked(path, holder), ...(patienceMs !== undefined && { patienceMs }) },
    action,
  )
