import { execFile } from 'node:child_process'
import dgram from 'node:dgram'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// Each attempt is a process of its own on the built package; every target is a server of this test on loopback.
const script = new URL('./attempts.mjs', import.meta.url).pathname
const server = http.createServer((_, response) => response.end('ok'))
const datagrams = dgram.createSocket('udp4')
let reached = 0
let port = 0

beforeAll(async () => {
  server.on('connection', () => reached++)
  datagrams.on('message', () => reached++)
  server.listen(0, '::')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
  datagrams.bind(port, '127.0.0.1')
  await once(datagrams, 'listening')
})
afterAll(() => {
  server.close()
  datagrams.close()
})

interface Attempt {
  readonly outcome: string
  readonly refusals: number
  readonly refused: readonly { host: string; way: string }[]
  readonly reached: number
  /** What came in over a connection that was opened before the guard was closed. */
  readonly arrived: number
}

async function attempt(way: string, ...flags: string[]): Promise<Attempt> {
  const before = reached
  const { stdout } = await promisify(execFile)(process.execPath, [script, way, String(port), ...flags])
  // What was sent just before the process ended may still be on its way through the loopback.
  await new Promise(resolve => setTimeout(resolve, 20))
  return { ...(JSON.parse(stdout) as Omit<Attempt, 'reached'>), reached: reached - before }
}

const sockets = ['net', 'net-arguments', 'net-socket', 'net-v6', 'net-spelling', 'net-decimal', 'net-lookup', 'binding']
const protocols = ['tls', 'http', 'https', 'http2', 'fetch']
const datagramWays = ['dgram', 'dgram-connect', 'dns-resolver', 'dns-promises', 'dns-module', 'dns-reverse']
const hasOtherAddress = Object.values(networkInterfaces())
  .flat()
  .some(one => one?.family === 'IPv4' && !one.internal)
if (!hasOtherAddress)
  console.warn('skipped: no network interface besides loopback, so no connection leads to another address')
const kept = ['net', 'net-corked', 'tls', 'tls-over', 'http', 'fetch', 'http2'].map(way => `kept-${way}`)
const keptElsewhere = ['kept-net-lookup', 'kept-dgram']
const workers = ['worker', 'worker-in-worker', 'worker-file']

describe('a closed process', () => {
  it.each([...sockets, ...protocols, ...datagramWays, ...workers])(
    'reaches nothing by %s, and says what was tried',
    async way => {
      const closed = await attempt(way, '--closed')
      expect(closed.reached).toBe(0)
      expect(closed.refusals).toBeGreaterThan(0)
      expect(closed.refused[0]?.way).toMatch(/^(net|dgram|dns)$/)
    },
  )

  it.each(['net', 'http', 'fetch', 'dgram', 'worker', 'worker-file'])(
    'would have reached it by %s: the same attempt without the guard arrives',
    async way => expect((await attempt(way)).reached).toBeGreaterThan(0),
  )

  it.each(kept)('sends nothing by %s, over a connection from before', async way => {
    expect((await attempt(way)).arrived).toBeGreaterThan(0)
    const closed = await attempt(way, '--closed')
    expect(closed).toMatchObject({ outcome: 'EGRESS-E001', arrived: 0, refused: [{ host: '0.0.0.0', way: 'net' }] })
    expect(await attempt(way, '--closed', '--allow=0.0.0.0')).toMatchObject({ outcome: 'went through', refusals: 0 })
  })

  it.skipIf(!hasOtherAddress).each(keptElsewhere)('sends nothing by %s, over a connection from before', async way => {
    expect((await attempt(way)).arrived).toBeGreaterThan(0)
    expect(await attempt(way, '--closed')).toMatchObject({ refusals: 1, arrived: 0 })
  })

  it.skipIf(!hasOtherAddress)('may answer over a connection that the other side opened', async () => {
    expect(await attempt('kept-answer', '--closed')).toMatchObject({ refusals: 0, arrived: 1 })
  })

  it.each(['dns-service', 'dns-service-promises', 'dgram-membership', 'dgram-source-membership', 'spawn-binding'])(
    'is refused %s',
    async way => expect((await attempt(way, '--closed')).outcome).toBe('EGRESS-E001'),
  )

  it.each(['dns-lookup', 'dns-lookup-promises', 'spawn', 'exec-file', 'fork', 'spawn-sync', 'exec-sync'])(
    'is refused %s, which an open one may do',
    async way => {
      expect((await attempt(way)).outcome).toBe('went through')
      expect((await attempt(way, '--closed')).outcome).toBe('EGRESS-E001')
    },
  )

  it('reaches loopback', async () => {
    const closed = await attempt('net-loopback', '--closed')
    expect(closed).toMatchObject({ outcome: 'went through', refusals: 0, reached: 1 })
  })

  it('reaches what is allowed, on the port that is allowed', async () => {
    expect((await attempt('net', '--closed', '--allow=0.0.0.0')).reached).toBe(1)
    expect((await attempt('fetch', '--closed', `--allow=0.0.0.0:${port}`)).reached).toBe(1)
    expect((await attempt('net', '--closed', `--allow=0.0.0.0:${port + 1}`)).reached).toBe(0)
    expect((await attempt('worker', '--closed', '--allow=0.0.0.0')).reached).toBe(1)
  })

  it('reaches an allowed name at the address it resolves to, and starts an allowed program', async () => {
    expect((await attempt('net-spelling', '--closed', '--allow=127.1')).reached).toBe(1)
    expect((await attempt('spawn', '--closed', '--allow=command:node')).outcome).toBe('went through')
    expect((await attempt('spawn', '--closed', '--allow=command:python3')).outcome).toBe('EGRESS-E001')
  })

  it('records of a name the last two labels only, because the rest can carry data', async () => {
    const { refused } = await attempt('dns-promises', '--closed')
    expect(refused).toEqual([{ host: '*.secret.example', way: 'dns' }])
  })
})
