import { token, type ServiceToken } from '../services.js'

/** An attempt to reach something that may not be reached. */
export interface RefusedConnection {
  /** Host name or address, without path, query or credentials. */
  readonly host: string
  /** Which way was tried, such as `net`, `fetch`, `dns` or `child-process`. */
  readonly way: string
}

/** While it is open, this process and its workers reach loopback and the allowed hosts only. */
export interface ClosedEgress {
  /** The allowed hosts. */
  readonly allowed: readonly string[]
  /** What was refused so far, oldest first, a bounded number. */
  refused(): readonly RefusedConnection[]
  /** How many were refused. */
  refusals(): number
  /** Ends the guard. Safe to call twice. */
  release(): void
}

/** Keeps a run from opening connections. Discipline for honest code and its mistakes, no sandbox against hostile code. */
export interface EgressGuard {
  /**
   * Closes every way out but loopback and the named hosts, from this call on. Several at once: only what all allow.
   *
   * @param hosts host names or addresses, optionally with `:port`; a name allows the addresses that it resolves to
   */
  close(hosts: readonly string[]): ClosedEgress
}

export const EgressGuard: ServiceToken<EgressGuard> = token<EgressGuard>('EgressGuard')
