import { type DeployQuestion, reachableHosts } from '@attestry/core'
import { anyDestination, destinationNotApproved } from './errors.js'
import type { Soc2Options } from './options.js'

/** CC6.7: the run could reach this machine and approved destinations only. */
export const destinationsAreApproved =
  ({ destinations = [] }: Soc2Options): DeployQuestion =>
  async (_, { policy, run }) => {
    const reachable = reachableHosts(policy, run.config.network)
    const others = (reachable ?? []).filter(host => !destinations.includes(host))
    return {
      type: 'approved-destinations',
      controls: ['SOC2-CC6.7'],
      facts: { reachable: reachable ?? 'any', approved: destinations },
      open: reachable === null ? [anyDestination()] : others.map(destinationNotApproved),
      met: reachable?.length === 0 ? 'nothing but this machine is reached' : 'only approved destinations are reached',
    }
  }
