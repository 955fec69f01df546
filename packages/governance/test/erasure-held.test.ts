import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Conflict, EffectivePolicy } from '@attestry/core'
import { readConsentFile } from '../src/consent/consent-events.js'
import { placeHold } from '../src/retention/holds.js'
import { withRetentionFacts } from '../src/retention/retention-facts.js'
import { listCases } from '../src/subject/cases.js'
import { eraseSubject } from '../src/subject/erase-subject.js'
import { clockAt } from './fixtures.js'
import { rule } from './retention-fixtures.js'
import { consentOf, rowsOf, world, type World } from './subject-fixtures.js'

const ada = 'ada@example.org'
const bob = 'bob@example.org'

const holds = [{ value: { dataClass: 'training-data', id: 'LH-7' }, sources: [{ plugin: 'p', control: 'C-7' }] }]

const decided = (first: 'hold' | 'erasure', expires = '2030-01-01'): readonly Conflict[] => [
  {
    id: 'erase:training-data',
    kind: 'hold',
    demands: [],
    resolution: { statement: 's', signer: 'lee', legalBasis: 'b', scope: 'all', decision: { first }, expires },
  },
]

async function held(policy: Partial<EffectivePolicy> = {}): Promise<World> {
  const context = world()
  context.put('tickets.jsonl', rowsOf(ada, bob))
  await context.addRun('01RUN1', { source: 'tickets.jsonl', train: [ada, bob], policy })
  consentOf(context, ada, bob)
  return context
}

/** Nothing of the data was touched. */
function expectUntouched(context: World): void {
  expect(context.keys.gone.size).toBe(0)
  expect(readFileSync(join(context.baseDirectory, 'tickets.jsonl'), 'utf8')).toContain(ada)
}

const place = (context: World, dataClass: string): Promise<void> =>
  placeHold({ ...context, clock: clockAt('2026-05-01T00:00:00Z') }, { id: 'LH-1', dataClass, reason: 'case 7' })

const release = (context: World): Promise<void> =>
  withRetentionFacts(context.workspace, file =>
    file.append({ kind: 'hold-released', id: 'LH-1', statements: [], at: '2026-05-31T00:00:00Z' }),
  )

describe('an erasure under a hold', () => {
  it.each(['training-data', '*', 'subject-exports'])('destroys nothing while %s is held', async dataClass => {
    const context = await held()
    await place(context, dataClass)
    expect(await eraseSubject(context, ada)).toMatchObject({ outcome: 'held', holds: ['LH-1'], items: [] })
    expectUntouched(context)
  })

  it('is not stopped by a hold on another class', async () => {
    const context = await held()
    await place(context, 'change-records')
    expect((await eraseSubject(context, ada)).outcome).toBe('partly')
  })

  it('restricts the person once instead, answers the case as held, and says so in the log', async () => {
    const context = await held()
    await place(context, '*')
    const first = await eraseSubject(context, ada)
    expect(await eraseSubject({ ...context, clock: clockAt('2026-06-02T00:00:00Z') }, ada)).toEqual(first)
    const events = readConsentFile(join(context.baseDirectory, 'consent.jsonl'))
    expect(events.filter(({ state }) => state === 'restricted').map(({ subject }) => subject)).toEqual([ada])
    expect(await listCases(context.workspace)).toMatchObject([{ id: first.case, outcome: 'held' }])
    const told = context.log.events.filter(({ type }) => type === 'attestry.subject.erased')
    expect(told[0]).toMatchObject({ phase: 'note', result: 'denied', payload: { outcome: 'held', holds: ['LH-1'] } })
    expect(JSON.stringify(context.log.events)).not.toMatch(/ada@|"ada"/)
  })

  it('is refused when there is nowhere to restrict the person', async () => {
    const { consent: _, ...context } = await held()
    await place(context as World, '*')
    await expect(eraseSubject(context, ada)).rejects.toMatchObject({ code: 'GOV-E108' })
    expectUntouched(context as World)
    expect(await listCases(context.workspace)).toEqual([])
  })

  it('is done once the hold is released', async () => {
    const context = await held()
    await place(context, '*')
    await eraseSubject(context, ada)
    await release(context)
    const later = { ...context, clock: clockAt('2026-06-02T00:00:00Z') }
    expect(await eraseSubject(later, ada)).toMatchObject({ outcome: 'partly', holds: [] })
    expect(readFileSync(join(context.baseDirectory, 'consent.jsonl'), 'utf8')).not.toContain(ada)
    expect((await listCases(context.workspace)).map(({ outcome }) => outcome)).toEqual(['held', 'partly'])
  })

  it('keeps what was destroyed before the hold came, and goes on after it', async () => {
    const context = await held()
    const broken = { ...context.files, remove: () => Promise.reject(new Error('crash')) }
    await expect(eraseSubject({ ...context, files: broken }, ada)).rejects.toThrow('crash')
    await place(context, '*')
    const stopped = await eraseSubject(context, ada)
    expect(stopped.outcome).toBe('held')
    expect(stopped.items.map(({ kind, action }) => `${kind} ${action}`)).toEqual(
      expect.arrayContaining(['key key-destroyed', 'source open']),
    )
    await release(context)
    const done = await eraseSubject(context, ada)
    expect(done.items.map(({ action }) => action)).not.toContain('open')
    expect(done.retrainingDue).toHaveLength(1)
  })
})

