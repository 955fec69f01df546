import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { digestOf, type Digest } from '@attestry/core'

/** SHA-256 of a file, read in pieces. */
export async function digestOfFile(path: string): Promise<Digest> {
  const hash = createHash('sha256')
  for await (const part of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(part as Uint8Array)
  return `sha256:${hash.digest('hex')}`
}

/** Digest and size of an object: a file's own, a folder's over the sorted list of its files with theirs. */
export async function contentOf(
  path: string,
  isFolder: boolean,
): Promise<{ readonly digest: Digest; readonly sizeBytes: number }> {
  if (!isFolder) return { digest: await digestOfFile(path), sizeBytes: (await stat(path)).size }
  const list: { name: string; digest: Digest }[] = []
  let sizeBytes = 0
  const walk = async (below: string): Promise<void> => {
    const entries = await readdir(join(path, below), { withFileTypes: true })
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory()) await walk(name)
      else if (entry.isFile()) {
        list.push({ name, digest: await digestOfFile(join(path, name)) })
        sizeBytes += (await stat(join(path, name))).size
      }
    }
  }
  await walk('')
  return { digest: digestOf(list), sizeBytes }
}
