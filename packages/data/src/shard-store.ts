import { access, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  rowCount,
  sha256,
  writeDurably,
  type Digest,
  type Shard,
  type ShardStore,
  type SubjectKeys,
  type Vault,
} from '@attestry/core'
import { shardChanged, shardMalformed, shardMissing, subjectKeysMissing, vaultMissing } from './errors.js'
import { decodeSealedShard, encodeSealedShard, isSealedShard, type OpenedShard } from './sealed-shard.js'
import { decodeShard, encodeShard } from './shard-format.js'

/** What a vault seals shards as. */
const context = 'shard'

/**
 * Shards as files `<64 hex digits>.shard`, named by the SHA-256 of the stored bytes.
 *
 * With a vault the bytes are sealed before they are stored, so the digest can be checked without a key. With keys of people,
 * rows that belong to known people are sealed under theirs inside: when such a key is destroyed, the file and its digest
 * stay, and reading leaves the rows out and counts them. A shard is on disk (written, fsynced, renamed, folder fsynced)
 * before `write` resolves.
 *
 * @param directory made when the first shard is written
 */
export function openShardStore(
  directory: string,
  vault: Vault | undefined,
  keys?: SubjectKeys,
): ShardStore & Required<Pick<ShardStore, 'unreadableRows'>> {
  // One write at a time: two writes of the same content would share a temporary file.
  let writing: Promise<unknown> = Promise.resolve()
  const unreadable = new Map<Digest, number>()
  return {
    async write(batch, split, { bySubject = false } = {}) {
      const encoded = keys && bySubject ? await encodeSealedShard(batch, keys) : encodeShard(batch)
      const stored = vault ? await vault.seal(encoded, context) : encoded
      const digest = sha256(stored)
      const path = pathOf(directory, digest)
      const write = writing.then(async () => {
        await mkdir(directory, { recursive: true })
        await writeDurably(path, stored, 0o600)
      })
      writing = write.catch(() => undefined)
      await write
      return { digest, rows: rowCount(batch), split, encrypted: vault !== undefined }
    },

    async read({ digest, encrypted, rows }) {
      const stored = await readStored(pathOf(directory, digest), digest)
      const found = sha256(stored)
      if (found !== digest) throw shardChanged(digest, found)
      if (encrypted && !vault) throw vaultMissing()
      const opened = await decode(encrypted ? await vault!.open(stored, context) : stored, keys)
      const total = rowCount(opened.batch) + opened.unreadable
      if (total !== rows) throw shardMalformed(`it has ${total} rows, the log says ${rows}`)
      unreadable.set(digest, opened.unreadable)
      return opened.batch
    },

    async has(digest) {
      return access(pathOf(directory, digest)).then(
        () => true,
        () => false,
      )
    },

    unreadableRows: () => [...unreadable.values()].reduce((sum, rows) => sum + rows, 0),
  }
}

async function decode(bytes: Uint8Array, keys: SubjectKeys | undefined): Promise<OpenedShard> {
  if (!isSealedShard(bytes)) return { batch: decodeShard(bytes), unreadable: 0 }
  if (!keys) throw subjectKeysMissing()
  return decodeSealedShard(bytes, keys)
}

function pathOf(directory: string, digest: Digest): string {
  // The digest becomes a file name, and it comes from a log that somebody may have edited.
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw shardMissing('with a name that is not a digest')
  return join(directory, `${digest.slice(7)}.shard`)
}

async function readStored(path: string, digest: Shard['digest']): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? shardMissing(digest) : error
  }
}
