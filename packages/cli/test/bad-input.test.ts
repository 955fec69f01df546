import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openSite, rows, type Config, type Site } from './command-line.js'

let site: Site
afterEach(() => site.remove())

type Case = readonly [
  what: string,
  code: string,
  exit: number,
  change: (config: Config) => void,
  prepare?: (site: Site) => void,
]

const cases: readonly Case[] = [
  ['an unknown plugin', 'SDK-E002', 2, config => config.plugins.push({ use: '@acme/none' })],
  [
    'a file that is no plugin',
    'SDK-E002',
    2,
    config => config.plugins.push({ use: './rules.mjs' }),
    s => s.write('rules.mjs', 'export default 1'),
  ],
  [
    'a plugin made for another kernel',
    'CORE-E003',
    2,
    config => config.plugins.push({ use: './old.mjs' }),
    s => s.write('old.mjs', `${pluginSource("core: '^9.0.0'")}`),
  ],
  [
    'a service that nobody provides',
    'CORE-E004',
    2,
    config => config.plugins.push({ use: './needy.mjs' }),
    s => s.write('needy.mjs', pluginSource("core: '^0.1.0', requires: [{ name: 'Oracle' }]")),
  ],
  [
    'services in a circle',
    'CORE-E008',
    2,
    config => config.plugins.push({ use: './circle.mjs' }),
    s =>
      s.write(
        'circle.mjs',
        `const a = { name: 'A' }, b = { name: 'B' }\n${pluginSource("core: '^0.1.0', provides: [{ token: a, requires: [b], factory() {} }, { token: b, requires: [a], factory() {} }]")}`,
      ),
  ],
  [
    'an unknown option of a plugin',
    'SDK-E003',
    2,
    config => config.plugins.push({ use: 'GDPR', options: { legalBasis: { kind: 'consent' }, strict: true } }),
  ],
  ['an unknown key of the config', 'CORE-E001', 2, config => Object.assign(config, { epsilon: 3 })],
  ['epsilon that is not positive', 'CORE-E001', 2, config => (config.training.privacy = { epsilon: 0, delta: 1e-5 })],
  ['a data file that is not there', 'DATA-E001', 2, config => (config.data.source = 'none.csv')],
  [
    'a data file that is a folder',
    'DATA-',
    1,
    config => (config.data.source = '.csv'),
    s => mkdirSync(join(s.folder, '.csv')),
  ],
  ['an empty data file', 'DATA-', 1, () => undefined, s => s.write('tickets.csv', '')],
  ['a file with a header and no rows', 'DATA-', 1, () => undefined, s => s.write('tickets.csv', 'x,y,region,label\n')],
  ['a column that is not there', 'DATA-', 1, config => (config.data.groups = ['country'])],
  [
    'a dataset with one class',
    'CORE-E046',
    1,
    () => undefined,
    s => s.write('tickets.csv', rows().replaceAll(',no\n', ',yes\n')),
  ],
  [
    'a class that was not declared',
    'CORE-E044',
    1,
    () => undefined,
    s => s.write('tickets.csv', rows().replace(',no\n', ',maybe\n')),
  ],
  [
    'a base of numbers that is text',
    'DATA-',
    1,
    () => undefined,
    s => s.write('tickets.csv', rows().replaceAll(/^-?\d[\d.]*,/gm, 'many,')),
  ],
  ['a config that is not there', 'SDK-E004', 2, () => undefined, s => rmSync(join(s.folder, 'attestry.config.json'))],
]

describe('bad input', () => {
  for (const [what, code, exit, change, prepare] of cases)
    it(`gets one coded error: ${what}`, () => {
      site = openSite(change)
      prepare?.(site)
      const result = site.attestry('run', '--json')
      const { error } = result.json() as { error: { code: string; message: string; help?: string } }
      expect(error.code).toMatch(new RegExp(`^${code}`))
      expect(error.help, 'how to mend it').toBeTruthy()
      expect(result.code).toBe(exit)
      const shown = site.attestry('run').err
      expect(shown.match(/^error\[/gm)).toHaveLength(1)
      expect(shown).toContain(`attestry explain ${error.code}`)
      expect(shown).not.toMatch(/\n\s+at /)
    })

  it('puts malformed rows into quarantine, counts them, and goes on', () => {
    site = openSite()
    site.write('tickets.csv', rows().replace('\n', '\nonly-one-field\n1,2,3,4,5,6\nnot-a-number,1,north,yes\n'))
    const { code, out } = site.attestry('run')
    expect(out).toContain('3 quarantined')
    expect(code).toBe(0)
  })

  it('names the key that is gone, and loses nothing', () => {
    site = openSite()
    expect(site.attestry('run').code).toBe(0)
    rmSync(join(site.folder, '.attestry/keys/log.key'))
    const { code, err } = site.attestry('run')
    expect(code).toBe(1)
    expect(err).toContain('error[AUDIT-E012]')
    expect(site.attestry('verify').code).toBe(0)
  })

  it('suggests the nearest command and option', () => {
    site = openSite()
    expect(site.attestry('aprove')).toMatchObject({
      code: 2,
      err: expect.stringContaining("did you mean 'approve'?") as string,
    })
    expect(site.attestry('run', '--jsn')).toMatchObject({
      code: 2,
      err: expect.stringContaining("did you mean '--json'?") as string,
    })
  })

  it.each([
    ['access', 'chek', 'check'],
    ['attest', 'kind', 'kinds'],
    ['consent', 'recrd', 'record'],
    ['keys', 'creat', 'create'],
    ['monitor', 'wach', 'watch'],
    ['retention', 'disposed', 'dispose'],
    ['subject', 'fnd', 'find'],
  ])('suggests the nearest word of %s', (command, word, meant) => {
    site = openSite()
    const { code, err } = site.attestry(command, word)
    expect(code).toBe(2)
    expect(err).toContain(`error[CLI-E001]`)
    expect(err).toContain(`'${word}' is not known; did you mean '${meant}'?`)
  })

  it('takes no word for a command that only the language knows', () => {
    site = openSite()
    for (const words of [['constructor'], ['subject', 'constructor'], ['access', 'toString'], ['keys', '__proto__']])
      expect(site.attestry(...words)).toMatchObject({
        code: 2,
        err: expect.stringContaining('error[CLI-E001]') as string,
      })
  })

  it.skipIf(process.getuid?.() === 0)('cannot write its workspace (skipped for root, who can write anything)', () => {
    site = openSite()
    chmodSync(site.folder, 0o500)
    const { code, err } = site.attestry('run')
    chmodSync(site.folder, 0o700)
    expect(code).toBe(1)
    expect(err).toContain('error[')
  })
})

const pluginSource = (rest: string): string =>
  `export default Object.assign(() => ({ name: 'mine', version: '1.0.0', ${rest} }), { attestryPlugin: 1 })\n`
