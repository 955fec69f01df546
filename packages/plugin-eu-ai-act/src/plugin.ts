import {
  askBeforeDeploy,
  AuditLog,
  definePlugin,
  Register,
  requireDocument,
  retain,
  StatementStore,
  versionOf,
  type Plugin,
  type PluginFactory,
} from '@attestry/core'
import { controls } from './controls.js'
import { retentionPeriods } from './dates.js'
import { peopleAreTold, riskIsDecided, roleIsDecided, useIsNotBarred } from './decisions-of-people.js'
import { accuracyIsAsDeclared, attacksAreTried, biasIsExamined } from './measurements.js'
import { euAiActOptions, type EuAiActOptions } from './options.js'
import { computeIsMetered, datesAreKnown, logIsWhole, originIsKnown } from './records.js'

/** The rules of the AI Act that bear on a fine-tuning run. What the law leaves to people is asked for and signed. */
const euAiAct: PluginFactory<EuAiActOptions> = definePlugin((options: EuAiActOptions): Plugin => {
  // Whoever has not decided is held to the stricter rules.
  const isHeldToHighRisk = options.highRisk !== 'no-as-signed'
  const { documentation, logs } = retentionPeriods
  return {
    name: '@attestry/plugin-eu-ai-act',
    version: versionOf(import.meta.url),
    core: '^0.1.0',
    regulation: { id: 'EU-AI-ACT', edition: 'Regulation (EU) 2024/1689', jurisdiction: 'EU' },
    controls,
    obligations: [
      ...(isHeldToHighRisk
        ? [
            requireDocument('ai-act-technical-documentation', 'AIACT-11'),
            requireDocument('human-oversight', 'AIACT-14'),
          ]
        : []),
      retain({ dataClass: 'ai-act-docs', min: documentation.min, trigger: documentation.trigger }, 'AIACT-18'),
      retain({ dataClass: 'ai-act-logs', min: logs.min, trigger: logs.trigger }, 'AIACT-19'),
    ],
    requires: [AuditLog, Register, StatementStore],
    hooks: {
      deploy: askBeforeDeploy([
        riskIsDecided(options),
        roleIsDecided(options),
        useIsNotBarred(options),
        originIsKnown(options),
        biasIsExamined,
        logIsWhole,
        accuracyIsAsDeclared(options),
        attacksAreTried(options),
        peopleAreTold(options),
        computeIsMetered(options),
        datesAreKnown,
      ]),
    },
  }
}, euAiActOptions)

export default euAiAct
