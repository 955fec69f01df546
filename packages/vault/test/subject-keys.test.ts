import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSubjectKeys, tombstonesFile } from '../src/index.js'
import { withLock } from '../src/file-lock.js'
import { temporaryFolder } from './temporary-folder.js'

const workspace = async (): Promise<string> => join(await temporaryFolder(), '.attestry')
const person = (): string => randomBytes(16).toString('hex')
const bytes = (text: string): Uint8Array => Buffer.from(text)
const text = (opened: Uint8Array | null): string | null => opened && Buffer.from(opened).toString()
const files = async (where: string): Promise<readonly string[]> =>
  (await readdir(join(where, 'keys'))).filter(name => !name.startsWith('subjects.lock')).sort()

describe('subject keys', () => {
  it('open in a later process what was sealed for a person, and for nobody else', async () => {
    const where = await workspace()
    const [ada, bo] = [person(), person()]
    const keys = openSubjectKeys(where)
    const sealed = await keys.seal(ada, bytes('hello'), 'row')
    await keys.seal(bo, bytes('other'), 'row')
    expect(text(await openSubjectKeys(where).open(ada, sealed, 'row'))).toBe('hello')
    await expect(keys.open(bo, sealed, 'row')).rejects.toMatchObject({ code: 'VAULT-E001' })
    await expect(keys.open(ada, sealed, 'name')).rejects.toMatchObject({ code: 'VAULT-E001' })
    await expect(keys.open(ada, sealed.subarray(1), 'row')).rejects.toMatchObject({ code: 'VAULT-E001' })
  })

  it('lie encrypted in files that only their owner reads', async () => {
    const where = await workspace()
    await openSubjectKeys(where).seal(person(), bytes('hello'), 'row')
    expect(await files(where)).toEqual(['subjects.kek-1', 'subjects.keys-1'])
    for (const file of await files(where)) expect((await stat(join(where, 'keys', file))).mode & 0o777).toBe(0o600)
    await rm(join(where, 'keys', 'subjects.kek-1'))
    await expect(openSubjectKeys(where).seal(person(), bytes('x'), 'row')).rejects.toMatchObject({ code: 'VAULT-E005' })
  })

  it('are written once for a batch of new people', async () => {
    const where = await workspace()
    const keys = openSubjectKeys(where)
    const people = Array.from({ length: 1_000 }, person)
    await Promise.all(people.map(one => keys.seal(one, bytes('a'), 'row')))
    const { size } = await stat(join(where, 'keys', 'subjects.keys-1'))
    // 48 bytes for each, and one envelope around all of them.
    expect(size).toBeLessThan(1_000 * 48 + 1_000)
    await keys.seal(person(), bytes('a'), 'row')
    expect((await stat(join(where, 'keys', 'subjects.keys-1'))).size).toBeGreaterThan(size)
  })

  it('are gone once destroyed, for this process and others, and those of others stay', async () => {
    const where = await workspace()
    const [ada, bo] = [person(), person()]
    const [keys, other] = [openSubjectKeys(where), openSubjectKeys(where)]
    const [a, b] = [await keys.seal(ada, bytes('ada'), 'row'), await keys.seal(bo, bytes('bo'), 'row')]
    expect(text(await other.open(ada, a, 'row'))).toBe('ada')
    const kek = await readFile(join(where, 'keys', 'subjects.kek-1'))
    expect(await keys.destroy([ada])).toEqual([ada])
    expect(await files(where)).toEqual(['subjects.kek-2', 'subjects.keys-2'])
    expect((await readFile(join(where, 'keys', 'subjects.kek-2'))).equals(kek)).toBe(false)
    for (const one of [keys, other, openSubjectKeys(where)]) {
      expect([await one.open(ada, a, 'row'), one.isDestroyed(ada)]).toEqual([null, true])
      expect([text(await one.open(bo, b, 'row')), one.isDestroyed(bo)]).toEqual(['bo', false])
      await expect(one.seal(ada, bytes('again'), 'row')).rejects.toMatchObject({ code: 'VAULT-E009' })
    }
    expect(await keys.destroy([ada])).toEqual([])
    expect(await files(where)).toEqual(['subjects.kek-2', 'subjects.keys-2'])
  })

  it('are never made for a person without one who was erased', async () => {
    const where = await workspace()
    const ada = person()
    expect(await openSubjectKeys(where).destroy([ada])).toEqual([])
    const keys = openSubjectKeys(where)
    expect(keys.isDestroyed(ada)).toBe(true)
    await expect(keys.seal(ada, bytes('x'), 'row')).rejects.toMatchObject({ code: 'VAULT-E009' })
    expect(text(await keys.open(ada, bytes('x'), 'row'))).toBeNull()
  })

  it('stay destroyed when the keys folder comes back from a backup', async () => {
    const where = await workspace()
    const [ada, bo] = [person(), person()]
    const keys = openSubjectKeys(where)
    const [a, b] = [await keys.seal(ada, bytes('ada'), 'row'), await keys.seal(bo, bytes('bo'), 'row')]
    await cp(join(where, 'keys'), join(where, 'backup'), { recursive: true })
    await keys.destroy([ada])
    await rm(join(where, 'keys'), { recursive: true })
    await cp(join(where, 'backup'), join(where, 'keys'), { recursive: true })
    const restored = openSubjectKeys(where)
    expect(await restored.open(ada, a, 'row')).toBeNull()
    expect(text(await restored.open(bo, b, 'row'))).toBe('bo')
    // The restored files that could open it are destroyed again.
    expect(await files(where)).toEqual(['subjects.kek-2', 'subjects.keys-2'])
  })

  it('open nothing when they were restored without the list of destroyed keys', async () => {
    const where = await workspace()
    const [ada, bo] = [person(), person()]
    const keys = openSubjectKeys(where)
    await keys.seal(ada, bytes('ada'), 'row')
    const b = await keys.seal(bo, bytes('bo'), 'row')
    await keys.destroy([ada])
    const list = await readFile(tombstonesFile(where))
    await rm(tombstonesFile(where))
    await expect(openSubjectKeys(where).open(bo, b, 'row')).rejects.toMatchObject({ code: 'VAULT-E006' })
    await expect(keys.seal(bo, b, 'row')).rejects.toMatchObject({ code: 'VAULT-E006' })
    await writeFile(tombstonesFile(where), list)
    expect(text(await openSubjectKeys(where).open(bo, b, 'row'))).toBe('bo')
    await writeFile(tombstonesFile(where), `${list.toString()}{"subject":"${'0'.repeat(9)}"}\n`)
    await expect(openSubjectKeys(where).open(bo, b, 'row')).rejects.toMatchObject({ code: 'VAULT-E005' })
  })

  it('give two processes that meet a person at once one key', async () => {
    const where = await workspace()
    const ada = person()
    const both = [openSubjectKeys(where), openSubjectKeys(where)]
    const sealed = await Promise.all(both.map(keys => keys.seal(ada, bytes('ada'), 'row')))
    const opened = await Promise.all(sealed.map(one => openSubjectKeys(where).open(ada, one, 'row')))
    expect(opened.map(text)).toEqual(['ada', 'ada'])
  })

  it('drop a frame that a crash cut off, and refuse one that was changed', async () => {
    const where = await workspace()
    const [ada, bo] = [person(), person()]
    const a = await openSubjectKeys(where).seal(ada, bytes('ada'), 'row')
    const path = join(where, 'keys', 'subjects.keys-1')
    const whole = await readFile(path)
    await writeFile(path, Buffer.concat([whole, whole.subarray(0, 40)]))
    const keys = openSubjectKeys(where)
    expect(text(await keys.open(ada, a, 'row'))).toBe('ada')
    const b = await keys.seal(bo, bytes('bo'), 'row')
    expect(text(await openSubjectKeys(where).open(bo, b, 'row'))).toBe('bo')
    whole[whole.length - 1]! ^= 1
    await writeFile(path, whole)
    await expect(openSubjectKeys(where).open(ada, a, 'row')).rejects.toMatchObject({ code: 'VAULT-E005' })
  })

  it('refuse an identifier without showing it', async () => {
    const keys = openSubjectKeys(await workspace())
    await expect(keys.seal('ada@example.org', bytes('x'), 'row')).rejects.toMatchObject({ code: 'VAULT-E008' })
    await expect(keys.seal('ada@example.org', bytes('x'), 'row')).rejects.not.toThrow(/ada/)
  })

  it('wait for a living process that holds the lock, and take over the lock of a dead one', async () => {
    const where = await workspace()
    const lock = join(where, 'keys', 'subjects.lock')
    await mkdir(join(where, 'keys'), { recursive: true })
    await writeFile(lock, '{"pid":999999999,"started":"1"}')
    await openSubjectKeys(where).seal(person(), bytes('x'), 'row')
    expect(existsSync(lock)).toBe(false)
    await writeFile(lock, `{"pid":${process.pid},"started":null}`)
    const waiting = openSubjectKeys(where).seal(person(), bytes('x'), 'row')
    await new Promise(resolve => setTimeout(resolve, 50))
    await rm(lock)
    await waiting
    await writeFile(lock, `{"pid":${process.pid},"started":null}`)
    await expect(withLock(lock, async () => 'never', 20)).rejects.toMatchObject({ code: 'VAULT-E007' })
  })
})

