import type { DeployCheck } from './deploy-checks.js'
import { principalShared } from './errors.js'
import { isSharedPrincipal } from './shared-principals.js'

/** 8.2.1, 8.2.2: whoever asks for the run is one person, not a name that several use. */
export const uniquePrincipal =
  (shared: readonly string[]): DeployCheck =>
  async ({ author }, context) => {
    const isShared = isSharedPrincipal(author, shared)
    await context.evidence({
      type: 'unique-principal',
      controls: ['PCI-8.2.1', 'PCI-8.2.2'],
      outcome: isShared ? 'fail' : 'pass',
      facts: { isShared },
    })
    return isShared ? [principalShared()] : []
  }
