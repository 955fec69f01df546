import { open, readFile, readdir, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  createSigningKey,
  formatVkey,
  leafHash,
  merkleRoot,
  nodeDisk,
  openLog,
  readLog,
  type Disk,
  type LogOptions,
  verifyRun,
} from '../src/index.js'
import { temporaryFolder } from './temporary-folder.js'
import { collect, eventOf } from './workspace.js'

async function options(more: Partial<LogOptions> = {}): Promise<LogOptions> {
  const folder = await temporaryFolder()
  const key = await createSigningKey(join(folder, 'keys', 'log.key'), 'example.com/log')
  return { directory: join(folder, 'run', 'log'), run: 'run-1', key, ...more }
}

const runOf = ({ directory }: LogOptions): string => join(directory, '..')
const appendMany = async (log: Awaited<ReturnType<typeof openLog>>, count: number): Promise<number[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => log.append(eventOf('run-1', { payload: { number: i } }))))

describe('a log', () => {
  it('gives gap-free indexes in the order of the calls, and reads events back with their payloads', async () => {
    const log = await openLog(await options())
    const event = eventOf('run-1', { payload: { a: [1, 'two', null] }, controls: ['GDPR-30'] })
    expect(await appendMany(log, 3)).toEqual([0, 1, 2])
    expect(await log.append(event)).toBe(3)
    expect((await collect(log.read(3)))[0]).toEqual({ index: 3, event })
    expect((await collect(log.read())).map(({ event }) => event.payload)).toEqual([
      { number: 0 },
      { number: 1 },
      { number: 2 },
      { a: [1, 'two', null] },
    ])
    await log.close()
  })

  it('reads from any index across bundles, tail and journal', async () => {
    const log = await openLog(await options({ integrateAfter: 300 }))
    await appendMany(log, 700)
    await log.checkpoint()
    await appendMany(log, 20)
    for (const from of [0, 255, 256, 511, 699, 700, 719, 720]) {
      const indexes = (await collect(log.read(from))).map(({ index }) => index)
      expect(indexes).toEqual(Array.from({ length: 720 - from }, (_, i) => from + i))
    }
    await log.close()
  })

  it('signs a checkpoint with the root of the tree of its entries', async () => {
    const asked = await options()
    const log = await openLog(asked)
    await appendMany(log, 5)
    const { size, root } = await log.checkpoint()
    const bundle = await readFile(join(asked.directory, 'tile/entries/000.p/5'))
    const leaves = []
    for (let at = 0; at < bundle.length; at += 2 + bundle.readUInt16BE(at))
      leaves.push(leafHash(bundle.subarray(at + 2, at + 2 + bundle.readUInt16BE(at))))
    expect([size, root]).toEqual([5, Buffer.from(merkleRoot(leaves)).toString('base64')])
    await log.close()
  })

  it('is continued where it was closed', async () => {
    const asked = await options()
    for (let round = 0; round < 4; round++) {
      const log = await openLog(asked)
      expect(await appendMany(log, 100)).toEqual(Array.from({ length: 100 }, (_, i) => round * 100 + i))
      await log.close()
    }
    expect((await collect((await readLog(runOf(asked))).read())).length).toBe(400)
    expect((await readdir(asked.directory)).sort()).toEqual(['checkpoint', 'payloads.jsonl', 'tile'])
  })

  it('keeps partial tiles until the full one is there, and not longer', async () => {
    const asked = await options()
    const log = await openLog(asked)
    await appendMany(log, 10)
    await log.checkpoint()
    await appendMany(log, 10)
    await log.checkpoint()
    expect((await readdir(join(asked.directory, 'tile/0/000.p'))).sort()).toEqual(['10', '20'])
    await appendMany(log, 240)
    await log.checkpoint()
    expect((await readdir(join(asked.directory, 'tile/0'))).sort()).toEqual(['000', '001.p'])
    await log.close()
  })

  it('integrates when the journal has grown, not at each append', async () => {
    let checkpoints = 0
    const disk: Disk = {
      ...nodeDisk,
      replace: (path, bytes, mode) => {
        if (path.endsWith('checkpoint')) checkpoints++
        return nodeDisk.replace(path, bytes, mode)
      },
    }
    const log = await openLog(await options({ disk, integrateAfter: 100 }))
    for (let i = 0; i < 350; i++) await log.append(eventOf('run-1'))
    expect(checkpoints).toBe(3)
    await log.close()
  })

  it('refuses a bad event alone, and keeps the others', async () => {
    const log = await openLog(await options())
    const outcomes = await Promise.allSettled([
      log.append(eventOf('run-1')),
      log.append(eventOf('run-1', { actor: 'anonymous' })),
      log.append(eventOf('run-1', { payload: { broken: Number.NaN } })),
      log.append(eventOf('run-2')),
      log.append(eventOf('run-1')),
    ])
    expect(outcomes.map(outcome => (outcome.status === 'fulfilled' ? outcome.value : outcome.reason.code))).toEqual([
      0,
      'AUDIT-E001',
      'CORE-E040',
      'AUDIT-E001',
      1,
    ])
    await log.close()
  })

  it('refuses events after it was closed', async () => {
    const log = await openLog(await options())
    await log.close()
    await expect(log.append(eventOf('run-1'))).rejects.toMatchObject({ code: 'AUDIT-E006' })
    await expect(log.checkpoint()).rejects.toMatchObject({ code: 'AUDIT-E006' })
  })
})

