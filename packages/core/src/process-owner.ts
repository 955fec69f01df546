import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'

/** A process, recognised again although process ids are used again. */
export interface ProcessOwner {
  readonly host: string
  readonly pid: number
  /** Clock ticks after boot, on Linux; null elsewhere. */
  readonly started: string | null
}

/** This process. */
export const thisProcess = async (): Promise<ProcessOwner> => ({
  host: hostname(),
  pid: process.pid,
  started: await startOf(process.pid),
})

/** Whether a process has ended; null when that cannot be told, because it ran on another machine. */
export async function hasEnded({ host, pid, started }: ProcessOwner): Promise<boolean | null> {
  if (host !== hostname()) return null
  try {
    process.kill(pid, 0)
  } catch (failure) {
    // EPERM: it runs and belongs to somebody else.
    if ((failure as NodeJS.ErrnoException).code !== 'EPERM') return true
  }
  const now = await startOf(pid)
  return started !== null && now !== null && started !== now
}

/** Field 22 of /proc/<pid>/stat. The name in field 2 may hold spaces and brackets, so count from the last bracket. */
async function startOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  return stat === null ? null : (stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null)
}
