import { randomBytes } from 'node:crypto'

/** The time, as an argument: tests pass a fake one. */
export interface Clock {
  /** Milliseconds since the epoch, UTC. */
  now(): number
}

// The one place of the kernel that reads the machine's clock.
export const systemClock: Clock = { now: () => new Date().getTime() }

export const isoTime = (clock: Clock): string => new Date(clock.now()).toISOString()

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A ULID: 48 bits of time, 80 random bits, 26 characters, sortable by time. */
export function ulid(clock: Clock = systemClock): string {
  let time = clock.now()
  let head = ''
  for (let i = 0; i < 10; i++) {
    head = crockford.charAt(time % 32) + head
    time = Math.floor(time / 32)
  }
  return head + Array.from(randomBytes(16), byte => crockford.charAt(byte % 32)).join('')
}
