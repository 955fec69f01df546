import {
  AccessControl,
  Approvals,
  askBeforeDeploy,
  AuditLog,
  CheckSchedules,
  definePlugin,
  encryptAtRest,
  PiiScrubber,
  removeIdentifiers,
  requireApprovals,
  requireDocument,
  retain,
  StatementStore,
  Vault,
  versionOf,
  type Plugin,
  type PluginFactory,
} from '@attestry/core'
import { assetsHaveOwners, classificationIsCarried, rightsAreStated } from './assets-are-known.js'
import { changeIsApproved } from './change-is-approved.js'
import { controls } from './controls.js'
import {
  accessIsDeniedByDefault,
  cryptographyIsListed,
  deletionIsPlanned,
  destinationsAreAgreed,
  environmentsAreApart,
  evidenceVerifies,
  leakageIsMeasured,
  logIsWhole,
  modelIsWatched,
} from './operations-are-sound.js'
import { defaultIdentifiers, iso27001Options, type Iso27001Options } from './options.js'
import { scanTestRows, testInformationIsProtected } from './test-information.js'

/** The controls of ISO/IEC 27001 Annex A, and of 42001 where it adds meaning for AI, that bear on a fine-tuning run. */
const iso27001: PluginFactory<Iso27001Options> = definePlugin((options: Iso27001Options): Plugin => {
  const { approvals = 1, deleteAfter, identifiers = defaultIdentifiers } = options
  return {
    name: '@attestry/plugin-iso27001',
    version: versionOf(import.meta.url),
    core: '^0.1.0',
    regulation: { id: 'ISO27001', edition: 'ISO/IEC 27001:2022 with ISO/IEC 42001:2023', jurisdiction: 'ISO' },
    controls,
    obligations: [
      requireApprovals(approvals, 'ISO27001-A.5.3'),
      requireDocument('legal-review', 'ISO27001-A.5.31'),
      requireDocument('third-party-data-rights', 'ISO27001-A.5.32'),
      removeIdentifiers(identifiers, 'ISO27001-A.5.34'),
      removeIdentifiers(identifiers, 'ISO27001-A.8.11'),
      encryptAtRest(256, 'ISO27001-A.8.24'),
      requireDocument('ai-impact-assessment', 'ISO42001-A.5.2'),
      ...(deleteAfter === undefined
        ? []
        : [retain({ dataClass: 'training-data', max: deleteAfter, trigger: 'end of training' }, 'ISO27001-A.8.10')]),
    ],
    requires: [Approvals, AuditLog, PiiScrubber, StatementStore],
    uses: [AccessControl, CheckSchedules, Vault],
    hooks: {
      evaluate: scanTestRows,
      deploy: askBeforeDeploy([
        changeIsApproved(options),
        assetsHaveOwners(options),
        classificationIsCarried(options),
        rightsAreStated(options),
        destinationsAreAgreed(options),
        leakageIsMeasured,
        accessIsDeniedByDefault,
        evidenceVerifies,
        logIsWhole,
        deletionIsPlanned,
        modelIsWatched,
        cryptographyIsListed,
        environmentsAreApart,
        testInformationIsProtected,
      ]),
    },
  }
}, iso27001Options)

export default iso27001
