import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sha256, type Digest, type RecordBatch, type Vault } from '@attestry/core'
import { describe, expect, it } from 'vitest'
import { openShardStore } from '../src/index.js'
import { folder, rejection } from './fixtures.js'

const batch: RecordBatch = {
  rowIds: ['ab:1'],
  subjects: ['s'],
  columns: { text: { kind: 'text', values: ['a secret'] } },
}

/** Turns every bit over and adds a check of the context. */
class FakeVault implements Vault {
  async seal(plaintext: Uint8Array, context: string): Promise<Uint8Array> {
    return Buffer.concat([this.#tag(context), plaintext.map(byte => byte ^ 0xff)])
  }
  async open(sealed: Uint8Array, context: string): Promise<Uint8Array> {
    if (!this.#tag(context).equals(sealed.subarray(0, 32))) throw new Error('wrong context')
    return sealed.subarray(32).map(byte => byte ^ 0xff)
  }
  async derive(): Promise<Uint8Array> {
    return new Uint8Array(32)
  }
  describe(): { algorithm: string; keyBits: number; keyId: string } {
    return { algorithm: 'fake', keyBits: 0, keyId: 'fake' }
  }
  #tag(context: string): Buffer {
    return createHash('sha256').update(context).digest()
  }
}

describe('shard store', () => {
  it('names a shard by the digest of its stored bytes and reads it back', async () => {
    const directory = join(folder(), 'data')
    const store = openShardStore(directory, undefined)
    const shard = await store.write(batch, 'train')
    expect(shard).toMatchObject({ rows: 1, split: 'train', encrypted: false })
    expect(readdirSync(directory)).toEqual([`${shard.digest.slice(7)}.shard`])
    const path = join(directory, `${shard.digest.slice(7)}.shard`)
    expect(sha256(readFileSync(path))).toBe(shard.digest)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(await store.read(shard)).toEqual(batch)
    expect(await store.has(shard.digest)).toBe(true)
  })

  it('seals what it stores when there is a vault', async () => {
    const directory = join(folder(), 'data')
    const shard = await openShardStore(directory, new FakeVault()).write(batch, 'test')
    expect(shard.encrypted).toBe(true)
    const stored = readFileSync(join(directory, `${shard.digest.slice(7)}.shard`))
    expect(sha256(stored)).toBe(shard.digest)
    expect(stored.toString('latin1')).not.toContain('secret')
    expect(await openShardStore(directory, new FakeVault()).read(shard)).toEqual(batch)
    expect((await rejection(openShardStore(directory, undefined).read(shard))).code).toBe('DATA-E016')
  })

  it('takes the same shard written many times at once', async () => {
    const directory = join(folder(), 'data')
    const store = openShardStore(directory, undefined)
    const shards = await Promise.all(Array.from({ length: 8 }, () => store.write(batch, 'train')))
    expect(new Set(shards.map(({ digest }) => digest)).size).toBe(1)
    expect(readdirSync(directory)).toHaveLength(1)
  })

  it('refuses every shard with one flipped bit', async () => {
    const directory = join(folder(), 'data')
    const store = openShardStore(directory, undefined)
    const shard = await store.write(batch, 'train')
    const path = join(directory, `${shard.digest.slice(7)}.shard`)
    const bytes = readFileSync(path)
    for (let bit = 0; bit < bytes.length * 8; bit += 5) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      writeFileSync(path, flipped)
      expect((await rejection(store.read(shard))).code).toBe('DATA-E011')
    }
  })

  it('refuses a shard that is gone, is no shard, or has other rows than the log says', async () => {
    const directory = join(folder(), 'data')
    const store = openShardStore(directory, undefined)
    const shard = await store.write(batch, 'train')
    expect((await rejection(store.read({ ...shard, rows: 2 }))).code).toBe('DATA-E013')
    const other = sha256('not a shard')
    const path = join(directory, `${shard.digest.slice(7)}.shard`)
    renameSync(path, `${path}.gone`)
    expect((await rejection(store.read(shard))).code).toBe('DATA-E012')
    expect(await store.has(shard.digest)).toBe(false)
    writeFileSync(join(directory, `${other.slice(7)}.shard`), 'not a shard')
    expect((await rejection(store.read({ ...shard, digest: other }))).code).toBe('DATA-E013')
  })

  it('never leaves its folder, whatever a digest says', async () => {
    const store = openShardStore(join(folder(), 'data'), undefined)
    const digest = 'sha256:../../../../etc/passwd' as Digest
    const shard = { digest, rows: 1, split: 'train', encrypted: false }
    expect((await rejection(store.read(shard))).code).toBe('DATA-E012')
    await expect(store.has(digest)).rejects.toMatchObject({ code: 'DATA-E012' })
  })
})
