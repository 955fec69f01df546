import { join } from 'node:path'
import { isAttestryError, isoTime, systemClock, type AttestryError, type Clock } from '@attestry/core'
import { z } from 'zod'
import { schedulesDamaged } from '../schedules/errors.js'
import { openStateFile, type StateFile } from '../state/state-file.js'
import { openDeadLetters, type DeadLetter } from './dead-letters.js'
import { channelUnknown } from './errors.js'
import type { Message } from './message.js'
import type { Channels } from './open-channels.js'

/** What became of a message on one channel. */
export interface Delivered {
  readonly channel: string
  /**
   * `delivered` now; `repeated`: it was delivered before under this id and is not sent again; `kept` for another try;
   * `lost`: neither delivered nor kept.
   */
  readonly outcome: 'delivered' | 'repeated' | 'kept' | 'lost'
  /** Why it was not delivered. */
  readonly error?: AttestryError
}

/** Sends messages through channels, each message once per channel; what fails is kept and can be delivered again. */
export interface Delivery {
  /**
   * Sends a message to the named channels, all of them when no names are given. Every channel is tried, whatever happens to
   * the others; never rejects for what a channel did.
   *
   * @throws MONITOR-E104 when there is no channel of a name, before anything is sent
   */
  deliver(message: Message, names?: readonly string[]): Promise<readonly Delivered[]>
  /** What is kept. */
  undelivered(): Promise<readonly DeadLetter[]>
  /** Tries everything that is kept once more. @throws MONITOR-E206 when another process does so at this moment */
  redeliver(): Promise<Redelivery>
}

/** Counts of messages by what became of them. */
export interface Redelivery {
  readonly delivered: number
  readonly repeated: number
  readonly kept: number
  /** Lines that are no message; they stay in the file. */
  readonly unreadable: number
}

/** Newest deliveries that are remembered. */
const remembered = 2000

const sentSchema: z.ZodType<readonly string[]> = z.array(z.string()).max(remembered)

/**
 * Opens the delivery of a folder, which holds `undelivered.jsonl` and `delivered.json`. At least once: a process that ends
 * between an acceptance and its note sends the message again, with the same id.
 */
export function openDelivery(directory: string, channels: Channels, clock: Clock = systemClock): Delivery {
  const letters = openDeadLetters(directory)
  const sent: StateFile<readonly string[]> = openStateFile<readonly string[]>({
    path: join(directory, 'delivered.json'),
    schema: sentSchema,
    empty: [],
    damaged: problem => schedulesDamaged('delivered.json', problem),
  })
  const names = [...channels.keys()]
  /** Those on their way: the same message twice at the same moment is one. */
  const underWay = new Map<string, Promise<Delivered>>()

  const attempt = async (channel: string, message: Message): Promise<Delivered> => {
    const key = `${channel} ${message.id}`
    // Rather twice than not at all: a damaged record of deliveries stops none.
    if ((await sent.read().catch((): readonly string[] => [])).includes(key)) return { channel, outcome: 'repeated' }
    try {
      await channels.get(channel)!(message)
    } catch (failure) {
      if (!isAttestryError(failure)) throw failure
      return { channel, outcome: 'kept', error: failure }
    }
    // Without its note it would only be sent again.
    await sent.change(keys => ({ state: [...keys, key].slice(-remembered), value: undefined })).catch(() => undefined)
    return { channel, outcome: 'delivered' }
  }

  const send = async (channel: string, message: Message): Promise<Delivered> => {
    const done = await attempt(channel, message)
    if (done.outcome !== 'kept') return done
    try {
      await letters.keep({ time: isoTime(clock), channel, reason: reasonOf(done), rounds: 1, message })
      return done
    } catch (error) {
      return { channel, outcome: 'lost', error: error as AttestryError }
    }
  }

  return {
    async deliver(message, wanted = names) {
      for (const name of wanted) if (!channels.has(name)) throw channelUnknown(name, names)
      return Promise.all(
        [...new Set(wanted)].map(channel => {
          const key = `${channel} ${message.id}`
          const running = underWay.get(key) ?? send(channel, message).finally(() => underWay.delete(key))
          underWay.set(key, running)
          return running
        }),
      )
    },
    undelivered: async () => (await letters.list()).letters,
    async redeliver() {
      const counts = { delivered: 0, repeated: 0, kept: 0 }
      const { unreadable } = await letters.retry(async letter => {
        const done = channels.has(letter.channel)
          ? await attempt(letter.channel, letter.message)
          : { channel: letter.channel, outcome: 'kept' as const, error: channelUnknown(letter.channel, names) }
        if (done.outcome !== 'kept') {
          counts[done.outcome === 'repeated' ? 'repeated' : 'delivered']++
          return null
        }
        counts.kept++
        return { ...letter, time: isoTime(clock), reason: reasonOf(done), rounds: letter.rounds + 1 }
      })
      return { ...counts, unreadable }
    },
  }
}

const reasonOf = ({ error }: Delivered): string => (error ? `${error.code} ${error.message}` : 'unknown failure')
