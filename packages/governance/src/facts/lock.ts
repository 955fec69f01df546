import { randomBytes } from 'node:crypto'
import { link, readFile, rename, rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createDurably } from '@attestry/core'
import { factsLocked } from './errors.js'

const patienceMs = 30_000

/**
 * Runs an action while this process alone holds a lock file. The lock of a process that no longer runs is taken over.
 *
 * @throws GOV-E202 when another process holds it for longer than `patience` milliseconds
 */
export async function withLock<T>(path: string, action: () => Promise<T>, patience: number = patienceMs): Promise<T> {
  const release = await takeLock(path, patience)
  try {
    return await action()
  } finally {
    await release()
  }
}

async function takeLock(path: string, patience: number): Promise<() => Promise<void>> {
  const mine = `${process.pid} ${(await startOf(process.pid)) ?? ''}`
  for (let waitedMs = 0; ; ) {
    const unique = randomBytes(8).toString('hex')
    if (await createDurably(path, mine, 0o600, unique)) return () => rm(path, { force: true })
    const holder = await readFile(path, 'utf8').catch(() => null)
    if (holder === null) continue
    if (!(await isRunning(holder))) {
      await takeAway(path, holder, unique)
      continue
    }
    if (waitedMs >= patience) throw factsLocked(basename(path), holder.split(' ')[0]!)
    await sleep(10)
    waitedMs += 10
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

/** Process ids are used again, so the time of its start tells whether it is the same process. */
async function isRunning(holder: string): Promise<boolean> {
  const [pid, started] = holder.split(' ')
  if (!/^\d+$/.test(pid ?? '')) return false
  try {
    process.kill(Number(pid), 0)
  } catch (failure) {
    // EPERM: it runs and belongs to somebody else.
    if ((failure as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const now = await startOf(Number(pid))
  return started === '' || now === null || started === now
}

/** Field 22 of /proc/<pid>/stat, on Linux. The name in field 2 may hold brackets, so count from the last one. */
async function startOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  return stat === null ? null : (stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null)
}
