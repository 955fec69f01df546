import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sha256, type AuditEvent, type AuditLog } from '@attestry/core'
import { describe, expect, it } from 'vitest'
import {
  consentRegistry,
  listCases,
  openSubjectHandles,
  readConsentFile,
  recordConsent,
  type ConsentEvent,
} from '../src/index.js'
import { clockAt, folder } from './fixtures.js'

const clock = clockAt('2026-06-01T00:00:00Z')
const event = (state: ConsentEvent['state'], more: Partial<ConsentEvent> = {}): ConsentEvent => ({
  subject: 'ada@example.org',
  purpose: 'support',
  state,
  at: '2026-05-01T09:00:00Z',
  notice: 'v1',
  ...more,
})

describe('recording consent', () => {
  it('appends an event that the next registry sees, once', async () => {
    const file = join(folder(), 'new', 'consent.jsonl')
    const rich = event('given', { id: '7', method: 'click', evidence: sha256('form'), source: 'form' })
    expect(await recordConsent(file, rich)).toEqual({ isNew: true, case: null })
    expect(await recordConsent(file, rich)).toEqual({ isNew: false, case: null })
    await recordConsent(file, event('refused', { purpose: 'ads' }))
    expect(readConsentFile(file)).toEqual([rich, event('refused', { purpose: 'ads' })])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const handles = openSubjectHandles(folder())
    const registry = consentRegistry(readConsentFile(file), handles, clock)
    expect(registry.state(handles.handleOf('ada@example.org'), 'ads')).toBe('refused')
  })

  it('keeps every event of many that are recorded at once', async () => {
    const file = join(folder(), 'consent.jsonl')
    await Promise.all(Array.from({ length: 20 }, (_, i) => recordConsent(file, event('given', { subject: `u${i}` }))))
    expect(new Set(readConsentFile(file).map(({ subject }) => subject)).size).toBe(20)
  })

  it('begins a line of its own, and replaces an end that a crash cut off', async () => {
    const file = join(folder(), 'consent.jsonl')
    const first = JSON.stringify(event('given'))
    writeFileSync(file, first)
    await recordConsent(file, event('refused'))
    appendFileSync(file, first.slice(0, 20))
    await recordConsent(file, event('withdrawn'))
    expect(readConsentFile(file).map(({ state }) => state)).toEqual(['given', 'refused', 'withdrawn'])
  })

  it('writes nothing for what is no event, or into a file with a line that is none', async () => {
    const file = join(folder(), 'consent.jsonl')
    for (const more of [
      { at: 'yesterday' },
      { subject: ' ' },
      { state: 'yes' as 'given' },
      { evidence: 'form.pdf' as never },
      { method: '' },
      { expiry: '2027-01-01' } as never,
    ])
      await expect(recordConsent(file, event('given', more))).rejects.toMatchObject({ code: 'GOV-E101' })
    expect(() => statSync(file)).toThrow()
    writeFileSync(file, '{"subject":"u1"}\n')
    await expect(recordConsent(file, event('given'))).rejects.toMatchObject({ code: 'GOV-E002' })
    expect(readFileSync(file, 'utf8')).toBe('{"subject":"u1"}\n')
  })

  it('opens one erasure case for a withdrawal, counted from the withdrawal', async () => {
    const workspace = folder()
    const file = join(folder(), 'consent.jsonl')
    const handles = openSubjectHandles(join(workspace, 'keys'))
    const cases = { workspace, clock, actor: 'dana', handles, laws: ['gdpr'] } as const
    expect((await recordConsent(file, event('given'), cases)).case).toBeNull()
    const withdrawal = event('withdrawn', { at: '2026-05-31T12:00:00+02:00' })
    const { case: opened } = await recordConsent(file, withdrawal, cases)
    expect(await recordConsent(file, withdrawal, cases)).toMatchObject({ isNew: false, case: { id: opened!.id } })
    expect(await listCases(workspace)).toEqual([opened])
    expect(opened).toMatchObject({
      subject: openSubjectHandles(join(workspace, 'keys')).handleOf('ada@example.org'),
      kind: 'erasure',
      cause: 'withdrawal',
      openedAt: '2026-05-31T10:00:00.000Z',
      due: [{ control: 'GDPR-12(3)', by: '2026-06-30T10:00:00.000Z' }],
    })
    const future = event('withdrawn', { at: '2026-06-02T00:00:00Z' })
    await expect(recordConsent(file, future, cases)).rejects.toMatchObject({ code: 'GOV-E101' })
  })

  it('says in the log who recorded what, once and without the identifier, before it is written', async () => {
    const workspace = folder()
    const file = join(folder(), 'consent.jsonl')
    const handles = openSubjectHandles(join(workspace, 'keys'))
    const events: AuditEvent[] = []
    const log = { append: async (one: AuditEvent) => events.push(one) } as unknown as AuditLog
    const context = { workspace, clock, actor: 'dana', handles, log }
    await recordConsent(file, event('refused'), context)
    await recordConsent(file, event('refused'), context)
    expect(events).toMatchObject([
      {
        type: 'attestry.consent.recorded',
        actor: 'dana',
        run: 'workspace',
        subjects: [handles.handleOf('ada@example.org')],
        payload: { purpose: 'support', state: 'refused', notice: 'v1' },
      },
    ])
    expect(JSON.stringify(events)).not.toContain('ada@')
    const broken = { append: () => Promise.reject(new Error('disk full')) } as unknown as AuditLog
    const next = recordConsent(file, event('given', { at: '2026-05-02T09:00:00Z' }), { ...context, log: broken })
    await expect(next).rejects.toThrow('disk full')
    expect(readConsentFile(file)).toHaveLength(1)
  })
})
