import { isLetter } from './char-class.js'
import { isLikely, type LikelyWords } from './likely-words.js'
import { foldWord, hashOfWord } from './words.js'

const windowCharacters = 48
const windowWords = 5

/**
 * The words before a place, nearest first: at most five, at most 48 characters back, not across a blank line. Words are
 * whole runs of letters, in lower case without diacritics, so that `tel` is not found in `hotel`.
 *
 * @param likely the words that are of interest: others may be left empty, for most are not worth a string
 */
export function wordsBefore(text: string, at: number, likely?: LikelyWords): readonly string[] {
  const words: string[] = []
  const lowest = Math.max(0, at - windowCharacters)
  let newlines = 0
  for (let i = at; i > lowest && words.length < windowWords; ) {
    const unit = text.charCodeAt(i - 1)
    if (!isLetter(unit)) {
      if (unit === 0x0a && ++newlines > 1) break
      i--
      continue
    }
    const end = i
    while (i > lowest && isLetter(text.charCodeAt(i - 1))) i--
    // A word that the window cuts is not a whole word.
    if (i > lowest || !isLetter(text.charCodeAt(i - 1)))
      words.push(likely && !isLikely(likely, hashOfWord(text, i, end)) ? '' : foldWord(text.slice(i, end)))
  }
  return words
}
