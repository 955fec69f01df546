import { expect, it } from 'vitest'
import { eachColumn, exactShapley, plainReasons } from '../src/index.js'
import { each } from './models.js'

it('the example of the README gives the numbers it prints', async () => {
  const explained = await exactShapley({
    predict: each(2, ([income, age]) => income! * 0.5 + age! * 0.1),
    row: Float64Array.of(1, 1),
    background: Float64Array.of(0, 0),
    groups: eachColumn(['income', 'age']),
  })
  expect(explained.contributions.map(({ value }) => value)).toEqual([expect.closeTo(0.5, 12), expect.closeTo(0.1, 12)])
  expect(plainReasons(explained, 'approved')[0]).toBe(
    "income speaks for 'approved': it raises the probability by 50.0 percentage points (83% of all that moves it)",
  )
})
