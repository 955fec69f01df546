import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nextDue, openSchedules, parseCron, watchSchedules, type DueReport, type ScheduleEntry } from '../src/index.js'

const clock = { time: 0, now: () => clock.time, set: (iso: string) => void (clock.time = Date.parse(iso)) }
const nightly: ScheduleEntry = { name: 'nightly', frequency: 'daily', checks: ['bias_drift'], channels: [] }
const ok = async (): Promise<'ok'> => 'ok'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'attestry-schedules-'))
  clock.set('2026-03-01T10:00:00Z')
})
afterEach(() => rm(directory, { recursive: true, force: true }))

describe('a clock that goes back', () => {
  it('by little runs nothing twice', async () => {
    const schedules = openSchedules(directory, { clock })
    await schedules.add(nightly)
    clock.set('2026-03-02T00:10:00Z')
    expect((await schedules.runDue(ok)).runs).toHaveLength(1)
    clock.set('2026-03-01T23:30:00Z')
    expect(await schedules.runDue(ok)).toMatchObject({ runs: [], refused: [], next: '2026-03-03T00:00:00.000Z' })
    clock.set('2026-03-02T00:20:00Z')
    expect(await schedules.runDue(ok)).toMatchObject({ runs: [], missed: [] })
  })

  it('by more than an hour is refused, and the others run', async () => {
    const schedules = openSchedules(directory, { clock })
    await schedules.add(nightly)
    clock.set('2031-01-01T12:00:00Z')
    await schedules.runDue(ok)
    clock.set('2026-03-03T12:00:00Z')
    await schedules.add({ ...nightly, name: 'later', frequency: 'hourly' })
    clock.set('2026-03-03T13:00:00Z')
    expect(await schedules.runDue(ok)).toMatchObject({
      runs: [{ name: 'later' }],
      refused: [{ name: 'nightly', error: { code: 'MONITOR-E207' } }],
    })
    await schedules.remove('nightly')
    expect(await schedules.add(nightly)).toMatchObject({ nextDue: '2026-03-04T00:00:00.000Z' })
    expect((await schedules.runDue(ok)).refused).toEqual([])
  })
})

/** Minutes that the clock moves by, and whether the process is left in the middle of a run. */
const moves = fc.array(
  fc.record({ minutes: fc.integer({ min: -50, max: 400 }), opensAnew: fc.boolean(), fails: fc.boolean() }),
  { maxLength: 25 },
)

it('every due time has one run or is missed, wherever the clock goes and whoever asks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('hourly', '*/25 * * * *', '0 */7 * * *', 'daily'),
      moves,
      async (frequency, all) => {
        const folder = await mkdtemp(join(directory, 'run-'))
        clock.set('2026-03-01T10:00:00Z')
        const start = new Date(clock.time)
        let schedules = openSchedules(folder, { clock })
        await schedules.add({ ...nightly, frequency })
        const ran: string[] = []
        const told: string[] = []
        let latest = clock.time
        for (const { minutes, opensAnew, fails } of all) {
          clock.time += minutes * 60_000
          if (clock.time < latest - 3_600_000) clock.time = latest - 3_600_000
          latest = Math.max(latest, clock.time)
          if (opensAnew) schedules = openSchedules(folder, { clock })
          const { missed } = await schedules.runDue(async ({ due }) => {
            ran.push(due)
            if (fails) throw new Error('failed')
            return 'ok'
          })
          told.push(...missed.map(({ due }) => due))
        }
        const cron = parseCron(frequency)
        const dues: string[] = []
        for (let due = nextDue(cron, start)!; due.getTime() <= latest; due = nextDue(cron, due)!)
          dues.push(due.toISOString())
        // As a set and a list: nothing twice, nothing left out.
        expect([...ran, ...told].sort()).toEqual(dues)
        expect((await schedules.list())[0]!.missed).toEqual(told.slice(-100))
      },
    ),
    { numRuns: 30 },
  )
})

