import childProcess from 'node:child_process'
import dgram from 'node:dgram'
import dns from 'node:dns'
import http2 from 'node:http2'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import { basename } from 'node:path'
import tls from 'node:tls'
import { isLoopback } from './hosts.js'
import { isClosed, mayReach, mayStart, refuse, rememberAddress } from './guard.js'
import { watchWorkers } from './workers.js'

type Method = (this: unknown, ...args: unknown[]) => unknown

/**
 * Puts a check in front of every way out that Node has: sockets (on which net, tls, http, http2 and fetch stand), datagrams,
 * name resolution, child processes, workers. Done once, when this module loads, so that code which takes functions out of
 * Node's modules later takes the checked ones. While no guard is closed the checks let everything through.
 */
export function watchWaysOut(): void {
  watchSockets()
  watchWrites()
  watchSessions()
  watchAddresses()
  watchDatagrams()
  watchNames()
  watchPrograms()
  watchWorkers()
  syncBuiltinESMExports()
}

/** Replaces a method by one that, while a guard is closed (or as `applies` says), calls `around` instead. */
function wrap(
  target: object,
  name: string,
  around: (original: Method, self: unknown, args: unknown[]) => unknown,
  applies: () => boolean = isClosed,
): void {
  const original = (target as Record<string, unknown>)[name]
  if (typeof original !== 'function') return
  const wrapped = function (this: unknown, ...args: unknown[]): unknown {
    return applies() ? around(original as Method, this, args) : (original as Method).apply(this, args)
  }
  // Node marks some functions for `promisify`, which then calls the wrapper.
  const { length: _length, name: _name, prototype: _prototype, ...marks } = Object.getOwnPropertyDescriptors(original)
  Object.defineProperties(wrapped, marks)
  Object.defineProperty(target, name, { value: wrapped, writable: true, configurable: true, enumerable: true })
}

interface Destination {
  readonly host?: unknown
  readonly port?: unknown
  readonly path?: unknown
  lookup?: unknown
}

/** The options that `connect` was given in any of its forms: options, (port, host), path, or Node's own normalised array. */
function destinationOf(args: readonly unknown[]): Destination {
  const [first, second] = Array.isArray(args[0]) ? (args[0] as unknown[]) : args
  if (typeof first === 'object' && first !== null) return first
  if (typeof first === 'string' && !/^\d+$/.test(first)) return { path: first }
  return { port: first, ...(typeof second === 'string' && { host: second }) }
}

interface Peer {
  readonly host: string
  readonly port: number | null
}

/** What each socket was connected to, as it was asked for. Noted also while no guard is closed: pools keep connections open. */
const peers = new WeakMap<object, Peer>()

function watchSockets(): void {
  const connect = (original: Method, self: unknown, args: unknown[]): unknown => {
    const destination = destinationOf(args)
    // A path is a socket of this machine.
    if (typeof destination.path === 'string') return original.apply(self, args)
    const host = typeof destination.host === 'string' && destination.host !== '' ? destination.host : 'localhost'
    const port = portOf(destination.port)
    peers.set(self as object, { host, port })
    if (!isClosed()) return original.apply(self, args)
    if (mayReach(host, port)) {
      if (net.isIP(host) === 0) rememberAddresses(host, destination)
      return original.apply(self, args)
    }
    const failure = refuse(host, 'net')
    const socket = self as net.Socket
    process.nextTick(() => socket.destroy(failure))
    return socket
  }
  wrap(net.Socket.prototype, 'connect', connect, () => true)
  // TLS over a socket that is connected already leads where that one leads.
  const connectOver = (original: Method, self: unknown, args: unknown[]): unknown => {
    const socket = original.apply(self, args) as object
    const { socket: below } = (args.find(argument => typeof argument === 'object') ?? {}) as { socket?: object }
    const peer = below && peers.get(below)
    if (peer) peers.set(socket, peer)
    return socket
  }
  wrap(tls, 'connect', connectOver, () => true)
}

