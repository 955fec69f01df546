import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verifyRun } from '@attestry/audit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSite, type Site } from './command-line.js'

let site: Site
beforeAll(() => {
  site = openSite(config => {
    config.plugins = [{ use: 'GDPR', options: { legalBasis: { kind: 'legitimate-interests' } } }, { use: 'SOX' }]
    config.training.privacy = { epsilon: 3, delta: 1e-5, clippingNorm: 1 }
    Object.assign(config, {
      deployment: { changeTicket: 'CHG-1' },
      monitoring: { source: 'tickets.csv', windowRows: 150 },
    })
  })
})
afterAll(() => site.remove())

const runFolder = (): string => {
  const runs = join(site.folder, '.attestry/runs')
  return join(runs, readdirSync(runs).sort().at(-1)!)
}

// One story in order: each step builds on the one before.
describe.sequential('a model on its whole way', () => {
  it('cannot be signed for by people who have no key', () => {
    const { code, err } = site.attestry(
      'policy',
      '--resolve',
      'retain:training-data',
      '--keep',
      'P7Y',
      '--legal-basis',
      'x',
      '--as',
      'dana',
    )
    expect(code).toBe(1)
    expect(err).toContain('error[AUDIT-E012]')
  })

  it('gives people keys, once each', () => {
    for (const [name, roles] of [
      ['ada', 'approver'],
      ['dana', 'approver,dpo'],
      ['emil', 'approver'],
    ] as const)
      expect(site.attestry('keys', 'create', name, '--role', roles).code).toBe(0)
    expect(site.attestry('keys', 'create', 'dana').err).toContain('error[AUDIT-E013]')
    expect(site.attestry('keys', '--json').json() as unknown[]).toHaveLength(3)
  })

  it('stops at the conflict before any data is read', () => {
    const { code, out } = site.attestry('run')
    expect(code).toBe(4)
    expect(out).toContain('obligations disagree on retain:training-data')
    expect(existsSync(join(runFolder(), 'data'))).toBe(false)
  })

  it('does not sign a period or a date that nobody can read', () => {
    const sign = (...more: string[]) =>
      site.attestry('policy', '--resolve', 'retain:training-data', '--legal-basis', 'x', '--as', 'dana', ...more)
    expect(sign('--keep', '7 years').err).toContain('error[CORE-E041]')
    expect(sign('--keep', 'P7Y', '--expires', 'soon').err).toContain('error[CLI-E008]')
    expect(site.attestry('resume').code).toBe(4)
  })

  it('does not count a resolution that the author signed', () => {
    const resolve = (as: string) =>
      site.attestry(
        'policy',
        '--resolve',
        'retain:training-data',
        '--keep',
        'P7Y',
        '--legal-basis',
        'audit duty',
        '--as',
        as,
      )
    expect(resolve('ada').code).toBe(0)
    expect(site.attestry('resume').code).toBe(4)
    expect(resolve('dana').code).toBe(0)
  })

  it('goes on, trains, and is refused with a list of what is missing', () => {
    const { code, out } = site.attestry('resume')
    expect(code).toBe(4)
    for (const missing of ['dpia', 'legal-basis', 'gdpr-role', '0 of 2']) expect(out).toContain(missing)
  })

  it('does not let the author approve, nor one person twice', () => {
    for (const as of ['ada', 'dana']) expect(site.attestry('approve', '--as', as).code).toBe(0)
    for (const kind of ['dpia', 'legal-basis', 'gdpr-role'])
      expect(site.attestry('attest', '--kind', kind, '--as', 'dana', '--title', kind).code).toBe(0)
    const attest = (...words: string[]) => site.attestry('attest', '--title', 'x', ...words)
    expect(attest('--kind', 'dpia', '--as', 'nobody').err).toContain('error[AUDIT-E012]')
    expect(attest('--kind', 'dpia', '--as', 'emil').err).toContain('error[GOV-E221]')
    expect(attest('--kind', 'dpai', '--as', 'dana').err).toContain('error[GOV-E220]')
    expect(attest('--kind', 'dpia', '--as', 'dana', '--expires', '2099-01-01').err).toContain('error[GOV-E223]')
    expect(attest('--kind', 'house-rule', '--as', 'emil', '--unlisted').code).toBe(0)
    const entries = site.attestry('attest', '--json').json() as { kind: string; state: string }[]
    expect(entries.map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      'dpia in-force',
      'gdpr-role in-force',
      'house-rule in-force',
      'legal-basis in-force',
    ])
    const { code, out } = site.attestry('resume')
    expect(code).toBe(4)
    expect(out).toContain('1 of 2')
    expect(out).not.toContain('dpia is missing')
  })

  it('is permitted after the second approval, and deploys and monitors', () => {
    site.attestry('approve', '--as', 'emil')
    const { code, out } = site.attestry('resume')
    expect(code).toBe(0)
    expect(out).toContain('permitted')
    expect(out).toMatch(/epsilon (2\.\d\d|3\.00) of 3 at delta/)
    expect(out).toContain('2 windows')
    const deployed = JSON.parse(readFileSync(join(site.folder, '.attestry/deployed.json'), 'utf8')) as { run: string }
    expect(runFolder().endsWith(deployed.run)).toBe(true)
  })

  it('lists what is done and what is open, each with its evidence', () => {
    const { lines } = site.attestry('checklist', '--json').json() as {
      lines: { id: string; state: string; evidence: string[]; help: string | null }[]
    }
    expect(lines).toHaveLength(16)
    for (const { state, evidence, help } of lines)
      if (state === 'present' || state === 'attested') expect(evidence.length).toBeGreaterThan(0)
      else expect(help).toMatch(/^attestry /)
    expect(new Set(lines.map(({ state }) => state)).size).toBeGreaterThan(1)
    const { code, out } = site.attestry('checklist')
    expect(code).toBe(0)
    expect(out).toMatch(/\d+ of 16 done/)
  })

  it('leads from the model back to its file, and down again', () => {
    const { nodes } = site.attestry('lineage', '--json').json() as {
      nodes: { kind: string; outputs: string[] }[]
    }
    const digestOf = (kind: string): string => nodes.find(node => node.kind === kind)!.outputs[0]!
    expect(site.attestry('lineage', digestOf('model')).out).toContain('training data')
    expect(site.attestry('lineage', digestOf('source').slice(0, 20), '--down').out).toContain('triage')
    expect(site.attestry('lineage', 'sha256:ffffffffffff').err).toContain('error[GOV-E301]')
    const events = site
      .attestry('lineage', '--openlineage')
      .out.trim()
      .split('\n')
      .map(line => JSON.parse(line) as { eventType: string })
    expect(events.map(({ eventType }) => eventType)).toEqual(['START', 'COMPLETE'])
  })

  it('writes a page for each reader beside the run, which still verifies', () => {
    for (const reader of ['auditor', 'dpo', 'engineer']) {
      const { code, out } = site.attestry('report', '--for', reader)
      expect(code).toBe(0)
      expect(readFileSync(out.trim(), 'utf8')).toContain('<!doctype html>')
    }
    expect(site.attestry('report', '--for', 'auditer').err).toContain("did you mean 'auditor'?")
    expect(site.attestry('verify').code).toBe(0)
  })

  it('cannot be entered again', () => {
    expect(site.attestry('resume')).toMatchObject({
      code: 2,
      err: expect.stringContaining('error[CORE-E023]') as string,
    })
  })

  it('verifies from a copy of the folder and the public key alone', () => {
    const copy = mkdtempSync(join(tmpdir(), 'attestry-copy-'))
    cpSync(runFolder(), copy, { recursive: true })
    const key = readFileSync(join(site.folder, '.attestry/keys/log.vkey'), 'utf8').trim()
    const { code, out } = site.attestry('verify', copy, '--key', key)
    expect(out).toContain('not witnessed')
    expect(code).toBe(0)
    const found = site.attestry('verify', copy, '--key', key, '--json').json() as {
      controls: { id: string; state: string }[]
      uncovered: { file: string }[]
    }
    const state = (id: string) => found.controls.find(control => control.id === id)?.state
    expect(state('GDPR-35')).toBe('present')
    expect(state('ITGC-CM-2')).toBe('present')
    rmSync(copy, { recursive: true, force: true })
  })

  it('breaks when one bit of any covered file changes, and names the file', async () => {
    const folder = runFolder()
    const key = readFileSync(join(site.folder, '.attestry/keys/log.vkey'), 'utf8').trim()
    const { ok, covered } = await verifyRun(folder, key)
    expect(ok).toBe(true)
    // One file of each kind; the exhaustive flip of every bit stands in the tests of audit.
    const kinds = new Map(covered.map(({ file }) => [file.replaceAll(/[0-9]+-|[0-9a-f]{16,}|[0-9]+/g, ''), file]))
    expect(kinds.size).toBeGreaterThan(10)
    const flipped = async <T>(file: string, look: () => T | Promise<T>): Promise<T> => {
      const path = join(folder, file)
      const bytes = readFileSync(path)
      const other = Buffer.from(bytes)
      other[bytes.length >> 1]! ^= 1
      writeFileSync(path, other)
      try {
        return await look()
      } finally {
        writeFileSync(path, bytes)
      }
    }
    for (const file of kinds.values()) {
      if (readFileSync(join(folder, file)).length === 0) continue
      const { ok: isWhole, problems } = await flipped(file, () => verifyRun(folder, key))
      expect({ file, isWhole, named: problems.some(problem => problem.file === file) }).toEqual({
        file,
        isWhole: false,
        named: true,
      })
    }
    const file = [...kinds.values()].find(one => one.includes('model')) ?? covered[0]!.file
    const { code, out } = await flipped(file, () => site.attestry('verify'))
    expect({ file, code }).toEqual({ file, code: 6 })
    expect(out).toContain(file)
    expect(site.attestry('verify').code).toBe(0)
  }, 300_000)

  it('holds no private key in the run', () => {
    for (const entry of readdirSync(runFolder(), { recursive: true, withFileTypes: true }))
      if (entry.isFile()) expect(readFileSync(join(entry.parentPath, entry.name), 'latin1')).not.toMatch(/PRIVATE KEY/)
  })
})
