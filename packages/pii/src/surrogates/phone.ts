import { digitsOnly, someDigits, withDigits } from './characters.js'

/**
 * National numbers that regulators keep free for films and books, by the country's calling code: their length without the
 * leading zero, and what they begin with. Read from the sources named, not compared with them since.
 */
const reserved: Readonly<
  Record<string, { readonly length: number; readonly landline: string; readonly mobile: string }>
> = {
  // Ofcom, Telephone numbers for use in TV and radio drama programmes.
  44: { length: 10, landline: '2079460', mobile: '7700900' },
  // Bundesnetzagentur, Rufnummern für Film und Fernsehen: Berlin; mobile 0171 39200 xx.
  49: { length: 10, landline: '3023125', mobile: '17139200' },
  // ARCEP, decision 2009-0496 and after: 01 99 00 xx xx, 06 39 98 xx xx.
  33: { length: 9, landline: '19900', mobile: '63998' },
  // ACMA, Numbers for use in TV shows, films and creative works: (02) 5550 xxxx, 0491 570 xxx.
  61: { length: 9, landline: '25550', mobile: '491570' },
}
const mobileStart: Readonly<Record<string, RegExp>> = { 44: /^7/, 49: /^1/, 33: /^[67]/, 61: /^4/ }

/** Calling codes that nobody has: 999 is not assigned (ITU-T E.164). */
const nobodys = '999'

/** Area codes of North America, of which 555-0100 to 555-0199 are kept free for fiction. */
const areas = (
  '201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 225 228 229 231 234 239 240 248 251 252 253 254 256 ' +
  '260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 310 312 313 314 315 316 317 318 319 320 321 323 325 330 334'
).split(' ')

const extension = /(?:x|ext|extn|extension|#)[ .:]*\d+$/i

/**
 * Another telephone number in the layout of this one: 555-01xx in North America, numbers kept for fiction in the United Kingdom,
 * Germany, France and Australia, else one that no country has.
 *
 * There are few such numbers, 6,000 in North America and 1,000 in the United Kingdom: two people can share one.
 */
export function surrogatePhone(value: string, next: (below: number) => number): string {
  const tail = extension.exec(value)?.[0] ?? ''
  const main = value.slice(0, value.length - tail.length)
  const digits = digitsOnly(main)
  return withDigits(main, numberLike(digits, /^\s*\(?\+/.test(main), next)) + withDigits(tail, someDigits(6, next))
}

function numberLike(digits: string, hasPlus: boolean, next: (below: number) => number): string {
  const prefix = hasPlus ? '' : (/^(?:011|00)/.exec(digits)?.[0] ?? '')
  const number = digits.slice(prefix.length)
  if (hasPlus || prefix !== '') return prefix + international(number, next)
  if (/^1?[2-9]\d{9}$/.test(number)) return american(number, next)
  return `000${someDigits(Math.max(0, number.length - 3), next)}`.slice(0, number.length)
}

function international(number: string, next: (below: number) => number): string {
  if (/^1\d{10}$/.test(number)) return american(number, next)
  const country = number.slice(0, 2)
  const plan = reserved[country]
  // `+44 (0)20 …` holds a zero that is not dialled.
  const trunk = number[2] === '0' ? '0' : ''
  const national = number.slice(2 + trunk.length)
  if (!plan || national.length !== plan.length)
    return nobodys + someDigits(Math.max(0, number.length - nobodys.length), next)
  const start = mobileStart[country]!.test(national) ? plan.mobile : plan.landline
  return country + trunk + start + someDigits(plan.length - start.length, next)
}

const american = (number: string, next: (below: number) => number): string =>
  `${number.length === 11 ? '1' : ''}${areas[next(areas.length)]!}55501${someDigits(2, next)}`
