import { mkdir, mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Alert } from '@attestry/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fileChannel, messageOf, openNotifier, webhookChannel, type NotifyOptions } from '../src/index.js'

const alert: Alert = {
  metric: 'score-psi',
  value: 0.41234567,
  threshold: 0.2,
  severity: 'critical',
  note: 'scores are distributed otherwise than in the test set; 500 rows',
  slice: { region: 'org' },
}
const clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5) }

let directory: string
let servers: Server[] = []
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'attestry-monitor-'))
})
afterEach(async () => {
  await rm(directory, { recursive: true, force: true })
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  servers = []
})

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-token`
}

/** A server that answers with these statuses in turn, the last one for ever, and keeps what it was sent. */
async function answering(...statuses: number[]): Promise<{
  url: string
  requests: { body: string; headers: IncomingHttpHeaders; method: string | undefined }[]
}> {
  const requests: { body: string; headers: IncomingHttpHeaders; method: string | undefined }[] = []
  const url = await listen((request, response) => {
    let body = ''
    request.on('data', chunk => (body += String(chunk)))
    request.on('end', () => {
      requests.push({ body, headers: request.headers, method: request.method })
      response.writeHead(statuses[Math.min(requests.length, statuses.length) - 1]!, { location: '/elsewhere' }).end('x')
    })
  })
  return { url, requests }
}

function notifier(options: NotifyOptions): { notify: (one: Alert, window: number) => Promise<void>; lines: string[] } {
  const lines: string[] = []
  const environment = { runId: '01RUN', directory, workspace: directory }
  const { notify } = openNotifier(options, { environment, clock, write: line => void lines.push(line), secrets: {} })
  return { notify, lines }
}

describe('the message', () => {
  it('is one line of text, with the same id for the same alert', () => {
    const message = messageOf(alert, 3, '01RUN', '2026-01-02T03:04:05.000Z')
    expect(message.text).toBe(
      'critical: score-psi [region=org] 0.4123, threshold 0.2, window 3: scores are distributed otherwise than in the test set; 500 rows',
    )
    expect(message.id).toMatch(/^[0-9a-f]{32}$/)
    expect(messageOf(alert, 3, '01RUN', 'later').id).toBe(message.id)
    expect(messageOf(alert, 4, '01RUN', 'later').id).not.toBe(message.id)
  })

  it('takes over the members of the contract only', () => {
    const talkative = { ...alert, row: { name: 'Ada Example' } }
    expect(JSON.stringify(messageOf(talkative, 0, '01RUN', 'now'))).not.toContain('Ada')
  })

  it('has no control characters in its text', () => {
    const hostile = { ...alert, slice: { region: 'a\u001b[2J\nerror: b\u202e' } }
    expect(messageOf(hostile, 0, '01RUN', 'now').text).toContain('[region=a [2J error: b ]')
  })
})

describe('the console channel', () => {
  it('writes one line', async () => {
    const { notify, lines } = notifier({ console: true })
    await notify(alert, 3)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^attestry alert: critical: score-psi .*\n$/)
  })

  it('is silent when it is not asked for', async () => {
    const { notify, lines } = notifier({ console: false })
    await notify(alert, 3)
    expect(lines).toEqual([])
  })
})

describe('the file channel', () => {
  it('appends a line of JSON per alert, readable by the owner alone', async () => {
    const { notify } = notifier({ file: 'monitor/alerts.jsonl' })
    await notify(alert, 0)
    await notify(alert, 1)
    const path = join(directory, 'monitor', 'alerts.jsonl')
    const lines = (await readFile(path, 'utf8'))
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as object)
    expect(lines).toMatchObject([
      { type: 'attestry.monitor.alert-raised', run: '01RUN', window: 0, time: '2026-01-02T03:04:05.000Z', alert },
      { window: 1 },
    ])
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('keeps lines whole when alerts arrive together', async () => {
    const { notify } = notifier({ file: 'alerts.jsonl' })
    await Promise.all(Array.from({ length: 50 }, (_, window) => notify(alert, window)))
    const lines = (await readFile(join(directory, 'alerts.jsonl'), 'utf8')).trimEnd().split('\n')
    const windows = lines.map(line => (JSON.parse(line) as { window: number }).window)
    expect(windows.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, window) => window))
  })

  it('fails with MONITOR-E003 when it cannot write, without an absolute path', async () => {
    await mkdir(join(directory, 'alerts.jsonl'))
    await expect(notifier({ file: 'alerts.jsonl' }).notify(alert, 0)).rejects.toMatchObject({
      code: 'MONITOR-E003',
      message: 'an alert could not be appended to alerts.jsonl: EISDIR',
    })
  })

  it.skipIf(process.platform === 'win32')('does not write through a link', async () => {
    await symlink(join(directory, 'elsewhere'), join(directory, 'alerts.jsonl'))
    await expect(fileChannel(directory, 'alerts.jsonl')(messageOf(alert, 0, 'r', 't'))).rejects.toMatchObject({
      code: 'MONITOR-E003',
    })
    await expect(stat(join(directory, 'elsewhere'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('the webhook channel', () => {
  const message = messageOf(alert, 3, '01RUN', '2026-01-02T03:04:05.000Z')
  const post = (url: string, timeoutMs = 2000) => webhookChannel({ url, timeoutMs }, { pauseMs: 5 })(message)

  it('posts JSON with an idempotency key', async () => {
    const { url, requests } = await answering(204)
    await notifier({ webhook: { url } }).notify(alert, 3)
    expect(requests).toHaveLength(1)
    const { body, headers, method } = requests[0]!
    expect(method).toBe('POST')
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'idempotency-key': message.id })
    expect(JSON.parse(body)).toEqual(message)
  })

  it('tries again after 500 and 429, with the same key', async () => {
    const { url, requests } = await answering(500, 429, 200)
    await post(url)
    expect(requests.map(({ headers }) => headers['idempotency-key'])).toEqual([message.id, message.id, message.id])
  })

  it('gives up after three attempts, and keeps the path of the URL to itself', async () => {
    const { url, requests } = await answering(503)
    const failure = await post(url).catch((error: unknown) => error as Error & { toJSON(): object })
    expect(failure).toMatchObject({ code: 'MONITOR-E004' })
    expect((failure as Error).message).toMatch(
      /^the webhook at 127\.0\.0\.1:\d+ did not accept an alert: status 503 \(attempts: 3\)$/,
    )
    expect(JSON.stringify(failure)).not.toContain('secret-token')
    expect(requests).toHaveLength(3)
  })

  it.each([400, 404, 302])('takes status %d as final', async status => {
    const { url, requests } = await answering(status)
    await expect(post(url)).rejects.toMatchObject({
      code: 'MONITOR-E004',
      message: expect.stringContaining(`${status}`),
    })
    expect(requests).toHaveLength(1)
  })

  it('stops waiting after its timeout', async () => {
    let asked = 0
    const url = await listen(() => void asked++)
    const started = performance.now()
    await expect(post(url, 50)).rejects.toMatchObject({
      code: 'MONITOR-E004',
      message: expect.stringContaining('no answer within 50 ms (attempts: 3)'),
    })
    expect(performance.now() - started).toBeLessThan(2000)
    expect(asked).toBe(3)
  })

  it('reports a connection that is cut', async () => {
    const url = await listen(request => request.socket.destroy())
    await expect(post(url)).rejects.toMatchObject({ message: expect.stringContaining('no connection (attempts: 3)') })
  })

  it('does not read an endless answer', async () => {
    const url = await listen((_, response) => {
      response.writeHead(200)
      const timer = setInterval(() => response.write('x'.repeat(1024)), 1)
      response.on('close', () => clearInterval(timer))
    })
    await expect(post(url)).resolves.toBeUndefined()
  })
})

describe('several channels', () => {
  it('are all tried, and one failure is reported as it is', async () => {
    const { url, requests } = await answering(404)
    const { notify, lines } = notifier({ console: true, file: 'alerts.jsonl', webhook: { url } })
    await expect(notify(alert, 0)).rejects.toMatchObject({ code: 'MONITOR-E004' })
    expect(requests).toHaveLength(1)
    expect(lines).toHaveLength(1)
    expect(await readFile(join(directory, 'alerts.jsonl'), 'utf8')).toContain('score-psi')
  })

  it('that fail together are reported together', async () => {
    await mkdir(join(directory, 'alerts.jsonl'))
    const { url } = await answering(404)
    await expect(notifier({ file: 'alerts.jsonl', webhook: { url } }).notify(alert, 0)).rejects.toMatchObject({
      code: 'MONITOR-E005',
      message: '2 of 2 channels failed to deliver an alert',
      notes: [expect.stringContaining('EISDIR'), expect.stringContaining('status 404')],
    })
  })
})
