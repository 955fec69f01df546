import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  sha256,
  SubjectRequests,
  type AuditEvent,
  type AuditLog,
  type Evidence,
  type HookContext,
} from '@attestry/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  answerCase,
  casesFile,
  clockRules,
  clocksOf,
  extendCase,
  listCases,
  openCase,
  openSubjectRequests,
  type CaseContext,
} from '../src/index.js'
import { withLock } from '../src/facts/lock.js'
import { overdueRequests } from '../src/subject/requests-gate.js'
import { clockAt, folder } from './fixtures.js'

const ada = 'a'.repeat(32)
const bo = 'b'.repeat(32)

/** Keeps what a case tells the log. */
class MemoryLog implements AuditLog {
  readonly events: AuditEvent[] = []
  async append(event: AuditEvent): Promise<number> {
    return this.events.push(event) - 1
  }
  read(): never {
    throw new Error('nothing is read here')
  }
  checkpoint(): never {
    throw new Error('nothing is signed here')
  }
}

const at = (time: string, workspace: string = folder()): CaseContext & { readonly log: MemoryLog } => ({
  workspace,
  clock: clockAt(time),
  actor: 'dana',
  log: new MemoryLog(),
})

describe('clocks of a request', () => {
  it.each([
    ['erasure', '2026-01-31T10:00:00Z', 'GDPR-12(3)', '2026-02-28', '2026-04-30'],
    ['access', '2024-01-31T10:00:00Z', 'GDPR-12(3)', '2024-02-29', '2024-04-30'],
    ['erasure', '2026-01-31T10:00:00Z', 'CCPA-1798.130(a)(2)', '2026-03-17', '2026-05-01'],
    ['access', '2026-12-15T00:00:00Z', 'HIPAA-164.524', '2027-01-14', '2027-02-13'],
  ] as const)('%s of %s under %s: %s, extended %s', (kind, openedAt, control, by, extended) => {
    const due = (extendedAt: string | null): string | undefined =>
      clocksOf({ kind, openedAt, extendedAt, laws: ['gdpr', 'ccpa', 'hipaa'] })
        .find(clock => clock.control === control)
        ?.by.slice(0, 10)
    expect([due(null), due(openedAt)]).toEqual([by, extended])
  })

  it('run only under the laws that are named, and for the kinds that each knows', () => {
    const facts = { openedAt: '2026-01-01T00:00:00Z', extendedAt: null }
    expect(clocksOf({ ...facts, kind: 'erasure', laws: ['hipaa'] })).toEqual([])
    expect(clocksOf({ ...facts, kind: 'objection', laws: ['gdpr', 'ccpa', 'hipaa'] })).toHaveLength(1)
    expect(clocksOf({ ...facts, kind: 'access', laws: ['hipaa'] })).toMatchObject([{ isVerified: false }])
    for (const { source } of clockRules) expect(source).not.toBe('')
  })

  it('are the earliest first, and later when extended', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2000-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }),
        fc.constantFrom('access' as const, 'erasure' as const),
        (date, kind) => {
          const facts = { kind, openedAt: date.toISOString(), laws: ['gdpr', 'ccpa', 'hipaa'] as const }
          const [plain, extended] = [null, date.toISOString()].map(extendedAt => clocksOf({ ...facts, extendedAt }))
          const times = plain!.map(({ by }) => by)
          expect(times).toEqual([...times].sort())
          for (const { control, by } of plain!)
            expect(extended!.find(one => one.control === control)!.by > by && by > date.toISOString()).toBe(true)
        },
      ),
    )
  })
})

