import { definePlugin, versionOf, type Plugin, type PluginFactory } from '@attestry/core'
import { assessExplanations } from './assess.js'
import { checkOptions, optionsSchema, type ExplainOptions } from './options.js'

const explain: PluginFactory<ExplainOptions | void> = definePlugin<ExplainOptions | void>(
  (options: ExplainOptions | void): Plugin => ({
    name: '@attestry/explain',
    version: versionOf(import.meta.url),
    core: '^0.1.0',
    hooks: { evaluate: assessExplanations(checkOptions(options)) },
  }),
  optionsSchema,
)

/** What the predictions of a trained model rest on, with checks of how far the answer can be trusted. */
export default explain
