import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createSigningKey, formatVkey, nodeDisk, openLog, verifyRun, type Disk } from '../src/index.js'
import { temporaryFolder } from './temporary-folder.js'
import { collect, eventOf } from './workspace.js'

/**
 * A disk that remembers what would be left after a power loss: of an open file its bytes at the last sync, of a replaced
 * name the old content until its folder was synced.
 */
function forgetfulDisk(): { disk: Disk; afterPowerLoss: (from: string, to: string) => Promise<void> } {
  const synced = new Map<string, Uint8Array>()
  const unsyncedNames = new Map<string, Uint8Array | null>()
  const disk: Disk = {
    ...nodeDisk,
    async open(path) {
      const file = await nodeDisk.open(path)
      synced.set(path, await readFile(path))
      return {
        ...file,
        async datasync() {
          await file.datasync()
          synced.set(path, await readFile(path))
        },
      }
    },
    async replace(path, bytes, mode) {
      const old = await readFile(path).catch(() => null)
      if (!unsyncedNames.has(path)) unsyncedNames.set(path, old)
      await nodeDisk.replace(path, bytes, mode)
    },
    async syncDirectory(path) {
      await nodeDisk.syncDirectory(path)
      for (const name of unsyncedNames.keys()) if (dirname(name) === path) unsyncedNames.delete(name)
    },
  }
  const afterPowerLoss = async (from: string, to: string): Promise<void> => {
    await cp(from, to, { recursive: true })
    // Its process is gone with the power.
    await rm(join(to, 'log/lock'), { force: true })
    for (const [path, bytes] of [...synced, ...unsyncedNames]) {
      if (!path.startsWith(from)) continue
      const copy = join(to, path.slice(from.length))
      if (bytes === null) await rm(copy, { force: true })
      else if (await readdir(dirname(copy)).catch(() => null)) await writeFile(copy, bytes)
    }
  }
  return { disk, afterPowerLoss }
}

describe('a power loss', () => {
  it('after any acknowledgement or checkpoint takes nothing that was acknowledged', async () => {
    const root = await temporaryFolder()
    const key = await createSigningKey(join(root, 'keys', 'log.key'), 'example.com/log')
    const { disk, afterPowerLoss } = forgetfulDisk()
    const run = join(root, 'run')
    await mkdir(run)
    // No integration of its own accord: the copy below must not race with one.
    const log = await openLog({ directory: join(run, 'log'), run: 'run-1', key, disk, integrateAfter: 1000 })
    const acknowledged: unknown[] = []
    for (let i = 0; i < 30; i++) {
      await log.append(eventOf('run-1', { payload: { i } }))
      acknowledged.push({ i })
      if (i % 11 === 10) await log.checkpoint()
      const copy = join(root, `after-${i}`)
      await afterPowerLoss(run, copy)
      const again = await openLog({ directory: join(copy, 'log'), run: 'run-1', key })
      const found = (await collect(again.read())).map(({ event }) => event.payload)
      expect(found, `after event ${i}`).toEqual(acknowledged)
      await again.close()
      expect((await verifyRun(copy, formatVkey(key))).problems).toEqual([])
    }
    await log.close()
  })

  it('at any write in between leaves a log that opens, with all that was acknowledged', async () => {
    const root = await temporaryFolder()
    const key = await createSigningKey(join(root, 'keys', 'log.key'), 'example.com/log')
    const { disk: forgetful, afterPowerLoss } = forgetfulDisk()
    const run = join(root, 'run')
    await mkdir(join(run, 'log'), { recursive: true })
    const acknowledged: unknown[] = []
    const copies: { copy: string; had: number }[] = []
    /** The copy is taken before and after each step that changes the disk. */
    const around = async <T>(step: () => Promise<T>): Promise<T> => {
      const result = await step()
      const copy = join(root, `copy-${copies.length}`)
      copies.push({ copy, had: acknowledged.length })
      await afterPowerLoss(run, copy)
      return result
    }
    const disk: Disk = {
      ...forgetful,
      async open(path) {
        const file = await forgetful.open(path)
        return {
          ...file,
          write: (bytes, at) => around(() => file.write(bytes, at)),
          datasync: () => around(() => file.datasync()),
          truncate: length => around(() => file.truncate(length)),
        }
      },
      replace: (path, bytes, mode) => around(() => forgetful.replace(path, bytes, mode)),
      syncDirectory: path => around(() => forgetful.syncDirectory(path)),
      remove: path => around(() => forgetful.remove(path)),
    }
    const log = await openLog({ directory: join(run, 'log'), run: 'run-1', key, disk, integrateAfter: 3 })
    for (let i = 0; i < 8; i++) {
      await log.append(eventOf('run-1', { payload: { i } }))
      acknowledged.push({ i })
    }
    await log.close()
    expect(copies.length).toBeGreaterThan(60)
    for (const { copy, had } of copies) {
      const again = await openLog({ directory: join(copy, 'log'), run: 'run-1', key })
      const found = (await collect(again.read())).map(({ event }) => event.payload)
      expect(found.slice(0, had), copy).toEqual(acknowledged.slice(0, had))
      expect(found.length).toBeLessThanOrEqual(acknowledged.length)
      await again.close()
      expect((await verifyRun(copy, formatVkey(key))).problems, copy).toEqual([])
    }
  })
})
