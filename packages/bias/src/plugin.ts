import { definePlugin, provide, Reweighing, versionOf, type Plugin, type PluginFactory } from '@attestry/core'
import { assessBias } from './assess-bias.js'
import { checkOptions, optionsSchema, type BiasOptions } from './options.js'
import { reweighingWeights } from './reweighing.js'

const bias: PluginFactory<BiasOptions | void> = definePlugin<BiasOptions | void>(
  (options: BiasOptions | void): Plugin => ({
    name: '@attestry/bias',
    version: versionOf(import.meta.url),
    core: '^0.1.0',
    answers: ['limit-metric'],
    provides: [provide({ token: Reweighing, factory: () => ({ weights: reweighingWeights }) })],
    hooks: { evaluate: assessBias(checkOptions(options)) },
  }),
  optionsSchema,
)

/** Group fairness: rates and gaps with intervals for every group of the test set, and weights that reweigh training data. */
export default bias
