import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSchedules, type Schedules, type ScheduleEntry } from '../src/index.js'

const clock = { time: 0, now: () => clock.time, set: (iso: string) => void (clock.time = Date.parse(iso)) }
const nightly: ScheduleEntry = { name: 'nightly', frequency: 'daily', checks: ['bias_drift'], channels: ['email'] }
const ok = async (): Promise<'ok'> => 'ok'

const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await new Promise(resolve => setTimeout(resolve, 5))
}

let directory: string
let schedules: Schedules
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'attestry-schedules-'))
  clock.set('2026-03-01T10:00:00Z')
  schedules = openSchedules(directory, { clock })
})
afterEach(() => rm(directory, { recursive: true, force: true }))

describe('adding and removing', () => {
  it('shows what was added, first due at the next due time', async () => {
    expect(await schedules.list()).toEqual([])
    const added = await schedules.add(nightly)
    expect(added).toEqual({
      ...nightly,
      createdAt: '2026-03-01T10:00:00.000Z',
      lastRun: null,
      lastOutcome: null,
      nextDue: '2026-03-02T00:00:00.000Z',
      missed: [],
    })
    expect(await openSchedules(directory, { clock }).list()).toEqual([added])
    if (process.platform !== 'win32') expect((await stat(join(directory, 'schedules.json'))).mode & 0o777).toBe(0o600)
  })

  it('takes the same schedule twice, and refuses another of its name', async () => {
    const added = await schedules.add(nightly)
    clock.set('2026-03-01T12:00:00Z')
    expect(await schedules.add({ ...nightly })).toEqual(added)
    await expect(schedules.add({ ...nightly, frequency: 'weekly' })).rejects.toMatchObject({ code: 'MONITOR-E203' })
  })

  it('removes by name, and knows every name', async () => {
    await schedules.add(nightly)
    await expect(schedules.remove('nightli')).rejects.toMatchObject({
      code: 'MONITOR-E204',
      help: 'the schedules are: nightly',
    })
    await schedules.remove('nightly')
    expect(await schedules.list()).toEqual([])
  })

  it.each([
    [{ ...nightly, name: 'Nightly!' }, 'MONITOR-E202'],
    [{ ...nightly, checks: [] }, 'MONITOR-E202'],
    [{ ...nightly, checks: ['a', 'a'] }, 'MONITOR-E202'],
    [{ ...nightly, channel: 'email' }, 'MONITOR-E202'],
    [{ ...nightly, frequency: 'monthly' }, 'MONITOR-E201'],
  ])('refuses %j', async (entry, code) => {
    await expect(schedules.add(entry)).rejects.toMatchObject({ code })
    expect(await readdir(directory)).toEqual([])
  })

  it.each(['', '{}', '{"version":2,"checks":[]}', '{"version":1,"checks":[{"name":"a"}]}'])(
    'runs nothing when its file is %j',
    async text => {
      await writeFile(join(directory, 'schedules.json'), text)
      await expect(schedules.list()).rejects.toMatchObject({ code: 'MONITOR-E205' })
      await expect(schedules.runDue(ok)).rejects.toMatchObject({ code: 'MONITOR-E205' })
      await expect(schedules.add(nightly)).rejects.toMatchObject({ code: 'MONITOR-E205' })
      expect(await readFile(join(directory, 'schedules.json'), 'utf8')).toBe(text)
    },
  )
})

