import { tagCount } from '../../src/tagger/decode.js'
import { markOf, probes, slotOf, type Tagger } from '../../src/tagger/weights.js'
import type { Trained } from './perceptron.js'

const largest = 127
/** The table is filled to so much at most, so that a feature that is not in it is soon missed. */
const fill = 0.5

/** The weights as bytes in a table of so many slots: the features that weigh most, in units of `unit`, the strongest first so that none is lost to a weaker one. */
export function pack(
  { hashes, weights, transitions }: Trained,
  slots: number,
): {
  readonly tagger: Tagger
  readonly transitions: Int8Array
  readonly unit: number
} {
  const size = Float64Array.from(hashes, (_, id) => {
    let most = 0
    for (let tag = 0; tag < tagCount; tag++) most = Math.max(most, Math.abs(weights[id * tagCount + tag]!))
    return most
  })
  const order = Int32Array.from(hashes.keys()).sort((a, b) => size[b]! - size[a]! || hashes[a]! - hashes[b]!)
  // A few features (the shape of a small letter word) weigh far more than all others: they are cut.
  const unit = size[order[Math.floor(order.length / 5000)]!]! / largest
  const marks = new Uint16Array(slots)
  const bytes = new Int8Array(slots * tagCount)
  let kept = 0
  for (const id of order) {
    if (kept >= slots * fill) break
    const row = Array.from({ length: tagCount }, (_, tag) => clamp(weights[id * tagCount + tag]! / unit))
    if (row.every(weight => weight === 0)) continue
    const mark = markOf(hashes[id]!)
    let slot = slotOf(hashes[id]!, slots - 1)
    for (let probe = 0; probe < probes; probe++, slot = (slot + 1) & (slots - 1)) {
      if (marks[slot] === mark) break
      if (marks[slot] !== 0) continue
      marks[slot] = mark
      bytes.set(row, slot * tagCount)
      kept++
      break
    }
  }
  const most = transitions.reduce((a, b) => Math.max(a, Math.abs(b)), 0) / unit
  const transitionUnit = Math.fround(most / largest)
  const packed = Int8Array.from(transitions, weight => clamp(weight / unit / transitionUnit))
  console.log(`${kept} features kept of ${hashes.length}`)
  return {
    tagger: {
      slotMask: slots - 1,
      marks,
      weights: bytes,
      transitions: Float64Array.from(packed, weight => weight * transitionUnit),
    },
    transitions: packed,
    unit: transitionUnit,
  }
}

const clamp = (weight: number): number => Math.max(-largest, Math.min(largest, Math.round(weight)))
