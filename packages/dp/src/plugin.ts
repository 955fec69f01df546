import { join } from 'node:path'
import {
  definePlugin,
  PrivacyLedger,
  provide,
  StatementStore,
  Trainer,
  versionOf,
  type Plugin,
  type PluginFactory,
} from '@attestry/core'
import { shadowAudit } from './audits/shadow-audit.js'
import { checkLeakage } from './leakage-check.js'
import { optionsSchema, shadowSettings, type DpOptions } from './options.js'
import { denyRefutedClaims } from './refuted-claims.js'
import { openLedger } from './ledger.js'

/**
 * Privacy as a service of a run: the budget ledger that outlives it, an attack on the model it made, and a veto when
 * that refutes what is claimed. With `shadowModels` it trains as many models more for a stronger attack.
 *
 * Training with privacy, and with it the obligation to limit epsilon, is the trainer's part.
 */
const plugin: PluginFactory<DpOptions | void> = definePlugin<DpOptions | void>((options): Plugin => {
  const shadows = shadowSettings(options ?? {})
  return {
    name: '@attestry/dp',
    version: versionOf(import.meta.url),
    core: '^0.1.0',
    requires: shadows ? [StatementStore, Trainer] : [StatementStore],
    provides: [
      provide({
        token: PrivacyLedger,
        factory: (_services, { workspace }) => openLedger({ file: join(workspace, 'privacy-ledger.jsonl') }),
      }),
    ],
    hooks: {
      evaluate: shadows
        ? async (input, context) => [
            ...(await checkLeakage(input, context, true)),
            ...(await shadowAudit(input, context, shadows)),
          ]
        : (input, context) => checkLeakage(input, context),
      deploy: denyRefutedClaims,
    },
  }
}, optionsSchema)

export default plugin
