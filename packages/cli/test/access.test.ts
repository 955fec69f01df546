import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSite, type Site } from './command-line.js'

let site: Site
beforeAll(() => {
  site = openSite()
  for (const name of ['ada', 'dana', 'emil']) site.attestry('keys', 'create', name)
})
afterAll(() => site.remove())

// One story in order: each step builds on the one before.
describe.sequential('access from the command line', () => {
  it('denies what no grant permits', () => {
    expect(site.attestry('access').out).toContain('nobody holds a role yet')
    const { code, out } = site.attestry('access', 'check', 'dana', '--action', 'attest', '--as', 'emil')
    expect([code, out.trim()]).toEqual([3, 'deny: dana, attest, workspace (rule:nothing-without-a-grant)'])
  })

  it('gives roles in the name of somebody else alone, the first admin founded, others by the admin', () => {
    const grant = (name: string, role: string, as: string) =>
      site.attestry('access', 'grant', name, '--role', role, '--as', as)
    expect(grant('emil', 'admin', 'emil').err).toContain('error[GOV-E405]')
    expect(grant('dana', 'approver', 'emil').err).toContain('error[GOV-E406]')
    expect(grant('emil', 'admin', 'ada').code).toBe(0)
    expect(grant('dana', 'approver', 'emil').out).toContain('approver is given: dana')
    expect(grant('dana', 'wizard', 'emil').err).toContain('error[GOV-E405]')
    expect(grant('ada', 'emergency', 'emil').err).toContain('needs a reason')
    expect(grant('dana', 'approver', 'nobody').err).toContain('error[AUDIT-E012]')
  })

  it('permits what a role permits, and no more', () => {
    const check = (action: string, ...more: string[]) =>
      site.attestry('access', 'check', 'dana', '--action', action, '--as', 'emil', ...more).code
    expect([check('attest'), check('deploy'), check('nonsense')]).toEqual([0, 3, 3])
    expect([check('approve', '--author', 'ada'), check('approve', '--author', 'dana')]).toEqual([0, 3])
    expect(site.attestry('access').out).toMatch(/dana +approver +in-force/)
    expect(site.attestry('access', 'review', 'dana', '--role', 'approver', '--as', 'dana').code).toBe(1)
    expect(site.attestry('access', 'review', 'dana', '--role', 'approver', '--as', 'emil').code).toBe(0)
  })

  it('ends at once when a role is taken away, and every decision is in the log with the digest of the policies', () => {
    expect(site.attestry('access', 'revoke', 'dana', '--role', 'approver', '--as', 'emil').code).toBe(0)
    const asked = site.attestry('access', 'check', 'dana', '--action', 'approve', '--as', 'emil', '--json')
    expect(asked.code).toBe(3)
    expect(asked.json()).toMatchObject({ decision: 'deny', policyDigest: expect.stringMatching(/^sha256:/) })
    expect(site.attestry('verify', 'workspace').code).toBe(0)
    const payloads = readFileSync(join(site.folder, '.attestry/workspace-log/log/payloads.jsonl'), 'utf8')
    expect(payloads.split('"decision":"deny"').length).toBeGreaterThan(4)
  })
  it('is compared with the log, which tells of a revocation that was cut off and of a grant that nobody logged', () => {
    const compared = (...more: string[]) => site.attestry('access', 'compare', ...more)
    const file = join(site.folder, '.attestry/governance/grants.jsonl')
    const grants = readFileSync(file, 'utf8')
    expect(compared()).toMatchObject({ code: 0, out: expect.stringContaining('agreed') as string })
    expect(compared('--json').json()).toEqual({ agrees: true, logProblems: [], disagreements: [] })

    const lines = grants.trimEnd().split('\n')
    expect(lines.at(-1)).toContain('"revoked"')
    writeFileSync(file, `${lines.slice(0, -1).join('\n')}\n`)
    expect(site.attestry('access').out).toMatch(/dana +approver +in-force/)
    const found = compared('--json')
    expect(found.code).toBe(6)
    expect(found.json()).toMatchObject({
      agrees: false,
      disagreements: [{ problem: 'missing', change: 'revoked', principal: 'dana', role: 'approver', by: 'emil' }],
    })
    expect(compared().out).toMatch(/revoked +dana +approver +emil +in the log, not in the grants/)
    writeFileSync(file, grants)

    // Without its log every grant is one that nobody told of.
    const log = join(site.folder, '.attestry/workspace-log')
    renameSync(log, `${log}-away`)
    const unlogged = compared('--json').json() as { disagreements: { problem: string; by: null }[] }
    expect(unlogged.disagreements).toHaveLength(lines.length)
    expect(unlogged.disagreements.every(({ problem, by }) => problem === 'unlogged' && by === null)).toBe(true)
    renameSync(`${log}-away`, log)
  })

  it('proves nothing by a log that does not verify', () => {
    const file = join(site.folder, '.attestry/workspace-log/log/payloads.jsonl')
    const payloads = readFileSync(file, 'utf8')
    writeFileSync(file, payloads.replace('"principal":"dana"', '"principal":"fred"'))
    const { code, out } = site.attestry('access', 'compare')
    expect([code, out]).toEqual([6, expect.stringContaining('proves nothing of the grants')])
    const told = site.attestry('access', 'compare', '--json').json() as { agrees: boolean; logProblems: object[] }
    expect(told.agrees).toBe(false)
    expect(told.logProblems.length).toBeGreaterThan(0)
    writeFileSync(file, payloads)
    expect(site.attestry('access', 'compare').code).toBe(0)
  })

  it('tells which grants wait for a review: those of half a year, and emergency access since its end', () => {
    const due = (...more: string[]) => site.attestry('access', 'due', ...more)
    expect(due()).toMatchObject({ code: 0, out: expect.stringContaining('no review is due') as string })
    const emergency = ['--role', 'emergency', '--reason', 'incident 12', '--as', 'emil']
    expect(site.attestry('access', 'grant', 'dana', ...emergency).code).toBe(0)
    expect(due('--json')).toMatchObject({ code: 0, out: expect.stringMatching(/^\[\]/) as string })
    inDays(2, () => {
      expect(due('--json').json()).toMatchObject([{ principal: 'dana', role: 'emergency', state: 'expired' }])
      expect(due()).toMatchObject({ code: 4, out: expect.stringMatching(/dana +emergency +expired +emil/) as string })
    })
    inDays(200, () => {
      const waiting = due('--json').json() as { principal: string; role: string }[]
      expect(waiting.map(({ principal, role }) => `${principal} ${role}`).sort()).toEqual([
        'dana emergency',
        'emil admin',
      ])
    })
  })
})

/** Runs commands as if so many days had passed. */
function inDays(days: number, act: () => void): void {
  const later = `const Now = Date
globalThis.Date = class extends Now {
  constructor(...given) { super(...(given.length > 0 ? given : [Now.now() + ${days * 86_400_000}])) }
  static now() { return Now.now() + ${days * 86_400_000} }
}`
  site.write('later.mjs', later)
  const before = process.env.NODE_OPTIONS
  process.env.NODE_OPTIONS = `--import=${pathToFileURL(join(site.folder, 'later.mjs')).href}`
  try {
    act()
  } finally {
    if (before === undefined) delete process.env.NODE_OPTIONS
    else process.env.NODE_OPTIONS = before
  }
}
