import { createServer, type Server } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { emailChannel, noticeOf, type MailTarget } from '../src/index.js'
import { mailServer } from './servers.js'

const message = noticeOf(
  { kind: 'alert-raised', about: { rule: 'psi' }, text: `critical: score-psi 0.41 ${'x'.repeat(200)}` },
  '2026-03-02T01:00:00.000Z',
)

const send = (target: Partial<MailTarget> & { port: number }) =>
  emailChannel(
    {
      host: '127.0.0.1',
      from: 'attestry@example.org',
      to: ['ops@example.org'],
      tls: 'none',
      timeoutMs: 2000,
      ...target,
    },
    { pauseMs: 1 },
  )(message)

const refused = async (target: Parameters<typeof send>[0]): Promise<string> => {
  const failure = await send(target).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'MONITOR-E102' })
  expect(failure).not.toHaveProperty('cause')
  expect(JSON.stringify(failure)).not.toMatch(/hunter2|ops@example/)
  return (failure as Error).message
}

const answer = (responseCode: number): Error =>
  Object.assign(new Error('ops@example.org said hunter2'), { responseCode })

/** A server that is no mail server. */
const raw: Server[] = []
afterEach(() => {
  for (const server of raw.splice(0)) server.close()
})
async function rawServer(greet: (socket: import('node:net').Socket) => void): Promise<number> {
  const server = createServer(socket => {
    socket.on('error', () => undefined)
    greet(socket)
  })
  raw.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

describe('the e-mail channel', () => {
  it('sends plain text to every recipient, under the id of the message', async () => {
    const { port, mails } = await mailServer()
    await send({ port, to: ['ops@example.org', 'dpo@example.org'] })
    expect(mails).toHaveLength(1)
    const { from, to, text } = mails[0]!
    expect(from).toBe('attestry@example.org')
    expect(to).toEqual(['ops@example.org', 'dpo@example.org'])
    expect(text).toContain(`Message-ID: <${message.id}@attestry.invalid>`)
    expect(text).toContain('Auto-Submitted: auto-generated')
    expect(text.replaceAll('\r\n ', ' ')).toMatch(/^Subject: Attestry: critical: score-psi 0\.41 x{100,130}\.\.\.\r$/m)
    expect(text).toContain('attestry.monitor.alert-raised')
    expect(text.replaceAll('=\r\n', '')).toContain('x'.repeat(200))
  })

  it('logs in where credentials are given', async () => {
    const { port, mails } = await mailServer({
      allowInsecureAuth: true,
      authOptional: false,
      onAuth: ({ username, password }, _, done) =>
        username === 'bot' && password === 'hunter2' ? done(null, { user: 'bot' }) : done(answer(535)),
    })
    await send({ port, credentials: { user: 'bot', password: 'hunter2' } })
    expect(mails[0]!.user).toBe('bot')
    expect(await refused({ port, credentials: { user: 'bot', password: 'hunter23' } })).toMatch(
      /^the mail server at 127\.0\.0\.1 .*: it refused the credentials \(answer 535\) \(attempts: 1\)$/,
    )
  })

  it('tries again after 451, and not after 550', async () => {
    let asked = 0
    const busy = await mailServer({ onMailFrom: (_, __, done) => (++asked < 3 ? done(answer(451)) : done()) })
    await send({ port: busy.port })
    expect([asked, busy.mails.length]).toEqual([3, 1])
    asked = 0
    const closed = await mailServer({ onMailFrom: (_, __, done) => (asked++, done(answer(550))) })
    expect(await refused({ port: closed.port })).toContain('it refused the mail (answer 550) (attempts: 1)')
    expect(asked).toBe(1)
  })

  it('counts a mail that one recipient is refused for as not delivered', async () => {
    const { port } = await mailServer({
      onRcptTo: ({ address }, _, done) => (address.startsWith('gone') ? done(answer(550)) : done()),
    })
    expect(await refused({ port, to: ['ops@example.org', 'gone@example.org'] })).toContain(
      'it refused 1 of 2 recipients',
    )
  })

  it('sends nothing in the clear to a server without STARTTLS, or with a certificate of its own', async () => {
    const plain = await mailServer()
    expect(await refused({ port: plain.port, tls: 'starttls' })).toContain('(attempts: 1)')
    const own = await mailServer({ disabledCommands: [] })
    expect(await refused({ port: own.port, tls: 'starttls', host: 'localhost' })).toMatch(/trusted.*\(attempts: 1\)$/)
    const implicit = await mailServer({ secure: true })
    expect(await refused({ port: implicit.port, tls: 'implicit', host: 'localhost' })).toMatch(
      /trusted.*\(attempts: 1\)$/,
    )
    expect([...plain.mails, ...own.mails, ...implicit.mails]).toEqual([])
  })

  it.each([{ tls: 'starttls' }, { tls: 'implicit' }] as const)('encrypts with %j', async ({ tls }) => {
    const seen: boolean[] = []
    const { port, mails } = await mailServer({
      disabledCommands: [],
      secure: tls === 'implicit',
      onMailFrom: (_, session, done) => (seen.push(session.secure), done()),
    })
    // The server of the test has a certificate that nobody vouches for.
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
    try {
      await send({ port, tls, host: 'localhost' })
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
    }
    expect(seen).toEqual([true])
    expect(mails).toHaveLength(1)
  })

  it('reports a server that is not there, cuts the line, or says nothing', async () => {
    const gone = await rawServer(() => undefined)
    raw.pop()!.close()
    expect(await refused({ port: gone })).toContain('no connection (attempts: 3)')
    expect(await refused({ port: await rawServer(socket => socket.destroy()) })).toContain('(attempts: 3)')
    const silent = await rawServer(() => undefined)
    expect(await refused({ port: silent, timeoutMs: 40 })).toContain('no answer within 40 ms (attempts: 3)')
  })
})
