// Durable events per second: every append is acknowledged after its bytes were synced to the disk under the temporary folder.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measureThroughput } from '@attestry/audit'

const folder = mkdtempSync(join(tmpdir(), 'attestry-bench-'))
const ms = value => `${value.toFixed(2)} ms`

async function print(what, rounds, { events, inFlight }, bar) {
  const measured = []
  for (let round = 0; round < rounds; round++) {
    const directory = mkdtempSync(join(folder, 'round-'))
    measured.push(await measureThroughput({ directory, events, inFlight }))
  }
  measured.sort((a, b) => a.eventsPerSecond - b.eventsPerSecond)
  const { eventsPerSecond, p50Ms, p99Ms } = measured[rounds >> 1]
  const rate = Math.round(eventsPerSecond).toLocaleString('en')
  console.log(`${what}: ${rate} durable events/s, p50 ${ms(p50Ms)}, p99 ${ms(p99Ms)} (median of ${rounds}); ${bar}`)
}

await measureThroughput({ directory: mkdtempSync(join(folder, 'warm-')), events: 5_000, inFlight: 256 })
await print('256 in flight', 5, { events: 30_000, inFlight: 256 }, 'bar: 10,000 events/s, p99 50 ms')
await print('1 in flight', 3, { events: 500, inFlight: 1 }, 'no bar')
rmSync(folder, { recursive: true, force: true })