/** The host that a connection leads to. None for pipes, and for connections that the other side opened. */
function peerOf(socket: net.Socket): Peer | null {
  if ('server' in socket && socket.server) return null
  const asked = peers.get(socket)
  // `localhost` counts for the address that it led to.
  if (asked && !isLoopback(asked.host)) return asked
  return socket.remoteAddress === undefined ? null : { host: socket.remoteAddress, port: socket.remotePort ?? null }
}

/** A connection that was opened before the guard was closed must not carry anything out afterwards: pools keep theirs open. */
function watchWrites(): void {
  for (const name of ['_write', '_writev'])
    wrap(net.Socket.prototype, name, (original, self, args) => {
      const socket = self as net.Socket
      const peer = peerOf(socket)
      if (!peer || mayReach(peer.host, peer.port)) return original.apply(self, args)
      const failure = refuse(peer.host, 'net')
      ;(args.at(-1) as (error: Error) => void)(failure)
      return undefined
    })
}

/** HTTP/2 writes below the socket, and the class of its sessions is not exported: the first session shows it. */
function watchSessions(): void {
  let isWatched = false
  const request = (original: Method, self: unknown, args: unknown[]): unknown => {
    const session = self as http2.ClientHttp2Session
    const peer = peers.get(session)
    if (!peer || mayReach(peer.host, peer.port)) return original.apply(self, args)
    const failure = refuse(peer.host, 'net')
    session.destroy()
    throw failure
  }
  const connect = (original: Method, self: unknown, args: unknown[]): unknown => {
    const session = original.apply(self, args) as http2.ClientHttp2Session
    const { hostname, port, protocol } = typeof args[0] === 'string' ? new URL(args[0]) : (args[0] as URL)
    peers.set(session, { host: hostname, port: Number(port || (protocol === 'https:' ? 443 : 80)) })
    if (!isWatched) wrap(Object.getPrototypeOf(session) as object, 'request', request)
    isWatched = true
    return session
  }
  wrap(http2, 'connect', connect, () => true)
}

type Lookup = (host: string, options: object, callback: (...answer: unknown[]) => void) => void

/** An allowed name allows the addresses that it resolves to. */
function rememberAddresses(host: string, destination: Destination): void {
  const lookup = (destination.lookup ?? dns.lookup) as Lookup
  destination.lookup = (name: string, options: object, callback: (...answer: unknown[]) => void): void =>
    lookup(name, options, (error, addresses, family) => {
      // `localhost` is allowed for what it is; an answer that points elsewhere is caught at the address.
      if (!error && host !== 'localhost')
        for (const found of Array.isArray(addresses) ? addresses : [{ address: addresses }])
          rememberAddress(host, (found as { address: string }).address)
      callback(error, addresses, family)
    })
}

const portOf = (port: unknown): number | null => (port === undefined ? null : Number(port))

/** The last check, on the address itself: whatever name, lookup function or copied method led there. */
function watchAddresses(): void {
  const { TCP } = internals('tcp_wrap') as { TCP?: { prototype: object } }
  for (const name of ['connect', 'connect6'])
    if (TCP)
      wrap(TCP.prototype, name, (original, self, args) => {
        const [, address, port] = args as [unknown, string, number]
        if (mayReach(address, port ?? null)) return original.apply(self, args)
        refuse(address, 'net')
        return accessDenied
      })
}

/** UV_EACCES: what the system answers when a connection is not permitted. */
const accessDenied = -13

/** Node's own bindings, which other code can reach as well. */
function internals(name: string): unknown {
  try {
    return (process as unknown as { binding(name: string): unknown }).binding(name)
  } catch {
    return {}
  }
}

/** Where the address stands among the arguments of Node's own datagram handle; the port stands before it in `send`. */
const datagramMethods = [
  { name: 'send', address: 4, port: 3 },
  { name: 'send6', address: 4, port: 3 },
  { name: 'connect', address: 0, port: 1 },
  { name: 'connect6', address: 0, port: 1 },
]

