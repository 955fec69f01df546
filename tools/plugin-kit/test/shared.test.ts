import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { optional, shared, skipNote } from '../src/shared.js'

describe('shared', () => {
  let folder: string
  const make = (...path: string[]): string => {
    const made = join(folder, ...path)
    mkdirSync(made, { recursive: true })
    return made
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'shared-'))
    vi.stubEnv('ATTESTRY_SHARED', '')
  })

  afterEach(() => {
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true })
  })

  it('takes the folder that ATTESTRY_SHARED names', () => {
    writeFileSync(join(make('data'), 'a.json'), '{}')
    vi.stubEnv('ATTESTRY_SHARED', join(folder, 'data'))
    expect(shared('a.json')).toEqual({ path: join(folder, 'data', 'a.json') })
  })

  it('fails when ATTESTRY_SHARED names no folder: somebody asked for it', () => {
    vi.stubEnv('ATTESTRY_SHARED', join(folder, 'nowhere'))
    expect(() => shared('a.json')).toThrow(expect.objectContaining({ code: 'KIT-E003' }))
  })

  it('looks in the repository, then beside it', () => {
    const inner = make('repo', 'packages', 'x')
    writeFileSync(join(folder, 'repo', 'nx.json'), '{}')
    writeFileSync(join(make('shared'), 'a.json'), '{}')
    expect(shared('a.json', inner)).toEqual({ path: join(folder, 'shared', 'a.json') })
    writeFileSync(join(make('repo', 'shared'), 'a.json'), '{}')
    expect(shared('a.json', inner)).toEqual({ path: join(folder, 'repo', 'shared', 'a.json') })
  })

  it('says what is missing and how to get it', () => {
    writeFileSync(join(make('repo'), 'nx.json'), '{}')
    const found = shared('a.json', join(folder, 'repo'))
    expect(skipNote(found)).toBe(' (skipped: shared/ not found: set ATTESTRY_SHARED)')
    make('shared')
    expect(shared('a.json', join(folder, 'repo'))).toEqual({ missing: 'a.json is not in the shared folder' })
  })
})

describe('optional', () => {
  it('gives what the probe found', async () => {
    const found = await optional('four', () => 4)
    expect(found).toEqual({ value: 4 })
    expect(skipNote(found)).toBe('')
  })

  it('takes a throw, undefined and false as missing', async () => {
    const thrown = await optional('python3', () => {
      throw new Error('not on the path')
    })
    expect(thrown).toEqual({ missing: 'python3 is not here: not on the path' })
    expect(await optional('a server', async () => false)).toEqual({ missing: 'a server is not here' })
    expect(await optional('a file', () => undefined)).toEqual({ missing: 'a file is not here' })
  })
})
