import {
  askBeforeDeploy,
  ConsentRegistry,
  definePlugin,
  encryptAtRest,
  honourErasure,
  limitEpsilon,
  localOnly,
  Register,
  removeIdentifiers,
  requireDocument,
  retain,
  versionOf,
  type Plugin,
  type PluginFactory,
} from '@attestry/core'
import { controls } from './controls.js'
import { documentsCoverRun } from './documents-cover-run.js'
import { intake } from './intake.js'
import { defaultIdentifiers, gdprOptions, type GdprOptions } from './options.js'
import { processorsHaveContracts } from './processors.js'

/** The GDPR rules that bear on a fine-tuning run: purpose and consent, minimisation, identifiers, storage, documents. */
const gdpr: PluginFactory<GdprOptions> = definePlugin((options: GdprOptions): Plugin => {
  const { legalBasis, storageLimit = 'P2Y', identifiers = defaultIdentifiers, epsilon } = options
  const isConsent = legalBasis.kind === 'consent'
  return {
    name: '@attestry/plugin-gdpr',
    version: versionOf(import.meta.url),
    core: '^0.1.0',
    regulation: { id: 'GDPR', edition: 'Regulation (EU) 2016/679', jurisdiction: 'EU' },
    controls,
    obligations: [
      retain({ dataClass: 'training-data', max: storageLimit, trigger: 'end of training' }, 'GDPR-5(1)(e)'),
      ...(isConsent ? [] : [requireDocument('legal-basis', 'GDPR-6')]),
      removeIdentifiers(identifiers, 'GDPR-25'),
      encryptAtRest(256, 'GDPR-32'),
      honourErasure('training-data', 'GDPR-17'),
      ...(options.localProcessing ? [localOnly('GDPR-44')] : []),
      requireDocument('dpia', 'GDPR-35'),
      requireDocument('gdpr-role', 'GDPR-26'),
      ...(epsilon ? [limitEpsilon(epsilon.epsilon, epsilon.delta, 'EDPB-28/2024')] : []),
    ],
    requires: [Register, ...(isConsent ? [ConsentRegistry] : [])],
    uses: isConsent ? [] : [ConsentRegistry],
    hooks: {
      preprocess: { order: 'pre', handler: intake(options) },
      deploy: askBeforeDeploy([documentsCoverRun(options), processorsHaveContracts(options)]),
    },
  }
}, gdprOptions)

export default gdpr
