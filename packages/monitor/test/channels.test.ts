import { describe, expect, it } from 'vitest'
import {
  noticeOf,
  openChannels,
  slackChannel,
  slackPayload,
  untilAccepted,
  webhookChannel,
  type NotifyOptions,
  type Refusal,
} from '../src/index.js'
import { answering, listen } from './servers.js'

const message = noticeOf(
  {
    kind: 'check-missed',
    about: { check: 'nightly', due: '2026-03-02T00:00:00.000Z' },
    text: 'nightly <was> missed & more',
  },
  '2026-03-02T01:00:00.000Z',
)

describe('attempts', () => {
  const passing: Refusal = { reason: 'busy', isPassing: true }
  /** Refused with these in turn, then accepted; what was waited for is kept. */
  async function tried(refusals: readonly Refusal[], random = 0) {
    const waits: number[] = []
    const left = [...refusals]
    const failure = await untilAccepted(async () => left.shift() ?? null, {
      attempts: 4,
      pauseMs: 100,
      longestPauseMs: 1000,
      random: () => random,
      wait: async ms => void waits.push(ms),
    })
    return { failure, waits }
  }

  it('pause for longer and longer, cut by up to half', async () => {
    expect(await tried([passing, passing, passing])).toEqual({ failure: null, waits: [50, 100, 200] })
    expect(await tried([passing, passing, passing], 0.5)).toEqual({ failure: null, waits: [75, 150, 300] })
  })

  it('end when they are used up, or when one is final', async () => {
    const { failure, waits } = await tried([passing, passing, passing, passing])
    expect(failure).toEqual({ ...passing, attempts: 4 })
    expect(waits).toHaveLength(3)
    expect((await tried([{ reason: 'gone', isPassing: false }])).failure).toMatchObject({ reason: 'gone', attempts: 1 })
  })

  it('wait as long as they are asked to, and not at all when that is too long', async () => {
    expect(await tried([{ ...passing, waitMs: 700 }])).toEqual({ failure: null, waits: [700] })
    expect(await tried([{ ...passing, waitMs: 20 }])).toEqual({ failure: null, waits: [50] })
    expect(await tried([{ ...passing, waitMs: 61_000 }])).toMatchObject({
      failure: { reason: 'busy, and asked to wait 61 s', attempts: 1 },
      waits: [],
    })
  })
})

describe('Retry-After', () => {
  it('in seconds is kept to', async () => {
    const { url, requests } = await answering({ status: 429, headers: { 'retry-after': '1' } }, { status: 200 })
    await webhookChannel({ url }, { pauseMs: 1 })(message)
    expect(requests).toHaveLength(2)
    expect(requests[1]!.at - requests[0]!.at).toBeGreaterThan(950)
  })

  it('as a date is understood', async () => {
    const { url, requests } = await answering({
      status: 503,
      headers: { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() },
    })
    await expect(webhookChannel({ url }, { pauseMs: 1 })(message)).rejects.toMatchObject({
      message: expect.stringMatching(/status 503, and asked to wait 3[56]\d\d s \(attempts: 1\)$/),
    })
    expect(requests).toHaveLength(1)
  })

  it('that is neither counts for nothing', async () => {
    const { url, requests } = await answering({ status: 503, headers: { 'retry-after': 'soon' } }, { status: 204 })
    await webhookChannel({ url }, { pauseMs: 1 })(message)
    expect(requests).toHaveLength(2)
  })
})

