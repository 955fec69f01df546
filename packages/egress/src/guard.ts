import type { AttestryError, ClosedEgress, EgressGuard, RefusedConnection } from '@attestry/core'
import { connectionRefused } from './errors.js'
import { tellMainThread } from './refusal-channel.js'
import { isLoopback, normalHost, parseAllowed, recordedHost, type AllowedHost } from './hosts.js'

/** More are counted and not listed. */
const listed = 100

interface Closure {
  readonly hosts: readonly string[]
  readonly allowed: readonly AllowedHost[]
  readonly refused: RefusedConnection[]
  refusals: number
}

/** Guards that are closed now. A connection must be allowed by all of them. */
const closures = new Set<Closure>()

/** Addresses that allowed names resolved to. Kept for good: an open socket pool may come back to them. */
const addressesOf = new Map<string, Set<string>>()

/** Names and ports that every closed guard allows are let through; loopback always is. */
export function mayReach(host: string, port: number | null): boolean {
  if (isLoopback(host)) return true
  const name = normalHost(host)
  const matches = (allowed: AllowedHost): boolean =>
    (allowed.host === name || (addressesOf.get(allowed.host)?.has(name) ?? false)) &&
    (port === null || allowed.port === null || allowed.port === port)
  return [...closures].every(({ allowed }) => allowed.some(matches))
}

export const isClosed = (): boolean => closures.size > 0

/** Whether a command may be started: `command:python3` in the allowed hosts of every closed guard. */
export const mayStart = (command: string): boolean =>
  [...closures].every(({ hosts }) => hosts.includes(`command:${command}`))

/** What every closed guard allows, for a worker that starts now. */
export const allowedNow = (): readonly string[] => {
  const [first, ...rest] = [...closures].map(({ hosts }) => hosts)
  return (first ?? []).filter(host => rest.every(hosts => hosts.includes(host)))
}

export const rememberAddress = (host: string, address: string): void => {
  const name = normalHost(host)
  addressesOf.set(name, (addressesOf.get(name) ?? new Set()).add(normalHost(address)))
}

/** Notes a refusal in every guard that is closed, and gives the error to fail with. */
export function refuse(host: string, way: string): AttestryError {
  const refused = { host: recordedHost(host), way }
  note(refused)
  tellMainThread(refused)
  return connectionRefused(refused.host, way)
}

/** Counts a refusal of this thread, or one that a worker told of. */
export function note(refused: RefusedConnection): void {
  for (const closure of closures) {
    closure.refusals++
    if (closure.refused.length < listed) closure.refused.push(refused)
  }
}

/** Closes the ways out of this process and of the workers that it starts from now on. */
export const egressGuard: EgressGuard = {
  close(hosts): ClosedEgress {
    const closure: Closure = { hosts: [...hosts], allowed: hosts.map(parseAllowed), refused: [], refusals: 0 }
    closures.add(closure)
    return {
      allowed: closure.hosts,
      refused: () => [...closure.refused],
      refusals: () => closure.refusals,
      release: () => void closures.delete(closure),
    }
  },
}
