import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextDue, parseCron } from '../src/index.js'

const next = (frequency: string, after: string): string | undefined =>
  nextDue(parseCron(frequency), new Date(after))?.toISOString()

describe('a frequency', () => {
  it.each([
    ['hourly', '2026-03-01T10:00:00Z', '2026-03-01T11:00:00.000Z'],
    ['daily', '2026-03-01T00:00:00Z', '2026-03-02T00:00:00.000Z'],
    ['daily', '2026-02-28T23:59:59.999Z', '2026-03-01T00:00:00.000Z'],
    // 1 March 2026 is a Sunday.
    ['weekly', '2026-02-27T12:00:00Z', '2026-03-01T00:00:00.000Z'],
    ['*/15 9-17 * * mon-fri', '2026-02-27T17:45:00Z', '2026-03-02T09:00:00.000Z'],
    ['5/20 0 * * *', '2026-02-27T00:05:00Z', '2026-02-27T00:25:00.000Z'],
    ['0 12 29 2 *', '2096-02-29T12:00:00Z', '2104-02-29T12:00:00.000Z'],
    // Both day fields name days: either is enough. With a star in one of them, both are needed.
    ['0 0 13 * fri', '2026-03-01T00:00:00Z', '2026-03-06T00:00:00.000Z'],
    ['0 0 */2 * 5', '2026-03-01T00:00:00Z', '2026-03-13T00:00:00.000Z'],
    ['0 0 * JAN,DEC 7', '2026-02-01T00:00:00Z', '2026-12-06T00:00:00.000Z'],
    ['30 1 1 1 *', '2026-01-01T01:29:00Z', '2026-01-01T01:30:00.000Z'],
  ])('%s is next due after %s at %s', (frequency, after, due) => expect(next(frequency, after)).toBe(due))

  it.each([
    ['', 'five fields'],
    ['monthly', 'five fields'],
    ['* * * *', 'five fields'],
    ['* * * * * *', 'five fields'],
    ['60 * * * *', "'60' is no minute from 0 to 59"],
    ['0 24 * * *', "'24' is no hour from 0 to 23"],
    ['0 0 0 * *', "'0' is no day of the month from 1 to 31"],
    ['0 0 * 13 *', "'13' is no month from 1 to 12"],
    ['0 0 * * 8', "'8' is no day of the week from 0 to 7"],
    ['0 0 * * feb', "'feb' is no day of the week"],
    ['9-5 * * * *', 'ends before it begins'],
    ['*/0 * * * *', 'the step of the minute is 0'],
    ['1,,2 * * * *', "'' is no minute"],
    ['-1 * * * *', "'-1' is no minute"],
    ['1.5 * * * *', "'1.5' is no minute"],
    ['0 0 30 2 *', 'never comes'],
    [`${'0,'.repeat(200)}0 * * * *`, 'longer than 200'],
  ])('%j is refused', (frequency, problem) => {
    expect(() => parseCron(frequency)).toThrow(
      expect.objectContaining({ code: 'MONITOR-E201', message: expect.stringContaining(problem) }),
    )
  })
})

/** A field as text, beside a plain test of what it allows. */
const field = (least: number, most: number) => {
  const value = fc.integer({ min: least, max: most })
  const part = fc.oneof(
    fc.record({ text: fc.constant('*'), has: fc.constant(() => true) }),
    value.map(a => ({ text: `${a}`, has: (v: number) => v === a })),
    fc.tuple(value, value, fc.integer({ min: 1, max: 9 })).map(([a, b, step]) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)]
      return { text: `${from}-${to}/${step}`, has: (v: number) => v >= from && v <= to && (v - from) % step === 0 }
    }),
    fc.integer({ min: 1, max: 9 }).map(step => ({ text: `*/${step}`, has: (v: number) => (v - least) % step === 0 })),
  )
  return fc.array(part, { minLength: 1, maxLength: 3 }).map(parts => ({
    text: parts.map(({ text }) => text).join(','),
    has: (v: number) => parts.some(({ has }) => has(v)),
  }))
}

it('a frequency agrees with a search minute by minute', () => {
  fc.assert(
    fc.property(
      fc.tuple(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 6)),
      fc.date({ min: new Date('2023-12-30'), max: new Date('2028-03-02'), noInvalidDate: true }),
      ([minute, hour, day, month, weekday], after) => {
        // 30 February, and others that never come.
        fc.pre([1, 3, 5, 7, 8, 10, 12].some(month.has) || [1, 2, 3].some(day.has))
        const cron = parseCron([minute, hour, day, month, weekday].map(({ text }) => text).join(' '))
        const isEither = !day.text.startsWith('*') && !weekday.text.startsWith('*')
        const isDue = (at: Date): boolean => {
          const inMonth = day.has(at.getUTCDate())
          const inWeek = weekday.has(at.getUTCDay())
          return (
            minute.has(at.getUTCMinutes()) &&
            hour.has(at.getUTCHours()) &&
            month.has(at.getUTCMonth() + 1) &&
            (isEither ? inMonth || inWeek : inMonth && inWeek)
          )
        }
        const due = nextDue(cron, after)!
        expect(due.getTime()).toBeGreaterThan(after.getTime())
        expect(isDue(due)).toBe(true)
        const limit = Math.min(due.getTime(), after.getTime() + 20 * 86_400_000)
        for (let at = Math.floor(after.getTime() / 60_000 + 1) * 60_000; at < limit; at += 60_000)
          if (isDue(new Date(at))) throw new Error(`${new Date(at).toISOString()} was passed over`)
      },
    ),
    { numRuns: 150 },
  )
})
