import { expect, it } from 'vitest'
import { batchOf, enforceDisclosure, intervals, measureDisclosure, prefixes } from '../src/index.js'

it('the example of measuring gives the numbers it prints', () => {
  const batch = batchOf({
    age: ['20s', '20s', '30s', '30s', '30s'],
    zip: ['130**', '130**', '148**', '148**', '148**'],
    illness: ['flu', 'ulcer', 'flu', 'flu', 'flu'],
  })
  const found = measureDisclosure(batch, { quasiIdentifiers: ['age', 'zip'], sensitive: { illness: 'equal' } })
  expect(found.k).toBe(2)
  expect(found.prosecutor.mean).toBe(0.4)
  expect(found.sensitive[0]?.distinct).toBe(1)
})

it('the example of enforcing gives the release it prints', () => {
  const { batch, loss, suppressed } = enforceDisclosure(
    batchOf({ age: [21, 22, 38, 39, 91], zip: ['13053', '13068', '14850', '14853', '99501'] }),
    {
      algorithm: 'lattice',
      quasiIdentifiers: {
        age: intervals({ from: 0, to: 120, widths: [10, 20] }),
        zip: prefixes({ length: 5, keep: [3, 1] }),
      },
      k: 2,
      suppressionLimit: 0.2,
    },
  )
  expect(batch.columns['zip']?.values).toEqual(['130**', '130**', '148**', '148**'])
  expect(suppressed).toEqual([4])
  expect(loss.certainty).toBeCloseTo(0.414, 3)
})
