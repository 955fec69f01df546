import {
  auditTraining,
  definePlugin,
  encryptAtRest,
  PiiScrubber,
  removeIdentifiers,
  requireDocument,
  retain,
  versionOf,
  type Plugin,
  type PluginFactory,
} from '@attestry/core'
import { controls } from './controls.js'
import { identifiers } from './identifier-classes.js'
import { documentsOf, removalControl } from './method.js'
import { noResidue } from './no-residue.js'
import { hipaaOptions, type HipaaOptions } from './options.js'

/** The HIPAA rules that bear on a fine-tuning run: de-identification, encryption, audit controls, documentation. */
const hipaa: PluginFactory<HipaaOptions> = definePlugin((options: HipaaOptions): Plugin => {
  const { method, keepDocumentation: min = 'P6Y', auditEverySteps = 1 } = options
  const documentation = { dataClass: 'documentation', min, trigger: 'creation or last effect' }
  return {
    name: '@attestry/plugin-hipaa',
    version: versionOf(import.meta.url),
    core: '^0.1.0',
    regulation: { id: 'HIPAA', edition: '45 CFR 160, 162, 164', jurisdiction: 'US' },
    controls,
    obligations: [
      requireDocument('baa', 'HIPAA-164.504(e)'),
      removeIdentifiers(identifiers, removalControl(method)),
      ...documentsOf(method).map(({ document, control }) => requireDocument(document, control)),
      retain(documentation, 'HIPAA-164.530(j)'),
      encryptAtRest(256, 'HIPAA-164.312(a)(2)(iv)'),
      auditTraining(auditEverySteps, 'HIPAA-164.312(b)'),
      retain(documentation, 'HIPAA-164.316(b)(2)(i)'),
    ],
    requires: [PiiScrubber],
    hooks: { preprocess: { order: 'post', handler: noResidue(method) } },
  }
}, hipaaOptions)

export default hipaa