describe('the writer lock', () => {
  it('refuses a second writer while the first is open', async () => {
    const asked = await options()
    const log = await openLog(asked)
    await expect(openLog(asked)).rejects.toMatchObject({ code: 'AUDIT-E004' })
    await log.close()
    await (await openLog(asked)).close()
  })

  it('of a process that is gone is taken over; one that cannot be read is not', async () => {
    const asked = await options()
    await (await openLog(asked)).close()
    const lock = join(asked.directory, 'lock')
    // Above the largest process id that Linux gives out.
    await writeFile(lock, '{"pid":4194305,"started":null}')
    await (await openLog(asked)).close()
    await writeFile(lock, '')
    await expect(openLog(asked)).rejects.toMatchObject({ code: 'AUDIT-E004' })
  })

  it('of an earlier process with the same id is taken over', async () => {
    const asked = await options()
    await (await openLog(asked)).close()
    await writeFile(join(asked.directory, 'lock'), JSON.stringify({ pid: process.pid, started: '1' }))
    const opening = openLog(asked)
    // Where no /proc tells when a process started, the lock of a living id must be believed.
    if (process.platform === 'linux') await (await opening).close()
    else await expect(opening).rejects.toMatchObject({ code: 'AUDIT-E004' })
  })
})

describe('recovery', () => {
  /** A log with 10 integrated events and 5 that only the journal holds, as a killed process leaves it. */
  async function killed(): Promise<LogOptions> {
    const asked = await options()
    const log = await openLog(asked)
    await appendMany(log, 10)
    await log.checkpoint()
    for (let i = 0; i < 5; i++) await log.append(eventOf('run-1', { payload: { late: i } }))
    const journal = await readFile(join(asked.directory, 'journal'))
    const checkpoint = await readFile(join(asked.directory, 'checkpoint'))
    const payloads = await readFile(join(asked.directory, 'payloads.jsonl'))
    await log.close()
    await writeFile(join(asked.directory, 'journal'), journal)
    await writeFile(join(asked.directory, 'checkpoint'), checkpoint)
    await writeFile(join(asked.directory, 'payloads.jsonl'), payloads)
    return asked
  }

  it('finds the events that only the journal holds, also for readers', async () => {
    const asked = await killed()
    expect((await collect((await readLog(runOf(asked))).read(10))).map(({ event }) => event.payload)).toEqual(
      [0, 1, 2, 3, 4].map(late => ({ late })),
    )
    const log = await openLog(asked)
    expect(log.size()).toBe(15)
    expect(await log.append(eventOf('run-1'))).toBe(15)
    await log.close()
  })

  it('cuts off a torn end, of the journal and of the payloads', async () => {
    const asked = await killed()
    const journal = join(asked.directory, 'journal')
    const payloads = await open(join(asked.directory, 'payloads.jsonl'), 'a')
    await payloads.write('{"id":"half a li')
    await payloads.close()
    await truncate(journal, (await stat(journal)).size - 3)
    const log = await openLog(asked)
    expect(log.size()).toBe(14)
    expect(log.cutBytes).toBeGreaterThan(16)
    expect(await log.append(eventOf('run-1', { payload: 'again' }))).toBe(14)
    await log.close()
    expect((await collect((await readLog(runOf(asked))).read(13))).map(({ event }) => event.payload)).toEqual([
      { late: 3 },
      'again',
    ])
    expect((await verifyRun(runOf(asked), formatVkey(asked.key))).problems).toEqual([])
  })

  it('does not cut off a damaged record that acknowledged ones follow', async () => {
    const asked = await killed()
    const journal = await readFile(join(asked.directory, 'journal'))
    journal[40]! ^= 1
    await writeFile(join(asked.directory, 'journal'), journal)
    await expect(openLog(asked)).rejects.toMatchObject({ code: 'AUDIT-E005' })
  })

  it('passes over journal records that a checkpoint has taken in already', async () => {
    const asked = await killed()
    const journal = await readFile(join(asked.directory, 'journal'))
    await (await openLog(asked)).close()
    await writeFile(join(asked.directory, 'journal'), journal)
    const log = await openLog(asked)
    expect(log.size()).toBe(15)
    expect(await appendMany(log, 2)).toEqual([15, 16])
    await log.close()
    expect((await collect((await readLog(runOf(asked))).read())).length).toBe(17)
  })

  it('begins an empty journal when all its records, up to a torn one, are under the checkpoint', async () => {
    const asked = await killed()
    const journal = await readFile(join(asked.directory, 'journal'))
    await (await openLog(asked)).close()
    await writeFile(join(asked.directory, 'journal'), journal.subarray(0, -3))
    const log = await openLog(asked)
    await appendMany(log, 1)
    expect((await readLog(runOf(asked))).size).toBe(16)
    await log.close()
  })

  it('refuses a log of another run, of another key, or with entries that do not fit the checkpoint', async () => {
    const asked = await killed()
    await expect(openLog({ ...asked, run: 'run-2' })).rejects.toMatchObject({ code: 'AUDIT-E005' })
    const other = (await options()).key
    await expect(openLog({ ...asked, key: other })).rejects.toMatchObject({ code: 'AUDIT-E011' })
    const bundle = join(asked.directory, 'tile/entries/000.p/10')
    const bytes = await readFile(bundle)
    bytes[bytes.indexOf('ana')]! ^= 1
    await writeFile(bundle, bytes)
    await expect(openLog(asked)).rejects.toMatchObject({ code: 'AUDIT-E005' })
  })
})

