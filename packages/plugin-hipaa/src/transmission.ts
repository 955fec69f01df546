import { reachableHosts, type DeployQuestion } from '@attestry/core'
import { anyHostReachable, transmissionOpen } from './errors.js'

/** Ports on which the protocol is TLS from its first byte, as IANA registers them, and 8443 by habit. */
const tlsPorts: readonly number[] = [443, 465, 636, 853, 989, 990, 993, 995, 5671, 6514, 8443, 8883]

/** 164.312(e)(1): wherever the run may connect, it does so under TLS, judged by the port that the host must name. */
export const transmissionIsSecure: DeployQuestion = async (_, { policy, run }) => {
  const reachable = reachableHosts(policy, run.config.network)
  const open = (reachable ?? []).filter(host => !isLoopback(host) && !tlsPorts.includes(portOf(host)))
  return {
    type: 'transmission-security',
    controls: ['HIPAA-164.312(e)(1)'],
    facts: { reachable: reachable ?? 'any', notEncrypted: open },
    open: reachable === null ? [anyHostReachable()] : open.map(transmissionOpen),
    met:
      reachable?.length === 0
        ? 'nothing but this machine is reached'
        : 'every host that is reached names a port of TLS',
  }
}

const portOf = (host: string): number => Number(/^(?:\[[^\]]*\]|[^:]+):(\d{1,5})$/.exec(host)?.[1] ?? NaN)

const isLoopback = (host: string): boolean => /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|::1)(?::\d+)?$/i.test(host)
