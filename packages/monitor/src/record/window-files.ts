import { readdir, readFile, mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createDurably, systemClock, ulid, type Clock } from '@attestry/core'
import { windowDamaged } from './errors.js'
import { checkWindow } from './check-window.js'
import type { RecordedWindow } from './recorded-window.js'
import type { RecorderSchema } from './schema.js'

const fileName = /^window-[0-9A-HJKMNP-TV-Z]{26}\.json$/
const mostBytes = 64 * 1024 * 1024

/**
 * Stores windows in a folder, a file each, whole and durable, readable by their owner alone. Many processes may share the
 * folder. The files hold values of number columns: treat them as you treat the inputs.
 */
export const windowFiles =
  (directory: string, clock: Clock = systemClock): ((window: RecordedWindow) => Promise<void>) =>
  async window => {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const unique = ulid(clock)
    await createDurably(join(directory, `window-${unique}.json`), `${JSON.stringify(window)}\n`, 0o600, unique)
  }

/**
 * Reads the windows of a folder in the order in which they were stored. Other files are passed over; a folder that does not
 * exist has no windows.
 *
 * @throws MONITOR-E323 for a damaged window, MONITOR-E324 for one of another schema
 */
export async function* readWindows(directory: string, schema: RecorderSchema): AsyncGenerator<RecordedWindow> {
  const names = await readdir(directory).catch((failure: NodeJS.ErrnoException) => {
    if (failure.code === 'ENOENT') return []
    throw windowDamaged(directory, failure.code ?? 'unknown failure', failure)
  })
  for (const name of names.filter(one => fileName.test(one)).sort()) yield await readWindow(directory, name, schema)
}

async function readWindow(directory: string, name: string, schema: RecorderSchema): Promise<RecordedWindow> {
  const path = join(directory, name)
  try {
    const { size } = await stat(path)
    if (size > mostBytes) throw windowDamaged(name, `it has ${size} bytes, of at most ${mostBytes}`)
    return checkWindow(JSON.parse(await readFile(path, 'utf8')), schema, name)
  } catch (failure) {
    if (failure instanceof SyntaxError) throw windowDamaged(name, 'it is no JSON', failure)
    throw failure
  }
}
