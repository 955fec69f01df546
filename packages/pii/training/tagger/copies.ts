import { blank } from '../../src/text-view.js'
import { exampleOf, inCase, type Example, type Piece, type Span } from './example.js'
import type { Source } from './generator.js'
import type { Draw } from './random.js'

const replaceSpans = (example: Example, replace: (span: Span, text: string) => Piece): Example => {
  const pieces: Piece[] = []
  let at = 0
  for (const span of example.spans) {
    pieces.push({ text: example.text.slice(at, span.start), kind: 0 })
    pieces.push(replace(span, example.text.slice(span.start, span.end)))
    at = span.end
  }
  return exampleOf([...pieces, { text: example.text.slice(at), kind: 0 }])
}

/** Now and then the example in one case, with other names, in title case, or with names already found. */
export function copiesOf(example: Example, sources: readonly Source[], draw: Draw): readonly Example[] {
  const copies: Example[] = []
  if (draw.chance(25)) copies.push(inCase(example, unit => unit.toLowerCase()))
  if (draw.chance(15)) copies.push(inCase(example, unit => unit.toUpperCase()))
  if (example.spans.length === 0) {
    if (draw.chance(8)) copies.push(inTitleCase(example))
    return copies
  }
  if (draw.chance(60))
    copies.push(
      replaceSpans(example, ({ kind }, text) => {
        if (kind === 1) return { text: draw.of(sources).person(draw), kind }
        return kind === 2 && draw.chance(60) ? { text: draw.of(sources).town(draw), kind } : { text, kind }
      }),
    )
  if (draw.chance(25))
    copies.push(
      replaceSpans(example, ({ kind }, text) => (draw.chance(60) ? { text: blank, kind: 0 } : { text, kind })),
    )
  return copies
}

const inTitleCase = ({ text, spans }: Example): Example => ({
  text: text.replaceAll(/(?<![\p{L}'])\p{Ll}/gu, letter =>
    letter.toUpperCase().length === 1 ? letter.toUpperCase() : letter,
  ),
  spans,
})
