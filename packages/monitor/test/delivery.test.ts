import { appendFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AttestryError } from '@attestry/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { noticeOf, openDelivery, type Channel, type Delivery, type Message } from '../src/index.js'

const clock = { now: () => Date.UTC(2026, 2, 2) }
const news = (due: number): Message =>
  noticeOf(
    { kind: 'check-missed', about: { check: 'nightly', due }, text: `missed ${due}` },
    '2026-03-02T00:00:00.000Z',
  )
const failure = new AttestryError({ code: 'MONITOR-E102', message: 'the mail server is down' })

let directory: string
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'attestry-delivery-')), 'monitor')
})
afterEach(() => rm(join(directory, '..'), { recursive: true, force: true }))

/** A channel that keeps what it was given, and refuses while `isDown`. */
function fake(): { channel: Channel; got: string[]; isDown: boolean; asked: number } {
  const it = {
    got: [] as string[],
    isDown: false,
    asked: 0,
    channel: async ({ text }: Message): Promise<void> => {
      it.asked++
      if (it.isDown) throw failure
      it.got.push(text)
    },
  }
  return it
}

const opened = (channels: Record<string, { channel: Channel }>): Delivery =>
  openDelivery(directory, new Map(Object.entries(channels).map(([name, { channel }]) => [name, channel])), clock)

const letters = async (): Promise<object[]> =>
  (await readFile(join(directory, 'undelivered.jsonl'), 'utf8').catch(() => ''))
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as object)

describe('delivering', () => {
  it('goes to the channels that are named, all without names', async () => {
    const [email, slack] = [fake(), fake()]
    const delivery = opened({ email, slack })
    expect(await delivery.deliver(news(1), ['slack', 'slack'])).toEqual([{ channel: 'slack', outcome: 'delivered' }])
    expect(await delivery.deliver(news(2))).toMatchObject([{ channel: 'email' }, { channel: 'slack' }])
    expect([email.got, slack.got]).toEqual([['missed 2'], ['missed 1', 'missed 2']])
  })

  it('refuses a channel that does not exist before anything is sent', async () => {
    const email = fake()
    await expect(opened({ email }).deliver(news(1), ['email', 'pager'])).rejects.toMatchObject({
      code: 'MONITOR-E104',
      help: 'the channels are: email',
    })
    expect(email.got).toEqual([])
  })

  it('sends nothing twice under one id, now, later or at the same moment', async () => {
    const email = fake()
    const delivery = opened({ email })
    await Promise.all([delivery.deliver(news(1)), delivery.deliver(news(1)), delivery.deliver(news(2))])
    expect(email.got.sort()).toEqual(['missed 1', 'missed 2'])
    expect(await opened({ email }).deliver(news(1))).toEqual([{ channel: 'email', outcome: 'repeated' }])
    expect(email.asked).toBe(2)
  })

  it('remembers the newest 2000', async () => {
    const email = fake()
    await mkdir(directory)
    const keys = Array.from({ length: 2000 }, (_, i) => `email ${i}`)
    await writeFile(join(directory, 'delivered.json'), JSON.stringify(keys))
    await opened({ email }).deliver(news(1))
    const kept = JSON.parse(await readFile(join(directory, 'delivered.json'), 'utf8')) as string[]
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([2000, 'email 1', `email ${news(1).id}`])
  })

  it('sends rather twice than not at all when its record is damaged', async () => {
    const email = fake()
    await mkdir(directory)
    await writeFile(join(directory, 'delivered.json'), '{')
    expect(await opened({ email }).deliver(news(1))).toMatchObject([{ outcome: 'delivered' }])
    expect(email.got).toEqual(['missed 1'])
  })

  it('keeps what a channel does not accept, for the owner alone, and sends it to the others', async () => {
    const [email, slack] = [fake(), fake()]
    email.isDown = true
    expect(await opened({ email, slack }).deliver(news(1))).toEqual([
      { channel: 'email', outcome: 'kept', error: failure },
      { channel: 'slack', outcome: 'delivered' },
    ])
    expect(await letters()).toEqual([
      {
        time: '2026-03-02T00:00:00.000Z',
        channel: 'email',
        reason: 'MONITOR-E102 the mail server is down',
        rounds: 1,
        message: news(1),
      },
    ])
    if (process.platform !== 'win32')
      expect((await stat(join(directory, 'undelivered.jsonl'))).mode & 0o777).toBe(0o600)
  })

  it('says what is lost when it cannot be kept either', async () => {
    const email = fake()
    email.isDown = true
    await mkdir(join(directory, 'undelivered.jsonl'), { recursive: true })
    expect(await opened({ email }).deliver(news(1))).toMatchObject([
      { outcome: 'lost', error: { code: 'MONITOR-E105', message: expect.stringContaining('EISDIR') } },
    ])
  })
})

