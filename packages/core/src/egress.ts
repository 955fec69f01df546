import { EgressGuard } from './contracts/network.js'
import { AttestryError } from './errors.js'
import type { OpenRun } from './open-run.js'
import { reachableHosts } from './policy.js'

/**
 * Closes every way out but loopback and what policy and config allow, unless neither asks for local processing. The run
 * releases it when it ends.
 *
 * @throws CORE-E049 when processing must be local and no plugin can keep it so
 */
export function closeEgress(run: OpenRun): void {
  const hosts = reachableHosts(run.policy, run.info.config.network)
  if (hosts === null) return
  const guard = run.services.find(EgressGuard)
  if (!guard)
    throw new AttestryError({
      code: 'CORE-E049',
      message: 'the run must stay on this machine, and no loaded plugin closes the ways out',
      help: 'load a plugin that provides EgressGuard, or set network.localOnly to false',
    })
  run.egress.closed = guard.close(hosts)
}
