import { groupFrom, type Read, type Reading } from '../number-groups.js'
import { readAge } from '../readings/age.js'
import { readCard } from '../readings/card.js'
import { readDate } from '../readings/date.js'
import { readIpv4 } from '../readings/ipv4.js'
import { readPhone } from '../readings/phone.js'
import { readSsn } from '../readings/ssn.js'
import { readYear } from '../readings/year.js'
import type { Scanner } from '../scanner.js'
import { sign } from '../text-signs.js'

const readings: readonly ((reading: Reading) => Read | undefined)[] = [
  readCard,
  readSsn,
  readIpv4,
  readDate,
  readPhone,
  readAge,
  readYear,
]

/**
 * Cards, Social Security numbers, IPv4 addresses, numeric dates, telephone numbers, ages and years: each group of digits is
 * read once, from each of its runs in one order of readings. Every reading looks at a bounded number of runs, and what it
 * took is not read again.
 */
export const numberScanner: Scanner = {
  id: 'numbers',
  types: ['CREDIT_CARD', 'US_SSN', 'IP_ADDRESS', 'DATE', 'PHONE', 'AGE', 'YEAR'],
  needs: sign.digit,
  scan(source, emit, { regions }) {
    const { text } = source
    const runs = source.digitRuns()
    for (let first = 0; first < runs.length; ) {
      const group = groupFrom(text, runs, first)
      for (let run = 0; run < group.start.length; ) {
        const read = firstRead({ text, group, run, regions })
        if (read) emit(read.candidate)
        run += read?.runs ?? 1
      }
      first += group.start.length
    }
  },
}

function firstRead(reading: Reading): Read | undefined {
  for (const read of readings) {
    const found = read(reading)
    if (found) return found
  }
  return undefined
}
