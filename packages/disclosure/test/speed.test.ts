import { seededRandom } from '@attestry/core'
import { expect, it } from 'vitest'
import { batchOf, enforceDisclosure, intervals, prefixes, type EnforceOptions } from '../src/index.js'

const rows = 100_000
const random = seededRandom(3)
const column = <T>(draw: () => T): T[] => Array.from({ length: rows }, draw)
/** Nearly every income and every second code is there once: what costs rows times values would take minutes. */
const batch = batchOf({
  age: column(() => Math.floor(random() * 90)),
  zip: column(() => String(10_000 + Math.floor(random() * 80_000))),
  income: column(() => Math.floor(random() * 1e6)),
})

const options: readonly EnforceOptions[] = [
  { algorithm: 'mondrian', quasiIdentifiers: { age: 'ordered', zip: 'ordered', income: 'ordered' }, k: 10 },
  {
    algorithm: 'lattice',
    quasiIdentifiers: {
      age: intervals({ from: 0, to: 100, widths: [5, 10, 20] }),
      zip: prefixes({ length: 5, keep: [4, 3, 2, 1] }),
      income: intervals({ from: 0, to: 1e6, widths: [1e4, 1e5] }),
    },
    k: 10,
    suppressionLimit: 0.02,
  },
]

it.each(options)('$algorithm takes seconds for 100,000 rows with columns of tens of thousands of values', one => {
  const started = performance.now()
  const { loss } = enforceDisclosure(batch, one)
  const ms = performance.now() - started
  process.stderr.write(`disclosure: 100,000 rows by ${one.algorithm}: ${ms.toFixed(0)} ms\n`)
  expect(loss.certainty).toBeLessThan(0.2)
  expect(ms).toBeLessThan(15_000)
})
