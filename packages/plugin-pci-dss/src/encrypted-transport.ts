import type { DeployCheck } from './deploy-checks.js'
import { transportNotEncrypted } from './errors.js'

/** Ports on which the protocol is TLS from its first byte, as IANA registers them, and 8443 by habit. */
export const tlsPorts: readonly number[] = [443, 465, 636, 853, 989, 990, 993, 995, 5671, 6514, 8443, 8883]

/**
 * 4.2.1: wherever the run may connect, it does so under TLS. Judged by port, which an allowed host must therefore name; a
 * run that may connect anywhere is refused.
 */
export const encryptedTransport: DeployCheck = async (_, context) => {
  const { localOnly, allow } = context.run.config.network
  const open = allow.filter(host => !isLoopback(host) && !tlsPorts.includes(portOf(host)))
  const hosts = localOnly ? open : ['any host', ...open]
  await context.evidence({
    type: 'encrypted-transport',
    controls: ['PCI-4.2.1'],
    outcome: hosts.length === 0 ? 'pass' : 'fail',
    facts: { localOnly, allowed: allow, notEncrypted: hosts },
  })
  return hosts.length === 0 ? [] : [transportNotEncrypted(hosts)]
}

const portOf = (host: string): number => Number(/^(?:\[[^\]]*\]|[^:]+):(\d{1,5})$/.exec(host)?.[1] ?? NaN)

const isLoopback = (host: string): boolean => /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|::1)(?::\d+)?$/i.test(host)