describe('running what is due', () => {
  it('runs a check once for its due time, however often it is asked', async () => {
    await schedules.add(nightly)
    expect(await schedules.runDue(ok)).toEqual({ runs: [], missed: [], refused: [], next: '2026-03-02T00:00:00.000Z' })
    clock.set('2026-03-02T00:00:05Z')
    const seen: unknown[] = []
    const report = await schedules.runDue(async ({ check, due }) => {
      seen.push(check.name, check.checks, due)
      return 'alerts'
    })
    expect(seen).toEqual(['nightly', ['bias_drift'], '2026-03-02T00:00:00.000Z'])
    expect(report).toEqual({
      runs: [{ name: 'nightly', due: '2026-03-02T00:00:00.000Z', lateMs: 5000, outcome: 'alerts' }],
      missed: [],
      refused: [],
      next: '2026-03-03T00:00:00.000Z',
    })
    expect((await openSchedules(directory, { clock }).runDue(ok)).runs).toEqual([])
    expect(await schedules.list()).toMatchObject([{ lastRun: '2026-03-02T00:00:05.000Z', lastOutcome: 'alerts' }])
  })

  it('records a rejection, and any answer that is none, as failed', async () => {
    await schedules.add(nightly)
    clock.set('2026-03-02T00:00:00Z')
    const failure = new Error('no model')
    expect((await schedules.runDue(() => Promise.reject(failure))).runs).toMatchObject([{ outcome: 'failed', failure }])
    clock.set('2026-03-03T00:00:00Z')
    expect((await schedules.runDue((async () => 'fine') as unknown as typeof ok)).runs).toMatchObject([
      { outcome: 'failed' },
    ])
    expect(await schedules.list()).toMatchObject([{ lastOutcome: 'failed' }])
  })

  it('lists what nobody ran as missed, before and after somebody runs again', async () => {
    await schedules.add(nightly)
    clock.set('2026-03-05T06:00:00Z')
    const missed = ['2026-03-02T00:00:00.000Z', '2026-03-03T00:00:00.000Z', '2026-03-04T00:00:00.000Z']
    expect(await schedules.list()).toMatchObject([{ missed, nextDue: '2026-03-05T00:00:00.000Z', lastRun: null }])
    const report = await schedules.runDue(ok)
    expect(report.runs).toMatchObject([{ due: '2026-03-05T00:00:00.000Z', lateMs: 6 * 3_600_000 }])
    expect(report.missed).toEqual(missed.map(due => ({ name: 'nightly', due })))
    expect(await schedules.list()).toMatchObject([{ missed, nextDue: '2026-03-06T00:00:00.000Z' }])
    expect((await schedules.runDue(ok)).missed).toEqual([])
  })

  it('keeps the newest 100 missed times of years, in no time', async () => {
    await schedules.add({ ...nightly, frequency: '* * * * *' })
    clock.set('2056-03-01T10:00:30Z')
    const started = performance.now()
    const [check] = await schedules.list()
    expect(performance.now() - started).toBeLessThan(500)
    expect(check!.missed).toHaveLength(100)
    expect(check!.missed.at(-1)).toBe('2056-03-01T09:59:00.000Z')
    expect(check!.nextDue).toBe('2056-03-01T10:00:00.000Z')
  })

  it('runs the others when one fails or hangs on to its turn', async () => {
    for (const name of ['a', 'b', 'c']) await schedules.add({ ...nightly, name })
    clock.set('2026-03-02T00:00:00Z')
    const { runs } = await schedules.runDue(async ({ check }) => {
      if (check.name === 'b') throw new Error('b')
      return 'ok'
    })
    expect(runs.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual(['a ok', 'b failed', 'c ok'])
  })

  it('does not start a check again while its run goes on, and misses the due time that this covers', async () => {
    await schedules.add({ ...nightly, frequency: 'hourly' })
    clock.set('2026-03-01T11:00:00Z')
    // A lease of a day: nobody holds the run for dead.
    const [mine, other] = [openSchedules(directory, { clock, leaseMs: 86_400_000 }), schedules]
    await mine.runDue(async () => {
      clock.set('2026-03-01T12:05:00Z')
      expect(await other.runDue(ok)).toMatchObject({ runs: [], missed: [] })
      clock.set('2026-03-01T13:05:00Z')
      expect(await other.runDue(ok)).toMatchObject({ runs: [], missed: [{ due: '2026-03-01T12:00:00.000Z' }] })
      return 'ok'
    })
    expect((await other.runDue(ok)).runs).toMatchObject([{ due: '2026-03-01T13:00:00.000Z' }])
  })
})

describe('a run that never ended', () => {
  /** The state that a process leaves that is killed in the middle of a run. */
  const abandon = async (): Promise<void> => {
    await schedules.runDue(async () => {
      const path = join(directory, 'schedules.json')
      const state = await readFile(path, 'utf8')
      // A process id that no system gives.
      await writeFile(`${path}.left`, state.replace(/"pid": \d+/, '"pid": 2147483646'))
      return 'ok'
    })
    await writeFile(join(directory, 'schedules.json'), await readFile(join(directory, 'schedules.json.left')))
  }

  it('is recorded as failed and its due time as missed, and is not repeated', async () => {
    await schedules.add(nightly)
    clock.set('2026-03-02T00:00:01Z')
    await abandon()
    expect(await schedules.list()).toMatchObject([
      { lastRun: '2026-03-02T00:00:01.000Z', lastOutcome: 'failed', missed: ['2026-03-02T00:00:00.000Z'] },
    ])
    const report = await schedules.runDue(ok)
    expect(report).toMatchObject({ runs: [], missed: [{ name: 'nightly', due: '2026-03-02T00:00:00.000Z' }] })
    clock.set('2026-03-03T00:00:01Z')
    expect((await schedules.runDue(ok)).runs).toHaveLength(1)
    expect(await schedules.list()).toMatchObject([{ lastOutcome: 'ok', missed: ['2026-03-02T00:00:00.000Z'] }])
  })

  it('is given up when its process stands still for longer than the lease, whose result then counts no more', async () => {
    await schedules.add(nightly)
    clock.set('2026-03-02T00:00:00Z')
    const other = openSchedules(directory, { clock })
    const { runs } = await schedules.runDue(async () => {
      clock.set('2026-03-02T00:09:00Z')
      expect((await other.runDue(ok)).missed).toEqual([])
      clock.set('2026-03-02T00:10:01Z')
      expect(await other.runDue(ok)).toMatchObject({ runs: [], missed: [{ due: '2026-03-02T00:00:00.000Z' }] })
      return 'ok'
    })
    expect(runs).toMatchObject([{ outcome: 'failed', failure: { code: 'MONITOR-E208' } }])
    expect(await schedules.list()).toMatchObject([{ lastOutcome: 'failed' }])
  })

  it('is kept alive by a process that works, and told when it is lost', async () => {
    await schedules.add(nightly)
    clock.set('2026-03-02T00:00:00Z')
    const path = join(directory, 'schedules.json')
    const mine = openSchedules(directory, { clock, leaseMs: 60 })
    const other = openSchedules(directory, { clock })
    const { runs } = await mine.runDue(async ({ signal }) => {
      for (let i = 0; i < 3; i++) {
        clock.time += 50
        await until(async () => (await readFile(path, 'utf8')).includes(new Date(clock.time + 60).toISOString()))
        expect((await other.runDue(ok)).missed).toEqual([])
      }
      await other.remove('nightly')
      await new Promise(resolve => signal.addEventListener('abort', resolve))
      return 'ok'
    })
    expect(runs).toMatchObject([{ failure: { code: 'MONITOR-E208' } }])
  })
})