/** What a datagram handle is connected to, if it is. */
function connectedTo(handle: unknown): Peer | null {
  const found: { address?: string; port?: number } = {}
  const failed = (handle as { getpeername(found: object): number }).getpeername(found)
  return failed !== 0 || found.address === undefined ? null : { host: found.address, port: found.port ?? null }
}

function watchDatagrams(): void {
  const { UDP } = internals('udp_wrap') as { UDP?: { prototype: object } }
  for (const at of datagramMethods)
    if (UDP)
      wrap(UDP.prototype, at.name, (original, self, args) => {
        const address = args[at.address]
        // A connected socket sends without naming an address, and may have been connected before the guard was closed.
        const peer = typeof address === 'string' ? { host: address, port: portOf(args[at.port]) } : connectedTo(self)
        if (!peer || mayReach(peer.host, peer.port)) return original.apply(self, args)
        refuse(peer.host, 'dgram')
        return accessDenied
      })
  for (const [name, group] of [
    ['addMembership', 0],
    ['addSourceSpecificMembership', 1],
  ] as const)
    wrap(dgram.Socket.prototype, name, (_original, _self, args) => {
      throw refuse(String(args[group]), 'dgram')
    })
}

const queries = ['A', 'Any', 'Aaaa', 'Caa', 'Cname', 'Mx', 'Naptr', 'Ns', 'Ptr', 'Soa', 'Srv', 'Tlsa', 'Txt']
const questions: readonly string[] = [
  'lookup',
  'lookupService',
  'resolve',
  'resolve4',
  'resolve6',
  'reverse',
  ...queries.map(kind => `resolve${kind}`),
]

/** A question to a name server leaves the machine even if nothing is connected afterwards, and its name can carry data. */
function watchNames(): void {
  // `lookup` of an address asks nobody; the others ask about an address too.
  const mayAsk = (name: string, host: unknown): boolean =>
    (name === 'lookup' && (typeof host !== 'string' || net.isIP(host) > 0)) || mayReach(String(host), null)
  const withCallback = (target: object, name: string): void =>
    wrap(target, name, (original, self, args) => {
      if (mayAsk(name, args[0])) return original.apply(self, args)
      const failure = refuse(String(args[0]), 'dns')
      const callback = args.at(-1)
      if (typeof callback !== 'function') throw failure
      process.nextTick(() => (callback as (error: unknown) => void)(failure))
      return {}
    })
  const withPromise = (target: object, name: string): void =>
    wrap(target, name, (original, self, args) =>
      mayAsk(name, args[0]) ? original.apply(self, args) : Promise.reject(refuse(String(args[0]), 'dns')),
    )
  for (const name of questions) {
    withCallback(dns, name)
    withPromise(dns.promises, name)
    withCallback(dns.Resolver.prototype, name)
    withPromise(dns.promises.Resolver.prototype, name)
  }
}

/** A program does as it likes: none is started unless the config allows it by name. */
function watchPrograms(): void {
  const startedBy = (original: Method, self: unknown, args: unknown[], file: unknown): unknown => {
    const command = basename(String(file))
    if (mayStart(command)) return original.apply(self, args)
    throw refuse(command, 'child-process')
  }
  // Every asynchronous form ends here.
  wrap(childProcess.ChildProcess.prototype, 'spawn', (original, self, args) =>
    startedBy(original, self, args, (args[0] as { file?: unknown } | undefined)?.file),
  )
  for (const name of ['spawnSync', 'execFileSync'])
    wrap(childProcess, name, (original, self, args) => startedBy(original, self, args, args[0]))
  wrap(childProcess, 'execSync', (original, self, args) => startedBy(original, self, args, 'sh'))
  const { Process } = internals('process_wrap') as { Process?: { prototype: object } }
  if (Process)
    wrap(Process.prototype, 'spawn', (original, self, args) => {
      const command = basename(String((args[0] as { file?: unknown } | undefined)?.file))
      if (mayStart(command)) return original.apply(self, args)
      refuse(command, 'child-process')
      return accessDenied
    })
}
