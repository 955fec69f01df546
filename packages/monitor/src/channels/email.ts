import net from 'node:net'
import { createTransport } from 'nodemailer'
import { untilAccepted, type AttemptOptions, type Refusal } from './attempts.js'
import type { Channel } from './channel.js'
import { mailFailed } from './errors.js'
import type { Message } from './message.js'
import { refusalOf } from './mail-refusal.js'

/** How the connection to a mail server is encrypted. */
export type MailTls = 'starttls' | 'implicit' | 'none'

/** A mail server, and who writes to whom. */
export interface MailTarget {
  readonly host: string
  /** Default: 587 for `starttls`, 465 for `implicit`, 25 for `none`. */
  readonly port?: number
  readonly from: string
  readonly to: readonly string[]
  /** `starttls`, the default, fails where it is not offered. */
  readonly tls?: MailTls
  readonly credentials?: { readonly user: string; readonly password: string }
  /** For connecting, and for each answer. Default 10,000. */
  readonly timeoutMs?: number
}

const ports: Readonly<Record<MailTls, number>> = { starttls: 587, implicit: 465, none: 25 }

/**
 * Sends each message as a mail of plain text, and tries again as `untilAccepted` does. The id of the message makes the
 * `Message-ID`, so that a mail sent twice is seen as one.
 *
 * @throws MONITOR-E102 when the server did not accept it for every recipient
 */
export const emailChannel =
  (target: MailTarget, options: AttemptOptions = {}): Channel =>
  async message => {
    const failure = await untilAccepted(() => send(target, message), options)
    if (failure) throw mailFailed(target.host, failure.reason, failure.attempts)
  }

async function send(target: MailTarget, message: Message): Promise<Refusal | null> {
  const { host, tls = 'starttls', port = ports[tls], from, to, credentials, timeoutMs = 10_000 } = target
  const transport = createTransport({
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    ...(credentials && { auth: { user: credentials.user, pass: credentials.password } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    // Connected by name, so that a guard of the ways out sees the name and not what a name server made of it.
    getSocket: (_, callback) => connect(host, port, timeoutMs, callback),
  })
  try {
    const { rejected } = await transport.sendMail({
      from,
      to: [...to],
      subject: `Attestry: ${shorten(message.text, 150)}`,
      text: `${message.text}\n\n${message.type}\n${message.time}\nid ${message.id}\n`,
      messageId: `<${message.id}@attestry.invalid>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    })
    if (rejected.length === 0) return null
    return { reason: `it refused ${rejected.length} of ${to.length} recipients`, isPassing: false }
  } catch (cause) {
    return refusalOf(cause, timeoutMs)
  } finally {
    transport.close()
  }
}

type SocketAnswer = (failure: Error | null, socket?: { connection: net.Socket }) => void

function connect(host: string, port: number, timeoutMs: number, answer: SocketAnswer): void {
  const socket = net.connect({ host, port })
  const fail = (failure: Error): void => {
    socket.destroy()
    answer(failure)
  }
  socket.setTimeout(timeoutMs, () => fail(Object.assign(new Error('late'), { code: 'ETIMEDOUT' })))
  socket.once('error', fail)
  socket.once('connect', () => {
    socket.setTimeout(0)
    socket.removeListener('error', fail)
    answer(null, { connection: socket })
  })
}

const shorten = (text: string, most: number): string => {
  const characters = [...text]
  return characters.length > most ? `${characters.slice(0, most).join('')}...` : text
}
