import { definePlugin, provide, Trainer, versionOf, type Plugin, type PluginFactory } from '@attestry/core'
import { createTrainer, type TrainerOptions } from './trainer.js'

/** Training on the CPU with per-example clipping, noise and accounting that match. Carries out limits on epsilon. */
const plugin: PluginFactory<TrainerOptions | void> = definePlugin(
  (options: TrainerOptions | void): Plugin => ({
    name: '@attestry/trainer',
    version: versionOf(import.meta.url),
    core: '^0.1.0',
    answers: ['limit-epsilon', 'audit-training'],
    provides: [provide({ token: Trainer, factory: () => createTrainer(options ?? {}) })],
  }),
)

export default plugin
