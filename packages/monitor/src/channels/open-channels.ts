import type { NotifyOptions, WebhookOptions } from '../options.js'
import type { AttemptOptions } from './attempts.js'
import { fileChannel, lineChannel, webhookChannel, type Channel } from './channel.js'
import { emailChannel } from './email.js'
import { secretUnreadable } from './errors.js'
import { isWebhookUrl } from './hosts.js'
import { slackChannel } from './slack.js'

/** The channels that exist. */
export type ChannelName = 'console' | 'file' | 'webhook' | 'slack' | 'email'

/** What channels take from their surroundings. */
export interface ChannelEdges {
  /** The folder that `file` is in. */
  readonly directory: string
  /** Writes one line where an operator looks. */
  readonly write: (line: string) => void
  /** Environment variables by name, such as `process.env`. */
  readonly secrets: Readonly<Record<string, string | undefined>>
  readonly attempts?: AttemptOptions
}

export type Channels = ReadonlyMap<string, Channel>

/**
 * Opens the channels that the options set up, by name.
 *
 * @throws MONITOR-E103 when an environment variable that the options name does not hold what it should
 */
export function openChannels(options: NotifyOptions, edges: ChannelEdges): Channels {
  const { directory, write, secrets, attempts } = edges
  const { file, console, webhook, slack, email } = options
  const channels = new Map<ChannelName, Channel>()
  if (file !== undefined) channels.set('file', fileChannel(directory, file))
  if (console) channels.set('console', lineChannel(write))
  if (webhook) channels.set('webhook', webhookChannel({ ...webhook, url: urlOf(webhook, secrets) }, attempts))
  if (slack) channels.set('slack', slackChannel({ ...slack, url: urlOf(slack, secrets) }, attempts))
  if (email) {
    const { userVariable, passwordVariable, ...target } = email
    const credentials =
      userVariable === undefined || passwordVariable === undefined
        ? undefined
        : { user: secretOf(userVariable, secrets), password: secretOf(passwordVariable, secrets) }
    channels.set('email', emailChannel({ ...target, ...(credentials && { credentials }) }, attempts))
  }
  return channels
}

function secretOf(variable: string, secrets: ChannelEdges['secrets']): string {
  const value = secrets[variable]
  if (value === undefined || value === '') throw secretUnreadable(variable, 'is not set')
  return value
}

function urlOf(webhook: WebhookOptions, secrets: ChannelEdges['secrets']): string {
  if ('url' in webhook) return webhook.url
  const url = secretOf(webhook.urlVariable, secrets)
  if (isWebhookUrl(url)) return url
  throw secretUnreadable(webhook.urlVariable, 'holds no URL of http or https without user and password')
}
