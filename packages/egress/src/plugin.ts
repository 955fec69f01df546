import { definePlugin, EgressGuard, provide, versionOf, type Plugin, type PluginFactory } from '@attestry/core'
import { egressGuard } from './guard.js'
import { watchWaysOut } from './ways-out.js'

watchWaysOut()

const egress: PluginFactory<void> = definePlugin(
  (): Plugin => ({
    name: '@attestry/egress',
    version: versionOf(import.meta.url),
    core: '^0.1.0',
    answers: ['local-only', 'connect-to'],
    provides: [provide({ token: EgressGuard, factory: () => egressGuard })],
  }),
)

/** Keeps a run on this machine. */
export default egress
