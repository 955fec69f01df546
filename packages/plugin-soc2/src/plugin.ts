import {
  Approvals,
  askBeforeDeploy,
  CheckSchedules,
  ConsentRegistry,
  definePlugin,
  encryptAtRest,
  type Handler,
  type Plugin,
  type PluginFactory,
  Register,
  requireApprovals,
  requireDocument,
  retain,
  StatementStore,
  versionOf,
} from '@attestry/core'
import { changeImpactIsAssessed } from './change-impact-is-assessed.js'
import { changeIsApproved } from './change-is-approved.js'
import { classificationIsCarried } from './classification-is-carried.js'
import { filterByConsent } from './consent-filter.js'
import { totalsReconcile } from './control-totals.js'
import { controls } from './controls.js'
import { destinationsAreApproved } from './destinations-are-approved.js'
import { disposalIsPlanned } from './disposal-is-planned.js'
import { modelFilesAreSafe } from './model-files-are-safe.js'
import { monitoringIsInForce } from './monitoring-is-in-force.js'
import { recordOperationGaps } from './operation-gaps.js'
import { soc2Options, type Soc2Options } from './options.js'

/** What asks for disposal, each by its own words. */
const disposal = ['SOC2-C1.2', 'SOC2-CC6.5', 'SOC2-P4.3']

/** The criteria of SOC 2 that bear on a fine-tuning run: change, access, disposal, monitoring, totals, and, when asked, privacy. */
const soc2: PluginFactory<Soc2Options> = definePlugin((options: Soc2Options): Plugin => {
  const { approvals = 1, privacy, disposeAfter } = options
  return {
    name: '@attestry/plugin-soc2',
    version: versionOf(import.meta.url),
    core: '^0.1.0',
    regulation: {
      id: 'SOC2',
      edition: 'Trust Services Criteria 2017, points of focus revised 2022',
      jurisdiction: 'AICPA',
    },
    controls,
    obligations: [
      requireDocument('change-impact', 'SOC2-CC3.4'),
      encryptAtRest(256, 'SOC2-CC6.1'),
      requireApprovals(approvals, 'SOC2-CC6.3'),
      requireApprovals(approvals, 'SOC2-CC8.1'),
      ...(disposeAfter === undefined
        ? []
        : disposal.map(control =>
            retain({ dataClass: 'training-data', max: disposeAfter, trigger: 'end of training' }, control),
          )),
    ],
    requires: [Register, Approvals, StatementStore, ...(privacy ? [ConsentRegistry] : [])],
    uses: [CheckSchedules],
    hooks: {
      ...(privacy && { preprocess: { order: 'pre', handler: filterByConsent(privacy) } }),
      deploy: judge(options),
    },
  }
}, soc2Options)

/** Gaps of earlier operation are recorded beside the questions, because no answer could close them. */
function judge(options: Soc2Options): Handler<'deploy'> {
  const ask = askBeforeDeploy([
    changeImpactIsAssessed,
    destinationsAreApproved(options),
    modelFilesAreSafe,
    monitoringIsInForce,
    changeIsApproved(options),
    classificationIsCarried(options),
    disposalIsPlanned(options),
    totalsReconcile,
  ])
  return async (request, context) => {
    await recordOperationGaps(context)
    return ask(request, context)
  }
}

export default soc2
