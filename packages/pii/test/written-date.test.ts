import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dateOfDayNumber, dayFirstIn, dayNumber, languageIn, readWrittenDate } from '../src/dates/written-date.js'

const shifted = (value: string, days: number, options = {}): string | undefined => {
  const date = readWrittenDate(value, options)
  return date?.rewrite(dateOfDayNumber(dayNumber(date) + days))
}

describe('a date is written again as it was written', () => {
  it.each([
    ['2021-03-14', 20, '2021-04-03'],
    ['2021-03-14T10:15:00Z', -14, '2021-02-28T10:15:00Z'],
    ['20210314', 1, '20210315'],
    ['17/08/1961', 200, '05/03/1962'],
    ['8-17-61', 5, '8-22-61'],
    ['17.8.1961', -16, '1.8.1961'],
    ['14 March 2021', 18, '1 April 2021'],
    ['March 14th, 2021', 7, 'March 21st, 2021'],
    ['MARCH 31ST, 2021', 1, 'APRIL 1ST, 2021'],
    ['3rd of May, 2021', 19, '22nd of May, 2021'],
    ['Sept. 3, 2021', -33, 'Aug. 1, 2021'],
    ['3-May-21', 30, '2-Jun-21'],
    ["3 May '21", 30, "2 Jun '21"],
    ['Monday, 3 May 2021 at 10:00', 1, 'Tuesday, 4 May 2021 at 10:00'],
    ['Mon 3 May 2021', -1, 'Sun 2 May 2021'],
    ['lunes, 3 de mayo de 2021', 32, 'viernes, 4 de junio de 2021'],
    ['14. März 1985', -20, '22. Februar 1985'],
    ['03 février 2020', 26, '29 février 2020'],
    ['1 dicembre 2020', 31, '1 gennaio 2021'],
    ['3 maart 2021', 31, '3 april 2021'],
    ['March 2021', 30, 'April 2021'],
    ['03/2021', -30, '02/2021'],
  ])('%s moved by %i days is %s', (value, days, expected) => expect(shifted(value, days)).toBe(expected))

  it('takes the language of a month that several share from the locale', () => {
    expect(shifted('3 august 2021', 31)).toBe('3 september 2021')
    expect(shifted('3 april 2021', 31, { language: 'nl' })).toBe('4 mei 2021')
    expect(shifted('3 april 2021', 31)).toBe('4 may 2021')
  })

  it.each([
    '',
    'May 3',
    '3 May',
    '04/05/2021',
    '31/02/2021',
    '31 February 2021',
    '13/13/2021',
    'soon',
    '2021',
    '1.2.3.4',
  ])('does not read %j, which tells no certain date with a year', value =>
    expect(readWrittenDate(value)).toBeUndefined(),
  )

  it('reads day and month in the order that it is told, or that another date shows', () => {
    expect(readWrittenDate('04/05/2021', { dayFirst: true })).toMatchObject({ month: 5, day: 4 })
    expect(readWrittenDate('04/05/2021', { dayFirst: false })).toMatchObject({ month: 4, day: 5 })
    expect(dayFirstIn(['04/05/2021', '14/05/2021'])).toBe(true)
    expect(dayFirstIn(['04/05/2021', '05/14/2021'])).toBe(false)
    expect(dayFirstIn(['14/05/2021', '05/14/2021'])).toBeUndefined()
    expect(dayFirstIn(['04/05/2021', '2021-05-14'])).toBeUndefined()
  })

  it('takes the language of months from the other dates of the text', () => {
    expect(languageIn(['3. November 2020', '4. Mai 2021'])).toBe('de')
    expect(languageIn(['3 novembre 2020', '4 mai 2021'])).toBe('fr')
    expect(languageIn(['2021-03-14'])).toBeUndefined()
  })

  it('comes back when it is moved there and back, whatever the form', () => {
    const forms = [
      (y: number, m: number, d: number): string => `${y}-${two(m)}-${two(d)}`,
      (y: number, m: number, d: number): string => `${two(d)}.${two(m)}.${y}`,
      (y: number, m: number, d: number): string => `${d} ${english[m - 1]} ${y}`,
      (y: number, m: number, d: number): string => `${german[m - 1]} ${d}, ${y}`,
    ]
    fc.assert(
      fc.property(
        fc.integer({
          min: dayNumber({ year: 1930, month: 1, day: 1 }),
          max: dayNumber({ year: 2028, month: 1, day: 1 }),
        }),
        fc.integer({ min: -366, max: 366 }),
        fc.constantFrom(...forms),
        (start, days, form) => {
          const { year, month, day } = dateOfDayNumber(start)
          const value = form(year, month, day)
          const reading = { dayFirst: true, ...(form === forms[3] && { language: 'de' }) }
          const moved = shifted(value, days, reading)!
          const again = readWrittenDate(moved, reading)!
          expect(dayNumber(again) - start).toBe(days)
          expect(again.rewrite({ year, month, day })).toBe(value)
        },
      ),
    )
  })

  it('reads any text without failing', () =>
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9 /.,:'a-zäMayJunde-]{0,30}$/), value => {
        readWrittenDate(value)?.rewrite({ year: 2000, month: 1, day: 1 })
      }),
    ))
})

const two = (value: number): string => String(value).padStart(2, '0')
const english = 'January February March April May June July August September October November December'.split(' ')
const german = 'Januar Februar März April Mai Juni Juli August September Oktober November Dezember'.split(' ')
