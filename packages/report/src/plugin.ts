import { definePlugin, provide, ReportWriter, versionOf, type Plugin, type PluginFactory } from '@attestry/core'
import { writeReport } from './write-report.js'

const report: PluginFactory<void> = definePlugin(
  (): Plugin => ({
    name: '@attestry/report',
    version: versionOf(import.meta.url),
    core: '^0.1.0',
    provides: [provide({ token: ReportWriter, factory: () => ({ write: writeReport }) })],
  }),
)

/** Model card and report of every run. It takes no options, states no control and casts no vote. */
export default report
