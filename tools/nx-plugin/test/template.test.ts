import { describe, expect, it } from 'vitest'
import { coreVersion, pluginFiles, type Surroundings } from '../src/index.js'
import core from '../../../packages/core/package.json' with { type: 'json' }

const files = (surroundings: Surroundings): Readonly<Record<string, string>> =>
  pluginFiles({ name: 'ccpa', packageName: '@attestry/plugin-ccpa', surroundings, today: '2026-11-23' })

const common = [
  'README.md',
  'package.json',
  'src/controls.ts',
  'src/errors.ts',
  'src/index.ts',
  'src/plugin.ts',
  'src/signed-off.ts',
  'test/plugin.test.ts',
  'tsconfig.json',
  'tsup.config.ts',
  'vitest.config.ts',
]

describe('the template of a plugin', () => {
  it('is the package of the house in a workspace', () => {
    expect(Object.keys(files('workspace')).sort()).toEqual(common)
    expect(files('workspace')['tsup.config.ts']).toContain("from '../../tsup.config.base.js'")
  })

  it('brings its own configs when it stands alone', () => {
    expect(Object.keys(files('standalone')).sort()).toEqual(['.gitignore', ...common])
    const everything = Object.values(files('standalone')).join('\n')
    expect(everything).not.toContain('../../')
    expect(everything).not.toContain('"nx"')
  })

  it.each<Surroundings>(['workspace', 'standalone'])('leaves no slot open in a %s', surroundings => {
    for (const text of Object.values(files(surroundings))) expect(text).not.toMatch(/<%|%>/)
  })

  it('writes valid manifests that ask for this kernel', () => {
    for (const surroundings of ['workspace', 'standalone'] as const) {
      const manifest = JSON.parse(files(surroundings)['package.json']!) as Record<string, Record<string, string>>
      expect(manifest['name']).toBe('@attestry/plugin-ccpa')
      expect(manifest['peerDependencies']).toEqual({ '@attestry/core': `^${core.version}` })
      expect(manifest['keywords']).toEqual(['attestry-plugin'])
    }
    expect(coreVersion).toBe(core.version)
  })

  it('names control, error code, evidence and factory after the regulation', () => {
    const { 'src/controls.ts': controls, 'src/errors.ts': errors, 'src/index.ts': index } = files('workspace')
    expect(controls).toContain("id: 'CCPA-1'")
    expect(controls).toContain("checkedOn: '2026-11-23'")
    expect(controls).toContain('verified: false')
    expect(errors).toContain("'CCPA-E001'")
    expect(index).toContain('default as ccpa, type CcpaOptions')
  })
})
