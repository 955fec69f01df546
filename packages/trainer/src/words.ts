const words = /[\p{L}\p{N}]+/gu

/** The words of a text in order, lower-cased: runs of letters and digits. */
export function* wordsOf(text: string): Generator<string> {
  for (const [word] of text.normalize('NFKC').toLowerCase().matchAll(words)) yield word
}
