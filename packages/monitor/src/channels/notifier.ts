import { isoTime, type Alert, type Clock, type Environment, type Notifier } from '@attestry/core'
import { fileChannel, lineChannel, webhookChannel, type Channel } from './channel.js'
import { channelsFailed } from '../errors.js'
import { messageOf } from './message.js'
import type { NotifyOptions } from '../options.js'

/** What the notifier takes from its surroundings. */
export interface NotifierEdges {
  readonly environment: Pick<Environment, 'runId' | 'directory'>
  readonly clock: Clock
  /** Writes one line where an operator looks. */
  readonly write: (line: string) => void
}

/**
 * Sends alerts to every channel of the options. All are tried, whatever happens to the others.
 *
 * `notify` rejects when a channel failed, with its error, or with MONITOR-E005 when several did: a lost alert is recorded
 * by the run, never swallowed.
 */
export function openNotifier(options: NotifyOptions, { environment, clock, write }: NotifierEdges): Notifier {
  const channels: readonly Channel[] = [
    ...(options.file === undefined ? [] : [fileChannel(environment.directory, options.file)]),
    ...(options.console ? [lineChannel(write)] : []),
    ...(options.webhook ? [webhookChannel(options.webhook)] : []),
  ]
  return {
    async notify(alert: Alert, window: number): Promise<void> {
      const message = messageOf(alert, window, environment.runId, isoTime(clock))
      const sent = await Promise.allSettled(channels.map(channel => channel(message)))
      const failures = sent.flatMap(one => (one.status === 'rejected' ? [one.reason as unknown] : []))
      if (failures.length > 1) throw channelsFailed(failures, channels.length)
      if (failures.length === 1) throw failures[0]
    },
  }
}
