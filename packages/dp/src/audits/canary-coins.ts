import { invalidCount } from '../errors.js'
import { nextWord } from '../keystream.js'
import { wordsFor, type RandomOptions } from '../mechanisms/random-words.js'

/**
 * A fair coin for each of `count` canaries, from the operating system's generator: true for those to train on.
 *
 * The bound of `oneRunAudit` rests on these coins alone, so whoever guesses must not know them.
 *
 * @throws DP-E005 unless count is a whole number of at least 1; DP-E010 for a seed that is not 32 bytes
 */
export function canaryCoins(count: number, options: RandomOptions = {}): boolean[] {
  if (!(Number.isSafeInteger(count) && count >= 1)) throw invalidCount('the number of canaries', count, 1)
  const { words } = wordsFor(options)
  return Array.from({ length: count }, () => nextWord(words) >= 2 ** 31)
}
