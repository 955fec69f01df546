import { AttestryError, nearest } from '@attestry/core'
import { openChannels, type Channel, type ChannelName, type Channels, type NotifyOptions } from '@attestry/monitor'
import { unknownWord } from './errors.js'

/** The channels that a name can stand for. */
export const channelNames: readonly ChannelName[] = ['console', 'file', 'webhook', 'slack', 'email']

/** The environment variables that set up channels where no options do. */
export const channelVariables = {
  slack: 'ATTESTRY_SLACK_WEBHOOK',
  webhook: 'ATTESTRY_WEBHOOK',
  email: {
    host: 'ATTESTRY_SMTP_HOST',
    port: 'ATTESTRY_SMTP_PORT',
    from: 'ATTESTRY_SMTP_FROM',
    to: 'ATTESTRY_SMTP_TO',
    tls: 'ATTESTRY_SMTP_TLS',
    user: 'ATTESTRY_SMTP_USER',
    password: 'ATTESTRY_SMTP_PASSWORD',
  },
} as const

type Variables = Readonly<Record<string, string | undefined>>

/** Options from the environment. `ATTESTRY_SMTP_TO` holds addresses separated by commas. */
export function notifyFromEnvironment(variables: Variables): NotifyOptions {
  const { slack, webhook, email } = channelVariables
  const of = (name: string): string | undefined => variables[name] || undefined
  const [host, from, to, port, tls] = [of(email.host), of(email.from), of(email.to), of(email.port), of(email.tls)]
  return {
    console: true,
    file: 'alerts.jsonl',
    ...(of(slack) !== undefined && { slack: { urlVariable: slack } }),
    ...(of(webhook) !== undefined && { webhook: { urlVariable: webhook } }),
    ...(host !== undefined &&
      from !== undefined &&
      to !== undefined && {
        email: {
          host,
          from,
          to: to.split(',').map(one => one.trim()),
          ...(port !== undefined && { port: Number(port) }),
          ...(tls !== undefined && { tls: tls as 'starttls' | 'implicit' | 'none' }),
          ...(of(email.user) !== undefined && { userVariable: email.user, passwordVariable: email.password }),
        },
      }),
  }
}

/** Refuses names that stand for no channel. @throws SDK-E009 */
export function checkChannelNames(names: readonly string[]): void {
  for (const name of names)
    if (!(channelNames as readonly string[]).includes(name))
      throw unknownWord('channel', name, channelNames, nearest(name, channelNames))
}

/** Every channel by name: one that is not set up accepts nothing, so that what it was meant for is kept. */
export function allChannels(options: NotifyOptions, directory: string, variables: Variables): Channels {
  const open = openChannels(options, {
    directory,
    write: line => void process.stderr.write(line),
    secrets: variables,
  })
  return new Map(channelNames.map(name => [name, open.get(name) ?? notSetUp(name)]))
}

/** Channels of a list that are not set up. */
export const missingChannels = (options: NotifyOptions, names: readonly string[]): readonly string[] =>
  names.filter(name => !options[name as ChannelName])

const notSetUp =
  (name: ChannelName): Channel =>
  () =>
    Promise.reject(
      new AttestryError({
        code: 'SDK-E015',
        message: `the channel '${name}' is not set up`,
        help: `give its options under notify, or set ${variablesOf(name).join(', ')}`,
      }),
    )

function variablesOf(name: ChannelName): readonly string[] {
  const { email } = channelVariables
  if (name === 'email') return [email.host, email.from, email.to]
  if (name === 'slack' || name === 'webhook') return [channelVariables[name]]
  return ['nothing: give the option']
}
