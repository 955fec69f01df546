import { join } from 'node:path'
import { fileLockHolder } from '@attestry/core'
import { erasureIsAtWork } from './erasure-errors.js'

/** The lock that an erasure holds while it works. */
export const erasureLock = (workspace: string): string => join(workspace, 'erasure.lock')

/**
 * Refuses to go on while a person is being erased. A run holds the lock of its log before it asks this, and an erasure holds its
 * own before it asks for runs at work: of the two that begin at once, one at least sees the other.
 *
 * @throws GOV-E111
 */
export async function refuseDuringErasure(workspace: string): Promise<void> {
  const holder = await fileLockHolder(erasureLock(workspace))
  if (holder !== null) throw erasureIsAtWork(holder)
}
