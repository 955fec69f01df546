import { link, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Writes a file so that after a crash it holds either the old content or the new, never a part. */
export async function writeDurably(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  const temporary = `${path}.tmp`
  const file = await open(temporary, 'w', mode)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
  await syncDirectory(dirname(path))
}

/**
 * Makes a file that must not exist yet, whole, durable and with its mode from the first byte on.
 *
 * @param unique makes the temporary name unlike that of any other process
 * @returns false when there is such a file already; it is left as it is
 */
export async function createDurably(
  path: string,
  content: string | Uint8Array,
  mode: number,
  unique: string,
): Promise<boolean> {
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

/** Makes the names in a folder durable: a new file is there after a crash only once its folder was synced. */
export async function syncDirectory(path: string): Promise<void> {
  // Windows cannot open a directory; its rename is durable without this.
  if (process.platform === 'win32') return
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
