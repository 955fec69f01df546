import { type DeployQuestion, Register } from '@attestry/core'
import { changeImpactMissing } from './errors.js'

/**
 * CC3.4: somebody assessed what the change means, for exactly this dataset. An assessment that names the dataset goes on
 * counting for later runs on the same data; new data has a new digest and needs a new one.
 */
export const changeImpactIsAssessed: DeployQuestion = async ({ purpose, datasetDigest }, context) => {
  const answer = await context.get(Register).find('change-impact', { purpose, dataset: datasetDigest })
  const isNamed = answer.state === 'present' && answer.statement.predicate.dataset === datasetDigest
  const state = answer.state === 'present' && !isNamed ? 'names no dataset' : answer.state
  return {
    type: 'change-impact',
    controls: ['SOC2-CC3.4'],
    subjects: [{ name: 'dataset', digest: datasetDigest }],
    facts: { state, statement: answer.state === 'present' ? answer.statement.digest : null },
    open: isNamed ? [] : [changeImpactMissing(state)],
    met: 'the impact of this dataset is assessed',
  }
}
