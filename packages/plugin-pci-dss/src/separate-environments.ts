import type { DeployCheck } from './deploy-checks.js'
import { environmentNotSaid, trainedInProduction } from './errors.js'

/**
 * 6.5.3: the config says where the run lives, and training, which is pre-production work, does not share the production
 * environment. 6.5.4 on roles is the approval by another person, see `changeProcedure`.
 */
export const separateEnvironments: DeployCheck = async (_, context) => {
  const { environment } = context.run.config
  const isApart = environment !== undefined && environment !== 'production'
  await context.evidence({
    type: 'environment-separation',
    controls: ['PCI-6.5.3'],
    outcome: isApart ? 'pass' : 'fail',
    facts: { environment: environment ?? null },
  })
  if (environment === undefined) return [environmentNotSaid()]
  return isApart ? [] : [trainedInProduction()]
}
