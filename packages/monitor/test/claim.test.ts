import { expect, it } from 'vitest'
import { holdClaim } from '../src/schedules/claim.js'
import type { StoredSchedules } from '../src/schedules/stored-check.js'
import type { StateFile } from '../src/state/state-file.js'

const wait = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

it('leaves no write behind when it stops, on a disk slower than its beat', async () => {
  let started = 0
  let ended = 0
  const file: StateFile<StoredSchedules> = {
    read: () => Promise.reject(new Error('not read')),
    async change() {
      started++
      await wait(40 / started)
      ended++
      throw new Error('disk full')
    },
  }
  const claim = { id: 'a', due: '', since: '', until: '', owner: { pid: 1, host: 'a', startedAt: null } }
  const held = holdClaim(file, 'nightly', claim as never, { now: Date.now }, 30)
  await wait(25)
  await held.stop()
  expect(started).toBeGreaterThan(0)
  expect(ended).toBe(started)
})
