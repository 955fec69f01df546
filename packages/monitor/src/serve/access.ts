import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIPv4 } from 'node:net'
import { hostForeign, serverRefused, tokenMissing } from './errors.js'

const fewestCharacters = 32

/** A fresh token: 256 random bits as 43 characters. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/** Whether an address is this machine's alone. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))

/**
 * Decides who may be answered. With a token: who sends it. Without one the server must listen on loopback, and answers those
 * who call it by a name of loopback.
 *
 * @throws MONITOR-E341 when there must be a token and is none
 */
export function openAccess(
  host: string,
  variable: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): (request: IncomingMessage) => void {
  if (variable === undefined) {
    if (!isLoopback(host)) throw serverRefused(`${host} can be reached from other machines and there is no token`)
    return request => {
      if (!isLoopback(hostNameOf(request.headers.host ?? ''))) throw hostForeign()
    }
  }
  const token = environment[variable] ?? ''
  if (token.length < fewestCharacters)
    throw serverRefused(`${variable} has ${token.length} characters, at least ${fewestCharacters} are needed`)
  const expected = digest(`Bearer ${token}`)
  return request => {
    if (!timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) throw tokenMissing()
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Without port and brackets. */
const hostNameOf = (header: string): string =>
  header
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase()