describe('an erasure against what the policy of a run demands', () => {
  it.each([
    ['without a resolution', []],
    ['when the hold goes first', decided('hold')],
    ['when the resolution has expired', decided('erasure', '2026-05-31')],
  ])('gives way to a hold %s', async (_, conflicts) => {
    const context = await held({ holds, conflicts })
    expect(await eraseSubject(context, ada)).toMatchObject({ outcome: 'held', holds: ['LH-7'] })
    expectUntouched(context)
  })

  it('goes first when a resolution says so, in every run', async () => {
    const context = await held({ holds, conflicts: decided('erasure') })
    expect((await eraseSubject(context, ada)).outcome).toBe('partly')
    const other = await held({ holds, conflicts: decided('erasure') })
    await other.addRun('01RUN2', { source: 'tickets.jsonl', train: [bob], policy: { holds } })
    expect((await eraseSubject(other, ada)).outcome).toBe('held')
  })

  it('waits for the end of a minimum period of the shards, counted from the end of the run', async () => {
    const retention = [rule('training-data', 'P1M', null)]
    const context = await held({ retention })
    expect(await eraseSubject(context, ada)).toMatchObject({
      outcome: 'held',
      holds: ['retain:training-data until 2026-07-01'],
    })
    expectUntouched(context)
    expect(await eraseSubject({ ...context, clock: clockAt('2026-07-01T00:00:00Z') }, ada)).toMatchObject({
      outcome: 'partly',
    })
  })

  it('waits for a period that has not begun, and not for one of shards without the person', async () => {
    const retention = [rule('training-data', 'P1M', null)]
    const context = world()
    context.put('tickets.jsonl', rowsOf(ada, bob))
    consentOf(context, ada)
    await context.addRun('01RUN1', { source: 'tickets.jsonl', train: [ada], policy: { retention }, endedAt: null })
    expect(await eraseSubject(context, ada)).toMatchObject({ outcome: 'held', holds: ['retain:training-data'] })
    await context.addRun('01RUN2', { source: 'tickets.jsonl', train: [bob] })
    expect((await eraseSubject(context, bob)).outcome).toBe('partly')
  })

  it('goes before a minimum when a resolution puts erasure first', async () => {
    const context = await held({ retention: [rule('training-data', 'P1M', null)], conflicts: decided('erasure') })
    expect((await eraseSubject(context, ada)).outcome).toBe('partly')
    expect(existsSync(join(context.workspace, 'governance', 'erasures'))).toBe(true)
  })
})
