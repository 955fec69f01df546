import { readFileSync } from 'node:fs'
import { readJson, type Tree } from '@nx/devkit'
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import pluginGenerator from '../src/generator.js'

describe('the plugin generator', () => {
  let tree: Tree
  beforeEach(() => {
    // The empty workspace names a formatter that is not installed here.
    vi.stubEnv('NX_SKIP_FORMAT', 'true')
    tree = createTreeWithEmptyWorkspace()
    tree.write('tsup.config.base.ts', '')
    tree.write('vitest.config.base.ts', '')
  })

  const today = '2026-11-23'

  it('writes a package that uses the configs of the workspace', async () => {
    await pluginGenerator(tree, { name: 'ccpa', today })
    expect(readJson(tree, 'packages/plugin-ccpa/package.json')).toMatchObject({
      name: '@attestry/plugin-ccpa',
      nx: { tags: ['layer:regulation'] },
    })
    expect(tree.read('packages/plugin-ccpa/tsup.config.ts', 'utf8')).toContain('../../tsup.config.base.js')
    expect(tree.exists('packages/plugin-ccpa/test/plugin.test.ts')).toBe(true)
  })

  it('brings its own configs into a workspace that has none of ours', async () => {
    const foreign = createTreeWithEmptyWorkspace()
    await pluginGenerator(foreign, { name: 'ccpa', directory: 'libs', today })
    expect(readJson(foreign, 'libs/plugin-ccpa/package.json')).toMatchObject({ name: 'attestry-plugin-ccpa' })
    expect(foreign.read('libs/plugin-ccpa/tsup.config.ts', 'utf8')).not.toContain('../')
  })

  it('changes nothing outside the new package', async () => {
    const before = new Set(tree.listChanges().map(({ path }) => path))
    await pluginGenerator(tree, { name: 'ccpa', today })
    const changed = tree.listChanges().filter(({ path }) => !before.has(path))
    expect(changed.length).toBeGreaterThan(10)
    expect(changed.every(({ path }) => path.startsWith('packages/plugin-ccpa/'))).toBe(true)
  })

  it('overwrites no package', async () => {
    await pluginGenerator(tree, { name: 'ccpa', today })
    await expect(pluginGenerator(tree, { name: 'plugin-ccpa', today })).rejects.toMatchObject({ code: 'SCAFFOLD-E002' })
  })

  it('refuses a name that fits nowhere', async () => {
    await expect(pluginGenerator(tree, { name: '../outside', today })).rejects.toMatchObject({ code: 'SCAFFOLD-E001' })
  })

  it('is registered under the file that the build makes', () => {
    const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'))
    expect(read('generators.json')).toMatchObject({
      generators: { plugin: { factory: './dist/generator.cjs', schema: './schema.json' } },
    })
    expect(read('package.json')).toMatchObject({ generators: './generators.json' })
    expect(read('schema.json')).toMatchObject({ properties: { name: { $default: { $source: 'argv', index: 0 } } } })
  })
})
