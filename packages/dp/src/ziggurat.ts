import { nextWord, type WordSource } from './keystream.js'
import { erfc } from './normal.js'

const layers = 256
// The edge at which 256 layers of equal area close exactly at the top of the density (Marsaglia, Tsang 2000).
const edge = 3.6541528853610088
const area = edge * Math.exp(-0.5 * edge * edge) + Math.sqrt(Math.PI / 2) * erfc(edge * Math.SQRT1_2)

/** Right ends of the layers, widest first; layer 0 is the base with the tail, as wide as a box of its area. */
const ends = new Float64Array(layers + 1)
const heights = new Float64Array(layers + 1)
ends[0] = area / Math.exp(-0.5 * edge * edge)
ends[1] = edge
for (let i = 2; i < layers; i++)
  ends[i] = Math.sqrt(-2 * Math.log(area / ends[i - 1]! + Math.exp(-0.5 * ends[i - 1]! * ends[i - 1]!)))
for (let i = 0; i <= layers; i++) heights[i] = Math.exp(-0.5 * ends[i]! * ends[i]!)

const unit = 2 ** -53
const two32 = 4_294_967_296

/** The widths of the layers per unit of the last of 53 bits, then the same with a minus: exact, as 2^-53 is a power of two. */
const signedWidths = new Float64Array(2 * layers)
for (let i = 0; i < layers; i++) {
  signedWidths[i] = ends[i]! * unit
  signedWidths[layers + i] = -signedWidths[i]!
}

/** The ends of the boxes within the layers, for both signs. */
const innerEnds = Float64Array.from({ length: 2 * layers }, (_, i) => ends[(i & 255) + 1]!)

/**
 * One standard normal by the ziggurat method: 8 bits choose a layer, one the sign, 53 the place within the layer.
 *
 * This is `plainNormal` to the last bit, in half the time. 99 draws of 100 need two words that are at hand and end inside
 * their layer's box; nine bits of the first word look up width and sign together, because a branch on a random sign is
 * mispredicted every other time. All other draws are left, with no word taken yet, to the plain form.
 */
export function standardNormal(source: WordSource): number {
  const { words, used } = source
  if (used + 1 < words.length) {
    const head = words[used]!
    const x = ((head >>> 11) * two32 + words[used + 1]!) * signedWidths[head & 511]!
    if (Math.abs(x) < ends[(head & 255) + 1]!) {
      source.used = used + 2
      return x
    }
  }
  return plainNormal(source)
}

/**
 * Fills `target` with half the sum of four draws each, (((a + b) + c) + d) / 2: to the last bit, and word for word, what
 * four calls of `standardNormal` a value give.
 *
 * 94 values of 100 have all four draws inside their boxes; these are made side by side from eight words at hand, with the
 * place in the words kept in a register. The others are left, with no word taken yet, to the form above.
 */
export function fillWithHalfSums(target: Float32Array | Float64Array, source: WordSource): void {
  let at = 0
  while (at < target.length) {
    at = fillFromBoxes(target, at, source)
    if (at === target.length) return
    target[at++] =
      (standardNormal(source) + standardNormal(source) + standardNormal(source) + standardNormal(source)) * 0.5
  }
}

/** The part of it that needs words at hand and boxes alone; returns the place of the first value that needs more. */
function fillFromBoxes(target: Float32Array | Float64Array, from: number, source: WordSource): number {
  const { words } = source
  let used = source.used
  const end = Math.min(target.length, from + ((words.length - used) >>> 3))
  let at = from
  for (; at < end; at++) {
    const a = words[used]!
    const b = words[used + 2]!
    const c = words[used + 4]!
    const d = words[used + 6]!
    const x = ((a >>> 11) * two32 + words[used + 1]!) * signedWidths[a & 511]!
    const y = ((b >>> 11) * two32 + words[used + 3]!) * signedWidths[b & 511]!
    const z = ((c >>> 11) * two32 + words[used + 5]!) * signedWidths[c & 511]!
    const w = ((d >>> 11) * two32 + words[used + 7]!) * signedWidths[d & 511]!
    if (
      Math.abs(x) >= innerEnds[a & 511]! ||
      Math.abs(y) >= innerEnds[b & 511]! ||
      Math.abs(z) >= innerEnds[c & 511]! ||
      Math.abs(w) >= innerEnds[d & 511]!
    )
      break
    target[at] = (x + y + z + w) * 0.5
    used += 8
  }
  source.used = used
  return at
}

/** The same draw, step by step: the reference for the quick forms, and their way through blocks' ends, wedges and the tail. */
export function plainNormal(source: WordSource): number {
  const head = nextWord(source)
  const layer = head & 255
  const x = ((head >>> 11) * two32 + nextWord(source)) * unit * ends[layer]!
  const size = x < ends[layer + 1]! ? x : outside(source, layer, x)
  return (head & 256) === 0 ? size : -size
}

/** The one draw in a hundred that is not inside its layer's box: the tail, the wedge under the curve, or another try. */
function outside(source: WordSource, layer: number, x: number): number {
  if (layer === 0) return tail(source)
  const height = heights[layer]! + uniform(source) * (heights[layer + 1]! - heights[layer]!)
  return height < Math.exp(-0.5 * x * x) ? x : Math.abs(plainNormal(source))
}

/** A normal beyond the edge (Marsaglia 1964). */
export function tail(source: WordSource): number {
  while (true) {
    const x = -Math.log(uniform(source)) / edge
    const y = -Math.log(uniform(source))
    if (2 * y > x * x) return edge + x
  }
}

/** Uniform in (0, 1], 53 random bits, never 0. */
const uniform = (source: WordSource): number => ((nextWord(source) >>> 11) * two32 + nextWord(source) + 1) * unit
