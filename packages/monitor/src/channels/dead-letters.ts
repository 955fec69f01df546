import { constants, existsSync } from 'node:fs'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { syncDirectory } from '@attestry/core'
import { z } from 'zod'
import { withLock } from '../state/lock.js'
import { notKept } from './errors.js'
import type { Message } from './message.js'

/** A message that a channel did not accept. */
export interface DeadLetter {
  /** When it was given up, for the last time so far. */
  readonly time: string
  readonly channel: string
  /** Code and message of the failure. */
  readonly reason: string
  /** How often it was given up. */
  readonly rounds: number
  readonly message: Message
}

/** The file of undelivered messages: lines of JSON, readable by the owner alone. */
export interface DeadLetters {
  /** Resolves when the letter is on disk. @throws MONITOR-E105 */
  keep(letter: DeadLetter): Promise<void>
  /** Every letter, oldest first, and how many lines are none. */
  list(): Promise<{ readonly letters: readonly DeadLetter[]; readonly unreadable: number }>
  /**
   * Hands every letter to `attempt`, which gives back the letter to keep, or null when it was delivered. A letter is lost
   * at no instant: after a crash some are handed over again.
   *
   * @throws MONITOR-E206 when another process does the same at this moment
   */
  retry(attempt: (letter: DeadLetter) => Promise<DeadLetter | null>): Promise<{ readonly unreadable: number }>
}

const letterSchema: z.ZodType<DeadLetter> = z.object({
  time: z.string(),
  channel: z.string(),
  reason: z.string(),
  rounds: z.int().min(1),
  message: z.looseObject({
    type: z.templateLiteral(['attestry.monitor.', z.string()]),
    id: z.string(),
    time: z.string(),
    text: z.string(),
  }),
})

export function openDeadLetters(directory: string): DeadLetters {
  const file = join(directory, 'undelivered.jsonl')
  // Those that are being delivered again. Left here by a crash, they are the first of the next round.
  const taken = join(directory, 'undelivered.taken.jsonl')
  const locked = <T>(action: () => Promise<T>): Promise<T> => withLock(`${file}.lock`, action)

  return {
    async keep(letter) {
      try {
        await mkdir(directory, { recursive: true })
        await locked(() => appendLines(file, [JSON.stringify(letter)]))
      } catch (cause) {
        throw notKept((cause as { code?: string }).code ?? 'unknown failure', cause)
      }
    },
    async list() {
      const lines = [...(await linesOf(taken)), ...(await linesOf(file))]
      const letters = lines.flatMap(line => letterOf(line) ?? [])
      return { letters, unreadable: lines.length - letters.length }
    },
    async retry(attempt) {
      await mkdir(directory, { recursive: true })
      return withLock(join(directory, 'redelivery.lock'), () => retryAll(), 0)

      async function retryAll(): Promise<{ readonly unreadable: number }> {
        if (existsSync(taken)) await locked(() => moveLines(taken, file))
        await locked(() => rename(file, taken).catch(ignoreMissing))
        const kept: string[] = []
        let unreadable = 0
        for (const line of await linesOf(taken)) {
          const letter = letterOf(line)
          if (!letter) unreadable++
          const left = letter ? await attempt(letter) : null
          if (left || !letter) kept.push(left ? JSON.stringify(left) : line)
        }
        await locked(async () => {
          if (kept.length > 0) await appendLines(file, kept)
          await rm(taken, { force: true })
        })
        return { unreadable }
      }
    },
  }
}

/** What a crash left in the middle is put back; a crash here leaves a line in both, which is delivered once. */
async function moveLines(from: string, to: string): Promise<void> {
  await appendLines(to, await linesOf(from))
  await rm(from, { force: true })
}

async function linesOf(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8').catch((failure: NodeJS.ErrnoException) => {
    if (failure.code === 'ENOENT') return ''
    throw failure
  })
  return text.split('\n').filter(line => line !== '')
}

function letterOf(line: string): DeadLetter | undefined {
  try {
    return letterSchema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}

async function appendLines(path: string, lines: readonly string[]): Promise<void> {
  const { O_APPEND, O_CREAT, O_RDWR, O_NOFOLLOW = 0 } = constants
  const handle = await open(path, O_APPEND | O_CREAT | O_RDWR | O_NOFOLLOW, 0o600)
  try {
    // A line that a crash cut off stays a line of its own.
    const { size } = await handle.stat()
    const isCut = size > 0 && (await handle.read(Buffer.alloc(1), 0, 1, size - 1)).buffer[0] !== 0x0a
    await handle.writeFile(`${isCut ? '\n' : ''}${lines.map(line => `${line}\n`).join('')}`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await syncDirectory(dirname(path))
}

const ignoreMissing = (failure: NodeJS.ErrnoException): void => {
  if (failure.code !== 'ENOENT') throw failure
}
