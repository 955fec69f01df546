import {
  AccessControl,
  askBeforeDeploy,
  auditTraining,
  ConsentRegistry,
  definePlugin,
  encryptAtRest,
  PiiScrubber,
  removeIdentifiers,
  requireDocument,
  retain,
  StatementStore,
  versionOf,
  type Handler,
  type Plugin,
  type PluginFactory,
} from '@attestry/core'
import { authorisedRows } from './authorised-rows.js'
import { codesAreRandom } from './codes-are-random.js'
import { controls } from './controls.js'
import { emergencyAccessIsBounded } from './emergency-access.js'
import { identifiers } from './identifier-classes.js'
import { documentsOf, removalControl } from './method.js'
import { fieldsHaveReasons } from './minimum-necessary.js'
import { noResidue } from './no-residue.js'
import { hipaaOptions, type HipaaOptions } from './options.js'
import { useIsPermitted } from './permitted-use.js'
import { transmissionIsSecure } from './transmission.js'
import { accessIsGranted, peopleAreAuthenticated, usersAreUnique } from './users.js'

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
      requireDocument('risk-assessment', 'HIPAA-164.308(a)(1)(ii)(A)'),
      removeIdentifiers(identifiers, removalControl(method)),
      ...documentsOf(method).map(({ document, control }) => requireDocument(document, control)),
      retain(documentation, 'HIPAA-164.530(j)'),
      encryptAtRest(256, 'HIPAA-164.312(a)(2)(iv)'),
      auditTraining(auditEverySteps, 'HIPAA-164.312(b)'),
      retain(documentation, 'HIPAA-164.316(b)(2)(i)'),
    ],
    requires: [PiiScrubber, StatementStore, ...(options.permittedUse === 'authorisation' ? [ConsentRegistry] : [])],
    uses: [AccessControl],
    hooks: { preprocess: { order: 'post', handler: lastLook(options) }, deploy: beforeDeploy(options) },
  }
}, hipaaOptions)

/** After all other plugins: whose rows may be used, what their columns hold, and which identifiers are left. */
function lastLook(options: HipaaOptions): Handler<'preprocess'> {
  const look = noResidue(options)
  return async (batch, context) => {
    const rows = options.permittedUse === 'authorisation' ? await authorisedRows(batch, context) : batch
    await codesAreRandom(rows, context, options.randomCodes ?? [])
    return look(rows, context)
  }
}

/** Who has access is judged where somebody decides it; without such a plugin that control stays without evidence. */
function beforeDeploy({ permittedUse, fieldReasons = {}, sharedPrincipals = [] }: HipaaOptions): Handler<'deploy'> {
  const always = [
    useIsPermitted(permittedUse),
    fieldsHaveReasons(fieldReasons),
    usersAreUnique(sharedPrincipals),
    peopleAreAuthenticated,
    transmissionIsSecure,
  ]
  return (request, context) =>
    askBeforeDeploy(context.find(AccessControl) ? [...always, accessIsGranted, emergencyAccessIsBounded] : always)(
      request,
      context,
    )
}

export default hipaa
