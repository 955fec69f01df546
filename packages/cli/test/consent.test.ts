import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSite, type Site } from './command-line.js'

const people = Array.from({ length: 300 }, (_, i) => `person-${i}@example.org`)

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
  site.write('tickets.csv', `${head},who\n${lines.map((line, i) => `${line},${people[i]}`).join('\n')}\n`)
  const given = people.map(subject =>
    JSON.stringify({ subject, purpose: 'ticket-triage', state: 'given', at: '2026-01-01T00:00:00Z', notice: 'v1' }),
  )
  site.write('consent.jsonl', `${given.join('\n')}\n`)
})
afterAll(() => site.remove())

const rowsOfNewestRun = (): number => {
  const { nodes } = site.attestry('lineage', '--json').json() as { nodes: { kind: string; rowsOut?: number }[] }
  return nodes.filter(({ kind }) => kind === 'transformation').at(-1)!.rowsOut!
}

describe.sequential('consent from the command line', () => {
  it('counts people per purpose and names nobody', () => {
    const { out } = site.attestry('consent')
    expect(out).toContain('300 events of 300 people')
    expect(out).not.toContain('@')
    expect(site.attestry('consent', '--json').json()).toMatchObject({
      people: 300,
      purposes: [{ purpose: 'ticket-triage', given: 300, withdrawn: 0 }],
    })
  })

  it('records nothing in nobody\u2019s name, and nothing that is no event', () => {
    const record = (...more: string[]) =>
      site.attestry(
        'consent',
        'record',
        '--subject',
        people[7]!,
        '--purpose',
        'ticket-triage',
        '--notice',
        'v2',
        ...more,
      )
    expect(record('--state', 'withdrawn').err).toContain('error[CLI-E002]')
    expect(record('--state', 'withdrawn', '--as', 'dana').err).toContain('error[AUDIT-E012]')
    expect(site.attestry('keys', 'create', 'dana').code).toBe(0)
    expect(record('--state', 'gone', '--as', 'dana').err).toContain('error[GOV-E101]')
    expect(site.attestry('consent', '--json').json()).toMatchObject({ events: 300 })
  })

  it('takes the rows of a person who withdraws out of the next run, and opens an erasure case', () => {
    site.attestry('run')
    const before = rowsOfNewestRun()
    const words = ['--purpose', 'ticket-triage', '--state', 'withdrawn', '--notice', 'v2', '--as', 'dana', '--json']
    const recorded = site.attestryWith(`${people[7]}\n`, 'consent', 'record', '--subject', '-', ...words)
    expect(recorded.json()).toMatchObject({
      isNew: true,
      case: { kind: 'erasure', cause: 'withdrawal', answeredAt: null },
    })
    expect(recorded.out).not.toContain('person-7')
    expect(site.attestry('consent', 'state', '--subject', people[7]!, '--purpose', 'ticket-triage').out).toBe(
      'withdrawn\n',
    )
    site.attestry('run')
    expect(rowsOfNewestRun()).toBe(before - 1)
  })

  it('leaves a log of its own that verifies and names nobody', () => {
    const { ok, run, events } = site.attestry('verify', 'workspace', '--json').json() as {
      ok: boolean
      run: string
      events: number
    }
    expect([ok, run]).toEqual([true, 'workspace'])
    expect(events).toBeGreaterThan(2)
    const payloads = readFileSync(join(site.folder, '.attestry/workspace-log/log/payloads.jsonl'), 'utf8')
    expect(payloads).toContain('withdrawn')
    expect(payloads).not.toContain('person-7')
  })
})
