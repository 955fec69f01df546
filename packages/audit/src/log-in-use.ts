import { join } from 'node:path'
import { fileLockHolder } from '@attestry/core'
import { logFiles } from './log-files.js'

/**
 * Who writes the log of a run at this moment, such as `process 17`; null when nobody does: the run has not begun, has ended,
 * or waits.
 *
 * @param directory the run's own folder
 */
export const logWriterNow = (directory: string): Promise<string | null> =>
  fileLockHolder(join(directory, 'log', logFiles.lock))
