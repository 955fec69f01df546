import type { IdentifierType } from './identifier-types.js'
import type { Scanner } from './scanner.js'
import { codeScanner } from './scanners/codes.js'
import { coordinateScanner } from './scanners/coordinates.js'
import { cryptoAddressScanner } from './scanners/crypto-address.js'
import { emailScanner } from './scanners/email.js'
import { ibanScanner } from './scanners/iban.js'
import { ipv6Scanner } from './scanners/ipv6.js'
import { labelledIdScanner } from './scanners/labelled-ids.js'
import { mixedIdScanner } from './scanners/mixed-ids.js'
import { domainScanner, handleScanner, macScanner } from './scanners/network.js'
import { numberScanner } from './scanners/numbers.js'
import { secretScanner } from './scanners/secrets.js'
import { urlScanner } from './scanners/url.js'

/** What the form of a value tells by itself or with a label right before it. */
export const structuredScanners: ReadonlySet<Scanner> = new Set([
  emailScanner,
  urlScanner,
  domainScanner,
  ipv6Scanner,
  macScanner,
  ibanScanner,
  cryptoAddressScanner,
  secretScanner,
  codeScanner,
  labelledIdScanner,
  mixedIdScanner,
  handleScanner,
  coordinateScanner,
  numberScanner,
])

/**
 * Types that the rules `structured` find. Dates, ages, addresses, names, places and organisations are not among them: they are told
 * by words, and by what else stands in the text. Nor are the codes of banks, which are nobody's.
 */
export const structuredTypes: readonly IdentifierType[] = [
  'CREDIT_CARD',
  'IBAN',
  'US_SSN',
  'NATIONAL_ID',
  'SECRET',
  'CRYPTO',
  'EMAIL',
  'URL',
  'DOMAIN',
  'IP_ADDRESS',
  'MAC_ADDRESS',
  'VIN',
  'IMEI',
  'ROUTING_NUMBER',
  'COORDINATE',
  'BANK_ACCOUNT',
  'ID',
  'HANDLE',
  'PHONE',
]
