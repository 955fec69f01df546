import { connect } from 'node:net'
import { request as httpRequest } from 'node:http'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import {
  isLoopback,
  newToken,
  openPredictionServer,
  openRecorder,
  schemaOf,
  type PredictionServer,
  type PredictionServerOptions,
  type RecordedWindow,
  type Recorder,
} from '../src/index.js'

const schema = schemaOf({ classes: ['no', 'yes'], features: { age: { kind: 'number' } } })
const servers: PredictionServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.close(100)))
})

interface Opened {
  readonly url: string
  readonly recorder: Recorder
  readonly server: PredictionServer
}

async function opened(
  options: Partial<PredictionServerOptions> = {},
  store: (window: RecordedWindow) => Promise<void> = async () => undefined,
): Promise<Opened> {
  const recorder = openRecorder({ schema, window: { rows: 1000 }, store })
  const server = await openPredictionServer({ recorder, ...options })
  servers.push(server)
  return { url: server.url, recorder, server }
}

const post = (url: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}/predictions`, { method: 'POST', body, headers: { 'Content-Type': 'application/json', ...headers } })

interface Refused {
  readonly status: number
  readonly code: string
}
const refused = async (response: Response): Promise<Refused> => {
  const { error } = (await response.json()) as { error: { code: string } }
  return { status: response.status, code: error.code }
}

describe('the prediction server', () => {
  it('records a prediction, an array, and lines', async () => {
    const { url, recorder } = await opened()
    expect(await (await post(url, '{"score":0.7}')).json()).toEqual({ recorded: 1, rejected: 0 })
    expect(await (await post(url, '[{"score":0.7},{"class":"maybe"}]')).json()).toEqual({ recorded: 1, rejected: 1 })
    const lines = await post(url, '{"score":0.1}\n\n{"score":0.2}\n', {
      'Content-Type': 'application/x-ndjson; charset=utf-8',
    })
    expect(await lines.json()).toEqual({ recorded: 2, rejected: 0 })
    expect(recorder.status()).toMatchObject({ recorded: 4, rejected: { 'unknown-class': 1 } })
  })

  it('records nothing of a request that it refuses', async () => {
    const { url, recorder } = await opened({ limits: { bytes: 2000, predictions: 3 } })
    const four = Array(4).fill({ score: 0.5 })
    const lines = four.map(one => JSON.stringify(one)).join('\n')
    const ndjson = { 'Content-Type': 'application/x-ndjson' }
    const cases: readonly [Promise<Response>, number, string][] = [
      [post(url, '{"score":0.5'), 400, 'MONITOR-E346'],
      [post(url, ''), 400, 'MONITOR-E346'],
      [post(url, '{"score":0.5}\n{"SECRET'.concat(''), ndjson), 400, 'MONITOR-E346'],
      [post(url, '{}', { 'Content-Type': 'text/plain' }), 415, 'MONITOR-E344'],
      [post(url, '{}', { 'Content-Encoding': 'gzip' }), 415, 'MONITOR-E344'],
      [post(url, JSON.stringify(four)), 413, 'MONITOR-E345'],
      [post(url, lines, ndjson), 413, 'MONITOR-E345'],
      [post(url, JSON.stringify({ score: 0.5, id: 'x'.repeat(3000) })), 413, 'MONITOR-E345'],
      [fetch(`${url}/prediction`), 404, 'MONITOR-E343'],
      [fetch(`${url}/constructor`), 404, 'MONITOR-E343'],
      [fetch(`${url}/predictions`), 405, 'MONITOR-E343'],
      [fetch(`${url}/predictions`, { method: 'OPTIONS' }), 405, 'MONITOR-E343'],
    ]
    for (const [response, status, code] of cases) expect(await refused(await response)).toEqual({ status, code })
    expect(recorder.status().recorded).toBe(0)
    const text = await (await post(url, '{"score":0.5}\n{"SECRET', ndjson)).text()
    expect(text).toContain('line 2')
    expect(text).not.toContain('SECRET')
    expect((await fetch(`${url}/predictions`)).headers.get('allow')).toBe('POST')
  })

  it('answers a body of unknown length that is too large before it ends, and takes the next request', async () => {
    const { url, recorder } = await opened()
    const status = await new Promise<number>((resolve, reject) => {
      const headers = { 'Content-Type': 'application/json' }
      const sent = httpRequest(`${url}/predictions`, { method: 'POST', headers }, got => {
        got.resume()
        resolve(got.statusCode!)
      })
      sent.on('error', reject)
      const chunk = Buffer.alloc(65_536, 32)
      for (let i = 0; i < 17; i++) sent.write(chunk)
    })
    expect(status).toBe(413)
    expect((await post(url, '{"score":0.5}')).status).toBe(200)
    expect(recorder.status().recorded).toBe(1)
  })

  it('does not wait for a body that is announced as too large', async () => {
    const { url } = await opened()
    const status = await new Promise<number>((resolve, reject) => {
      const headers = { 'Content-Type': 'application/json', 'Content-Length': 9_000_000 }
      httpRequest(`${url}/predictions`, { method: 'POST', headers }, got => resolve(got.resume().statusCode!))
        .on('error', reject)
        .flushHeaders()
    })
    expect(status).toBe(413)
  })

  it('asks for its token where one is set, and for nothing on the health page', async () => {
    const token = newToken()
    expect(token).toMatch(/^[\w-]{43}$/)
    const { url, recorder } = await opened({ tokenVariable: 'T', environment: { T: token } })
    for (const headers of [{}, { Authorization: token }, { Authorization: `Bearer ${token}x` }] as Record<
      string,
      string
    >[]) {
      expect(await refused(await post(url, '{"score":1}', headers))).toEqual({ status: 401, code: 'MONITOR-E342' })
      expect(await refused(await fetch(`${url}/metrics`, { headers }))).toEqual({ status: 401, code: 'MONITOR-E342' })
    }
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    expect((await post(url, '{"score":1}', { Authorization: `Bearer ${token}` })).status).toBe(200)
    expect(recorder.status().recorded).toBe(1)
  })

  it('does not listen beyond this machine without a token, nor with a short one', async () => {
    const code = { code: 'MONITOR-E341' }
    await expect(opened({ host: '0.0.0.0' })).rejects.toMatchObject(code)
    await expect(opened({ tokenVariable: 'T', environment: {} })).rejects.toMatchObject(code)
    await expect(opened({ tokenVariable: 'T', environment: { T: 'x'.repeat(31) } })).rejects.toMatchObject(code)
    const { url } = await opened({ host: '0.0.0.0', tokenVariable: 'T', environment: { T: 'x'.repeat(32) } })
    expect((await fetch(url.replace('0.0.0.0', '127.0.0.1') + '/healthz')).status).toBe(200)
  })

  it('does not answer a page of the web that calls this machine by another name', async () => {
    const { url } = await opened()
    const statusFor = (host: string): Promise<number> =>
      new Promise((resolve, reject) => {
        httpRequest(`${url}/metrics`, { headers: { Host: host } }, got => resolve(got.resume().statusCode!))
          .on('error', reject)
          .end()
      })
    expect(await statusFor('evil.example:80')).toBe(421)
    expect(await statusFor('127.0.0.1.evil.example')).toBe(421)
    for (const host of ['localhost:9', '127.0.0.1', '[::1]:7', 'LOCALHOST']) expect(await statusFor(host)).toBe(200)
    expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost', '0.0.0.0', '10.0.0.1', '127.x'].map(isLoopback)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ])
  })

  it('says so when its port is taken', async () => {
    const { url } = await opened()
    await expect(opened({ port: Number(new URL(url).port) })).rejects.toMatchObject({
      code: 'MONITOR-E349',
      message: expect.stringContaining('EADDRINUSE'),
    })
  })

  it('calls itself unwell while windows cannot be stored', async () => {
    const store = async (): Promise<void> => {
      throw new Error('disk')
    }
    const { url, recorder } = await opened({}, store)
    for (let row = 0; row < 4000; row++) recorder.record({ score: 0.5 })
    await recorder.flush()
    expect((await fetch(`${url}/healthz`)).status).toBe(503)
  })

  it('finishes what is under way when it closes, and takes nothing new', async () => {
    const { url, recorder, server } = await opened()
    const headers = { 'Content-Type': 'application/json' }
    let finish = (): void => undefined
    const answered = new Promise<number>((resolve, reject) => {
      const sent = httpRequest(`${url}/predictions`, { method: 'POST', headers }, got =>
        resolve(got.resume().statusCode!),
      )
      sent.on('error', reject)
      sent.write('{"score":')
      finish = () => void sent.end('0.5}')
    })
    await new Promise(resolve => setTimeout(resolve, 50))
    const closed = server.close()
    await expect(post(url, '{"score":0.5}')).rejects.toThrow()
    finish()
    expect(await answered).toBe(200)
    await closed
    expect(recorder.status().recorded).toBe(1)
  })

  it('refuses a request that completes after it was told to close', async () => {
    const { url, recorder, server } = await opened()
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    const text = new Promise<string>(resolve => {
      let all = ''
      socket.on('data', chunk => (all += String(chunk))).on('close', () => resolve(all))
    })
    socket.write('POST /predictions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n')
    await new Promise(resolve => setTimeout(resolve, 50))
    const closed = server.close()
    socket.write('Content-Length: 13\r\n\r\n{"score":0.5}')
    expect(await text).toMatch(/^HTTP\/1.1 503 [^]*"MONITOR-E348"/)
    await closed
    expect(recorder.status().recorded).toBe(0)
  })

  it('cuts off who does not finish', async () => {
    const { url, server } = await opened()
    const { port } = new URL(url)
    const socket = connect(Number(port), '127.0.0.1', () =>
      socket.write('POST /predictions HTTP/1.1\r\nHost: localhost\r\n'),
    )
    socket.on('error', () => undefined)
    await new Promise(resolve => setTimeout(resolve, 50))
    const started = performance.now()
    await server.close(100)
    expect(performance.now() - started).toBeLessThan(2000)
  })

  it('stays up, whatever is sent to it', async () => {
    const { url, recorder } = await opened()
    const port = Number(new URL(url).port)
    const send = (bytes: Uint8Array): Promise<void> =>
      new Promise(resolve => {
        const socket = connect(port, '127.0.0.1', () => socket.end(bytes))
        socket
          .on('error', () => resolve())
          .on('close', () => resolve())
          .resume()
      })
    const head = 'POST /predictions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: '
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async bytes => {
        await send(bytes)
        await send(Buffer.concat([Buffer.from(`${head}${bytes.length}\r\n\r\n`), bytes]))
      }),
      { numRuns: 100 },
    )
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async value => {
        const response = await post(url, JSON.stringify(value))
        expect(response.status).toBe(200)
      }),
      { numRuns: 60 },
    )
    await post(url, '{"score":0.5}')
    expect(recorder.status().recorded).toBeGreaterThanOrEqual(1)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
  })
})
