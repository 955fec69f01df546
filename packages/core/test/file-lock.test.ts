import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fileLockHolder, takeFileLock, withFileLock, type FileLockOptions } from '../src/index.js'

let directory: string
let path: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'attestry-lock-'))
  path = join(directory, 'state.lock')
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const options = (more: Partial<FileLockOptions> = {}): FileLockOptions => ({
  refused: holder => new Error(`${holder} holds it`),
  patienceMs: 20,
  ...more,
})

describe('a file lock', () => {
  it('is refused by the number of the process that holds it, and free once it was given back', async () => {
    const lock = await takeFileLock(path, options())
    await expect(takeFileLock(path, options())).rejects.toThrow(`process ${process.pid} holds it`)
    await lock.release()
    expect(await withFileLock(path, options(), held => held.isHeld())).toBe(true)
    expect(await readdir(directory)).toEqual([])
  })

  it('that tells nothing is taken over when it is old, or never where its holder works for as long as it likes', async () => {
    for (const text of ['cut o', '{"host":"elsewhere.example","pid":1,"started":null}']) {
      await writeFile(path, text)
      const past = new Date(Date.now() - 3_600_000)
      await utimes(path, past, past)
      await expect(takeFileLock(path, options({ foreignMs: Infinity }))).rejects.toThrow('holds it')
      await (await takeFileLock(path, options())).release()
    }
  })

  it('names its holder to others, unless that has ended or there is none', async () => {
    expect(await fileLockHolder(path)).toBeNull()
    await withFileLock(path, options(), async () => {
      expect(await fileLockHolder(path)).toBe(`process ${process.pid}`)
    })
    expect(await fileLockHolder(path)).toBeNull()
    await writeFile(path, JSON.stringify({ pid: 2 ** 22 + 1, started: null }))
    expect(await fileLockHolder(path)).toBeNull()
    await writeFile(path, 'cut o')
    expect(await fileLockHolder(path)).toBe('process unknown')
  })

  it('of another is not given back', async () => {
    await withFileLock(path, options(), async held => {
      await writeFile(path, 'of another')
      expect(await held.isHeld()).toBe(false)
    })
    expect(await readFile(path, 'utf8')).toBe('of another')
  })
})