describe('the Slack channel', () => {
  it('posts text in which nothing is a link, and the same text as a block', async () => {
    const { url, requests } = await answering({ status: 200 })
    await slackChannel({ url })(message)
    expect(JSON.parse(requests[0]!.body)).toEqual({
      text: 'nightly &lt;was&gt; missed &amp; more',
      blocks: [
        { type: 'section', text: { type: 'plain_text', text: 'nightly <was> missed & more', emoji: false } },
        {
          type: 'context',
          elements: [
            {
              type: 'plain_text',
              text: `attestry.monitor.check-missed · 2026-03-02T01:00:00.000Z · ${message.id}`,
              emoji: false,
            },
          ],
        },
      ],
    })
    expect(requests[0]!.headers).toMatchObject({ 'content-type': 'application/json', 'idempotency-key': message.id })
  })

  it('cuts long texts between characters', () => {
    const { blocks } = slackPayload({ ...message, text: '😀'.repeat(4000) })
    const { text } = (blocks[0] as { text: { text: string } }).text
    expect([...text]).toHaveLength(2901)
    expect(text.endsWith('😀…')).toBe(true)
  })

  it('fails with MONITOR-E101, and keeps its address to itself', async () => {
    const { url, requests } = await answering({ status: 500 }, { status: 404 })
    const failure = (await slackChannel({ url }, { pauseMs: 1 })(message).catch((error: unknown) => error)) as Error
    expect(failure).toMatchObject({ code: 'MONITOR-E101' })
    expect(failure.message).toMatch(/^the chat service at 127\.0\.0\.1:\d+ did not .*: status 404 \(attempts: 2\)$/)
    expect(JSON.stringify(failure)).not.toContain('secret-token')
    expect(requests).toHaveLength(2)
  })
})

describe('opening channels', () => {
  const open = (options: NotifyOptions, secrets: Record<string, string> = {}) =>
    openChannels(options, { directory: '/nowhere', write: () => undefined, secrets })
  const email = { host: 'mail.example.org', from: 'a@example.org', to: ['b@example.org'] }

  it('gives those that are set up, by name', () => {
    const options: NotifyOptions = {
      console: true,
      file: 'alerts.jsonl',
      webhook: { url: 'http://127.0.0.1/' },
      slack: { urlVariable: 'HOOK' },
      email,
    }
    const channels = open(options, { HOOK: 'https://hooks.example.org/x' })
    expect([...channels.keys()].sort()).toEqual(['console', 'email', 'file', 'slack', 'webhook'])
    expect([...open({}).keys()]).toEqual([])
  })

  it.each([
    [{ slack: { urlVariable: 'HOOK' } }, {}, 'the environment variable HOOK is not set'],
    [{ slack: { urlVariable: 'HOOK' } }, { HOOK: '' }, 'the environment variable HOOK is not set'],
    [{ webhook: { urlVariable: 'HOOK' } }, { HOOK: 'ftp://secret/' }, 'the environment variable HOOK holds no URL'],
    [
      { email: { ...email, userVariable: 'U', passwordVariable: 'P' } },
      { U: 'u' },
      'the environment variable P is not set',
    ],
  ] as const)('refuses %j without its secret', (options, secrets, problem) => {
    expect(() => open(options, secrets)).toThrow(
      expect.objectContaining({ code: 'MONITOR-E103', message: expect.stringContaining(problem) }),
    )
    expect(() => open(options, secrets)).not.toThrow(/secret/)
  })

  it('reads the address of a webhook from the variable', async () => {
    const { url, requests } = await answering({ status: 200 })
    await open({ webhook: { urlVariable: 'HOOK' } }, { HOOK: url }).get('webhook')!(message)
    expect(requests).toHaveLength(1)
  })

  it('tries no host again that is not allowed, and says so', async () => {
    const url = await listen((_, response) => void response.end())
    const { AttestryError } = await import('@attestry/core')
    const own = new AttestryError({ code: 'EGRESS-E001', message: 'refused' })
    const real = globalThis.fetch
    let asked = 0
    globalThis.fetch = async () => {
      asked++
      throw new TypeError('fetch failed', { cause: own })
    }
    try {
      await expect(webhookChannel({ url })(message)).rejects.toMatchObject({
        message: expect.stringContaining('the connection is not allowed (EGRESS-E001) (attempts: 1)'),
      })
      expect(asked).toBe(1)
    } finally {
      globalThis.fetch = real
    }
  })
})
