import type { PlacedTokens } from '../text/token-offsets.js'
import type { TokenLabel } from './label-scheme.js'

/** A part of a text that a model gives a label. */
export interface LabelledSpan {
  /** The entity that the labels name, without `B-` and the like. */
  readonly label: string
  /** First UTF-16 code unit in the text. */
  readonly start: number
  /** One past the last UTF-16 code unit. */
  readonly end: number
  /** Mean probability of the label over the words of the span, in (0, 1]: as the model has it, not calibrated. */
  readonly score: number
}

/** Which token speaks for a word: its first, or the mean of all. */
export type Aggregation = 'first' | 'average'

interface Word {
  readonly label: TokenLabel
  readonly start: number
  readonly end: number
  readonly score: number
}

/**
 * The spans of a text: words with the same entity in a row, up to where a label begins another one.
 *
 * @param probabilities of each label for each token, one token after another
 */
export function wordSpans(
  tokens: PlacedTokens,
  probabilities: Float32Array,
  labels: readonly TokenLabel[],
  aggregation: Aggregation,
): readonly LabelledSpan[] {
  const spans: LabelledSpan[] = []
  let open: Word[] = []
  const close = (): void => {
    if (open.length > 0) spans.push(spanOf(open))
    open = []
  }
  for (const word of wordsOf(tokens, probabilities, labels, aggregation)) {
    const { entity, position } = word.label
    const last = open.at(-1)?.label
    const goesOn =
      last?.entity === entity &&
      position !== 'begin' &&
      position !== 'single' &&
      last?.position !== 'end' &&
      last?.position !== 'single'
    if (!goesOn) close()
    if (entity !== undefined) open.push(word)
  }
  close()
  return spans
}

function spanOf(words: readonly Word[]): LabelledSpan {
  return {
    label: words[0]!.label.entity!,
    start: words[0]!.start,
    end: words.at(-1)!.end,
    score: words.reduce((sum, { score }) => sum + score, 0) / words.length,
  }
}

function* wordsOf(
  { starts, ends, words }: PlacedTokens,
  probabilities: Float32Array,
  labels: readonly TokenLabel[],
  aggregation: Aggregation,
): Generator<Word> {
  const width = labels.length
  for (let first = 0; first < words.length; ) {
    let last = first + 1
    while (last < words.length && words[last] === words[first]) last++
    const speakers = aggregation === 'first' ? 1 : last - first
    const mean = (label: number): number => {
      let sum = 0
      for (let token = first; token < first + speakers; token++) sum += probabilities[token * width + label]!
      return sum / speakers
    }
    let best = 0
    for (let label = 1; label < width; label++) if (mean(label) > mean(best)) best = label
    // Not spread over arguments: a word may have more tokens than a call takes.
    const start = starts.subarray(first, last).reduce((a, b) => Math.min(a, b))
    const end = ends.subarray(first, last).reduce((a, b) => Math.max(a, b))
    if (end > start) yield { label: labels[best]!, start, end, score: mean(best) }
    first = last
  }
}
