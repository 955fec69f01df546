import { randomBytes } from 'node:crypto'
import { link, readFile, rename, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { canonicalJson } from './canonical-json.js'
import { systemClock } from './clock.js'
import { createDurably } from './durable-file.js'
import { hasEnded, thisProcess, type ProcessOwner } from './process-owner.js'

export interface FileLockOptions {
  /** The coded error for a lock that another process keeps. @param holder such as `process 17` */
  readonly refused: (holder: string) => Error
  /** How long to wait for a process that runs. Default 30 seconds. */
  readonly patienceMs?: number
  /**
   * After this a lock that cannot be read, or that another machine holds, counts as left behind. Default a minute, for changes
   * that take milliseconds; Infinity where its holder works for as long as it likes.
   */
  readonly foreignMs?: number
  /** Of the file. Default 0o600. */
  readonly mode?: number
}

/** A lock that this process holds. */
export interface FileLock {
  /** False when another process took it meanwhile. */
  isHeld(): Promise<boolean>
  /** Gives it back; leaves the lock of another alone. */
  release(): Promise<void>
}

/**
 * Takes a lock file. The lock of a process that has ended is taken over, also when its number is used again.
 *
 * @throws what `refused` makes, when another process holds it for longer than `patienceMs`
 */
export async function takeFileLock(path: string, options: FileLockOptions): Promise<FileLock> {
  const { refused, patienceMs = 30_000, foreignMs = 60_000, mode = 0o600 } = options
  const unique = randomBytes(8).toString('hex')
  const mine = canonicalJson({ ...(await thisProcess()), unique })
  const isHeld = async (): Promise<boolean> => (await contentOf(path)) === mine
  for (let waitedMs = 0; ; ) {
    if (await createDurably(path, mine, mode, unique))
      return {
        isHeld,
        release: async () => {
          if (await isHeld()) await rm(path, { force: true })
        },
      }
    const holder = await contentOf(path)
    if (holder === null) continue
    if (await isLeft(path, holder, foreignMs)) await takeAway(path, holder, unique)
    else if (waitedMs >= patienceMs) throw refused(`process ${ownerOf(holder)?.pid ?? 'unknown'}`)
    else {
      await sleep(10)
      waitedMs += 10
    }
  }
}

/** Runs an action while this process alone holds a lock file. @throws what `refused` makes */
export async function withFileLock<T>(
  path: string,
  options: FileLockOptions,
  action: (lock: FileLock) => Promise<T>,
): Promise<T> {
  const lock = await takeFileLock(path, options)
  try {
    return await action(lock)
  } finally {
    await lock.release()
  }
}

/** Who holds a lock file now, such as `process 17`; null when nobody does, or its holder has ended. */
export async function fileLockHolder(path: string): Promise<string | null> {
  const holder = await contentOf(path)
  if (holder === null || (await isLeft(path, holder, Infinity))) return null
  return `process ${ownerOf(holder)?.pid ?? 'unknown'}`
}

const contentOf = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null)

/** Whether nobody will give the lock back. One that cannot be read is as old as its file. */
async function isLeft(path: string, holder: string, foreignMs: number): Promise<boolean> {
  const owner = ownerOf(holder)
  const ended = owner ? await hasEnded(owner) : null
  if (ended !== null) return ended
  const since = await stat(path).catch(() => null)
  return since !== null && systemClock.now() - since.mtimeMs > foreignMs
}

function ownerOf(text: string): ProcessOwner | undefined {
  try {
    const { host = hostname(), pid, started } = JSON.parse(text) as Partial<ProcessOwner>
    const isOwner = typeof host === 'string' && Number.isInteger(pid) && pid! > 0
    return isOwner ? { host, pid: pid!, started: started ?? null } : undefined
  } catch {
    return undefined
  }
}

/** Moves a dead lock aside. Whoever moved a living one, because it was replaced meanwhile, puts it back. */
async function takeAway(path: string, dead: string, unique: string): Promise<void> {
  const aside = `${path}.${unique}`
  try {
    await rename(path, aside)
    if ((await readFile(aside, 'utf8')) !== dead) await link(aside, path).catch(() => undefined)
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code !== 'ENOENT') throw failure
  } finally {
    await rm(aside, { force: true })
  }
}
