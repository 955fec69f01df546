import { type Clock, hasEnded } from '@attestry/core'
import type { StateFile } from '../state/state-file.js'
import type { Claim, StoredSchedules } from './stored-check.js'

/** A claim that is put off again and again while its run goes on. */
export interface HeldClaim {
  /** Aborted when another process has given the run up. */
  readonly lost: AbortSignal
  /** Ends the putting off, after the one that is being written. */
  stop(): Promise<void>
}

export function holdClaim(
  file: StateFile<StoredSchedules>,
  name: string,
  { id }: Claim,
  clock: Clock,
  leaseMs: number,
): HeldClaim {
  const lost = new AbortController()
  let writing: Promise<void> | undefined
  const timer = setInterval(() => {
    // A renewal that fails is tried again at the next beat; the claim then runs out by itself.
    writing ??= renew()
      .catch(() => undefined)
      .finally(() => (writing = undefined))
  }, leaseMs / 3)
  timer.unref()

  async function renew(): Promise<void> {
    const isMine = await file.change<boolean>(state => {
      const mine = state.checks.find(check => check.name === name && check.claim?.id === id)
      if (!mine) return { state, value: false }
      const until = new Date(clock.now() + leaseMs).toISOString()
      const renewed = { ...mine, claim: { ...mine.claim!, until } }
      return { state: { ...state, checks: state.checks.map(check => (check === mine ? renewed : check)) }, value: true }
    })
    if (!isMine) lost.abort()
  }

  return {
    lost: lost.signal,
    async stop() {
      clearInterval(timer)
      await writing
    },
  }
}

/** Whether the process that holds a claim is gone: it has ended, or nothing was heard of it for the length of a lease. */
export async function isDead(claim: Claim | null, now: Date): Promise<boolean> {
  if (!claim) return false
  return now.toISOString() > claim.until || (await hasEnded(claim.owner)) === true
}
