import { AttestryError, type ErrorCatalogue } from '@attestry/core'

/** Codes of the channels, beside MONITOR-E003 to E005. */
export const channelErrors: ErrorCatalogue = {
  'MONITOR-E101': {
    title: 'the chat service did not accept an alert',
    explanation:
      'The alert was posted to the incoming webhook of a chat service, and no answer with a status of 200 to 299 came. Timeouts, broken connections and the statuses 408, 429 and 500 to 599 are tried three times; a Retry-After of at most 30 seconds is kept to. Any other status is final: 404 and 410 mean that the webhook was removed. The alert is kept in the file of undelivered ones. Mend the webhook, then deliver again.',
    example: 'a webhook that was revoked in the settings of the chat service answers 404.',
  },
  'MONITOR-E102': {
    title: 'the mail server did not accept an alert',
    explanation:
      'The server could not be reached, did not offer TLS, refused the credentials, or refused sender, recipient or message. Answers of 400 to 499 and broken connections are tried three times; answers of 500 to 599 are final. A mail that some of its recipients were refused for counts as not delivered. The message holds the number of the answer and never its text, which may repeat addresses. The alert is kept in the file of undelivered ones. Mend the options of email, then deliver again.',
    example: "email: { host: 'mail.example.org', tls: 'starttls', … } fails where the server offers no STARTTLS.",
  },
  'MONITOR-E103': {
    title: 'a secret of a channel cannot be read',
    explanation:
      'Options name the environment variable that holds a password or a secret address, so that no secret stands in a config or in a run. The variable is not set, is empty, or does not hold what it should. A channel without its secret would fail at the first alert, so this is refused before anything runs. Set the variable for the process.',
    example: "slack: { urlVariable: 'SLACK_WEBHOOK_URL' } fails while SLACK_WEBHOOK_URL is not set.",
  },
  'MONITOR-E104': {
    title: 'there is no channel of that name',
    explanation:
      'A schedule or a caller names the channels that are told: console, file, webhook, slack or email, each as far as the options of notify set it up. The name is not among those. Passing it over would tell nobody. Set the channel up, or take its name away.',
    example: "channels: ['slack'] fails while notify has no slack.",
  },
  'MONITOR-E105': {
    title: 'an alert that was not delivered could not be kept',
    explanation:
      'What a channel does not accept is appended to a file, to be delivered again later. Writing that file failed as well, for the reason in the message, so this alert is neither delivered nor kept. The alert itself is in the log of the run. Free some space or correct the permissions of the folder.',
    example: 'a full disk while the mail server is down.',
  },
}

/** MONITOR-E101. */
export const chatFailed = (host: string, reason: string, attempts: number, cause?: unknown): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E101',
    message: `the chat service at ${host} did not accept an alert: ${reason} (attempts: ${attempts})`,
    help: 'check that the incoming webhook still exists, and that network.allow names its host',
    cause,
  })

/** MONITOR-E102. Without a cause: what a mail server answers may repeat addresses. */
export const mailFailed = (host: string, reason: string, attempts: number): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E102',
    message: `the mail server at ${host} did not accept an alert: ${reason} (attempts: ${attempts})`,
    help: 'check host, port, tls and credentials of email, and that network.allow names the host',
  })

/** MONITOR-E103. Names the variable, never its value. */
export const secretUnreadable = (variable: string, problem: string): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E103',
    message: `the environment variable ${variable} ${problem}`,
    help: `set ${variable} for this process`,
  })

/** MONITOR-E104. */
export const channelUnknown = (name: string, names: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E104',
    message: `there is no channel '${name}'`,
    help: names.length === 0 ? 'set a channel up under notify' : `the channels are: ${names.join(', ')}`,
  })

/** MONITOR-E105. */
export const notKept = (reason: string, cause: unknown): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E105',
    message: `an alert that was not delivered could not be kept either: ${reason}`,
    help: 'free space or correct the permissions of the monitor folder of the workspace',
    cause,
  })
