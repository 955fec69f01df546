import type { Example, Span } from './example.js'
import { plainLines } from './plain-lines.js'
import type { Draw } from './random.js'
import { templates } from './templates.js'

/** The longer words of the lines of a language, in small letters. */
export const vocabularyOf = (language: string): readonly string[] => [
  ...new Set(
    [...plainLines[language]!, ...templates[language]!.trained].flatMap(
      line =>
        line
          .replaceAll(/\{.\}/g, ' ')
          .toLowerCase()
          .match(/\p{L}{5,}/gu) ?? [],
    ),
  ),
]

/** The example with words that nobody knows where no name is: now and then the beginning of a word with the end of another. */
export function withMadeWords({ text, spans }: Example, vocabulary: readonly string[], draw: Draw): Example {
  let made = ''
  let at = 0
  const takeUpTo = (end: number): void => {
    made += text.slice(at, end).replaceAll(/\p{L}{5,}/gu, word => {
      if (!draw.chance(30)) return word
      const other = draw.of(vocabulary)
      return word.slice(0, (word.length + 1) >> 1) + other.slice((other.length + 1) >> 1)
    })
    at = end
  }
  const moved: Span[] = []
  for (const { start, end, kind } of spans) {
    takeUpTo(start)
    moved.push({ start: made.length, end: made.length + end - start, kind })
    made += text.slice(start, end)
    at = end
  }
  takeUpTo(text.length)
  return { text: made, spans: moved }
}
