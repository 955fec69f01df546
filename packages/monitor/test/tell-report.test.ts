import { AttestryError, type ScheduledCheck } from '@attestry/core'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { noticesOf, openDelivery, tellReport, type DueReport, type Message } from '../src/index.js'

const due = (day: number): string => `2026-03-0${day}T00:00:00.000Z`
const report: DueReport = {
  runs: [
    { name: 'calm', due: due(3), lateMs: 0, outcome: 'alerts' },
    { name: 'nightly', due: due(3), lateMs: 0, outcome: 'failed', failure: new Error('row of Ada Example') },
  ],
  missed: [
    { name: 'nightly', due: due(1) },
    { name: 'leaks', due: due(2) },
    { name: 'nightly', due: due(2) },
  ],
  refused: [{ name: 'leaks', error: new AttestryError({ code: 'MONITOR-E207', message: 'the clock shows 2026' }) }],
  next: null,
}

it('a report is told in a notice per failure and per schedule with missed times, without words of the data', () => {
  expect(noticesOf(report).map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
    `check-failed: the check nightly due on ${due(3)} failed: an unexpected failure, see the log of the process`,
    'check-failed: the check leaks does not run: MONITOR-E207 the clock shows 2026',
    `check-missed: 2 due times of nightly have no run, the last one ${due(2)}`,
    `check-missed: a due time of leaks has no run, the last one ${due(2)}`,
  ])
  expect(noticesOf({ ...report, runs: [report.runs[0]!], missed: [], refused: [] })).toEqual([])
})

it('notices go to the channels of their schedule, once', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'attestry-report-'))
  const got: string[] = []
  const channel = (name: string) =>
    [name, async ({ text }: Message) => void got.push(`${name} ${text.split(':')[0]}`)] as const
  const delivery = openDelivery(directory, new Map([channel('email'), channel('slack')]))
  const checks = [
    { name: 'nightly', channels: ['email'] },
    { name: 'leaks', channels: [] },
  ] as unknown as ScheduledCheck[]
  await tellReport(report, checks, delivery)
  expect(got).toEqual([
    `email the check nightly due on 2026-03-03T00`,
    'email 2 due times of nightly have no run, the last one 2026-03-02T00',
  ])
  expect((await tellReport(report, checks, delivery)).map(({ outcome }) => outcome)).toEqual(['repeated', 'repeated'])
  await rm(directory, { recursive: true })
})
