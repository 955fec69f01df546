const capitals = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
const digits = '0123456789'

/** Other characters of the same kinds: digits for digits, letters for letters in their case; everything else stays. */
export function likeCharacters(value: string, next: (below: number) => number): string {
  return [...value]
    .map(character => {
      if (/\p{Nd}/u.test(character)) return digits[next(10)]!
      if (/\p{Lu}/u.test(character)) return capitals[next(capitals.length)]!
      return /\p{L}/u.test(character) ? capitals[next(capitals.length)]!.toLowerCase() : character
    })
    .join('')
}

/** The digits of a value replaced by others in their order; what is over stays as it was. */
export function withDigits(value: string, others: string): string {
  let at = 0
  return value.replaceAll(/\p{Nd}/gu, digit => others[at++] ?? digit)
}

/** Digits of a value as ASCII. */
export const digitsOnly = (value: string): string => value.normalize('NFKC').replaceAll(/[^0-9]/g, '')

export const someDigits = (count: number, next: (below: number) => number): string =>
  Array.from({ length: count }, () => digits[next(10)]!).join('')
