import { createHmac, randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { withFileLock, writeDurably, type SubjectHandles } from '@attestry/core'
import { emptyIdentifier, handlesBusy, handlesDamaged, handlesTaken, keyUnusable } from '../errors.js'

const keyBytes = 32
const entry = /^\{"mac":"([0-9a-f]{64})","handle":"([0-9a-f]{32})"\}$/

/**
 * Random 128-bit handles for people, kept across the runs of a workspace.
 *
 * `subjects.jsonl` maps HMAC-SHA256(key, identifier) to handle and `subjects.key` holds the key, both readable by their
 * owner alone. No identifier is written: without the key the table tells nothing, and a handle tells nothing even with it.
 * Whoever has key and table can test a guessed identifier, so erasure of a person deletes their line.
 *
 * Processes may add handles at the same time. Where two meet a new person at once, the first to flush names the person and the
 * flush of the other rejects: what it was about to write would have named one person by two handles, with a privacy budget
 * and a consent of each. Going on with the run takes the handle that is there.
 *
 * @param directory the workspace's `keys` folder, made when needed
 * @throws GOV-E003 when the key cannot be used, GOV-E004 when the table is damaged, GOV-E010 for an empty identifier; flush
 *   rejects with GOV-E011 when another process named somebody first, GOV-E012 when another does not give the table free
 */
export function openSubjectHandles(directory: string): SubjectHandles {
  const path = join(directory, 'subjects.jsonl')
  let state: { readonly key: Buffer; readonly handles: Map<string, string> } | undefined
  let fresh: (readonly [mac: string, handle: string])[] = []
  // Bytes of the table that `state` knows. While it has no others, nobody else wrote to it.
  let knownBytes = 0
  let writing: Promise<unknown> = Promise.resolve()
  const load = (): NonNullable<typeof state> => {
    if (state) return state
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const { handles, bytes } = readTable(path)
    knownBytes = bytes
    state = { key: readKey(directory, handles.size > 0), handles }
    return state
  }

  return {
    handleOf(identifier) {
      if (identifier === '') throw emptyIdentifier()
      const { key, handles } = load()
      const mac = createHmac('sha256', key).update(identifier).digest('hex')
      const known = handles.get(mac)
      if (known !== undefined) return known
      const handle = randomBytes(16).toString('hex')
      handles.set(mac, handle)
      fresh.push([mac, handle])
      return handle
    },

    flush() {
      const write = writing.then(async () => {
        if (fresh.length === 0) return
        const entries = fresh
        fresh = []
        try {
          await withFileLock(`${path}.lock`, { refused: handlesBusy }, async () => {
            if (contentBytes(path) !== knownBytes) {
              const { handles: there, bytes } = readTable(path)
              const taken = entries.filter(([mac, handle]) => (there.get(mac) ?? handle) !== handle).length
              if (taken > 0) throw handlesTaken(taken)
              // Only under the lock: otherwise another process may be writing that last line now.
              if (contentBytes(path) > bytes) truncateSync(path, bytes)
            }
            await appendDurably(directory, path, entries.map(lineOf).join(''))
            knownBytes = contentBytes(path)
          })
        } catch (error) {
          // Still to be written: what follows must not name these handles.
          fresh = [...entries, ...fresh]
          throw error
        }
      })
      writing = write.catch(() => undefined)
      return write
    },
  }
}

/**
 * The handle that an identifier has already; undefined when it has none. Makes none.
 *
 * @throws GOV-E003 when the key cannot be used, GOV-E004 when the table is damaged
 */
export function lookUpHandle(directory: string, identifier: string): string | undefined {
  const { handles } = readTable(join(directory, 'subjects.jsonl'))
  if (handles.size === 0) return undefined
  return handles.get(createHmac('sha256', readKey(directory, true)).update(identifier).digest('hex'))
}

/**
 * Takes a handle out of the table, durably: nobody can tell from then on whom it stood for. No run of the workspace may be
 * at work. Gives whether it stood there.
 *
 * @throws GOV-E004 when the table is damaged
 */
export async function forgetHandle(directory: string, handle: string): Promise<boolean> {
  const path = join(directory, 'subjects.jsonl')
  const { handles } = readTable(path)
  const kept = [...handles].filter(([, one]) => one !== handle)
  if (kept.length === handles.size) return false
  await writeDurably(path, kept.map(lineOf).join(''), 0o600)
  return true
}

const lineOf = ([mac, handle]: readonly [mac: string, handle: string]): string =>
  `{"mac":"${mac}","handle":"${handle}"}\n`

const contentBytes = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

function contentOf(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}

interface Table {
  readonly handles: Map<string, string>
  /** Of the whole lines: a last line that a crash cut off is passed over. */
  readonly bytes: number
}

function readTable(path: string): Table {
  const handles = new Map<string, string>()
  const content = contentOf(path)
  const whole = content.lastIndexOf(0x0a) + 1
  const lines = content.subarray(0, whole).toString('latin1').split('\n').slice(0, -1)
  for (const [index, line] of lines.entries()) {
    const [, mac, handle] = entry.exec(line) ?? []
    const isSecond = mac !== undefined && handles.has(mac) && handles.get(mac) !== handle
    if (mac === undefined || handle === undefined || isSecond) throw handlesDamaged(index + 1)
    handles.set(mac, handle)
  }
  return { handles, bytes: whole }
}

function readKey(directory: string, mustExist: boolean): Buffer {
  const path = join(directory, 'subjects.key')
  let mode: number
  try {
    mode = statSync(path).mode
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    if (mustExist) throw keyUnusable('it is missing although handles exist')
    createKey(directory, path)
    return readKey(directory, true)
  }
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) throw keyUnusable('other users may read it')
  const key = readFileSync(path)
  if (key.length !== keyBytes) throw keyUnusable(`it has ${key.length} bytes, not ${keyBytes}`)
  return key
}

/** Writes a new key completely before it gets its name, and never over one that is there. */
function createKey(directory: string, path: string): void {
  const temporary = `${path}.${randomBytes(8).toString('hex')}.tmp`
  const file = openSync(temporary, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600)
  try {
    writeSync(file, randomBytes(keyBytes))
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  try {
    linkSync(temporary, path)
  } catch (error) {
    // Another process was first: its key is the key.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(temporary)
  }
  if (process.platform === 'win32') return
  const folder = openSync(directory, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

async function appendDurably(directory: string, path: string, text: string): Promise<void> {
  const file = await open(path, 'a', 0o600)
  try {
    const { size } = await file.stat()
    try {
      await file.writeFile(text)
      await file.sync()
    } catch (error) {
      // A part of a line in the middle of the table would read as damage.
      await file.truncate(size).catch(() => undefined)
      throw error
    }
  } finally {
    await file.close()
  }
  if (process.platform === 'win32') return
  const folder = await open(directory, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
