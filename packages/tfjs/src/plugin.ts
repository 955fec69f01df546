import { definePlugin, provide, Trainer, versionOf, type Plugin, type PluginFactory } from '@attestry/core'
import { createTfjsTrainer, type TfjsOptions } from './trainer.js'

/** Takes the place of `@attestry/trainer` when the base model is a layers model. */
const tfjs: PluginFactory<TfjsOptions> = definePlugin(
  (options: TfjsOptions): Plugin => ({
    name: '@attestry/tfjs',
    version: versionOf(import.meta.url),
    core: '^0.1.0',
    answers: ['limit-epsilon', 'audit-training'],
    provides: [provide({ token: Trainer, factory: () => createTfjsTrainer(options) })],
  }),
)

export default tfjs
