import { join } from 'node:path'
import {
  definePlugin,
  PrivacyLedger,
  provide,
  StatementStore,
  versionOf,
  type Plugin,
  type PluginFactory,
} from '@attestry/core'
import { checkLeakage } from './leakage-check.js'
import { denyRefutedClaims } from './refuted-claims.js'
import { openLedger } from './ledger.js'

/**
 * Privacy as a service of a run: the budget ledger that outlives it, an attack on the model it made, and a veto when
 * that refutes what is claimed.
 *
 * Training with privacy, and with it the obligation to limit epsilon, is the trainer's part.
 */
const plugin: PluginFactory<void> = definePlugin(
  (): Plugin => ({
    name: '@attestry/dp',
    version: versionOf(import.meta.url),
    core: '^0.1.0',
    requires: [StatementStore],
    provides: [
      provide({
        token: PrivacyLedger,
        factory: (_services, { workspace }) => openLedger({ file: join(workspace, 'privacy-ledger.jsonl') }),
      }),
    ],
    hooks: { evaluate: checkLeakage, deploy: denyRefutedClaims },
  }),
)

export default plugin
