const keep = 0
const drop = 1
const replace = 2
const unknown = 255

const decision = new Uint8Array(0x10000).fill(unknown)
const replacement = new Map<number, string>()

/** Hyphens, minus signs and apostrophes that people and word processors write for the ASCII ones. */
const hyphens = /[\u2010-\u2015\u2043\u2212\uFE58\uFE63]/u
const apostrophes = /[\u2018\u2019\u02BC\u2032]/u

/**
 * How a code point reads to a scanner: undefined as it is, empty when it is invisible, else ASCII that means the same.
 *
 * Dropped: zero-width and bidi characters, soft hyphens, variation selectors, control characters. Replaced: full-width,
 * mathematical and circled forms (NFKC, where the result is ASCII), decimal digits of every script, Unicode spaces,
 * hyphens and apostrophes. Letters that only look alike (Cyrillic for Latin) stay.
 */
export function foldCodePoint(codePoint: number): string | undefined {
  if (codePoint < 0x80) return codePoint >= 0x20 && codePoint !== 0x7f ? undefined : foldControl(codePoint)
  if (codePoint > 0xffff) return foldSupplementary(codePoint)
  if (decision[codePoint] === unknown) decide(codePoint)
  if (decision[codePoint] === keep) return undefined
  return decision[codePoint] === drop ? '' : replacement.get(codePoint)
}

// Tab, line feed, vertical tab, form feed and carriage return separate words; the other controls are invisible.
const foldControl = (unit: number): string | undefined => (unit >= 0x09 && unit <= 0x0d ? undefined : '')

function decide(codePoint: number): void {
  const folded = foldBasic(codePoint)
  decision[codePoint] = folded === undefined ? keep : folded === '' ? drop : replace
  if (folded) replacement.set(codePoint, folded)
}

function foldBasic(codePoint: number): string | undefined {
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return undefined
  if (codePoint >= 0x80 && codePoint <= 0x9f) return codePoint === 0x85 ? '\n' : ''
  const character = String.fromCharCode(codePoint)
  if (/[\p{Cf}\u180B-\u180F\uFE00-\uFE0F]/u.test(character)) return ''
  if (/\p{Zs}/u.test(character)) return ' '
  if (/[\u2028\u2029]/u.test(character)) return '\n'
  if (/\p{Nd}/u.test(character)) return String(digitValue(codePoint))
  if (hyphens.test(character)) return '-'
  if (apostrophes.test(character)) return "'"
  if (/[\u3002\uFF61]/u.test(character)) return '.'
  return asciiForm(character)
}

function foldSupplementary(codePoint: number): string | undefined {
  if (codePoint >= 0xe0000 && codePoint <= 0xe0fff) return ''
  const isCompatibilityBlock =
    (codePoint >= 0x1d400 && codePoint <= 0x1d7ff) ||
    (codePoint >= 0x1f100 && codePoint <= 0x1f1ff) ||
    (codePoint >= 0x1fbf0 && codePoint <= 0x1fbf9)
  return isCompatibilityBlock ? asciiForm(String.fromCodePoint(codePoint)) : undefined
}

function asciiForm(character: string): string | undefined {
  const folded = character.normalize('NFKC')
  return folded !== character && folded.length <= 4 && /^[\x20-\x7e]+$/.test(folded) ? folded.trim() || ' ' : undefined
}

/** Decimal digits of a script stand in one run of ten, zero first; no two runs of the basic plane touch. */
function digitValue(codePoint: number): number {
  let zero = codePoint
  while (/\p{Nd}/u.test(String.fromCharCode(zero - 1))) zero--
  return codePoint - zero
}
