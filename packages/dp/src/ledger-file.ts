import { mkdir, open, readFile, type FileHandle } from 'node:fs/promises'
import { syncDirectory } from '@attestry/core'
import { dirname } from 'node:path'

/** The ledger's bytes. The only part that touches the disk, so that tests can crash it at any point. */
export interface LedgerFile {
  /** Everything written so far; empty when there is no file yet. */
  read(): Promise<string>
  /** Adds text at the end in one write and resolves when it is on disk. */
  append(text: string): Promise<void>
  /** Resolves when everything written so far is on disk. */
  sync(): Promise<void>
}

const largestBytes = 64 * 1024 * 1024

/** A ledger file on disk, made with its folder when first written. */
export function ledgerFile(path: string): LedgerFile {
  const withFile = async (flags: string, use: (file: FileHandle) => Promise<void>): Promise<void> => {
    const file = await open(path, flags, 0o600)
    try {
      await use(file)
      await file.sync()
    } finally {
      await file.close()
    }
  }
  return {
    async read() {
      try {
        const bytes = await readFile(path)
        if (bytes.length > largestBytes) throw new Error(`it has ${bytes.length} bytes, more than ${largestBytes}`)
        return bytes.toString('utf8')
      } catch (failure) {
        if ((failure as NodeJS.ErrnoException).code === 'ENOENT') return ''
        throw failure
      }
    },
    async append(text) {
      await mkdir(dirname(path), { recursive: true })
      await withFile('a', async file => {
        const bytes = new TextEncoder().encode(text)
        // One write, never continued: another writer's line could have got in between.
        const { bytesWritten } = await file.write(bytes)
        if (bytesWritten !== bytes.length) throw new Error(`${bytesWritten} of ${bytes.length} bytes were written`)
      })
      await syncDirectory(dirname(path))
    },
    sync: () => withFile('a', async () => {}),
  }
}
