import type { Random } from '@attestry/core'

/** A small change that leaves a text readable. */
export interface Typo {
  readonly name: string
  /** What it keeps, in words. */
  readonly constraint: string
  /** A word with one change; null when the word allows none. */
  change(word: string, random: Random): string | null
}

/** Letters that look like another in most typefaces: Latin, then Cyrillic or Greek. */
const lookAlikes: Readonly<Record<string, string>> = {
  a: '\u0430',
  c: '\u0441',
  e: '\u0435',
  i: '\u0456',
  j: '\u0458',
  o: '\u043e',
  p: '\u0440',
  s: '\u0455',
  x: '\u0445',
  y: '\u0443',
  v: '\u03bd',
  A: '\u0410',
  B: '\u0412',
  C: '\u0421',
  E: '\u0415',
  H: '\u041d',
  K: '\u041a',
  M: '\u041c',
  O: '\u041e',
  P: '\u0420',
  T: '\u0422',
  X: '\u0425',
}

const inner = 'first and last letter stay, one change a word'

/** Changes of single words. Version 1: a changed list is a new version, so that rates can be compared. */
export const typos: readonly Typo[] = [
  {
    name: 'letters swapped',
    constraint: inner,
    change: (word, random) =>
      at(word, random, 1, 3, (letters, i) => {
        if (letters[i] === letters[i + 1]) return null
        ;[letters[i], letters[i + 1]] = [letters[i + 1]!, letters[i]!]
        return letters
      }),
  },
  {
    name: 'letter left out',
    constraint: inner,
    change: (word, random) => at(word, random, 1, 2, (letters, i) => letters.toSpliced(i, 1)),
  },
  {
    name: 'letter doubled',
    constraint: inner,
    change: (word, random) => at(word, random, 1, 2, (letters, i) => letters.toSpliced(i, 0, letters[i]!)),
  },
  {
    name: 'look-alike letter',
    constraint: 'looks the same in most typefaces, one letter a word',
    change: (word, random) => {
      const letters = [...word]
      const places = letters.flatMap((letter, i) => (lookAlikes[letter] === undefined ? [] : [i]))
      if (places.length === 0) return null
      const i = places[Math.floor(random() * places.length)]!
      return letters.with(i, lookAlikes[letters[i]!]!).join('')
    },
  },
]

/** Not a typo: the text may say something else without the word, so a class that turns need not be a wrong one. */
export const wordLeftOut: Typo = {
  name: 'word left out',
  constraint: 'a word is missing; what the text says may change, so this one counts by itself alone',
  change: () => '',
}

/** Changes one place that is neither the first letter nor among the last `tail - 1`. Words need four letters. */
function at(
  word: string,
  random: Random,
  head: number,
  tail: number,
  change: (letters: string[], i: number) => string[] | null,
): string | null {
  const letters = [...word]
  const places = letters.length - head - tail + 1
  if (letters.length < 4 || places < 1) return null
  return change(letters, head + Math.floor(random() * places))?.join('') ?? null
}

/** A change of a whole text that keeps every letter. */
export interface Restyling {
  readonly name: string
  readonly constraint: string
  readonly change: (text: string) => string
}

export const restylings: readonly Restyling[] = [
  { name: 'upper case', constraint: 'the same letters in upper case', change: text => text.toUpperCase() },
  { name: 'lower case', constraint: 'the same letters in lower case', change: text => text.toLowerCase() },
  { name: 'spaces doubled', constraint: 'only white space changes', change: text => text.replace(/ /g, '  ') },
  {
    name: 'signs left out',
    constraint: 'letters, digits and spaces stay',
    change: text => text.replace(/[^\p{L}\p{M}\p{N}\s]+/gu, ''),
  },
]

/** A word of a text, by its place. */
export interface Word {
  readonly from: number
  readonly to: number
}

/** The first words of a text, at most so many. */
export function wordsOf(text: string, most: number): readonly Word[] {
  const words: Word[] = []
  for (const { 0: word, index } of text.matchAll(/\p{L}[\p{L}\p{M}]*/gu)) {
    if (words.length === most) break
    words.push({ from: index, to: index + word.length })
  }
  return words
}
