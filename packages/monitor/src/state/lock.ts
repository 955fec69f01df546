import { randomBytes } from 'node:crypto'
import { link, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { canonicalJson, createDurably, systemClock } from '@attestry/core'
import { monitorLocked } from '../schedules/errors.js'
import { hasEnded, thisProcess, type Owner } from './owner.js'

/** How long to wait for a process that runs. */
const patienceMs = 30_000

/** The lock of another machine counts as left behind after this; changes take milliseconds. */
const foreignMs = 60_000

/** A lock that this process holds. */
export interface Held {
  /** @throws MONITOR-E206 when another process took the lock meanwhile: what is about to be written would undo its change */
  confirm(): Promise<void>
}

/**
 * Runs an action while this process alone holds a lock file. The lock of a process that has ended is taken over.
 *
 * @throws MONITOR-E206 when another process holds it for longer than `patience` milliseconds
 */
export async function withLock<T>(
  path: string,
  action: (held: Held) => Promise<T>,
  patience: number = patienceMs,
): Promise<T> {
  const mine = await take(path, patience)
  const isMine = async (): Promise<boolean> => (await contentOf(path)) === mine
  try {
    return await action({
      async confirm() {
        if (!(await isMine())) throw monitorLocked(basename(path), 'another process')
      },
    })
  } finally {
    if (await isMine()) await rm(path, { force: true })
  }
}

const contentOf = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null)

/** @returns what this process wrote into the lock, unlike what any other writes */
async function take(path: string, patience: number): Promise<string> {
  const unique = randomBytes(8).toString('hex')
  const mine = canonicalJson({ ...(await thisProcess()), unique })
  for (let waitedMs = 0; ; waitedMs += 10) {
    if (await createDurably(path, mine, 0o600, unique)) return mine
    const holder = await contentOf(path)
    if (holder === null) continue
    if (await isLeft(path, holder)) await takeAway(path, holder, unique)
    else if (waitedMs >= patience) throw monitorLocked(basename(path), `process ${ownerOf(holder)?.pid ?? 'unknown'}`)
    else await sleep(10)
  }
}

/** Whether nobody will give the lock back. One that cannot be read is as old as its file. */
async function isLeft(path: string, holder: string): Promise<boolean> {
  const owner = ownerOf(holder)
  const ended = owner ? await hasEnded(owner) : null
  if (ended !== null) return ended
  const since = await stat(path).catch(() => null)
  return since !== null && systemClock.now() - since.mtimeMs > foreignMs
}

function ownerOf(text: string): Owner | undefined {
  try {
    const { host, pid, started } = JSON.parse(text) as Partial<Owner>
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
