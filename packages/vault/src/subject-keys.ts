import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { SubjectKeys } from '@attestry/core'
import { doesNotOpen, keyDestroyed, keyTableUnusable, notAHandle, tombstonesMissing } from './errors.js'
import { withLock } from './file-lock.js'
import {
  appendKeys,
  destroyOthers,
  readKeyTable,
  rewriteKeyTable,
  tableBytes,
  type KeyTable,
} from './subject-key-table.js'
import { appendTombstones, readTombstones, tombstoneBytes, type Tombstones } from './tombstones.js'

const version = 1
const nonceBytes = 12
const tagBytes = 16
const handle = /^[0-9a-f]{32}$/

/**
 * A random 256-bit key for each person of a workspace, in `<workspace>/keys/subjects.*`.
 *
 * New keys of calls that are made together are written together, so a batch of rows costs one write. A destroyed key stays
 * destroyed: its handle stands in `<workspace>/subjects-destroyed.jsonl`, which is written first and applied whenever the
 * table is opened, so neither a crash half-way nor a keys folder restored from a backup brings it back.
 *
 * Sealed bytes: 0x01 | nonce 12 | AES-256-GCM ciphertext | tag 16, with the AAD `attestry-subject/v1|<handle>|<context>`.
 *
 * @throws VAULT-E005 when the table cannot be used, VAULT-E006 when it was restored without the list of destroyed keys,
 *   VAULT-E007 when another process keeps it locked, VAULT-E008 for anything but a handle
 */
export function openSubjectKeys(workspace: string): SubjectKeys {
  const folder = join(workspace, 'keys')
  let table: KeyTable | undefined
  let tombstones: Tombstones | undefined
  let fresh = new Map<string, Uint8Array>()
  let writing: Promise<void> | undefined
  let settling: Promise<KeyTable> | undefined
  let working: Promise<unknown> = Promise.resolve()

  // Another process may have written since; a row must not cost a system call, so a turn of the event loop looks once.
  let hasLooked = false
  const destroyed = (): Tombstones => {
    if (hasLooked && tombstones) return tombstones
    if (!tombstones || tombstoneBytes(workspace) !== tombstones.bytes) tombstones = readTombstones(workspace)
    if (table && tableBytes(folder, table) !== table.size) table = undefined
    hasLooked = true
    setImmediate(() => (hasLooked = false))
    return tombstones
  }

  /** One at a time in this process, and across processes. */
  const locked = <T>(action: () => Promise<T>): Promise<T> => {
    const result = working.then(async () => {
      await mkdir(folder, { recursive: true })
      await chmod(folder, 0o700)
      return withLock(join(folder, 'subjects.lock'), action)
    })
    working = result.catch(() => undefined)
    return result
  }

  /** Reads what is on disk and finishes what a crash, or a backup, left undone. Under the lock. */
  const settleLocked = async (): Promise<KeyTable> => {
    tombstones = readTombstones(workspace)
    if (!table || tableBytes(folder, table) !== table.size) table = readKeyTable(folder)
    const { subjects, count, generation } = tombstones
    const current = table
    if (count < current.tombstones) throw tombstonesMissing(current.tombstones, count)
    const remaining = [...current.keys].filter(([subject]) => !subjects.has(subject))
    if (current.generation === 0) {
      if (current.hasLeftovers) await destroyOthers(folder, 0)
    } else if (generation > current.generation || remaining.length < current.keys.size)
      table = await rewriteKeyTable(folder, Math.max(current.generation + 1, generation), new Map(remaining), count)
    else if (current.hasLeftovers) {
      await destroyOthers(folder, current.generation)
      table = { ...current, hasLeftovers: false }
    }
    return table!
  }

  /** Calls that find it unsettled together settle it once. */
  const settle = (): Promise<KeyTable> =>
    (settling ??= locked(settleLocked).finally(() => {
      settling = undefined
    }))

  /** The table in memory, when it is the one on disk and nothing is left undone. */
  const settled = (): KeyTable | undefined => {
    const { count, generation } = destroyed()
    if (!table || table.hasLeftovers) return undefined
    return generation <= table.generation && count >= table.tombstones ? table : undefined
  }

  /** Makes the fresh keys durable; calls until then share one write. */
  const write = (): Promise<void> =>
    (writing ??= locked(async () => {
      const waiting = fresh
      fresh = new Map()
      writing = undefined
      const known = await settleLocked()
      const { subjects, count, generation } = tombstones!
      const added = new Map([...waiting].filter(([subject]) => !known.keys.has(subject) && !subjects.has(subject)))
      if (added.size === 0) return
      table =
        known.generation === 0
          ? await rewriteKeyTable(folder, Math.max(1, generation), added, count)
          : await appendKeys(folder, known, added)
    }))

  const keyFor = async (subject: string): Promise<Uint8Array> => {
    checkHandle(subject)
    if (destroyed().subjects.has(subject)) throw keyDestroyed(subject)
    const known = settled()?.keys.get(subject)
    if (known) return known
    if (!fresh.has(subject)) fresh.set(subject, randomBytes(32))
    await write()
    const made = table!.keys.get(subject)
    if (!made) throw keyDestroyed(subject)
    return made
  }

  return {
    async seal(subject, plaintext, context) {
      const key = await keyFor(subject)
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
      cipher.setAAD(aadOf(subject, context))
      const body = cipher.update(plaintext)
      return Buffer.concat([Uint8Array.of(version), nonce, body, cipher.final(), cipher.getAuthTag()])
    },

    async open(subject, sealed, context) {
      checkHandle(subject)
      if (destroyed().subjects.has(subject)) return null
      const key = (settled() ?? (await settle())).keys.get(subject)
      if (!key) throw keyTableUnusable('it holds no key for a person whose rows are stored')
      return decrypt(key, subject, sealed, context)
    },

    destroy(subjects) {
      for (const subject of subjects) checkHandle(subject)
      return locked(async () => {
        const { keys, generation } = await settleLocked()
        const { subjects: gone, generation: asked } = tombstones!
        const held = [...new Set(subjects)].filter(subject => keys.has(subject))
        const unknown = [...new Set(subjects)].filter(subject => !gone.has(subject))
        if (unknown.length === 0) return held
        await appendTombstones(workspace, tombstones!, unknown, Math.max(generation + 1, asked))
        await settleLocked()
        return held
      })
    },

    isDestroyed: subject => destroyed().subjects.has(subject),
  }
}

function decrypt(key: Uint8Array, subject: string, sealed: Uint8Array, context: string): Uint8Array {
  if (sealed.length < 1 + nonceBytes + tagBytes || sealed[0] !== version) throw doesNotOpen()
  try {
    const nonce = sealed.subarray(1, 1 + nonceBytes)
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
    decipher.setAAD(aadOf(subject, context)).setAuthTag(sealed.subarray(-tagBytes))
    return Buffer.concat([decipher.update(sealed.subarray(1 + nonceBytes, -tagBytes)), decipher.final()])
  } catch {
    throw doesNotOpen()
  }
}

const aadOf = (subject: string, context: string): Uint8Array => Buffer.from(`attestry-subject/v1|${subject}|${context}`)

function checkHandle(subject: string): void {
  if (!handle.test(subject)) throw notAHandle()
}
