import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { withFileLock } from '@attestry/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSite, type Site } from './command-line.js'

const person = 'person-7@example.org'

let site: Site
beforeAll(() => {
  site = openSite(config => {
    config.plugins = [
      { use: 'GDPR', options: { legalBasis: { kind: 'consent' } } },
      { use: '@attestry/governance', options: { consent: 'consent.jsonl' } },
    ]
    Object.assign(config.data, { subject: 'who' })
  })
  const [head, ...lines] = readFileSync(join(site.folder, 'tickets.csv'), 'utf8').trim().split('\n')
  // Three rows of each of a hundred people.
  const who = (i: number): string => `person-${i % 100}@example.org`
  site.write('tickets.csv', `${head},who\n${lines.map((line, i) => `${line},${who(i)}`).join('\n')}\n`)
  const given = lines
    .slice(0, 100)
    .map((_, i) =>
      JSON.stringify({ subject: who(i), purpose: 'ticket-triage', state: 'given', at: '2026-01-01', notice: 'v1' }),
    )
  site.write('consent.jsonl', `${given.join('\n')}\n`)
  site.attestry('keys', 'create', 'dana', '--role', 'dpo')
  site.attestry('run')
})
afterAll(() => site.remove())

// One story in order: each step builds on the one before.
describe.sequential('requests of a person from the command line', () => {
  it('are cases with clocks, in somebody\u2019s name', () => {
    const ask = ['subject', 'open', '--subject', '-', '--kind', 'access']
    expect(site.attestryWith(person, ...ask).err).toContain('error[CLI-E002]')
    const { id, due } = site.attestryWith(person, ...ask, '--at', '2026-11-01', '--as', 'dana', '--json').json() as {
      id: string
      due: { control: string; by: string }[]
    }
    expect(due.map(({ control, by }) => `${control} ${by.slice(0, 10)}`)).toEqual([
      'GDPR-12(3) 2026-12-01',
      'HIPAA-164.524 2026-12-01',
      'CCPA-1798.130(a)(2) 2026-12-16',
    ])
    expect(site.attestry('subject', 'extend', id, '--because', 'many systems', '--as', 'dana').out).toContain(
      '2027-02-01',
    )
    expect(site.attestry('subject').out).toContain(id)
  })

  it('find everything that is held, and print none of it', () => {
    const { code, out } = site.attestry('subject', 'find', '--subject', person, '--as', 'dana')
    expect(code).toBe(0)
    expect(out).toMatch(/source +tickets\.csv +3 of 300 rows/)
    expect(out).toMatch(/model +\w+/)
    expect(out).toMatch(/consent +1 events/)
    expect(out).not.toContain(person)
    expect(site.attestry('subject', 'find', '--subject', 'nobody', '--as', 'dana').out).toContain('nothing is held')
  })

  it('give the person their rows as JSON and CSV, readable by the owner alone', () => {
    const words = ['subject', 'export', '--subject', person, '--to', 'for-the-person', '--as', 'dana', '--json']
    expect(site.attestry(...words).code).toBe(0)
    const csv = readFileSync(join(site.folder, 'for-the-person/rows.csv'), 'utf8').trim().split('\r\n')
    expect(csv.length).toBe(4)
    for (const line of csv.slice(1)) expect(line).toContain(person)
    const json = JSON.parse(readFileSync(join(site.folder, 'for-the-person/subject.json'), 'utf8')) as {
      sources: { rows: object[] }[]
      consent: object[]
    }
    expect([json.sources[0]!.rows.length, json.consent.length]).toEqual([3, 1])
    expect(statSync(join(site.folder, 'for-the-person/rows.csv')).mode & 0o777).toBe(0o600)
    expect(site.attestry('subject', 'export', '--subject', 'nobody', '--as', 'dana').err).toContain('error[GOV-E106]')
  })

  it('are answered once, and the log of the workspace tells it without a name', () => {
    const [{ id }] = site.attestry('subject', '--json').json() as [{ id: string }]
    expect(site.attestry('subject', 'answer', id, '--outcome', 'fine', '--as', 'dana').err).toContain('error[CLI-E001]')
    expect(site.attestry('subject', 'answer', id, '--outcome', 'done', '--as', 'dana').code).toBe(0)
    expect(site.attestry('subject', 'answer', id, '--outcome', 'done', '--as', 'dana').err).toContain('error[GOV-E104]')
    expect(site.attestry('verify', 'workspace').code).toBe(0)
    const payloads = readFileSync(join(site.folder, '.attestry/workspace-log/log/payloads.jsonl'), 'utf8')
    expect(payloads).toContain('access')
    expect(payloads).not.toContain('person-7')
  })

  it('erase nobody while a run is at work, and stop a run while somebody is erased', async () => {
    const workspace = join(site.folder, '.attestry')
    const [run] = readdirSync(join(workspace, 'runs'))
    const refused = (holder: string): Error => new Error(holder)
    const before = readFileSync(join(site.folder, 'tickets.csv'), 'utf8')
    await withFileLock(join(workspace, 'runs', run!, 'log', 'lock'), { refused }, async () => {
      const { code, err } = site.attestry('subject', 'erase', '--subject', person, '--as', 'dana')
      expect(code).not.toBe(0)
      expect(err).toContain('error[GOV-E110]')
      expect(err).toContain(run)
    })
    expect(readFileSync(join(site.folder, 'tickets.csv'), 'utf8')).toBe(before)
    const runs = readdirSync(join(workspace, 'runs')).length
    await withFileLock(join(workspace, 'erasure.lock'), { refused }, async () => {
      const { code, err, out } = site.attestry('run')
      expect(code).not.toBe(0)
      expect(err + out).toContain('GOV-E111')
    })
    const stopped = readdirSync(join(workspace, 'runs'))
    expect(stopped).toHaveLength(runs + 1)
    expect(readdirSync(join(workspace, 'runs', stopped.sort().at(-1)!))).not.toContain('data')
  })

  it('erase a person: rows, consent and keys are gone, models are due for retraining, nothing names them any more', () => {
    const words = ['subject', 'erase', '--subject', person, '--as', 'dana']
    const { code, out } = site.attestry(...words)
    expect(code).toBe(0)
    expect(out).toContain('retraining-due')
    expect(out).not.toContain(person)
    expect(readFileSync(join(site.folder, 'tickets.csv'), 'utf8')).not.toContain(person)
    expect(readFileSync(join(site.folder, 'consent.jsonl'), 'utf8')).not.toContain(person)
    expect(readFileSync(join(site.folder, 'tickets.csv'), 'utf8').trim().split('\n')).toHaveLength(298)
    const cases = site.attestry('subject', '--json').json() as {
      kind: string
      outcome: string
      retrainingDue: string[]
    }[]
    expect(cases.at(-1)).toMatchObject({
      kind: 'erasure',
      outcome: 'partly',
      retrainingDue: [expect.stringMatching(/^sha256:/)],
    })
    expect(site.attestry(...words).err).toContain('error[GOV-E106]')
    expect(site.attestry('verify', 'workspace').code).toBe(0)
  })

  it('restrict instead while the data are held', () => {
    const other = 'person-8@example.org'
    expect(site.attestry('retention', 'hold', 'LH-1', '--reason', 'case 1', '--as', 'dana').code).toBe(0)
    const { code, out } = site.attestry('subject', 'erase', '--subject', other, '--as', 'dana')
    expect([code, out.includes('held by LH-1')]).toEqual([4, true])
    expect(readFileSync(join(site.folder, 'tickets.csv'), 'utf8')).toContain(other)
    const state = site.attestry('consent', 'state', '--subject', other, '--purpose', 'ticket-triage').out
    expect(state).toContain('restricted')
  })
})
