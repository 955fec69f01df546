import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach } from 'vitest'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(close => close()))
})

/** A web server of this test; its address has a path that must not show up anywhere. */
export async function listen(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener)
  open.push(
    () =>
      new Promise(resolve => {
        server.close(resolve)
        server.closeAllConnections()
      }),
  )
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-token`
}

export interface Asked {
  readonly body: string
  readonly headers: IncomingHttpHeaders
  readonly at: number
}

/** A web server that answers with these in turn, the last one for ever, and keeps what it was sent. */
export async function answering(
  ...answers: readonly { readonly status: number; readonly headers?: Readonly<Record<string, string>> }[]
): Promise<{ readonly url: string; readonly requests: readonly Asked[] }> {
  const requests: Asked[] = []
  const url = await listen((request, response) => {
    let body = ''
    request.on('data', chunk => (body += String(chunk)))
    request.on('end', () => {
      requests.push({ body, headers: request.headers, at: performance.now() })
      const { status, headers } = answers[Math.min(requests.length, answers.length) - 1]!
      response.writeHead(status, headers).end('x')
    })
  })
  return { url, requests }
}

export interface Mail {
  readonly from: string
  readonly to: readonly string[]
  readonly text: string
  readonly user: string | undefined
}

/** A mail server of this test. Without other options it takes everything, without TLS and without a login. */
export async function mailServer(
  options: SMTPServerOptions = {},
): Promise<{ readonly port: number; readonly mails: readonly Mail[] }> {
  const mails: Mail[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    // Ends those that hang when the test is over.
    closeTimeout: 50,
    onData(stream, session, done) {
      let text = ''
      stream.on('data', chunk => (text += String(chunk)))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        const user = session.user === undefined ? undefined : String(session.user)
        mails.push({ from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address), text, user })
        done()
      })
    },
    ...options,
  })
  // Clients that break off are part of the tests.
  server.on('error', () => undefined)
  open.push(() => new Promise<void>(resolve => server.close(resolve)))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.server.address() as AddressInfo).port, mails }
}
