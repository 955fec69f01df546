import { readFileSync } from 'node:fs'
import { join } from 'node:path'
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
})
