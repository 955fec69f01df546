import { expect, it } from 'vitest'
import { batchOf, measureDisclosure } from '../src/index.js'

it('the example of the README gives the numbers it prints', () => {
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