describe('cases', () => {
  it('are opened, extended once and answered once, and the log is told by handle', async () => {
    const context = at('2026-03-01T09:00:00Z')
    const { id, due } = await openCase(context, { subject: ada, kind: 'erasure', at: '2026-02-28', laws: ['gdpr'] })
    expect(due).toEqual([{ control: 'GDPR-12(3)', by: '2026-03-28T00:00:00.000Z' }])
    const longer = await extendCase(context, id, 'many systems')
    expect(longer.due[0]!.by).toBe('2026-05-28T00:00:00.000Z')
    await expect(extendCase(context, id, 'again')).rejects.toMatchObject({ code: 'GOV-E104' })
    const model = sha256('model')
    await answerCase(context, id, { outcome: 'partly', retrainingDue: [model] })
    await expect(answerCase(context, id, { outcome: 'done' })).rejects.toMatchObject({ code: 'GOV-E104' })
    expect(await openSubjectRequests(context.workspace).cases()).toMatchObject([
      { id, subject: ada, kind: 'erasure', cause: 'request', outcome: 'partly', retrainingDue: [model] },
    ])
    expect(context.log.events.map(({ type, subjects }) => [type, subjects])).toEqual([
      ['attestry.subject.case-opened', [ada]],
      ['attestry.subject.case-extended', [ada]],
      ['attestry.subject.case-answered', [ada]],
    ])
    expect(statSync(casesFile(context.workspace)).mode & 0o777).toBe(0o600)
  })

  it('are one for one request, and of another person or day another', async () => {
    const context = at('2026-03-01T09:00:00Z')
    const request = { subject: ada, kind: 'access', at: '2026-02-28' } as const
    const ids = []
    for (const more of [{}, { at: '2026-02-28T01:00:00+01:00' }, { subject: bo }, { at: '2026-02-27' }])
      ids.push((await openCase(context, { ...request, ...more })).id)
    expect(ids[1]).toBe(ids[0])
    expect(new Set(ids).size).toBe(3)
    expect((await listCases(context.workspace)).map(({ id }) => id)).toEqual([ids[3], ids[0], ids[2]])
  })

  it('cannot be extended late, or without a reason, or by a wrong id', async () => {
    const workspace = folder()
    const { id } = await openCase(at('2026-01-01T00:00:00Z', workspace), { subject: ada, kind: 'erasure' })
    const late = at('2026-02-02T00:00:00Z', workspace)
    await expect(extendCase(late, id, 'late')).rejects.toMatchObject({ code: 'GOV-E104' })
    await expect(extendCase(at('2026-01-02T00:00:00Z', workspace), id, ' ')).rejects.toMatchObject({ code: 'GOV-E104' })
    await expect(answerCase(late, 'x', { outcome: 'done' })).rejects.toMatchObject({ code: 'GOV-E103' })
  })

  it.each([
    ['an identifier in place of a handle', { subject: 'ada@example.org' }],
    ['an unknown kind', { kind: 'wish' as 'access' }],
    ['a date that cannot be read', { at: 'yesterday' }],
    ['a date that has not come', { at: '2027-01-01' }],
  ])('are not opened for %s', async (_, more) => {
    const opening = openCase(at('2026-01-01T00:00:00Z'), { subject: ada, kind: 'access', ...more })
    await expect(opening).rejects.toMatchObject({ code: 'GOV-E102' })
    await expect(opening).rejects.not.toMatchObject({ message: expect.stringContaining('ada') })
  })

  it('are read past a torn end, and not when a line was changed', async () => {
    const context = at('2026-01-01T00:00:00Z')
    await openCase(context, { subject: ada, kind: 'access' })
    const file = casesFile(context.workspace)
    appendFileSync(file, '{"kind":"answ')
    expect(await listCases(context.workspace)).toHaveLength(1)
    await openCase(context, { subject: bo, kind: 'access' })
    expect(await listCases(context.workspace)).toHaveLength(2)
    writeFileSync(file, readFileSync(file, 'utf8').replace('access', 'erasure'))
    await expect(listCases(context.workspace)).rejects.toMatchObject({ code: 'GOV-E201' })
  })

  it('wait for a process that is writing them, and not for ever', async () => {
    const file = join(folder(), 'cases.jsonl')
    await withLock(`${file}.lock`, async () => {
      const waiting = withLock(`${file}.lock`, async () => 'in', 50)
      await expect(waiting).rejects.toMatchObject({ code: 'GOV-E202' })
    })
    expect(await withLock(`${file}.lock`, async () => 'in', 50)).toBe('in')
  })
})

describe('the gate for requests of people', () => {
  const ask = async (workspace: string | null, now: string): Promise<{ reasons: unknown; evidence: Evidence[] }> => {
    const evidence: Evidence[] = []
    const context = {
      find: (token: unknown) =>
        token === SubjectRequests && workspace !== null ? openSubjectRequests(workspace) : undefined,
      evidence: async (one: Evidence) => void evidence.push(one),
    } as unknown as HookContext
    return { reasons: await overdueRequests(context, clockAt(now)), evidence }
  }

  it('says nothing where nobody asked for anything', async () => {
    expect(await ask(folder(), '2026-06-01T00:00:00Z')).toEqual({ reasons: [], evidence: [] })
    expect(await ask(null, '2026-06-01T00:00:00Z')).toEqual({ reasons: [], evidence: [] })
  })

  it('waits for the answer of a case that is past its clock, and names no person', async () => {
    const context = at('2026-01-01T00:00:00Z')
    const { id } = await openCase(context, { subject: ada, kind: 'erasure', laws: ['gdpr'] })
    await openCase(context, { subject: bo, kind: 'erasure', laws: ['ccpa'] })
    const inTime = await ask(context.workspace, '2026-02-01T00:00:00Z')
    expect(inTime.reasons).toEqual([])
    expect(inTime.evidence).toMatchObject([{ outcome: 'pass', controls: [], facts: { open: 2, overdue: 0 } }])
    const late = await ask(context.workspace, '2026-02-02T00:00:00Z')
    expect(late.reasons).toMatchObject([{ code: 'GOV-E105', kind: 'pending', control: 'GDPR-12(3)' }])
    expect(JSON.stringify(late)).not.toContain(ada)
    expect(late.evidence).toMatchObject([{ type: 'subject-requests', outcome: 'fail', facts: { open: 2, overdue: 1 } }])
    await answerCase(context, id, { outcome: 'done', retrainingDue: [sha256('m')] })
    const answered = await ask(context.workspace, '2026-02-02T00:00:00Z')
    expect(answered.reasons).toEqual([])
    expect(answered.evidence[0]!.facts).toEqual({ open: 1, overdue: 0, answered: 1, retrainingDue: [sha256('m')] })
  })
})
