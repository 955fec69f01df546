import { invalidCount, invalidParameter } from '../errors.js'
import { uniformBelow } from '../mechanisms/exact-samplers.js'
import { wordsFor, type RandomOptions } from '../mechanisms/random-words.js'

/** A space of secrets: every sequence of so many symbols. Six digits are `{ symbols: [...'0123456789'], length: 6 }`. */
export interface SequenceSpace<T> {
  /** At least two, all different: characters for a text, token numbers for a model of tokens. */
  readonly symbols: readonly T[]
  /** Symbols in a sequence, at least 1. */
  readonly length: number
}

const most = 1_000_000

/**
 * Different sequences, each drawn uniformly from the space by the operating system's generator: the first few to insert as
 * canaries, the others to compare them with. As many as the space has give all of it, in random order.
 *
 * @param count from 1 to the size of the space and to 1,000,000
 * @throws DP-E018 for a space or count out of range, DP-E005 for its length, DP-E010 for a seed that is not 32 bytes
 * @see Carlini et al. 2019, arXiv 1802.08232, section 4.1
 */
export function canarySequences<T>(
  { symbols, length }: SequenceSpace<T>,
  count: number,
  options: RandomOptions = {},
): T[][] {
  const base = BigInt(symbols.length)
  if (base < 2n || new Set(symbols).size !== symbols.length)
    throw invalidParameter('the number of different symbols', new Set(symbols).size, 'at least 2, without repetition')
  if (!(Number.isSafeInteger(length) && length >= 1)) throw invalidCount('the length of a sequence', length, 1)
  // Enough to know whether a million fit; longer sequences are drawn symbol by symbol all the same.
  const size = Math.min(most, symbols.length ** Math.min(length, 20))
  if (!(Number.isSafeInteger(count) && count >= 1 && count <= size))
    throw invalidParameter('the number of sequences', count, `a whole number from 1 to ${size}`)
  const { words } = wordsFor(options)
  const drawn = new Map<string, T[]>()
  while (drawn.size < count) {
    const places = Array.from({ length }, () => Number(uniformBelow(base, words)))
    drawn.set(
      places.join(),
      places.map(place => symbols[place]!),
    )
  }
  return [...drawn.values()]
}
