/** Texts that tokenizers stumble over. */
export const awkwardTexts: readonly string[] = [
  '',
  ' ',
  'Hello world',
  ' leading space',
  'trailing space ',
  '   many   spaces   ',
  'tabs\tand\nnew\r\nlines\n\n\n end',
  "I'll say it's they've we'd I'm don't",
  "I'LL SAY IT'S",
  '1 12 123 1234 12345 3.14 1,000,000',
  'x1y22z333',
  'the the the other then',
  '😀 👍🏽 👩‍👩‍👧‍👦 🇩🇪',
  '日本語の文章',
  '中文的句子。没有空格',
  '한국어 문장',
  'Größe naïve café ÀÉÎ',
  'e\u0301 combining',
  'עברית و العربية',
  '١٢٣ ٤٥ ½ ² ²³ Ⅷ',
  'zero\u200bwidth\u200djoiner',
  'non\u00a0breaking\u2003em\u3000ideographic',
  '\ufeffmark \ufeff inside',
  'next\u0085line \u2028 separator',
  'a\u0000b',
  '\u{20000}\u{2a6d6} rare ideographs',
  'ΟΔΥΣΣΕΥΣ Σας ΣΣ',
  'İstanbul ISTANBUL ıi',
  'ﬁ ligature ﬀ',
  '<|im_start|>user\nhi<|im_end|>\n',
  'text<|end|>more <|end|> again',
  '<|im_st art|>',
  '$5 + 3 = 8 ~ `code` ^ | < >',
  'https://example.org/a?b=c&d=%20#e',
  'function f(x) {\n  return x * 2\n}\n',
  '_snake_case camelCase kebab-case',
  "spaces before , and . and ! and ? and n't",
  'a'.repeat(300),
  'ab '.repeat(100),
]

/** Several hundred texts made from pieces of the awkward ones, the same each time. */
export function mixedTexts(count: number): readonly string[] {
  let state = 12_345
  const next = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % below
  }
  const pieces = awkwardTexts.flatMap(text => text.match(/\s?\S+|\s+/gu) ?? [])
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + next(12) }, () => pieces[next(pieces.length)]!).join(''),
  )
}
