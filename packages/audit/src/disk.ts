import { link, mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** A file that is written at positions and made durable on demand. */
export interface DiskFile {
  /** Bytes written: may be fewer than asked. */
  write(bytes: Uint8Array, position: number): Promise<number>
  datasync(): Promise<void>
  truncate(length: number): Promise<void>
  close(): Promise<void>
}

/** The few file operations that the log is written with, so that tests can make each of them fail. */
export interface Disk {
  /** Opens for reading and writing; makes the file when it is missing. */
  open(path: string): Promise<DiskFile>
  makeDirectory(path: string): Promise<void>
  /** Replaces a file by way of a synced temporary one. The name is durable only after `syncDirectory`. */
  replace(path: string, bytes: Uint8Array, mode?: number): Promise<void>
  syncDirectory(path: string): Promise<void>
  remove(path: string): Promise<void>
}

export const nodeDisk: Disk = {
  async open(path) {
    const file = await open(path, 'r+').catch((failure: NodeJS.ErrnoException) => {
      if (failure.code !== 'ENOENT') throw failure
      return open(path, 'wx+', 0o644)
    })
    return {
      write: async (bytes, position) => (await file.write(bytes, 0, bytes.length, position)).bytesWritten,
      datasync: () => file.datasync(),
      truncate: length => file.truncate(length),
      close: () => file.close(),
    }
  },

  makeDirectory: async path => void (await mkdir(path, { recursive: true })),

  async replace(path, bytes, mode = 0o644) {
    const temporary = `${path}.tmp`
    const file = await open(temporary, 'w', mode)
    try {
      await writeWhole(
        { write: async (part, at) => (await file.write(part, 0, part.length, at)).bytesWritten },
        bytes,
        0,
      )
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  },

  async syncDirectory(path) {
    // Windows cannot open a directory; its rename is durable without this.
    if (process.platform === 'win32') return
    const directory: FileHandle = await open(path, 'r')
    try {
      await directory.sync()
    } finally {
      await directory.close()
    }
  },

  remove: path => rm(path, { recursive: true, force: true }),
}

/** Writes all of `bytes`, also when the disk takes them in pieces. */
export async function writeWhole(file: Pick<DiskFile, 'write'>, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const written = await file.write(bytes.subarray(done), position + done)
    if (written === 0) throw Object.assign(new Error('the disk took no bytes'), { code: 'ENOSPC' })
    done += written
  }
}

/** Writes a file so that after a crash it holds either the old content or the new, and its name is durable. */
export async function writeDurably(
  path: string,
  content: Uint8Array | string,
  mode = 0o644,
  disk: Disk = nodeDisk,
): Promise<void> {
  await disk.replace(path, Buffer.from(content), mode)
  await disk.syncDirectory(dirname(path))
}

/** Writes many files below `root` and makes them and their folders durable. */
export async function writeTree(
  disk: Disk,
  root: string,
  files: readonly { readonly path: string; readonly bytes: Uint8Array }[],
): Promise<void> {
  const directories = new Set<string>([root])
  for (const { path } of files)
    for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) directories.add(join(root, parent))
  for (const directory of [...directories].sort()) await disk.makeDirectory(directory)
  const parallel = 8
  for (let i = 0; i < files.length; i += parallel)
    await Promise.all(files.slice(i, i + parallel).map(({ path, bytes }) => disk.replace(join(root, path), bytes)))
  for (const directory of directories) await disk.syncDirectory(directory)
}