describe('a process that is killed while it destroys a key', () => {
  const script = join(import.meta.dirname, 'fixtures/killed-at-step.mjs')
  if (!existsSync(join(import.meta.dirname, '../dist/index.js')))
    throw new Error('this test runs the built package in processes of their own: build it first')

  it('leaves, at every step, a table that opens, and a destroyed key never comes back', async () => {
    let isDone = false
    let isDestroyed = false
    const seen = new Set<boolean>()
    for (let step = 0; !isDone && step < 100; step++) {
      const where = await workspace()
      const [ada, bo] = [person(), person()]
      const keys = openSubjectKeys(where)
      const [a, b] = [await keys.seal(ada, bytes('ada'), 'row'), await keys.seal(bo, bytes('bo'), 'row')]
      const { stdout, signal } = spawnSync(process.execPath, [script, where, String(step), ada], { encoding: 'utf8' })
      isDone = stdout.startsWith('done')
      expect(signal, `step ${step}`).toBe(isDone ? null : 'SIGKILL')
      const after = openSubjectKeys(where)
      const opened = text(await after.open(ada, a, 'row'))
      expect(text(await after.open(bo, b, 'row')), `step ${step}`).toBe('bo')
      expect(opened, `step ${step}`).toBe(after.isDestroyed(ada) ? null : 'ada')
      // Once gone at one step, gone at every later one.
      if (isDestroyed) expect(opened, `step ${step}`).toBeNull()
      isDestroyed = opened === null
      seen.add(isDestroyed)
      // Whatever was left half-way is finished by the next who looks.
      const generation = isDestroyed ? 2 : 1
      expect(await files(where)).toEqual([`subjects.kek-${generation}`, `subjects.keys-${generation}`])
      await after.destroy([ada])
      expect(await openSubjectKeys(where).open(ada, a, 'row')).toBeNull()
    }
    expect([isDone, ...seen]).toEqual([true, false, true])
  }, 120_000)
})