describe('a watch', () => {
  it('looks when something is due, at least once a minute, and ends with its signal', async () => {
    const schedules = openSchedules(directory, { clock })
    await schedules.add({ ...nightly, frequency: '*/5 * * * *' })
    clock.set('2026-03-01T10:03:30Z')
    const stop = new AbortController()
    const waits: number[] = []
    const reports: DueReport[] = []
    await watchSchedules(schedules, ok, {
      signal: stop.signal,
      clock,
      onReport: report => void reports.push(report),
      wait: async ms => {
        waits.push(ms)
        clock.time += ms
        if (waits.length === 3) stop.abort()
      },
    })
    expect(waits).toEqual([60_000, 30_000, 60_000])
    expect(reports.map(({ runs }) => runs.length)).toEqual([0, 0, 1])
  })

  it('waits for the check that runs, which is told to stop', async () => {
    const schedules = openSchedules(directory, { clock })
    await schedules.add(nightly)
    clock.set('2026-03-02T00:00:00Z')
    const stop = new AbortController()
    let hasEnded = false
    await watchSchedules(
      schedules,
      async ({ signal }) => {
        setTimeout(() => stop.abort(), 5)
        await new Promise(resolve => signal.addEventListener('abort', resolve))
        hasEnded = true
        return 'ok'
      },
      { signal: stop.signal, clock },
    )
    expect(hasEnded).toBe(true)
    expect(await schedules.list()).toMatchObject([{ lastOutcome: 'ok' }])
  })

  it('stops at once while it waits with the timer of the machine', async () => {
    const started = performance.now()
    await watchSchedules(openSchedules(directory), ok, { signal: AbortSignal.timeout(20) })
    expect(performance.now() - started).toBeLessThan(5000)
  })

  it('goes on after a failure that is handled, and ends with one that is not', async () => {
    await appendFile(join(directory, 'schedules.json'), 'x')
    const schedules = openSchedules(directory, { clock })
    const stop = new AbortController()
    const failures: unknown[] = []
    const wait = async (): Promise<void> => {
      if (failures.length === 2) stop.abort()
    }
    const onFailure = (failure: unknown): void => void failures.push(failure)
    await watchSchedules(schedules, ok, { signal: stop.signal, clock, wait, onFailure })
    expect(failures).toMatchObject([{ code: 'MONITOR-E205' }, { code: 'MONITOR-E205' }])
    await expect(watchSchedules(schedules, ok, { signal: new AbortController().signal })).rejects.toMatchObject({
      code: 'MONITOR-E205',
    })
  })
})

const dist = join(import.meta.dirname, '..', 'dist', 'index.js')

/** A process that runs what is due among many schedules, and writes a line before and after each run. */
function runner(lines: string, runMs: number): ReturnType<typeof spawn> {
  const program = `
    import { appendFileSync } from 'node:fs'
    import { openSchedules } from ${JSON.stringify(pathToFileURL(dist).href)}
    const clock = { now: () => Date.parse('2026-03-02T00:00:00Z') }
    const schedules = openSchedules(${JSON.stringify(directory)}, { clock })
    await schedules.runDue(async ({ check, due }) => {
      appendFileSync(${JSON.stringify(lines)}, 'begin ' + check.name + ' ' + due + '\\n')
      await new Promise(resolve => setTimeout(resolve, ${runMs}))
      appendFileSync(${JSON.stringify(lines)}, 'end ' + check.name + '\\n')
      return 'ok'
    })`
  return spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'inherit', 'inherit'] })
}

const ended = (child: ReturnType<typeof spawn>): Promise<unknown> => new Promise(resolve => child.on('close', resolve))

describe.skipIf(!existsSync(dist))('processes on one folder (needs the built package)', () => {
  const names = Array.from({ length: 12 }, (_, i) => `check-${String(i).padStart(2, '0')}`)
  const begun = async (file: string): Promise<string[]> =>
    (await readFile(file, 'utf8').catch(() => ''))
      .split('\n')
      .filter(line => line.startsWith('begin'))
      .map(line => line.split(' ')[1]!)

  const addAll = async (): Promise<void> => {
    const schedules = openSchedules(directory, { clock })
    for (const name of names) await schedules.add({ ...nightly, name })
  }

  it('run each due time once between them', async () => {
    await addAll()
    const lines = join(directory, 'lines')
    const children = [runner(lines, 5), runner(lines, 5), runner(lines, 5)]
    expect(await Promise.all(children.map(ended))).toEqual([0, 0, 0])
    expect((await begun(lines)).sort()).toEqual(names)
    clock.set('2026-03-02T00:00:01Z')
    for (const check of await openSchedules(directory, { clock }).list())
      expect(check).toMatchObject({ lastOutcome: 'ok', missed: [], nextDue: '2026-03-03T00:00:00.000Z' })
  })

  it('do not repeat the run of one that was killed, and report it', async () => {
    await addAll()
    const lines = join(directory, 'lines')
    const first = runner(lines, 60_000)
    while ((await begun(lines)).length === 0) await new Promise(resolve => setTimeout(resolve, 10))
    first.kill('SIGKILL')
    await ended(first)
    expect(await ended(runner(lines, 0))).toBe(0)
    expect((await begun(lines)).sort()).toEqual(names)
    clock.set('2026-03-02T00:00:01Z')
    const [killed, ...others] = await openSchedules(directory, { clock }).list()
    expect(killed).toMatchObject({ lastOutcome: 'failed', missed: ['2026-03-02T00:00:00.000Z'] })
    for (const check of others) expect(check).toMatchObject({ lastOutcome: 'ok', missed: [] })
  })
})
