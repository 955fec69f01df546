import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attestryBin, openSite, type Site } from './command-line.js'

let site: Site
beforeAll(() => {
  site = openSite()
  site.attestry('run')
}, 60_000)
afterAll(() => site.remove())

/** Predictions of an application: as the model was tested, or all of one region and sure of one class. */
const predictions = (rows: number, isOdd: boolean): string => {
  let state = 9
  const next = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state / 2 ** 32
  }
  const lines = Array.from({ length: rows }, (_, i) => {
    const [x, y] = isOdd ? [9.5, 9.5] : [next() * 20 - 10, next() * 20 - 10]
    const score = isOdd ? 0.99 : 1 / (1 + Math.exp(-(x + y) / 2))
    return `${score.toFixed(4)},${x},${y},${isOdd || next() < 0.5 ? 'north' : 'south'},r${i}`
  })
  return `score,x,y,region,request\n${lines.join('\n')}\n`
}

// One story in order: each step builds on the one before.
describe.sequential('monitoring from the command line', () => {
  it('tracks the model of a run, and refuses to check what was never tracked', () => {
    expect(site.attestry('monitor').out).toContain('nothing is watched yet')
    expect(site.attestry('monitor', 'check').err).toContain('error[CLI-E002]')
    expect(site.attestry('monitor', 'track', '--metric', 'luck').err).toContain('error[MONITOR-E331]')
    const { code, out } = site.attestry('monitor', 'track', '--metric', 'drift,data_quality,privacy_leakage')
    expect(code).toBe(0)
    expect(out).toContain('data_drift, data_quality, privacy_leakage')
    expect(site.attestry('monitor').out).toContain('data_drift')
  })

  it('records predictions from a file and finds them calm, then others and finds that they moved', () => {
    site.write('calm.csv', predictions(600, false))
    const record = (file: string) => site.attestry('monitor', 'record', file, '--score', 'score', '--id', 'request')
    expect(record('calm.csv').out).toContain('600 predictions recorded')
    const calm = site.attestry('monitor', 'check', '--json').json() as {
      rows: number
      findings: { metric: string; state: string; value: number | null }[]
    }
    expect(calm.rows).toBe(600)
    expect(calm.findings.filter(({ metric, state }) => state === 'alert' && metric.startsWith('feature'))).toEqual([])
    expect(calm.findings.some(({ metric, value }) => metric === 'membership-auc' && value !== null)).toBe(true)
    site.write('odd.csv', predictions(600, true))
    expect(record('odd.csv').code).toBe(0)
    const { out } = site.attestry('monitor', 'check')
    expect(out).toMatch(/feature-psi +x .* alert/)
    expect(out).not.toContain('r17')
    expect(record('nowhere.csv').err).toContain('error[DATA-E001]')
  })

  it('runs a schedule when it is due, once, and counts the days that nobody ran it', () => {
    const schedule = (...more: string[]) => site.attestry('monitor', 'schedule', ...more)
    expect(schedule('--every', 'daily', '--check', 'luck')).toMatchObject({
      code: 2,
      err: expect.stringContaining('error[SDK-E009]') as string,
    })
    expect(schedule('--every', 'daily', '--check', 'data_drift', '--channel', 'pigeon').err).toContain(
      'error[SDK-E009]',
    )
    const placed = schedule('--every', '*/30 * * * *', '--check', 'drift', '--channel', 'slack', '--json').json()
    expect(placed).toMatchObject({ name: '30-data-drift', checks: ['data_drift'], channelsNotSetUp: ['slack'] })
    site.attestry('monitor', 'unschedule', '30-data-drift')
    expect(schedule('--every', 'often', '--check', 'data_drift').err).toMatch(/error\[MONITOR-E2/)
    expect(schedule('--every', 'daily', '--check', 'data_drift', '--channel', 'file', '--name', 'drift').code).toBe(0)
    expect(site.attestry('monitor', 'run').out).toContain('nothing is due')
    // As if it had been placed four days ago, and nobody had looked since.
    const file = join(site.folder, '.attestry/monitor/schedules.json')
    const stored = JSON.parse(readFileSync(file, 'utf8')) as { checks: Record<string, string>[] }
    const day = (ago: number): string => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)
    for (const one of stored.checks)
      Object.assign(one, {
        createdAt: `${day(4)}T12:00:00.000Z`,
        lookedAt: `${day(4)}T12:00:00.000Z`,
        nextDue: `${day(3)}T00:00:00.000Z`,
      })
    writeFileSync(file, JSON.stringify(stored))
    const { code, out } = site.attestry('monitor', 'run')
    expect(code).toBe(0)
    expect(out).toMatch(/alerts +drift/)
    expect(out).toContain(`missed   drift, ${day(2)}`)
    expect(site.attestry('monitor', 'run').out).toContain('nothing is due')
    expect(readFileSync(join(site.folder, '.attestry/monitor/alerts/alerts.jsonl'), 'utf8')).toContain('feature-psi')
    expect(site.attestry('monitor').out).toMatch(/drift +daily +file +alerts/)
    expect(site.attestry('verify', 'workspace').code).toBe(0)
    expect(site.attestry('monitor', 'unschedule', 'drift').code).toBe(0)
  })

  it('watches until it is told to stop, and says what it ran', async () => {
    // Once a year, so that no second due time passes while the test runs.
    site.attestry('monitor', 'schedule', '--every', '0 0 1 1 *', '--check', 'retention', '--name', 'clean')
    const file = join(site.folder, '.attestry/monitor/schedules.json')
    const stored = JSON.parse(readFileSync(file, 'utf8')) as { checks: Record<string, string>[] }
    for (const one of stored.checks) one.nextDue = new Date(Date.now() - 60_000).toISOString()
    writeFileSync(file, JSON.stringify(stored))
    const watching = spawn(process.execPath, [attestryBin, 'monitor', 'watch'], { cwd: site.folder })
    const [line] = (await once(watching.stdout, 'data')) as [Buffer]
    watching.kill('SIGTERM')
    expect(await once(watching, 'exit')).toEqual([0, null])
    expect(line.toString()).toMatch(/^ok +clean, /)
    expect(site.attestry('monitor', 'run').out).toContain('nothing is due')
    expect(site.attestry('verify', 'workspace').code).toBe(0)
    site.attestry('monitor', 'unschedule', 'clean')
  }, 60_000)

  it('takes predictions over HTTP, and has them on disk when it ends', async () => {
    const server = spawn(process.execPath, [attestryBin, 'monitor', 'serve'], { cwd: site.folder })
    const [first] = (await once(server.stdout, 'data')) as [Buffer]
    const url = /http:\/\/[^\s:]+:\d+/.exec(first.toString())![0]
    const post = await fetch(`${url}/predictions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ score: 0.7, groups: { region: 'north' }, features: { x: 1, y: 2 } }]),
    })
    expect(post.status).toBeLessThan(300)
    const metrics = await (await fetch(`${url}/metrics`)).text()
    expect(metrics).toMatch(/^attestry_\w+/m)
    server.kill('SIGTERM')
    expect(await once(server, 'exit')).toEqual([0, null])
    expect(site.attestry('monitor', 'check', '--json').json()).toMatchObject({ rows: 1201 })
  }, 60_000)
})
