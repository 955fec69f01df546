import type { DeployQuestion } from '@attestry/core'
import { disposalNotPlanned } from './errors.js'
import type { Soc2Options } from './options.js'

/**
 * C1.2 and P4.2: training data has a time at which it goes, when it is confidential or about people. Any loaded plugin may
 * have set it. Destroying it is the business of whoever keeps the store; its receipts are evidence of their own.
 */
export const disposalIsPlanned =
  ({ classification: { data }, privacy }: Soc2Options): DeployQuestion =>
  async ({ datasetDigest }, { policy }) => {
    const isNeeded = data === 'confidential' || data === 'restricted' || privacy !== undefined
    const rule = policy.retention.find(({ value }) => value.dataClass === 'training-data')
    const max = rule?.value.max ?? null
    return {
      type: 'disposal-period',
      controls: ['SOC2-C1.2', ...(privacy ? ['SOC2-P4.2'] : [])],
      subjects: [{ name: 'dataset', digest: datasetDigest }],
      facts: { classification: data, isNeeded, max, trigger: rule?.value.trigger ?? null },
      open: isNeeded && max === null ? [disposalNotPlanned()] : [],
      met: max === null ? 'data of this class may be kept' : `training data is disposed of within ${max}`,
    }
  }