describe('a disk that fails', () => {
  /** A disk on which the operation with number `when` fails, or takes only part of the bytes. */
  function failing(when: number, how: 'ENOSPC' | 'short'): { disk: Disk; fired: () => boolean } {
    let count = 0
    let hasFired = false
    const step = async <T>(run: () => Promise<T>): Promise<T> => {
      if (++count !== when || how === 'short') return run()
      hasFired = true
      throw Object.assign(new Error(how), { code: how })
    }
    const disk: Disk = {
      open: path =>
        step(async () => {
          const file = await nodeDisk.open(path)
          return {
            write: (bytes, position) =>
              step(() => {
                const isShort = how === 'short' && count === when && bytes.length > 1
                hasFired ||= isShort
                return file.write(isShort ? bytes.subarray(0, bytes.length >> 1) : bytes, position)
              }),
            datasync: () => step(() => file.datasync()),
            truncate: length => step(() => file.truncate(length)),
            close: () => file.close(),
          }
        }),
      makeDirectory: path => step(() => nodeDisk.makeDirectory(path)),
      replace: (path, bytes, mode) => step(() => nodeDisk.replace(path, bytes, mode)),
      syncDirectory: path => step(() => nodeDisk.syncDirectory(path)),
      remove: path => step(() => nodeDisk.remove(path)),
    }
    return { disk, fired: () => hasFired }
  }

  it.each(['ENOSPC', 'short'] as const)('never loses an acknowledged event: %s at every step', async how => {
    for (let when = 1; ; when++) {
      const { disk, fired } = failing(when, how)
      const asked = await options({ disk, integrateAfter: 4 })
      const acknowledged: string[] = []
      const failures: unknown[] = []
      const log = await openLog(asked).catch((failure: unknown) => void failures.push(failure))
      if (log) {
        for (let i = 0; i < 10; i++) {
          const event = eventOf('run-1', { payload: { i } })
          const add = log.append(event).then(() => acknowledged.push(event.id))
          await add.catch((failure: unknown) => failures.push(failure))
        }
        await log.close().catch((failure: unknown) => failures.push(failure))
      }
      for (const failure of failures) expect(failure).toMatchObject({ code: 'AUDIT-E003' })

      const again = await openLog({ ...asked, disk: nodeDisk })
      const found = (await collect(again.read())).map(({ event }) => event.id)
      expect(found.slice(0, acknowledged.length), `step ${when}`).toEqual(acknowledged)
      expect(found.length - acknowledged.length).toBeLessThanOrEqual(how === 'short' ? 0 : 1)
      await again.close()
      if (!fired() && when > 20) {
        expect(acknowledged.length).toBe(10)
        return
      }
    }
  })

  it('makes the log refuse everything after the first failure', async () => {
    let isBroken = false
    const disk: Disk = {
      ...nodeDisk,
      open: async path => {
        const file = await nodeDisk.open(path)
        const fail = () => Promise.reject(Object.assign(new Error('sync'), { code: 'EIO' }))
        return { ...file, datasync: () => (isBroken ? fail() : file.datasync()) }
      },
    }
    const log = await openLog(await options({ disk }))
    await log.append(eventOf('run-1'))
    isBroken = true
    await expect(log.append(eventOf('run-1'))).rejects.toMatchObject({ code: 'AUDIT-E003' })
    isBroken = false
    await expect(log.append(eventOf('run-1'))).rejects.toMatchObject({ code: 'AUDIT-E003' })
    await expect(log.checkpoint()).rejects.toMatchObject({ code: 'AUDIT-E003' })
    expect((await collect(log.read())).length).toBe(1)
    await log.close()
  })
})
