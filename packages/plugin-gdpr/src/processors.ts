import { reachableHosts, Register, type DeployQuestion } from '@attestry/core'
import { contractMissing } from './errors.js'
import type { GdprOptions } from './options.js'

/**
 * Art. 28: where somebody else touches the data, a person has signed that there are contracts. Somebody does when the options
 * name processors; when they say nothing, a run that may reach other machines, or begins from a model that was brought along, counts
 * as one in which somebody might. Whether they are processors is for people to say: `processors: []` says that nobody is one.
 */
export const processorsHaveContracts =
  ({ processors }: GdprOptions): DeployQuestion =>
  async ({ purpose, datasetDigest }, { get, policy, run }) => {
    const { network, model } = run.config
    const reaches = reachableHosts(policy, network) ?? ['any host']
    const begins = 'path' in model ? ['a base model'] : []
    const because = processors ? processors.map(({ name }) => name) : [...reaches, ...begins]
    const answer = await get(Register).find('processor-contract', { purpose, dataset: datasetDigest })
    const isSigned = answer.state === 'present' && answer.statement.predicate.purpose === purpose
    const state = answer.state === 'present' && !isSigned ? 'without a purpose' : answer.state
    return {
      type: 'processors',
      controls: ['GDPR-28'],
      facts: {
        declared: processors ?? null,
        reaches,
        baseModel: 'path' in model,
        state,
        statement: answer.state === 'missing' ? null : answer.statement.digest,
      },
      open: because.length === 0 || isSigned ? [] : [contractMissing(because, state)],
      met:
        because.length === 0
          ? 'no processor is declared, and none can be reached'
          : `a person signed that there are contracts with ${because.join(', ')}`,
    }
  }
