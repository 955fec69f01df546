import { expect, it } from 'vitest'
import { countGroups, demographicParity, encodeGroups, equalizedOdds, groupRates } from '../src/index.js'

it('the example of the README gives the numbers it prints', () => {
  const { names, codes } = encodeGroups(['a', 'a', 'a', 'a', 'b', 'b', 'b', 'b'])
  const counts = countGroups({
    labels: Int32Array.of(1, 1, 0, 0, 1, 1, 0, 0),
    predicted: Int32Array.of(1, 1, 1, 0, 1, 0, 0, 0),
    groups: codes,
    groupCount: names.length,
    positiveClass: 1,
  })
  const groups = groupRates(names, counts)
  expect(demographicParity('difference', groups).value).toBe(0.5)
  expect(equalizedOdds('ratio', groups).value).toBe(0)
})
