import {
  CheckSchedules,
  definePlugin,
  Notifier,
  provide,
  systemClock,
  versionOf,
  type Plugin,
  type PluginFactory,
} from '@attestry/core'
import { monitorDirectory, openNotifier } from './channels/notifier.js'
import { checkOptions, optionsSchema, type MonitorOptions } from './options.js'
import { recordScheduledChecks } from './schedules/schedules-evidence.js'
import { openSchedules } from './schedules/schedules.js'
import { watchWindow } from './windows/watch-window.js'

const monitor: PluginFactory<MonitorOptions | void> = definePlugin<MonitorOptions | void>(
  (options: MonitorOptions | void): Plugin => {
    const { thresholds, notify } = checkOptions(options)
    return {
      name: '@attestry/monitor',
      version: versionOf(import.meta.url),
      core: '^0.1.0',
      uses: [CheckSchedules],
      provides: [
        provide({ token: CheckSchedules, factory: (_, { workspace }) => openSchedules(monitorDirectory(workspace)) }),
        provide({
          token: Notifier,
          factory: (_, environment) =>
            openNotifier(notify, {
              environment,
              clock: systemClock,
              write: line => void process.stderr.write(line),
              secrets: process.env,
            }),
        }),
      ],
      hooks: {
        deploy: { order: 'pre', handler: recordScheduledChecks() },
        monitor: watchWindow(thresholds),
      },
    }
  },
  optionsSchema,
)

/** Compares windows of predictions with the test set, and tells people when they drift. */
export default monitor
