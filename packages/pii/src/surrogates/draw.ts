import type { KeyedDigest } from '../subkeys.js'
import { foldWord } from '../words.js'

/** Draws that are the same for the same name under one key. */
export interface Draw {
  /** An item of a list, unlike what `isTaken` says of its folded form. Undefined when none was found in 64 draws. */
  from(list: readonly string[], name: string, isTaken: (folded: string) => boolean): string | undefined
  /** A number in [0, below). */
  below(below: number, name: string): number
  /** A whole number in [0, below), another one for each call of the function that is given. */
  series(name: string): (below: number) => number
}

const mostDraws = 64

export function drawBy(digest: KeyedDigest): Draw {
  /** First eight bytes of the digest, drawn again where the last, incomplete round of the range would favour small numbers. */
  const below = (bound: number, name: string): number => {
    const range = BigInt(bound)
    const fair = (1n << 64n) - ((1n << 64n) % range)
    for (let counter = 0; ; counter++) {
      const value = digest('surrogate', `surr|${counter}|${name}`).readBigUInt64BE()
      if (value < fair) return Number(value % range)
    }
  }
  return {
    below,
    from(list, name, isTaken) {
      for (let i = 0; i < mostDraws; i++) {
        const drawn = list[below(list.length, `${i}|${name}`)]!
        if (!isTaken(foldWord(drawn))) return drawn
      }
      return undefined
    },
    series(name) {
      let i = 0
      return bound => below(bound, `${i++}|${name}`)
    },
  }
}
