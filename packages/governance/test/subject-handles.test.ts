import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { handlesBusy } from '../src/errors.js'
import { openSubjectHandles } from '../src/index.js'
import { errorOf, folder } from './fixtures.js'

describe('subject handles', () => {
  it('give one identifier one handle and different identifiers different ones', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 30 }), identifiers => {
        const handles = openSubjectHandles(folder())
        const first = identifiers.map(identifier => handles.handleOf(identifier))
        expect(new Set(first).size).toBe(identifiers.length)
        expect(identifiers.map(identifier => handles.handleOf(identifier))).toEqual(first)
        for (const handle of first) expect(handle).toMatch(/^[0-9a-f]{32}$/)
      }),
      { numRuns: 30 },
    )
  })

  it('are the same in the next run of the workspace once flushed', async () => {
    const directory = folder()
    const before = openSubjectHandles(directory)
    const handle = before.handleOf('ada@example.org')
    await before.flush()
    expect(openSubjectHandles(directory).handleOf('ada@example.org')).toBe(handle)
  })

  it('are random, so that two workspaces give one person unrelated handles', () => {
    expect(openSubjectHandles(folder()).handleOf('ada')).not.toBe(openSubjectHandles(folder()).handleOf('ada'))
  })

  it('leave no identifier in the files of the workspace, and none that others may read', async () => {
    const directory = folder()
    const handles = openSubjectHandles(directory)
    handles.handleOf('ada@example.org')
    await handles.flush()
    expect(readdirSync(directory).sort()).toEqual(['subjects.jsonl', 'subjects.key'])
    for (const name of readdirSync(directory)) {
      const path = join(directory, name)
      // Not 'ada' alone: digits of a digest may spell it.
      for (const part of ['ada@', 'example']) expect(readFileSync(path, 'latin1')).not.toContain(part)
      expect(statSync(path).mode & 0o777).toBe(0o600)
    }
  })

  it('drop a last line that a crash cut off', async () => {
    const directory = folder()
    const handles = openSubjectHandles(directory)
    const handle = handles.handleOf('ada')
    await handles.flush()
    appendFileSync(join(directory, 'subjects.jsonl'), '{"mac":"00')
    const again = openSubjectHandles(directory)
    expect(again.handleOf('ada')).toBe(handle)
    const bo = again.handleOf('bo')
    await again.flush()
    expect(openSubjectHandles(directory).handleOf('bo')).toBe(bo)
  })

  it('refuse a damaged table with the line', async () => {
    const directory = folder()
    const handles = openSubjectHandles(directory)
    handles.handleOf('ada')
    handles.handleOf('bo')
    await handles.flush()
    const path = join(directory, 'subjects.jsonl')
    const [first, second] = readFileSync(path, 'utf8').split('\n') as [string, string]
    writeFileSync(path, `${first}\n${second.slice(4)}\n`)
    expect(errorOf(() => openSubjectHandles(directory).handleOf('ada'))).toMatchObject({
      code: 'GOV-E004',
      where: { line: 2 },
    })
    const other = first.replace(/[0-9a-f]{32}"\}$/, `${'0'.repeat(32)}"}`)
    writeFileSync(path, `${first}\n${other}\n`)
    expect(errorOf(() => openSubjectHandles(directory).handleOf('ada')).code).toBe('GOV-E004')
  })

  it('refuse to go on with a lost, short or shared key', async () => {
    const directory = folder()
    const handles = openSubjectHandles(directory)
    handles.handleOf('ada')
    await handles.flush()
    const path = join(directory, 'subjects.key')
    chmodSync(path, 0o644)
    expect(errorOf(() => openSubjectHandles(directory).handleOf('ada')).message).toContain('other users may read it')
    chmodSync(path, 0o600)
    writeFileSync(path, 'short')
    expect(errorOf(() => openSubjectHandles(directory).handleOf('ada')).message).toContain('5 bytes, not 32')
    unlinkSync(path)
    expect(errorOf(() => openSubjectHandles(directory).handleOf('ada'))).toMatchObject({
      code: 'GOV-E003',
      message: expect.stringContaining('missing although handles exist'),
    })
  })

  it('give a person whom two runs meet at once one handle: the second to write stops, and goes on with the handle of the first', async () => {
    const directory = folder()
    const [first, second] = [openSubjectHandles(directory), openSubjectHandles(directory)]
    const ada = first.handleOf('ada')
    first.handleOf('bo')
    second.handleOf('ada')
    second.handleOf('cleo')
    await first.flush()
    await expect(second.flush()).rejects.toMatchObject({
      code: 'GOV-E011',
      message: 'another run named 1 of the same new people first',
    })
    second.handleOf('dan')
    await expect(second.flush()).rejects.toMatchObject({ code: 'GOV-E011' })
    const again = openSubjectHandles(directory)
    expect(again.handleOf('ada')).toBe(ada)
    again.handleOf('cleo')
    await again.flush()
    expect(readFileSync(join(directory, 'subjects.jsonl'), 'utf8').trim().split('\n')).toHaveLength(3)
  })

  it('of different people are all kept, however writers mix', async () => {
    const directory = folder()
    const writers = Array.from({ length: 5 }, () => openSubjectHandles(directory))
    const given = new Map<string, string>()
    for (let round = 0; round < 3; round++) {
      for (const [i, writer] of writers.entries()) given.set(`${round}/${i}`, writer.handleOf(`${round}/${i}`))
      await Promise.all(writers.map(writer => writer.flush()))
    }
    const after = openSubjectHandles(directory)
    for (const [identifier, handle] of given) expect(after.handleOf(identifier)).toBe(handle)
    expect(readdirSync(directory).sort()).toEqual(['subjects.jsonl', 'subjects.key'])
  })

  it('leave a line alone that another run is writing now, and take away one that a crash cut off when they write', async () => {
    const directory = folder()
    const path = join(directory, 'subjects.jsonl')
    const handles = openSubjectHandles(directory)
    handles.handleOf('ada')
    await handles.flush()
    appendFileSync(path, '{"mac":"00')
    const reader = openSubjectHandles(directory)
    reader.handleOf('ada')
    expect(readFileSync(path, 'utf8')).toMatch(/\{"mac":"00$/)
    reader.handleOf('bo')
    await reader.flush()
    expect(readFileSync(path, 'utf8')).toMatch(/^(\{"mac":"[0-9a-f]{64}","handle":"[0-9a-f]{32}"\}\n){2}$/)
  })

  it('tell that another process keeps the table', () => {
    expect(handlesBusy('process 17')).toMatchObject({
      code: 'GOV-E012',
      message: expect.stringContaining('process 17'),
    })
  })

  it('refuse an empty identifier', () => {
    expect(errorOf(() => openSubjectHandles(folder()).handleOf('')).code).toBe('GOV-E010')
  })

  it('keep handles waiting when they could not be written', async () => {
    const directory = folder()
    const handles = openSubjectHandles(directory)
    const handle = handles.handleOf('ada')
    const path = join(directory, 'subjects.jsonl')
    mkdirSync(path)
    await expect(handles.flush()).rejects.toThrow()
    rmdirSync(path)
    await handles.flush()
    expect(openSubjectHandles(directory).handleOf('ada')).toBe(handle)
  })
})
