import { ignoredLabel, type LabelledTokens } from './conversation.js'
import { badPacking } from './errors.js'
import { roomFinder } from './room-finder.js'

/** Several examples in one row. Attention stays within an example: positions see those of their own segment only. */
export interface PackedRow extends LabelledTokens {
  /** Position of each token in its own example, from 0. */
  readonly positions: Int32Array
  /** Which example of the row, from 0. */
  readonly segments: Int32Array
  /** Index of each example of the row, by segment. */
  readonly examples: Int32Array
}

export interface PackOptions {
  /** Most tokens of a row; no example may be longer. */
  readonly length: number
  /**
   * Whose each example is. When given, a row holds examples of one subject only: under differential privacy a row is what
   * is clipped and sampled, so a row of two people would protect neither.
   */
  readonly subjects?: readonly (string | undefined)[]
}

/**
 * Packs examples into rows so that little of a row is padding: the longest first, each into the fullest row that still
 * has room. The same examples give the same rows. The first token of every example is not learned, because the token
 * before it belongs to another example.
 *
 * @throws LM-E040 for an example that is longer than a row, empty, or without one label for each token
 */
export function packExamples(
  examples: readonly LabelledTokens[],
  { length, subjects }: PackOptions,
): readonly PackedRow[] {
  if (!Number.isInteger(length) || length < 2) throw badPacking(`the length is ${length}, at least 2 is needed`)
  if (subjects && subjects.length !== examples.length)
    throw badPacking(`there are ${examples.length} examples and ${subjects.length} subjects`)
  examples.forEach(({ tokens, labels }, i) => {
    if (tokens.length === 0 || tokens.length > length)
      throw badPacking(`example ${i} has ${tokens.length} tokens, a row has room for 1 to ${length}`)
    if (tokens.length !== labels.length)
      throw badPacking(`example ${i} has ${tokens.length} tokens and ${labels.length} labels`)
  })
  return groups(examples.length, subjects)
    .flatMap(group => binsOf(group, examples, length))
    .map(bin => rowOf(bin, examples))
}

/** Indices by subject, in the order of their first example; those without a subject stay alone. */
function groups(count: number, subjects: PackOptions['subjects']): readonly (readonly number[])[] {
  if (!subjects) return [Array.from({ length: count }, (_, i) => i)]
  const bySubject = new Map<string | number, number[]>()
  for (let i = 0; i < count; i++) {
    const key = subjects[i] ?? i
    const group = bySubject.get(key)
    if (group) group.push(i)
    else bySubject.set(key, [i])
  }
  return [...bySubject.values()]
}

/** Best fit, longest first. */
function binsOf(
  group: readonly number[],
  examples: readonly LabelledTokens[],
  length: number,
): readonly (readonly number[])[] {
  const sizeOf = (i: number): number => examples[i]!.tokens.length
  const bins: number[][] = []
  const room = roomFinder(length)
  for (const i of [...group].sort((a, b) => sizeOf(b) - sizeOf(a) || a - b)) {
    const found = room.take(sizeOf(i))
    const bin = found?.bin ?? bins.push([]) - 1
    bins[bin]!.push(i)
    room.give(bin, (found?.room ?? length) - sizeOf(i))
  }
  return bins
}

function rowOf(bin: readonly number[], examples: readonly LabelledTokens[]): PackedRow {
  const size = bin.reduce((sum, i) => sum + examples[i]!.tokens.length, 0)
  const row = {
    tokens: new Int32Array(size),
    labels: new Int32Array(size),
    positions: new Int32Array(size),
    segments: new Int32Array(size),
  }
  let at = 0
  bin.forEach((i, segment) => {
    const { tokens, labels } = examples[i]!
    row.tokens.set(tokens, at)
    row.labels.set(labels, at)
    row.labels[at] = ignoredLabel
    row.segments.fill(segment, at, at + tokens.length)
    for (let t = 0; t < tokens.length; t++) row.positions[at + t] = t
    at += tokens.length
  })
  return { ...row, examples: Int32Array.from(bin) }
}

/** Shortest row length that is compiled; longer ones double. */
/**
 * The smallest of `shortest` and its doubles (64, 128, 256, …) that holds `length` tokens, but not more than `most` when
 * that is enough.
 */
export function bucketLength(length: number, most: number = Number.POSITIVE_INFINITY, shortest = 64): number {
  let bucket = shortest
  while (bucket < length) bucket *= 2
  return Math.max(length, Math.min(bucket, most))
}

/** Segment of padding: no text may look at it. */
export const paddingSegment = -1

/**
 * Fills a row up to a length: with the given token, not learned, in a segment of its own.
 *
 * @throws LM-E040 for a row that is longer
 */
export function padRow<Row extends LabelledTokens & Partial<PackedRow>>(row: Row, length: number, padId: number): Row {
  const size = row.tokens.length
  if (size > length) throw badPacking(`a row has ${size} tokens, more than ${length}`)
  const filled = (values: Int32Array, filler: number): Int32Array => {
    const longer = new Int32Array(length).fill(filler, size)
    longer.set(values)
    return longer
  }
  return {
    ...row,
    tokens: filled(row.tokens, padId),
    labels: filled(row.labels, ignoredLabel),
    ...(row.positions && { positions: filled(row.positions, 0) }),
    ...(row.segments && { segments: filled(row.segments, paddingSegment) }),
  }
}
