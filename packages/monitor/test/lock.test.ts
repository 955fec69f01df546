import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withLock } from '../src/state/lock.js'

let directory: string
let path: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'attestry-lock-'))
  path = join(directory, 'state.lock')
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const done = async (): Promise<string> => 'done'

describe('a lock', () => {
  it('lets one action in at a time, and leaves nothing behind', async () => {
    let inside = 0
    let most = 0
    await Promise.all(
      Array.from({ length: 8 }, () =>
        withLock(path, async () => {
          most = Math.max(most, ++inside)
          await new Promise(resolve => setTimeout(resolve, 2))
          inside--
        }),
      ),
    )
    expect(most).toBe(1)
    expect(await readdir(directory)).toEqual([])
  })

  it('is given back after a failure', async () => {
    await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await withLock(path, done, 0)).toBe('done')
  })

  it('of a running process is waited for, and then refused by its number', async () => {
    const inner = withLock(path, () => withLock(path, done, 30))
    await expect(inner).rejects.toMatchObject({
      code: 'MONITOR-E206',
      message: `process ${process.pid} holds state.lock`,
    })
  })

  it('of a process that has ended is taken over, even when its number is used again', async () => {
    const owner = JSON.parse(await withLock(path, () => readFile(path, 'utf8'))) as Record<string, unknown>
    await writeFile(path, JSON.stringify({ ...owner, pid: 2147483646 }))
    expect(await withLock(path, done, 0)).toBe('done')
    if (owner['started'] === null) return
    await writeFile(path, JSON.stringify({ ...owner, started: '1' }))
    expect(await withLock(path, done, 0)).toBe('done')
  })

  it.each(['{"host":"elsewhere.example","pid":1,"started":null}', 'cut o'])(
    'of another machine, or unreadable, is taken over after a minute: %s',
    async text => {
      await writeFile(path, text)
      await expect(withLock(path, done, 20)).rejects.toMatchObject({ code: 'MONITOR-E206' })
      const past = new Date(Date.now() - 61_000)
      await utimes(path, past, past)
      expect(await withLock(path, done, 0)).toBe('done')
    },
  )

  it('that was taken away is confirmed no more, and the new one is left alone', async () => {
    await withLock(path, async held => {
      await held.confirm()
      await writeFile(path, 'of another')
      await expect(held.confirm()).rejects.toMatchObject({ code: 'MONITOR-E206' })
    })
    expect(await readFile(path, 'utf8')).toBe('of another')
  })
})
