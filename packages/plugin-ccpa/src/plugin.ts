import {
  ConsentRegistry,
  definePlugin,
  encryptAtRest,
  honourErasure,
  Register,
  requireDocument,
  retain,
  SubjectRequests,
  systemClock,
  versionOf,
  type Plugin,
  type PluginFactory,
} from '@attestry/core'
import { controls } from './controls.js'
import { allOf } from './deploy-checks.js'
import { intake } from './intake.js'
import { ccpaOptions, type CcpaOptions } from './options.js'
import { admtDuties, deidentificationRecords, recordsPresent } from './records-present.js'
import { requestClocks } from './request-clocks.js'
import { riskAssessment } from './risk-assessment.js'
import { dates, periods } from './tables.js'

/** Opt-outs, sensitive information, deletion, clocks and risk assessments of the CCPA where they bear on a training run. */
const ccpa: PluginFactory<CcpaOptions> = definePlugin((options: CcpaOptions): Plugin => {
  const { storageLimit = 'P2Y', trustedClock = systemClock, needsRiskAssessment = true, processingBegan } = options
  const isNew = processingBegan === undefined || processingBegan >= dates.regulations.date
  return {
    name: '@attestry/plugin-ccpa',
    version: versionOf(import.meta.url),
    core: '^0.1.0',
    regulation: {
      id: 'CCPA',
      edition: 'Cal. Civ. Code 1798.100 ff. as amended by the CPRA; 11 CCR 7000 ff. as of 2026-01-01',
      jurisdiction: 'US-CA',
    },
    controls,
    obligations: [
      retain({ dataClass: 'training-data', max: storageLimit, trigger: 'end of training' }, 'CCPA-1798.100(a)(3)'),
      retain({ dataClass: 'ccpa-requests', min: periods.requestRecords.duration, trigger: 'request' }, 'CCPA-7101'),
      retain(
        { dataClass: 'ccpa-risk-assessment', min: periods.assessmentKept.duration, trigger: 'end of processing' },
        'CCPA-7155',
      ),
      honourErasure('training-data', 'CCPA-1798.105'),
      encryptAtRest(256, 'CCPA-1798.150'),
      // Processing begun before the regulations may come later: the deploy check knows the day, an obligation does not.
      ...(needsRiskAssessment && isNew ? [requireDocument('ccpa-risk-assessment', 'CCPA-7150(b)')] : []),
      ...(options.serviceProviders === true
        ? [requireDocument('ccpa-service-provider-contracts', 'CCPA-1798.100(d)')]
        : []),
    ],
    requires: [ConsentRegistry, Register],
    uses: [SubjectRequests],
    hooks: {
      preprocess: { order: 'pre', handler: intake(options) },
      deploy: allOf({
        'CCPA-1798.130(a)(2)': requestClocks(trustedClock),
        'CCPA-7155': riskAssessment(options, trustedClock),
        ...(options.deidentified === true && {
          'CCPA-1798.140(m)': recordsPresent(deidentificationRecords, ['CCPA-1798.140(m)'], 'deidentification-records'),
        }),
        ...(options.admt && { 'CCPA-7200': admtDuties(trustedClock) }),
      }),
    },
  }
}, ccpaOptions)

export default ccpa