describe('delivering again', () => {
  async function withLetters(count: number) {
    const email = fake()
    email.isDown = true
    const delivery = opened({ email })
    for (let i = 1; i <= count; i++) await delivery.deliver(news(i))
    return { email, delivery }
  }

  it('empties the file once the channel is back', async () => {
    const { email, delivery } = await withLetters(3)
    expect(await delivery.undelivered()).toHaveLength(3)
    email.isDown = false
    expect(await delivery.redeliver()).toEqual({ delivered: 3, repeated: 0, kept: 0, unreadable: 0 })
    expect(email.got).toEqual(['missed 1', 'missed 2', 'missed 3'])
    expect(await delivery.undelivered()).toEqual([])
    expect(await delivery.redeliver()).toEqual({ delivered: 0, repeated: 0, kept: 0, unreadable: 0 })
    expect(await delivery.deliver(news(1))).toMatchObject([{ outcome: 'repeated' }])
  })

  it('keeps what fails again, with the count of rounds, and what has no channel any more', async () => {
    const { delivery } = await withLetters(1)
    expect(await delivery.redeliver()).toMatchObject({ delivered: 0, kept: 1 })
    expect(await letters()).toMatchObject([{ rounds: 2, channel: 'email', message: news(1) }])
    expect(await opened({ slack: fake() }).redeliver()).toMatchObject({ kept: 1 })
    expect(await letters()).toMatchObject([{ rounds: 3, reason: "MONITOR-E104 there is no channel 'email'" }])
  })

  it('passes over what was delivered meanwhile', async () => {
    const { email, delivery } = await withLetters(2)
    email.isDown = false
    await delivery.deliver(news(2))
    expect(await delivery.redeliver()).toEqual({ delivered: 1, repeated: 1, kept: 0, unreadable: 0 })
    expect(email.got).toEqual(['missed 2', 'missed 1'])
  })

  it('keeps lines that are no letter, and one that a crash cut off apart from the next', async () => {
    const { email, delivery } = await withLetters(1)
    const file = join(directory, 'undelivered.jsonl')
    await appendFile(file, '{"cut')
    await delivery.deliver(news(2))
    email.isDown = false
    expect(await delivery.redeliver()).toEqual({ delivered: 2, repeated: 0, kept: 0, unreadable: 1 })
    expect(await readFile(file, 'utf8')).toBe('{"cut\n')
  })

  it('takes up what a crash left in the middle, and sends none of it twice', async () => {
    const { email, delivery } = await withLetters(3)
    email.isDown = false
    // The process ended after one of three was sent and noted.
    await writeFile(join(directory, 'undelivered.taken.jsonl'), await readFile(join(directory, 'undelivered.jsonl')))
    await rm(join(directory, 'undelivered.jsonl'))
    await delivery.deliver(news(1))
    email.isDown = true
    await delivery.deliver(news(4))
    email.isDown = false
    expect(await delivery.undelivered()).toHaveLength(4)
    expect(await delivery.redeliver()).toEqual({ delivered: 3, repeated: 1, kept: 0, unreadable: 0 })
    expect(email.got.sort()).toEqual(['missed 1', 'missed 2', 'missed 3', 'missed 4'])
    expect(await delivery.undelivered()).toEqual([])
  })

  it('loses nothing that is kept while it is at work', async () => {
    const { email, delivery } = await withLetters(1)
    const other = fake()
    other.isDown = true
    const both = opened({
      email: {
        channel: async message => {
          await opened({ other }).deliver(news(7))
          await email.channel(message)
        },
      },
      other,
    })
    expect(await both.redeliver()).toMatchObject({ kept: 1 })
    expect((await delivery.undelivered()).map(({ message }) => message.text).sort()).toEqual(['missed 1', 'missed 7'])
  })

  it('is done by one process at a time', async () => {
    const { delivery, email } = await withLetters(1)
    email.isDown = false
    let inner: unknown
    const slow = opened({
      email: { channel: async () => void (inner = await delivery.redeliver().catch((error: unknown) => error)) },
    })
    await slow.redeliver()
    expect(inner).toMatchObject({ code: 'MONITOR-E206' })
  })
})
