import { ignoredLabel, type LabelledTokens } from './conversation.js'
import { badPacking } from './errors.js'

export interface FitOptions {
  /** Most tokens of an example, at least 2. */
  readonly length: number
  /** What becomes of longer ones: they are cut at the end, or left out. By default they are cut. */
  readonly onLong?: 'truncate' | 'drop'
}

/** Examples that fit, and what happened to the others. */
export interface FittedExamples {
  readonly examples: readonly LabelledTokens[]
  /** Which of the given ones each is. */
  readonly indices: Int32Array
  /** Examples that were cut and kept. */
  readonly truncated: number
  /** Tokens that were cut off from examples that were kept. */
  readonly truncatedTokens: number
  /** Examples left out because they are longer than allowed. */
  readonly tooLong: number
  /** Examples left out because nothing of them is learned, at all or after the cut. */
  readonly nothingToLearn: number
}

/**
 * Brings examples to a length, and counts what that costs. The first token of an example is never learned, because there
 * is nothing to predict it from.
 *
 * @throws LM-E040 for a length below 2, or an example without tokens or with another number of labels
 */
export function fitExamples(
  given: readonly LabelledTokens[],
  { length, onLong = 'truncate' }: FitOptions,
): FittedExamples {
  if (!Number.isInteger(length) || length < 2) throw badPacking(`the length is ${length}, at least 2 is needed`)
  const examples: LabelledTokens[] = []
  const indices: number[] = []
  const counts = { truncated: 0, truncatedTokens: 0, tooLong: 0, nothingToLearn: 0 }
  given.forEach((example, i) => {
    const { tokens, labels } = example
    if (tokens.length === 0) throw badPacking(`example ${i} has no tokens`)
    if (tokens.length !== labels.length)
      throw badPacking(`example ${i} has ${tokens.length} tokens and ${labels.length} labels`)
    const over = tokens.length - length
    if (over > 0 && onLong === 'drop') {
      counts.tooLong++
      return
    }
    const kept = over > 0 ? { tokens: tokens.slice(0, length), labels: labels.slice(0, length) } : example
    if (!kept.labels.some((label, at) => at > 0 && label !== ignoredLabel)) {
      counts.nothingToLearn++
      return
    }
    if (over > 0) {
      counts.truncated++
      counts.truncatedTokens += over
    }
    examples.push(kept)
    indices.push(i)
  })
  return { examples, indices: Int32Array.from(indices), ...counts }
}
