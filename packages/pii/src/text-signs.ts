import { charClass, classOf, isDigit } from './char-class.js'

/** Kinds of characters by which a scanner sees at once that a text is none of its business. */
export const sign = {
  digit: 1,
  at: 2,
  colon: 4,
  point: 8,
  hyphen: 16,
  small: 32,
  capital: 64,
  /** A run of at least `longToken` ASCII letters, digits, hyphens and low lines, as keys and tokens are. */
  token: 128,
} as const

/** The shortest part of a token that no point cuts: `eyJ` and eight characters. */
const longToken = 11

const ascii = new Uint8Array(0x80)
for (let unit = 0x30; unit <= 0x39; unit++) ascii[unit] = sign.digit
for (let unit = 0x41; unit <= 0x5a; unit++) ascii[unit] = sign.capital
for (let unit = 0x61; unit <= 0x7a; unit++) ascii[unit] = sign.small
ascii[0x40] = sign.at
ascii[0x3a] = sign.colon
ascii[0x2e] = sign.point
ascii[0x2d] = sign.hyphen

/** Which of them a text holds: a sum of signs. */
export function signsOf(text: string): number {
  let signs = 0
  let run = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    const found = unit < 0x80 ? ascii[unit]! : signOfClass(classOf(unit))
    signs |= found
    if ((unit < 0x80 && (found & inToken) !== 0) || unit === lowLine) {
      if (++run === longToken) signs |= sign.token
    } else run = 0
  }
  return signs
}

const inToken = sign.digit | sign.small | sign.capital | sign.hyphen
const lowLine = 0x5f

const signOfClass = (unitClass: number): number =>
  unitClass === charClass.lower ? sign.small : unitClass === charClass.upper ? sign.capital : 0

/** Where runs of digits begin: most characters of a text are none, and what reads numbers goes from run to run. */
export function digitRunsOf(text: string): readonly number[] {
  const runs: number[] = []
  for (let i = 0; i < text.length; i++) {
    if (!isDigit(text.charCodeAt(i))) continue
    runs.push(i)
    do i++
    while (isDigit(text.charCodeAt(i)))
  }
  return runs
}
