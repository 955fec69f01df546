import { noiseKernel, type NoiseKernel } from './noise-kernel.js'
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

let kernel: NoiseKernel | undefined | null = null

/**
 * Fills `target`: in single precision with one draw each, rounded; in double with half the sum of four, (((a + b) + c) + d) / 2. To
 * the last bit, and word for word, it is what calls of `plainNormal` give.
 *
 * A kernel in WebAssembly makes them from the words at hand; values across the ends of blocks are left to the form above,
 * and all of them where the host has no WebAssembly.
 */
export function fillWithNoise(target: Float32Array | Float64Array, source: WordSource): void {
  if (kernel === null) kernel = noiseKernel({ ends, heights })
  const value =
    target instanceof Float32Array
      ? () => standardNormal(source)
      : () => (standardNormal(source) + standardNormal(source) + standardNormal(source) + standardNormal(source)) * 0.5
  let at = 0
  while (at < target.length) {
    at = kernel?.fill(target, at, source) ?? at
    if (at === target.length) return
    target[at++] = value()
  }
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
