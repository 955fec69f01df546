import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createSigningKey, formatVkey, openLog, readLog, verifyRun, type SigningKey } from '../src/index.js'
import { temporaryFolder } from './temporary-folder.js'
import { collect, eventOf } from './workspace.js'

const writer = join(import.meta.dirname, 'fixtures/writer.mjs')
if (!existsSync(join(import.meta.dirname, '../dist/index.js')))
  throw new Error('crash tests run the built package in processes of their own: build it first')

const canTrace =
  process.platform === 'linux' &&
  spawnSync('strace', ['-qq', '-e', 'trace=none', 'true'], { stdio: 'ignore' }).status === 0
if (!canTrace) console.warn('skipped: strace cannot run here, so no system call was made to fail or to kill')

interface Place {
  readonly folder: string
  readonly keyFile: string
  readonly key: SigningKey
}

async function place(): Promise<Place> {
  const root = await temporaryFolder()
  const keyFile = join(root, 'keys', 'log.key')
  const key = await createSigningKey(keyFile, 'example.com/log')
  const folder = join(root, 'run')
  await mkdir(folder)
  return { folder, keyFile, key }
}

interface Told {
  /** Ids by index, as far as they were acknowledged. */
  readonly acknowledged: ReadonlyMap<number, string>
  readonly isOpen: boolean
  readonly isDone: boolean
}

/** When to kill: so many milliseconds after so many acknowledgements, so that a slow disk changes nothing. */
interface Kill {
  readonly afterAcks: number
  readonly ms: number
}

/** Runs the writer, kills it if asked, and tells what it had acknowledged. */
async function write({ folder, keyFile }: Place, events: number, kill?: Kill, trace?: string): Promise<Told> {
  const command = [process.execPath, writer, folder, keyFile, String(events)]
  const inject =
    trace === undefined
      ? []
      : ['strace', '-f', '-qq', '-o', '/dev/null', '-e', `trace=${trace.split(':')[0]}`, '-e', `inject=${trace}`]
  const [program, ...args] = [...inject, ...command]
  const child = spawn(program!, args, {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, UV_USE_IO_URING: '0' },
  })
  let output = ''
  let timer: NodeJS.Timeout | undefined
  child.stdout!.on('data', (part: Buffer) => {
    output += part.toString()
    const lines = output.split('\n').length - 1
    // The first line says that the log is open.
    if (kill && lines > kill.afterAcks) timer ??= setTimeout(() => child.kill('SIGKILL'), kill.ms)
  })
  await new Promise(resolve => child.on('close', resolve))
  clearTimeout(timer)
  const acknowledged = new Map<number, string>()
  // A line that the kill cut in two is no acknowledgement that anybody could have read.
  for (const [, index, id] of output.matchAll(/^ack (\d+) (\w{26})\n/gm)) acknowledged.set(Number(index), id!)
  return { acknowledged, isOpen: output.startsWith('open\n'), isDone: output.endsWith('done\n') }
}

/** What must hold whatever happened: nothing acknowledged is lost, no action without intent, and the log verifies. */
async function check(where: Place, told: ReadonlyMap<number, string>, why: string): Promise<void> {
  const log = await openLog({ directory: join(where.folder, 'log'), run: 'crash', key: where.key })
  const events = await collect(log.read())
  expect(
    events.map(({ index }) => index),
    why,
  ).toEqual(events.map((_, i) => i))
  for (const [index, id] of told) expect(events[index]?.event.id, `${why}: acknowledged event ${index}`).toBe(id)
  const intents = new Set(events.filter(({ event }) => event.phase === 'intent').map(({ event }) => event.id))
  const actions = await readFile(join(where.folder, 'actions'), 'utf8').catch(() => '')
  const orphans = actions.split('\n').filter(id => id.length === 26 && !intents.has(id))
  expect(orphans, `${why}: actions without a durable intent`).toEqual([])
  expect(await log.append(eventOf('crash')), why).toBe(events.length)
  await log.close()
  const { problems, events: signed } = await verifyRun(where.folder, formatVkey(where.key))
  expect([problems, signed], why).toEqual([[], events.length + 1])
}

describe('a writer that is killed', () => {
  it('at any time loses no acknowledged event, does nothing unrecorded, and leaves a log that verifies', async () => {
    const where = await place()
    const all = new Map<number, string>()
    let kills = 0
    for (const kill of [
      { afterAcks: 0, ms: 0 },
      { afterAcks: 1, ms: 2 },
      { afterAcks: 15, ms: 0 },
      { afterAcks: 40, ms: 3 },
      { afterAcks: 100, ms: 1 },
    ]) {
      const { acknowledged, isDone } = await write(where, 100_000, kill)
      for (const [index, id] of acknowledged) all.set(index, id)
      kills += isDone ? 0 : 1
      await check(where, all, `killed ${kill.ms} ms after ${kill.afterAcks} acknowledgements`)
    }
    expect(kills).toBe(5)
    expect(all.size).toBeGreaterThanOrEqual(156)
  }, 120_000)

  it('leaves what readers can read at once, without recovery', async () => {
    const where = await place()
    const { acknowledged } = await write(where, 100_000, { afterAcks: 30, ms: 1 })
    const events = await collect((await readLog(where.folder)).read())
    for (const [index, id] of acknowledged) expect(events[index]?.event.id).toBe(id)
  }, 60_000)

  // With ATTESTRY_EVERY_CALL=1: every call that changes the disk, at its first, second, ... time, for some minutes.
  const every = process.env.ATTESTRY_EVERY_CALL === '1'
  const kills = ['fdatasync', 'rename']
  const allKills = [...kills, 'fsync', 'pwrite64', 'ftruncate', 'link', 'unlink', 'mkdir']
  const failures = ['fdatasync:error=EIO', 'pwrite64:error=ENOSPC']
  const allFailures = [
    ...failures,
    'fsync:error=EIO',
    'rename:error=ENOSPC',
    'ftruncate:error=EIO',
    'mkdir:error=ENOSPC',
  ]
  const injections = [
    ...(every ? allKills : kills).map(call => `${call}:signal=KILL`),
    ...(every ? allFailures : failures),
  ]

  it.skipIf(!canTrace).each(injections)(
    'or that fails in a system call loses nothing either: %s',
    async injection => {
      for (let when = 1; every || when < 20; when += every ? 1 : 9) {
        const where = await place()
        const told = await write(where, 40, undefined, `${injection}:when=${when}`)
        await check(where, told.acknowledged, `${injection} ${when}`)
        if (told.isDone) return
      }
    },
    3_600_000,
  )
})
