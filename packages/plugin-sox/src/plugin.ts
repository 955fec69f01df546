import {
  Approvals,
  auditTraining,
  definePlugin,
  hold,
  requireApprovals,
  retain,
  versionOf,
  type Plugin,
  type PluginFactory,
} from '@attestry/core'
import { changeIsApproved } from './change-is-approved.js'
import { controls } from './controls.js'
import { soxOptions, type SoxOptions } from './options.js'

const keepers = '17-CFR-210.2-06'

/** Controls over financial reporting where a model takes part in it: change control, segregation of duties, records. */
const sox: PluginFactory<SoxOptions> = definePlugin((options: SoxOptions = {}): Plugin => {
  const { approvals = 2, keepAtLeast: min = 'P7Y', auditEverySteps = 10, holds = [] } = options
  return {
    name: '@attestry/plugin-sox',
    version: versionOf(import.meta.url),
    core: '^0.1.0',
    regulation: { id: 'SOX', edition: 'Sarbanes-Oxley Act of 2002; ITGC of our own', jurisdiction: 'US' },
    controls,
    obligations: [
      retain({ dataClass: 'training-data', min, trigger: 'end of training' }, keepers),
      retain({ dataClass: 'change-records', min, trigger: 'end of the audit or review' }, keepers),
      requireApprovals(approvals, 'ITGC-CM-2'),
      auditTraining(auditEverySteps, 'ITGC-CM-5'),
      ...holds.map(id => hold('training-data', id, 'SOX-802')),
    ],
    requires: [Approvals],
    hooks: { deploy: changeIsApproved(options) },
  }
}, soxOptions)

export default sox
