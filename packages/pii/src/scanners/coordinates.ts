import type { Scanner } from '../scanner.js'
import { sign } from '../text-signs.js'

const degrees = `\\d{1,3}(?:\\.\\d{1,8})?°(?: ?\\d{1,2}(?:\\.\\d{1,6})?['′](?: ?\\d{1,2}(?:\\.\\d{1,6})?(?:"|″|''))?)?`
const written = new RegExp(
  `(?<![\\d.])(?:${degrees} ?[NS],? {0,2}${degrees} ?[EWO](?![A-Za-z])|-?\\d{1,2}\\.\\d{3,10}(?: ?[NS])?, ?-?\\d{1,3}\\.\\d{3,10}(?: ?[EWO](?![A-Za-z]))?)(?![\\d.]\\d)`,
  'g',
)

/** A cheap look for what every coordinate in decimals holds. */
const decimals = /\d\.\d{3}/

/** Geographic coordinates: two decimal numbers in range with three decimals or more, or degrees, minutes and seconds. */
export const coordinateScanner: Scanner = {
  id: 'coordinates',
  types: ['COORDINATE'],
  needs: sign.digit,
  scan({ text }, emit) {
    if (!(text.includes('°') || decimals.test(text))) return
    for (const { 0: found, index } of text.matchAll(written)) {
      const [latitude, longitude] = found.includes('°')
        ? [0, 0]
        : found.split(',').map(part => Math.abs(Number.parseFloat(part)))
      if (latitude! > 90 || longitude! > 180) continue
      emit({ type: 'COORDINATE', start: index, end: index + found.length, score: 0.8, rule: 'coordinate' })
    }
  },
}
