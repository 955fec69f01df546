import { definePlugin, versionOf, type Plugin, type PluginFactory } from '@attestry/core'
import { assessRobustness } from './assess.js'
import { checkOptions, optionsSchema, type RobustnessOptions } from './options.js'

const robustness: PluginFactory<RobustnessOptions | void> = definePlugin<RobustnessOptions | void>(
  (options: RobustnessOptions | void): Plugin => ({
    name: '@attestry/robustness',
    version: versionOf(import.meta.url),
    core: '^0.1.0',
    hooks: { evaluate: assessRobustness(checkOptions(options)) },
  }),
  optionsSchema,
)

/** Attacks a trained model, and says what held, for whom, and what was not tried. */
export default robustness
