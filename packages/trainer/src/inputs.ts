import type { RecordBatch } from '@attestry/core'
import { f32, i64, type Tensor } from '@attestry/autograd'
import type { FeatureLayout } from './feature-layout.js'
import { tabularRows, type FeatureCounts, type TabularRows } from './tabular-features.js'
import { textRows, type TextRows } from './text-features.js'
import { wordRows, type WordRows } from './word-features.js'

/** Encoded rows, whatever their kind. */
export type InputRows = TabularRows | TextRows | WordRows

/** Rows of a batch as a layout declares them. */
export function encodeRows(batch: RecordBatch, layout: FeatureLayout, counts?: FeatureCounts): InputRows {
  if (layout.kind === 'text') return textRows(batch, layout)
  return layout.kind === 'words' ? wordRows(batch, layout) : tabularRows(batch, layout, counts)
}

/** Encoded rows after one another. All are of one layout. */
export function concatRows(parts: readonly InputRows[], layout: FeatureLayout): InputRows {
  const rows = parts.reduce((total, part) => total + part.rows, 0)
  if (layout.kind === 'tabular')
    return {
      kind: 'tabular',
      rows,
      width: layout.width,
      values: joined(parts.map(part => (part as TabularRows).values)),
    }
  const texts = parts as readonly (TextRows | WordRows)[]
  const offsets = new Int32Array(rows + 1)
  let row = 0
  for (const text of texts)
    for (let i = 0; i < text.rows; i++) {
      offsets[row + 1] = offsets[row]! + text.offsets[i + 1]! - text.offsets[i]!
      row++
    }
  const tokens = new Int32Array(offsets[rows]!)
  let at = 0
  for (const text of texts) {
    tokens.set(text.tokens, at)
    at += text.tokens.length
  }
  if (layout.kind === 'words') return { kind: 'words', rows, offsets, tokens, padding: layout.padding }
  return { kind: 'text', rows, offsets, tokens, shares: joined(parts.map(part => (part as TextRows).shares)) }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((total, { length }) => total + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** Token positions of a graph: the sizes that are compiled, so that a batch is padded to the next one. */
const positionSizes = [8, 16, 32, 64, 128, 256]

/** Positions that hold every token of these rows; 0 for tables. */
export function positionsOf(inputs: InputRows, rows: ArrayLike<number>): number {
  if (inputs.kind === 'tabular') return 0
  let most = 0
  for (let i = 0; i < rows.length; i++) most = Math.max(most, inputs.offsets[rows[i]! + 1]! - inputs.offsets[rows[i]!]!)
  const size = positionSizes.find(known => known >= most) ?? most
  return inputs.kind === 'words' ? size + inputs.padding : size
}

/**
 * The model's inputs for some rows, padded to `batch`: `x` for tables, `tokens` and `shares` for bags of tokens, `tokens` and
 * `present` for words in order.
 *
 * Padding is zeros: token 0 with share 0, or not present. Tokens of a bag are distinct, which the per-example norm relies on.
 */
export function inputFeeds(
  inputs: InputRows,
  rows: ArrayLike<number>,
  batch: number,
  positions: number,
): Record<string, Tensor> {
  if (inputs.kind === 'tabular') {
    const { width, values } = inputs
    const x = new Float32Array(batch * width)
    for (let i = 0; i < rows.length; i++) x.set(values.subarray(rows[i]! * width, (rows[i]! + 1) * width), i * width)
    return { x: f32([batch, width], x) }
  }
  const tokens = new Int32Array(batch * positions)
  if (inputs.kind === 'words') {
    const present = new Float32Array(batch * positions)
    for (let i = 0; i < rows.length; i++) {
      const words = inputs.tokens.subarray(inputs.offsets[rows[i]!]!, inputs.offsets[rows[i]! + 1]!)
      if (words.length + inputs.padding > positions) throw new RangeError('a text is longer than the graph')
      tokens.set(words, i * positions)
      present.fill(1, i * positions, i * positions + words.length)
    }
    return { tokens: i64([batch, positions], tokens), present: f32([batch, positions], present) }
  }
  const shares = new Float32Array(batch * positions)
  for (let i = 0; i < rows.length; i++) {
    const [from, to] = [inputs.offsets[rows[i]!]!, inputs.offsets[rows[i]! + 1]!]
    for (let t = from; t < to; t++) {
      if (t > from && inputs.tokens[t]! <= inputs.tokens[t - 1]!) throw new RangeError('tokens are not ascending')
      tokens[i * positions + t - from] = inputs.tokens[t]!
      shares[i * positions + t - from] = inputs.shares[t]!
    }
  }
  return { tokens: i64([batch, positions], tokens), shares: f32([batch, positions], shares) }
}
