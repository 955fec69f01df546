import { isIP, isIPv6 } from 'node:net'

/** Lower case, without brackets and the dot of the root. */
export const normalHost = (host: string): string =>
  host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')

/** `localhost`, 127.0.0.0/8, ::1 and the IPv4 loopback inside IPv6. Any other spelling of an address is a name. */
export function isLoopback(host: string): boolean {
  const name = normalHost(host)
  if (name === 'localhost' || name === '::1' || name === '0:0:0:0:0:0:0:1') return true
  return isIP(name) > 0 && (/^127\./.test(name) || /^::ffff:(?:127\.|7f[0-9a-f]{2}:)/.test(name))
}

/** A host that may be reached, on one port or on all. */
export interface AllowedHost {
  readonly host: string
  /** Null allows every port. */
  readonly port: number | null
}

/** Reads `name`, `name:587`, `10.0.0.7`, `[2001:db8::1]:443` or `2001:db8::1`. */
export function parseAllowed(text: string): AllowedHost {
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(text)
  if (bracketed) return { host: normalHost(bracketed[1]!), port: portOf(bracketed[2]) }
  if (isIPv6(text)) return { host: normalHost(text), port: null }
  const [host, port] = text.split(':') as [string, string?]
  return { host: normalHost(host), port: portOf(port) }
}

const portOf = (text: string | undefined): number | null => (text === undefined ? null : Number(text))

/** What a record may say of a host: an address whole, of a name the last two labels, because the rest can carry data. */
export function recordedHost(host: string): string {
  const name = normalHost(host)
  const labels = name.split('.')
  if (isIP(name) > 0 || labels.length <= 2) return name.slice(0, 64)
  return `*.${labels.slice(-2).join('.')}`.slice(0, 64)
}
