import { readFile, rename, rm, link } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { canonicalJson, createDurably } from '@attestry/core'
import { logLocked } from './errors.js'

/** Who holds a lock: a process, and when it started, since process ids are used again. */
interface Holder {
  readonly pid: number
  /** Clock ticks after boot, on Linux; null elsewhere. */
  readonly started: string | null
}

/**
 * Takes a lock file, or refuses with AUDIT-E004. The lock of a process that no longer runs is taken over.
 *
 * @returns the function that gives it back
 */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  const mine = canonicalJson({ pid: process.pid, started: await startOf(process.pid) })
  for (let attempt = 0; attempt < 8; attempt++) {
    const unique = randomBytes(8).toString('hex')
    if (await createDurably(path, mine, 0o644, unique)) return () => rm(path, { force: true })
    const seen = await readFile(path, 'utf8').catch(() => null)
    if (seen === null) continue
    const holder = parseHolder(seen)
    if (!holder) throw logLocked(path, 'its lock file is unreadable')
    if (await isRunning(holder)) throw logLocked(path, `process ${holder.pid}`)
    await takeAway(path, seen, unique)
  }
  throw logLocked(path, 'others keep taking the lock')
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

function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, started } = JSON.parse(text) as Partial<Holder>
    const isValid = Number.isInteger(pid) && pid! > 0 && (started === null || typeof started === 'string')
    return isValid ? { pid: pid!, started: started! } : undefined
  } catch {
    return undefined
  }
}

async function isRunning({ pid, started }: Holder): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (failure) {
    // EPERM: it runs and belongs to somebody else.
    if ((failure as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const now = await startOf(pid)
  return started === null || now === null || started === now
}

/** Field 22 of /proc/<pid>/stat. The name in field 2 may hold spaces and brackets, so count from the last bracket. */
async function startOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  if (stat === null) return null
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
}
