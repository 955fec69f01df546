import { definePlugin, provide, Trainer, versionOf, type Plugin, type PluginFactory } from '@attestry/core'
import { createLanguageModelTrainer, type LanguageModelTrainerOptions } from './trainer.js'

/** Takes the place of `@attestry/trainer` when the base model is a language model. */
const lm: PluginFactory<LanguageModelTrainerOptions> = definePlugin(
  (options: LanguageModelTrainerOptions): Plugin => ({
    name: '@attestry/lm',
    version: versionOf(import.meta.url),
    core: '^0.1.0',
    answers: ['limit-epsilon', 'audit-training'],
    provides: [provide({ token: Trainer, factory: () => createLanguageModelTrainer(options) })],
  }),
)

export default lm
