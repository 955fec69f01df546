import { describe, expect, it } from 'vitest'
import { AttestryError, sha256, type AuditEvent, type RecordedEvent } from '@attestry/core'
import {
  batchOf,
  FakeClock,
  MemoryAccess,
  MemoryApprovals,
  MemoryConsent,
  MemoryLog,
  MemoryRegister,
  MemoryRetention,
  MemoryScrubber,
  MemoryStatements,
  MemorySubjectRequests,
  rowsOf,
} from '../src/index.js'

const event = (id: string): AuditEvent => ({
  id,
  type: 'attestry.run.started',
  time: '2026-11-23T00:00:00.000Z',
  phase: 'note',
  actor: 'ada',
  run: 'r',
})

const collect = async (events: AsyncIterable<RecordedEvent>): Promise<string[]> => {
  const ids: string[] = []
  for await (const { event } of events) ids.push(event.id)
  return ids
}

describe('FakeClock', () => {
  it('stands still until it is moved', () => {
    const clock = new FakeClock('2026-01-01T00:00:00Z')
    expect(clock.now()).toBe(Date.UTC(2026, 0, 1))
    clock.advance(-1000)
    expect(clock.now()).toBe(Date.UTC(2026, 0, 1) - 1000)
  })
})

describe('MemoryLog', () => {
  it('numbers events without a gap and reads from an offset', async () => {
    const log = new MemoryLog()
    expect([await log.append(event('a')), await log.append(event('b'))]).toEqual([0, 1])
    expect(await collect(log.read(1))).toEqual(['b'])
  })

  it('stores nothing when an append is made to fail, and goes on afterwards', async () => {
    const log = new MemoryLog()
    log.failNext()
    await expect(log.append(event('lost'))).rejects.toMatchObject({ code: 'KIT-E001' })
    expect(await log.append(event('kept'))).toBe(0)
    expect(await collect(log.read())).toEqual(['kept'])
  })

  it('keeps what was appended even when the caller changes it later', async () => {
    const log = new MemoryLog()
    const payload = { count: 1 }
    await log.append({ ...event('a'), payload })
    payload.count = 2
    expect(log.events[0]?.event.payload).toEqual({ count: 1 })
  })

  it('has another root after another event', async () => {
    const log = new MemoryLog()
    await log.append(event('a'))
    const one = await log.checkpoint()
    await log.append(event('b'))
    expect((await log.checkpoint()).root).not.toBe(one.root)
  })
})

describe('MemoryStatements', () => {
  it('reads statements by type', async () => {
    const store = new MemoryStatements()
    await store.write({ type: 'evidence', subjects: [], predicate: { type: 'a' } })
    store.add({ type: 'attestation', subjects: [], predicate: { kind: 'dpia' } }, { signer: 'dpo', roles: ['dpo'] })
    expect((await store.read('attestation')).map(({ signer, roles }) => [signer, roles])).toEqual([['dpo', ['dpo']]])
  })
})

describe('MemoryRegister', () => {
  const dataset = sha256('data')

  it('finds only what covers both purpose and dataset', async () => {
    const register = new MemoryRegister(new FakeClock(), [{ kind: 'dpia', purpose: 'chat', dataset }])
    expect((await register.find('dpia', { purpose: 'chat', dataset })).state).toBe('present')
    expect((await register.find('dpia', { purpose: 'ads', dataset })).state).toBe('missing')
    expect((await register.find('dpia', { purpose: 'chat', dataset: sha256('other') })).state).toBe('missing')
    expect((await register.find('baa', { purpose: 'chat', dataset })).state).toBe('missing')
  })

  it('says what the attestation covers, as the statement of a person does', async () => {
    const attestedAt = '2026-11-01T00:00:00Z'
    const register = new MemoryRegister(new FakeClock(), [{ kind: 'dpia', purpose: 'chat', dataset, attestedAt }])
    expect(await register.find('dpia', { purpose: 'chat', dataset })).toMatchObject({
      statement: { predicate: { kind: 'dpia', purpose: 'chat', dataset, attestedAt } },
    })
  })

  it('tells an expired attestation from a fresh one', async () => {
    const clock = new FakeClock('2026-11-23T00:00:00Z')
    const register = new MemoryRegister(clock, [{ kind: 'dpia', expires: '2026-11-24T00:00:00Z' }])
    expect((await register.find('dpia', {})).state).toBe('present')
    clock.advance(86_400_000)
    expect((await register.find('dpia', {})).state).toBe('stale')
  })
})

describe('MemoryConsent', () => {
  it('lets the latest event win, and tells another purpose from none at all', () => {
    const consent = new MemoryConsent([
      { subject: 'a', purpose: 'chat', state: 'given' },
      { subject: 'a', purpose: 'chat', state: 'withdrawn' },
      { subject: 'b', purpose: 'support', state: 'given' },
    ])
    expect(['a', 'b', 'c'].map(subject => consent.state(subject, 'chat'))).toEqual([
      'withdrawn',
      'other-purpose',
      'unknown',
    ])
  })
})

