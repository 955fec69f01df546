import { join } from 'node:path'
import { isoTime, type Alert, type Clock, type Environment, type Notifier } from '@attestry/core'
import type { NotifyOptions } from '../options.js'
import { openDelivery } from './delivery.js'
import { channelsFailed } from '../errors.js'
import { messageOf } from './message.js'
import { openChannels, type ChannelEdges } from './open-channels.js'

/** What the notifier takes from its surroundings. */
export interface NotifierEdges extends Omit<ChannelEdges, 'directory'> {
  readonly environment: Pick<Environment, 'runId' | 'directory' | 'workspace'>
  readonly clock: Clock
}

/** Where a workspace keeps schedules, the state of alerts, and what was not delivered. */
export const monitorDirectory = (workspace: string): string => join(workspace, 'monitor')

/**
 * Sends alerts to every channel of the options. All are tried, whatever happens to the others; what one does not accept is
 * kept in the monitor folder of the workspace.
 *
 * `notify` rejects when a channel failed, with its error, or with MONITOR-E005 when several did: a lost alert is recorded
 * by the run, never swallowed.
 *
 * @throws MONITOR-E103 when a secret of a channel cannot be read
 */
export function openNotifier(options: NotifyOptions, edges: NotifierEdges): Notifier {
  const { environment, clock } = edges
  const channels = openChannels(options, { ...edges, directory: environment.directory })
  const delivery = openDelivery(monitorDirectory(environment.workspace), channels, clock)
  return {
    async notify(alert: Alert, window: number): Promise<void> {
      const sent = await delivery.deliver(messageOf(alert, window, environment.runId, isoTime(clock)))
      const failures = sent.flatMap(({ error }) => error ?? [])
      if (failures.length > 1) throw channelsFailed(failures, channels.size)
      if (failures.length === 1) throw failures[0]
    },
  }
}
