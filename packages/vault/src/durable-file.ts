import { link, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a file that must not exist yet, whole, durable and with its mode from the first byte on.
 *
 * @param unique makes the temporary name unlike that of any other process
 * @returns false when there is such a file already; it is left as it is
 */
export async function createDurably(path: string, content: string, mode: number, unique: string): Promise<boolean> {
  const temporary = `${path}.${unique}.tmp`
  const file = await open(temporary, 'wx', mode)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  try {
    await link(temporary, path)
    await syncDirectory(dirname(path))
    return true
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw failure
  } finally {
    await rm(temporary, { force: true })
  }
}

async function syncDirectory(path: string): Promise<void> {
  // Windows cannot open a directory; its rename is durable without this.
  if (process.platform === 'win32') return
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
