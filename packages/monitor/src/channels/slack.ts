import { chatFailed } from './errors.js'
import { untilAccepted, type AttemptOptions, type Refusal } from './attempts.js'
import type { Channel, WebhookTarget } from './channel.js'
import type { Message } from './message.js'
import { post } from './post.js'

/** Services cut or refuse longer texts. */
const mostCharacters = 2900

/** What an incoming webhook of Slack, and of services that take its form, expects. */
export interface SlackPayload {
  /** For notifications, with `&`, `<` and `>` escaped: nothing in it is a link or calls anybody. */
  readonly text: string
  readonly blocks: readonly object[]
}

/** A message in the form of Slack: its text as plain text, and below it what it is and when it was. */
export function slackPayload({ type, id, time, text }: Message): SlackPayload {
  const characters = [...text]
  const short = characters.length > mostCharacters ? `${characters.slice(0, mostCharacters).join('')}…` : text
  const plain = (value: string): object => ({ type: 'plain_text', text: value, emoji: false })
  return {
    text: short.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    blocks: [
      { type: 'section', text: plain(short) },
      { type: 'context', elements: [plain(`${type} · ${time} · ${id}`)] },
    ],
  }
}

/**
 * Posts each message to an incoming webhook of Slack's form, and tries again as `untilAccepted` does.
 *
 * @throws MONITOR-E101 when no attempt was answered with 200 to 299 in time
 */
export const slackChannel =
  ({ url, timeoutMs = 5000 }: WebhookTarget, options: AttemptOptions = {}): Channel =>
  async message => {
    const headers = { 'idempotency-key': message.id }
    const body = JSON.stringify(slackPayload(message))
    const attempt = (): Promise<Refusal | null> => post({ url, headers, timeoutMs, body })
    const failure = await untilAccepted(attempt, options)
    if (failure) throw chatFailed(new URL(url).host, failure.reason, failure.attempts, failure.cause)
  }
