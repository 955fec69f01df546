import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '@attestry/core'
import { verifyRun, readLogVkey, workspaceLogDirectory } from '@attestry/audit'
import { monitorDirectory, openSchedules } from '@attestry/monitor'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  AttestrySDK,
  ComplianceMonitor,
  watchScheduledChecks,
  type ChecksReport,
  type FineTunedModel,
  type TrackedPredictions,
} from '@attestry/sdk'
import { writeWages } from './tickets.js'

let directory: string
let sdk: AttestrySDK
let model: FineTunedModel
/** A chat service: what it was sent. */
const posts: string[] = []
const chat = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk: Buffer) => (body += chunk.toString()))
  request.on('end', () => {
    posts.push(body)
    response.end('ok')
  })
})
let at = Date.parse('2026-11-26T10:00:00Z')
const clock: Clock = { now: () => at }

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'attestry-monitoring-'))
  sdk = await AttestrySDK.create({ complianceMode: true, directory })
  writeWages(directory, 1200)
  model = await sdk.fineTune({
    model: 'mlp',
    dataset: './wages.csv',
    features: { education: { min: 0, max: 25 }, experience: { min: 0, max: 60 } },
    groups: ['gender'],
    training: { epochs: 8, batchSize: 64, learningRate: 0.05 },
  })
  await new Promise<void>(resolve => chat.listen(0, '127.0.0.1', resolve))
  process.env.ATTESTRY_SLACK_WEBHOOK = `http://127.0.0.1:${(chat.address() as AddressInfo).port}/hook`
}, 60_000)
afterAll(() => {
  delete process.env.ATTESTRY_SLACK_WEBHOOK
  chat.close()
  rmSync(directory, { recursive: true, force: true })
})

/** Predicts made-up people as the application would, and records each answer. */
async function serve(
  { record }: Pick<TrackedPredictions, 'record'>,
  rows: number,
  person: (i: number) => { education: number; experience: number; gender: string },
): Promise<void> {
  const people = Array.from({ length: rows }, (_, i) => person(i))
  const { probabilities } = await model.predict(people.map(({ education, experience }) => ({ education, experience })))
  for (const [i, { gender, ...features }] of people.entries())
    expect(record({ score: probabilities[2 * i + 1]!, groups: { gender }, features })).toBe(true)
}
let seed = 3
const draw = (): number => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return seed / 2 ** 32
}
const asBefore = () => ({
  education: 6 + Math.floor(draw() * 14),
  experience: Math.floor(draw() * 40),
  gender: draw() < 0.5 ? 'women' : 'men',
})
/** Women of little experience, men of much: rates of groups move apart, and the inputs move too. */
const otherwise = () => {
  const gender = draw() < 0.5 ? 'women' : 'men'
  return {
    education: gender === 'men' ? 19 : 7,
    experience: Math.floor(draw() * 10) + (gender === 'men' ? 30 : 0),
    gender,
  }
}

describe('a tracked model', () => {
  it('raises nothing while people are as before, and tells what moved when they are not', async () => {
    const monitor = new ComplianceMonitor({ sdk, clock })
    const tracked = await monitor.trackPredictions({
      model,
      metrics: ['bias', 'drift', 'privacy_leakage'],
      alertThresholds: { biasScore: 0.1, dataDrift: 0.2 },
    })
    at += 60_000
    await serve(tracked, 800, asBefore)
    const calm = await tracked.check()
    expect(calm.filter(({ state }) => state === 'alert')).toEqual([])
    expect(calm.some(({ metric, value }) => metric === 'membership-auc' && value !== null)).toBe(true)
    expect(calm.some(({ metric, value }) => metric === 'feature-psi' && value !== null)).toBe(true)

    at += 3_600_000
    await serve({ record: prediction => monitor.record(prediction) }, 800, otherwise)
    const metrics = new Set((await tracked.check()).flatMap(({ state, metric }) => (state === 'alert' ? [metric] : [])))
    expect([...metrics]).toEqual(expect.arrayContaining(['feature-psi', 'selection-rate-gap']))
    expect(tracked.status()).toMatchObject({ recorded: 1600, windowsPending: 0 })
    await monitor.close()
    expect(tracked.record({ score: 0.5 })).toBe(false)
  })

  it('refuses metrics and thresholds that nobody measures', async () => {
    const monitor = new ComplianceMonitor({ sdk, clock })
    await expect(monitor.trackPredictions({ model, metrics: ['luck'] })).rejects.toMatchObject({ code: 'MONITOR-E331' })
    const alertThresholds = { biasScor: 0.1 } as object
    await expect(monitor.trackPredictions({ model, metrics: ['bias'], alertThresholds })).rejects.toMatchObject({
      code: 'SDK-E009',
    })
    expect(() => monitor.record({ score: 0.5 })).toThrowError(expect.objectContaining({ code: 'SDK-E017' }))
  })
})