describe('MemoryConsent on what is about no purpose', () => {
  const consent = new MemoryConsent([], { restricted: ['a'], optedOut: { 'sale-or-sharing': ['b'] } })

  it('knows whose data is restricted', () => {
    expect(['a', 'b'].map(subject => consent.isRestricted(subject))).toEqual([true, false])
  })

  it('knows who opted out of what', () => {
    expect(['a', 'b'].map(subject => consent.hasOptedOut(subject, 'sale-or-sharing'))).toEqual([false, true])
    expect(consent.hasOptedOut('b', 'admt')).toBe(false)
  })
})

describe('MemoryRetention', () => {
  it('gives what it was given', async () => {
    const receipt = {
      object: 'a',
      digest: null,
      dataClass: 'x',
      method: 'removed',
      at: '2026-11-01T00:00:00Z',
    } as const
    const retention = new MemoryRetention([], [receipt])
    expect([await retention.items(), await retention.receipts()]).toEqual([[], [receipt]])
  })
})

describe('MemorySubjectRequests', () => {
  it('gives cases oldest first, open unless answered', async () => {
    const requests = new MemorySubjectRequests([
      { subject: 'late', openedAt: '2026-11-02T00:00:00.000Z', answeredAt: '2026-11-03T00:00:00.000Z' },
      { subject: 'early' },
    ])
    expect((await requests.cases()).map(({ subject, outcome }) => [subject, outcome])).toEqual([
      ['early', null],
      ['late', 'done'],
    ])
  })
})

describe('MemoryAccess', () => {
  it('denies whatever nobody allowed', async () => {
    const access = new MemoryAccess([{ principal: 'ada', action: 'run' }])
    const decide = async (principal: string, action: string): Promise<string> =>
      (await access.decide({ principal, action, resource: 'workspace' })).decision
    expect(await decide('ada', 'run')).toBe('allow')
    expect(await decide('ada', 'deploy')).toBe('deny')
    expect(await decide('bob', 'run')).toBe('deny')
    expect(access.asked).toHaveLength(3)
  })

  it('lets an empty principal through no permission, not even one for all', async () => {
    const access = new MemoryAccess([{ principal: '*', action: '*' }])
    expect(await access.decide({ principal: ' ', action: 'run', resource: 'workspace' })).toMatchObject({ by: [] })
  })
})

describe('MemoryApprovals', () => {
  it('counts one approval per person and key, none of the author, none over other digests', async () => {
    const digests = { model: sha256('m') }
    const approvals = new MemoryApprovals([
      { signer: 'ada' },
      { signer: 'bob' },
      { signer: 'bob', keyId: 'second key' },
      { signer: 'eve', keyId: 'key-bob' },
      { signer: 'cyd', digests: { model: sha256('other') } },
      { signer: 'dan' },
    ])
    const { approvals: valid, void: voided } = await approvals.valid({ digests, author: 'ada' })
    expect(valid.map(({ signer }) => signer)).toEqual(['bob', 'dan'])
    expect(voided.map(({ signer }) => signer)).toEqual(['ada', 'bob', 'eve', 'cyd'])
  })
})

describe('MemoryScrubber', () => {
  const batch = batchOf([{ text: 'Ada wrote to a@example.org from 10.0.0.7' }, { text: null }])

  it('redacts what it finds and counts it', async () => {
    const scrubber = new MemoryScrubber({ PERSON: ['Ada'] })
    const rules = [
      { type: 'EMAIL', operator: 'redact' },
      { type: 'PERSON', operator: 'mask' },
    ] as const
    const result = await scrubber.scrub(batch, ['text'], rules)
    expect(rowsOf(result.batch, false)).toEqual([{ text: '*** wrote to [EMAIL] from 10.0.0.7' }, { text: null }])
    expect(result.found).toEqual({ EMAIL: 1, PERSON: 1 })
    expect(result.rowsChanged).toBe(1)
  })

  it('leaves a residue for the types it is told to overlook', async () => {
    const scrubber = new MemoryScrubber({}, ['EMAIL'])
    const { batch: after } = await scrubber.scrub(batch, ['text'], [{ type: 'EMAIL', operator: 'redact' }])
    expect(await scrubber.scan(after, ['text'], ['EMAIL', 'US_SSN'])).toEqual({ EMAIL: 1 })
  })

  it('refuses a type that it does not know rather than finding nothing', async () => {
    await expect(new MemoryScrubber().scan(batch, ['text'], ['PERSON'])).rejects.toMatchObject({ code: 'KIT-E004' })
  })
})

describe('batchOf', () => {
  it('turns rows into columns and back', () => {
    const rows = [
      { subject: 'a', age: 3, text: 'x' },
      { subject: 'b', age: null, text: null },
    ]
    expect(rowsOf(batchOf(rows), true)).toEqual(rows)
  })

  it('refuses a column of numbers and text', () => {
    expect(() => batchOf([{ age: 1 }, { age: 'old' }])).toThrow(AttestryError)
    expect(() => batchOf([{ age: 1 }, { age: 'old' }])).toThrow(/'age' of the test rows mixes/)
  })
})
