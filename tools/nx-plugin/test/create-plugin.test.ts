import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPlugin } from '../src/index.js'

describe('createPlugin', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'scaffold-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const today = '2026-11-23'

  it('writes a package named after the folder', () => {
    const target = join(folder, 'attestry-plugin-ccpa')
    const written = createPlugin(target, { today })
    expect(written.every(path => existsSync(join(target, path)))).toBe(true)
    expect(JSON.parse(readFileSync(join(target, 'package.json'), 'utf8'))).toMatchObject({
      name: 'attestry-plugin-ccpa',
    })
  })

  it('takes another name and package name', () => {
    createPlugin(folder, { today, name: 'house-rules', packageName: '@acme/attestry-plugin-house' })
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string }
    expect(manifest.name).toBe('@acme/attestry-plugin-house')
    expect(readFileSync(join(folder, 'src', 'index.ts'), 'utf8')).toContain('houseRules')
  })

  it('overwrites nothing', () => {
    const file = join(folder, 'README.md')
    writeFileSync(file, 'mine')
    expect(() => createPlugin(folder, { today, name: 'ccpa' })).toThrow(
      expect.objectContaining({ code: 'SCAFFOLD-E002' }),
    )
    expect(readFileSync(file, 'utf8')).toBe('mine')
    expect(existsSync(join(folder, 'src'))).toBe(false)
  })
})