describe('scheduled checks', () => {
  it('run once a day whoever asks, tell the channels, and keep what a channel does not take', async () => {
    const monitor = new ComplianceMonitor({ sdk, clock })
    const placed = await monitor.scheduleChecks({
      frequency: 'daily',
      checks: ['bias_drift', 'privacy_leakage', 'data_quality'],
      notificationChannels: ['email', 'slack'],
    })
    expect(placed.channelsNotSetUp).toEqual(['email'])
    const tracked = await monitor.trackPredictions({ model, metrics: ['bias'], alertThresholds: { biasScore: 0.1 } })
    expect((await monitor.runDue()).runs).toEqual([])
    await serve(tracked, 800, otherwise)
    // Stored, so that it does not matter which of the two is first.
    await monitor.close()
    at = Date.parse('2026-11-27T00:05:00Z')
    const [first, second] = await Promise.all([monitor.runDue(), new ComplianceMonitor({ sdk, clock }).runDue()])
    const runs = [...first.runs, ...second.runs]
    expect(runs).toMatchObject([{ due: '2026-11-27T00:00:00.000Z', outcome: 'alerts' }])
    expect(posts.length).toBeGreaterThan(0)
    expect(posts.join('')).toContain('selection-rate-gap')
    expect(readFileSync(join(sdk.workspace, 'monitor/undelivered.jsonl'), 'utf8')).toContain('SDK-E015')
  })

  it('count a check that looked at nothing as failed, tell of missed ones, and note both in the log', async () => {
    at = Date.parse('2026-11-30T00:05:00Z')
    posts.length = 0
    const { runs, missed } = await new ComplianceMonitor({ sdk, clock }).runDue()
    expect(missed.map(({ due }) => due.slice(0, 10))).toEqual(['2026-11-28', '2026-11-29'])
    // Leakage is asked of the model, which another process cannot open; nothing else was recorded.
    expect(runs).toMatchObject([{ outcome: 'failed', failure: { code: 'SDK-E017' } }])
    expect(posts.some(post => post.includes('have no run'))).toBe(true)
    expect(posts.some(post => post.includes('SDK-E017'))).toBe(true)
    const log = await verifyRun(workspaceLogDirectory(sdk.workspace), await readLogVkey(sdk.workspace))
    expect(log.ok).toBe(true)
    const payloads = readFileSync(join(workspaceLogDirectory(sdk.workspace), 'log/payloads.jsonl'), 'utf8')
    for (const outcome of ['alerts', 'failed']) expect(payloads).toContain(`"outcome":"${outcome}"`)
  })

  it('are refused with a name that is none', async () => {
    const monitor = new ComplianceMonitor({ sdk, clock })
    const schedule = (more: object) => monitor.scheduleChecks({ frequency: 'daily', checks: ['bias_drift'], ...more })
    await expect(schedule({ checks: ['bias_drif'] })).rejects.toMatchObject({ code: 'SDK-E009' })
    await expect(schedule({ notificationChannels: ['pigeon'] })).rejects.toMatchObject({ code: 'SDK-E009' })
    await expect(schedule({ frequency: 'sometimes' })).rejects.toMatchObject({ code: /^MONITOR-E2/ })
  })

  it('are named by what they do, in words that a schedule may be called', async () => {
    const monitor = new ComplianceMonitor({ sdk, clock })
    const all = ['retention', 'bias', 'data_drift', 'data_quality', 'performance', 'privacy_leakage', 'bias']
    const placed = await monitor.scheduleChecks({ frequency: '15 4 * * *', checks: all })
    const known = ['bias_drift', 'data_drift', 'data_quality', 'performance', 'privacy_leakage', 'retention']
    expect(placed.checks).toEqual(known)
    expect(placed.name).toBe('15-4-bias-drift-data-drift-data-quality-performance-privacy')
    expect(await monitor.scheduleChecks({ frequency: '15 4 * * *', checks: all })).toEqual(placed)
    await openSchedules(monitorDirectory(sdk.workspace)).remove(placed.name)
  })

  it('may destroy what is due', async () => {
    const monitor = new ComplianceMonitor({ sdk, clock })
    await monitor.scheduleChecks({ frequency: 'hourly', checks: ['retention'], name: 'cleaning' })
    at += 3_600_000
    const { runs } = await monitor.runDue()
    expect(runs).toMatchObject([{ name: 'cleaning', outcome: 'ok' }])
    expect(readdirSync(join(sdk.workspace, 'monitor'))).toContain('schedules.json')
  })

  it('run while somebody watches, with a report of each look and of that look alone', async () => {
    const at0 = at
    const monitor = new ComplianceMonitor({ sdk, clock })
    await monitor.scheduleChecks({ frequency: 'hourly', checks: ['data_drift'], name: 'hourly-watched' })
    const tracked = await monitor.trackPredictions({ model, metrics: ['drift'] })
    await serve(tracked, 400, otherwise)
    await monitor.close()
    const stop = new AbortController()
    const reports: ChecksReport[] = []
    const waits: number[] = []
    const work = { workspace: sdk.workspace, clock, notify: { console: true }, variables: {} }
    await watchScheduledChecks(
      { ...work, openModel: () => Promise.resolve(undefined) },
      {
        signal: stop.signal,
        longestWaitMs: 600_000,
        onReport: report => void reports.push(report),
        wait: ms => {
          waits.push(ms)
          // The next hour comes after the first look, nothing after the second.
          if (waits.length === 1) at = at0 + 3_600_000
          if (waits.length === 3) stop.abort()
          return Promise.resolve()
        },
      },
    )
    expect(waits).toEqual([600_000, 600_000, 600_000])
    expect(reports.map(({ runs }) => runs.map(({ name, outcome }) => [name, outcome]))).toEqual([
      [],
      [
        ['cleaning', 'ok'],
        ['hourly-watched', 'alerts'],
      ],
      [],
    ])
    expect(reports.map(({ checked }) => checked.map(({ check }) => check))).toEqual([[], ['hourly-watched'], []])
    const payloads = readFileSync(join(workspaceLogDirectory(sdk.workspace), 'log/payloads.jsonl'), 'utf8')
    expect(payloads).toContain('"name":"hourly-watched"')
  })
})
