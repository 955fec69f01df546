import {
  AccessControl,
  Approvals,
  auditTraining,
  CheckSchedules,
  definePlugin,
  hold,
  requireApprovals,
  retain,
  Retention,
  StatementStore,
  systemClock,
  versionOf,
  type Plugin,
  type PluginFactory,
} from '@attestry/core'
import { changeIsApproved } from './change-is-approved.js'
import { totalsReconcile } from './control-totals.js'
import { controls } from './controls.js'
import { allOf, asHandler } from './deploy-checks.js'
import { failuresAreFollowedUp } from './failures-are-followed-up.js'
import { emergencyUseIsReviewed, grantsAreApproved, leaversLoseAccess } from './grants-are-sound.js'
import { holdsAreKept } from './holds-are-kept.js'
import { soxOptions, type SoxOptions } from './options.js'
import { servedModelIsApproved } from './served-model.js'

const keepers = '17-CFR-210.2-06'

/** Controls over financial reporting where a model takes part in it: change control, segregation of duties, records. */
const sox: PluginFactory<SoxOptions> = definePlugin((options: SoxOptions = {}): Plugin => {
  const {
    approvals = 2,
    keepAtLeast: min = 'P7Y',
    auditEverySteps = 10,
    holds = [],
    trustedClock = systemClock,
  } = options
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
    requires: [Approvals, StatementStore],
    uses: [AccessControl, CheckSchedules, Retention],
    hooks: {
      deploy: allOf([
        changeIsApproved(options),
        ...[
          totalsReconcile,
          grantsAreApproved(trustedClock),
          leaversLoseAccess(trustedClock),
          emergencyUseIsReviewed(trustedClock),
          failuresAreFollowedUp,
          holdsAreKept,
        ].map(asHandler),
      ]),
      monitor: servedModelIsApproved,
    },
  }
}, soxOptions)

export default sox
