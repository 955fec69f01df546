import { cpSync, existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSite, type Site } from './command-line.js'

let site: Site
beforeAll(() => {
  site = openSite(config => {
    config.plugins = [
      { use: 'GDPR', options: { legalBasis: { kind: 'legitimate-interests' }, storageLimit: 'P30D' } },
      { use: '@attestry/monitor' },
    ]
  })
  for (const name of ['dana', 'emil']) site.attestry('keys', 'create', name, '--role', 'legal,dpo')
  site.attestry('run')
})
afterAll(() => site.remove())

const runFolder = (): string => {
  const runs = join(site.folder, '.attestry/runs')
  return join(runs, readdirSync(runs).sort().at(-1)!)
}
const shards = (): string[] => readdirSync(join(runFolder(), 'data')).filter(name => name.endsWith('.shard'))
interface Item {
  readonly object: string
  readonly dataClass: string
  readonly state: string
  readonly disposeBy: string | null
}
const items = (): Item[] => (site.attestry('retention', '--json').json() as { items: Item[] }).items
const training = (): Item[] => items().filter(({ dataClass }) => dataClass === 'training-data')

// One story in order: each step builds on the one before.
describe.sequential('retention from the command line', () => {
  it('counts from the end of training', () => {
    expect(training().length).toBe(shards().length)
    const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)
    for (const { state, disposeBy } of training()) expect([state, disposeBy]).toEqual(['disposable', day])
    expect(site.attestry('retention').out).toMatch(/training-data\s+\d+\s+disposable/)
  })

  it('stops the next deployment once the period has passed', () => {
    const object = `runs/${runFolder().split('/').at(-1)!}`
    const begin = ['retention', 'begin', '--class', 'training-data', '--object', object, '--event', 'end of training']
    expect(site.attestry(...begin, '--at', '2026-01-31').err).toContain('error[CLI-E002]')
    expect(site.attestry(...begin, '--at', '2999-01-31', '--as', 'dana').err).toContain('error[GOV-E203]')
    expect(site.attestry(...begin, '--at', '2026-01-31', '--as', 'dana').code).toBe(0)
    for (const { state } of training()) expect(state).toBe('overdue')
    expect(site.attestry('resume').out).toContain('GOV-E206')
  })

  it('destroys nothing that is held, and takes two people to release it', () => {
    expect(site.attestry('retention', 'hold', 'LH-7', '--reason', 'case 7', '--as', 'dana').code).toBe(0)
    expect(site.attestry('retention', 'dispose', '--as', 'dana').out).toContain('0 destroyed')
    expect(shards().length).toBeGreaterThan(0)
    const release = () => site.attestry('retention', 'release', 'LH-7', '--as', 'dana')
    expect(release().err).toContain('0 of 2')
    for (const as of ['dana', 'emil']) {
      const words = ['--kind', 'hold-release', '--title', 'case 7 is closed', '--field', 'hold=LH-7', '--as', as]
      expect(site.attestry('attest', ...words).code).toBe(0)
    }
    expect(release().code).toBe(0)
    expect(site.attestry('retention', 'holds').out).toMatch(/LH-7 +everything +released/)
  })

  it('destroys what is due, with receipts beside which the run still verifies', () => {
    const before = shards().length
    cpSync(join(runFolder(), 'data'), join(site.folder, 'backup'), { recursive: true })
    expect(site.attestry('retention', 'dispose', '--dry-run', '--json').json()).toMatchObject({
      due: Array.from({ length: before }, () => ({ dataClass: 'training-data' })),
    })
    expect(shards().length).toBe(before)
    const { receipts } = site.attestry('retention', 'dispose', '--as', 'dana', '--json').json() as {
      receipts: { object: string; digest: string }[]
    }
    expect(receipts.length).toBe(before)
    expect(existsSync(join(runFolder(), 'data')) ? shards().length : 0).toBe(0)
    expect(site.attestry('retention', 'dispose', '--as', 'dana').out).toContain('0 destroyed')
    const { ok, uncovered } = site.attestry('verify', '--json').json() as {
      ok: boolean
      uncovered: { file: string; reason: string }[]
    }
    expect(ok).toBe(true)
    expect(uncovered.filter(({ reason }) => reason.includes('says a signed receipt')).length).toBe(before)
    expect(site.attestry('verify', 'workspace').code).toBe(0)
  })

  it('finds the copies of what was destroyed', () => {
    const { code, out } = site.attestry('retention', 'scan', join(site.folder, 'backup'))
    expect(code).toBe(1)
    expect(out).toContain('backup')
    expect(site.attestry('retention', 'scan', 'nowhere').err).toContain('error[GOV-E207]')
    const kept = site.attestry('retention', 'scan', runFolder())
    expect([kept.code, kept.out.trim().split('\n').at(-1)]).toEqual([
      0,
      expect.stringMatching(/^0 copies in \d+ files$/),
    ])
  })

  it('lets the run go on when nothing is overdue any more', () => {
    expect(site.attestry('resume').out).not.toContain('GOV-E206')
    expect(readFileSync(join(runFolder(), 'policy.json'), 'utf8')).toContain('P30D')
  })
})
