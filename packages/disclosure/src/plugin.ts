import { definePlugin, provide, versionOf, type Plugin, type PluginFactory } from '@attestry/core'
import { assessDisclosure } from './assess-disclosure.js'
import { createEnforcedTally, EnforcedTally } from './enforced-tally.js'
import { generaliseBatch } from './generalise-batch.js'
import { checkOptions, optionsSchema, type DisclosureOptions } from './options.js'
import { refuseUnmet } from './refuse-unmet.js'

const disclosure: PluginFactory<DisclosureOptions> = definePlugin<DisclosureOptions>((given): Plugin => {
  const options = checkOptions(given)
  return {
    name: '@attestry/disclosure',
    version: versionOf(import.meta.url),
    core: '^0.1.0',
    provides: [provide({ token: EnforcedTally, factory: createEnforcedTally })],
    requires: [EnforcedTally],
    hooks: {
      // After everybody who drops rows: a row that goes later makes its class smaller.
      preprocess: { handler: generaliseBatch(options), order: 'post' },
      evaluate: assessDisclosure(options),
      deploy: refuseUnmet(options),
    },
  }
}, optionsSchema)

/** Measures how far the rows of a run can be traced to people, generalises them where asked, and refuses what misses the demand. */
export default disclosure
