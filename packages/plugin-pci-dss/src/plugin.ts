import {
  AccessControl,
  Approvals,
  AuditLog,
  CheckSchedules,
  definePlugin,
  encryptAtRest,
  Register,
  removeIdentifiers,
  requireApprovals,
  requireDocument,
  retain,
  StatementStore,
  systemClock,
  versionOf,
  type Plugin,
  type PluginFactory,
} from '@attestry/core'
import { accessDenies } from './access-denies.js'
import { changeProcedure } from './change-procedure.js'
import { controls } from './controls.js'
import { allOf } from './deploy-checks.js'
import { encryptedTransport } from './encrypted-transport.js'
import { exceptionsAreFollowedUp } from './exceptions-are-followed-up.js'
import { keysAreProtected } from './keys-are-protected.js'
import { logCoverage } from './log-coverage.js'
import { noAccountData } from './no-account-data.js'
import { noResidue } from './no-residue.js'
import { pciDssOptions, type PciDssOptions } from './options.js'
import { durationOf, edition } from './periods.js'
import { separateEnvironments } from './separate-environments.js'
import { uniquePrincipal } from './unique-principal.js'

/** No account data in training, and how a model that could meet it is changed, logged and kept apart. */
const pciDss: PluginFactory<PciDssOptions> = definePlugin((options: PciDssOptions = {}): Plugin => {
  const { approvals = 1, sharedPrincipals = [], trustedClock = systemClock } = options
  return {
    name: '@attestry/plugin-pci-dss',
    version: versionOf(import.meta.url),
    core: '^0.1.0',
    regulation: { id: 'PCI-DSS', edition, jurisdiction: 'payment card industry' },
    controls,
    obligations: [
      removeIdentifiers([{ type: 'CREDIT_CARD', operator: 'redact' }], 'PCI-3.5.1'),
      encryptAtRest(256, 'PCI-3.5.1.2'),
      encryptAtRest(256, 'PCI-3.5.1.3'),
      retain({ dataClass: 'audit-log', min: durationOf('audit-log'), trigger: 'event' }, 'PCI-10.5.1'),
      requireApprovals(approvals, 'PCI-6.5.1'),
      requireDocument('back-out-plan', 'PCI-6.5.1'),
      requireDocument('component-inventory', 'PCI-6.3.2'),
      requireDocument('pci-scope', 'PCI-12.5.2'),
    ],
    requires: [Approvals, AuditLog, Register, StatementStore],
    uses: [AccessControl, CheckSchedules],
    hooks: {
      preprocess: { order: 'pre', handler: noAccountData(options) },
      evaluate: { order: 'pre', handler: noResidue },
      deploy: allOf({
        'PCI-3.6.1': keysAreProtected,
        'PCI-4.2.1': encryptedTransport,
        'PCI-6.5.1': changeProcedure(approvals, sharedPrincipals),
        'PCI-6.5.3': separateEnvironments,
        'PCI-7.3.1': accessDenies(trustedClock),
        'PCI-8.2.1': uniquePrincipal(sharedPrincipals),
        'PCI-10.2.1': logCoverage,
        'PCI-10.4.3': exceptionsAreFollowedUp,
      }),
    },
  }
}, pciDssOptions)

export default pciDss
