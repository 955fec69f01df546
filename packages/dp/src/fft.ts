/** Real and imaginary parts of a spectrum. */
export interface Spectrum {
  readonly re: Float64Array
  readonly im: Float64Array
}

interface Plan {
  readonly reversed: Uint32Array
  /** Turns by k / size of half a circle, which split a real transform of twice the size. */
  readonly cos: Float64Array
  readonly sin: Float64Array
  /** The turns of each pass of butterflies, one pass after another in the order of use. */
  readonly turnRe: Float64Array
  readonly turnIm: Float64Array
}

const plans = new Map<number, Plan>()

/** What a complex transform of a size needs, a power of two. */
function planOf(size: number): Plan {
  const known = plans.get(size)
  if (known) return known
  const reversed = new Uint32Array(size)
  for (let i = 1; i < size; i++) reversed[i] = (reversed[i >> 1]! >> 1) | (i & 1 ? size >> 1 : 0)
  const cos = new Float64Array(size)
  const sin = new Float64Array(size)
  for (let k = 0; k < size; k++) {
    cos[k] = Math.cos((Math.PI * k) / size)
    sin[k] = -Math.sin((Math.PI * k) / size)
  }
  const turnRe = new Float64Array(size)
  const turnIm = new Float64Array(size)
  for (let half = 1, at = 0; half < size; at += half, half *= 2) {
    for (let k = 0; k < half; k++) {
      turnRe[at + k] = cos[(k * size) / half]!
      turnIm[at + k] = sin[(k * size) / half]!
    }
  }
  const plan = { reversed, cos, sin, turnRe, turnIm }
  // Beyond this a plan costs more memory than it saves time.
  if (size <= 1 << 18) plans.set(size, plan)
  return plan
}

/** Cooley and Tukey's transform in place: X_k = sum of x_j e^(-2 pi i j k / size). */
function transform(re: Float64Array, im: Float64Array, { reversed, turnRe, turnIm }: Plan): void {
  const size = re.length
  for (let i = 0; i < size; i++) {
    const j = reversed[i]!
    if (j <= i) continue
    const a = re[i]!
    const b = im[i]!
    re[i] = re[j]!
    im[i] = im[j]!
    re[j] = a
    im[j] = b
  }
  // Two passes at once, so that each number is fetched half as often.
  let half = 1
  let at = 0
  for (; 2 * half < size; at += 3 * half, half *= 4) {
    for (let block = 0; block < size; block += 4 * half) {
      for (let k = 0; k < half; k++) {
        const [i0, i1, i2, i3] = [block + k, block + k + half, block + k + 2 * half, block + k + 3 * half]
        const c = turnRe[at + k]!
        const s = turnIm[at + k]!
        const b1 = re[i1]! * c - im[i1]! * s
        const d1 = re[i1]! * s + im[i1]! * c
        const b3 = re[i3]! * c - im[i3]! * s
        const d3 = re[i3]! * s + im[i3]! * c
        const sumRe = re[i0]! + b1
        const sumIm = im[i0]! + d1
        const lessRe = re[i0]! - b1
        const lessIm = im[i0]! - d1
        const farSumRe = re[i2]! + b3
        const farSumIm = im[i2]! + d3
        const farLessRe = re[i2]! - b3
        const farLessIm = im[i2]! - d3
        const c2 = turnRe[at + half + k]!
        const s2 = turnIm[at + half + k]!
        const e = farSumRe * c2 - farSumIm * s2
        const f = farSumRe * s2 + farSumIm * c2
        // The turn of the second half of the pass is a quarter circle further: times -i.
        const g = farLessRe * s2 + farLessIm * c2
        const h = farLessIm * s2 - farLessRe * c2
        re[i0] = sumRe + e
        im[i0] = sumIm + f
        re[i2] = sumRe - e
        im[i2] = sumIm - f
        re[i1] = lessRe + g
        im[i1] = lessIm + h
        re[i3] = lessRe - g
        im[i3] = lessIm - h
      }
    }
  }
  if (half < size) {
    for (let k = 0; k < half; k++) {
      const j = k + half
      const a = re[j]! * turnRe[at + k]! - im[j]! * turnIm[at + k]!
      const b = re[j]! * turnIm[at + k]! + im[j]! * turnRe[at + k]!
      re[j] = re[k]! - a
      im[j] = im[k]! - b
      re[k]! += a
      im[k]! += b
    }
  }
}

/**
 * The discrete Fourier transform of real numbers: its first n/2 + 1 terms, from which the others follow by symmetry.
 *
 * @param values n of them, n a power of two and at least 4
 */
export function realSpectrum(values: Float64Array): Spectrum {
  const half = values.length / 2
  const plan = planOf(half)
  const zr = new Float64Array(half)
  const zi = new Float64Array(half)
  for (let i = 0; i < half; i++) {
    zr[i] = values[2 * i]!
    zi[i] = values[2 * i + 1]!
  }
  transform(zr, zi, plan)
  const re = new Float64Array(half + 1)
  const im = new Float64Array(half + 1)
  for (let k = 0; k <= half; k++) {
    const a = k === half ? 0 : k
    const b = k === 0 ? 0 : half - k
    const evenRe = (zr[a]! + zr[b]!) / 2
    const evenIm = (zi[a]! - zi[b]!) / 2
    const oddRe = (zi[a]! + zi[b]!) / 2
    const oddIm = (zr[b]! - zr[a]!) / 2
    const c = k === half ? -1 : plan.cos[k]!
    const s = k === half ? 0 : plan.sin[k]!
    re[k] = evenRe + oddRe * c - oddIm * s
    im[k] = evenIm + oddRe * s + oddIm * c
  }
  return { re, im }
}

/** The real numbers whose `realSpectrum` is given. */
export function realFromSpectrum({ re, im }: Spectrum): Float64Array {
  const half = re.length - 1
  const plan = planOf(half)
  const zr = new Float64Array(half)
  const zi = new Float64Array(half)
  for (let k = 0; k < half; k++) {
    const b = half - k
    const evenRe = (re[k]! + re[b]!) / 2
    const evenIm = (im[k]! - im[b]!) / 2
    const turnedRe = (re[k]! - re[b]!) / 2
    const turnedIm = (im[k]! + im[b]!) / 2
    const c = plan.cos[k]!
    const s = -plan.sin[k]!
    const oddRe = turnedRe * c - turnedIm * s
    const oddIm = turnedRe * s + turnedIm * c
    // Conjugated, so that the forward transform inverts.
    zr[k] = evenRe - oddIm
    zi[k] = -(evenIm + oddRe)
  }
  transform(zr, zi, plan)
  const values = new Float64Array(2 * half)
  for (let i = 0; i < half; i++) {
    values[2 * i] = zr[i]! / half
    values[2 * i + 1] = -zi[i]! / half
  }
  return values
}
