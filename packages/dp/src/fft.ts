/** Real and imaginary parts of a spectrum. */
export interface Spectrum {
  readonly re: Float64Array
  readonly im: Float64Array
}

interface Plan {
  readonly reversed: Uint32Array
  readonly cos: Float64Array
  readonly sin: Float64Array
}

const plans = new Map<number, Plan>()

/** The twiddle factors and the order of a complex transform of a size that is a power of two. */
function planOf(size: number): Plan {
  const known = plans.get(size)
  if (known) return known
  const reversed = new Uint32Array(size)
  for (let i = 1; i < size; i++) reversed[i] = (reversed[i >> 1]! >> 1) | (i & 1 ? size >> 1 : 0)
  const cos = new Float64Array(size)
  const sin = new Float64Array(size)
  // Angles up to pi: the lower half turns the butterflies, the whole splits a real transform of twice the size.
  for (let k = 0; k < size; k++) {
    cos[k] = Math.cos((Math.PI * k) / size)
    sin[k] = -Math.sin((Math.PI * k) / size)
  }
  const plan = { reversed, cos, sin }
  // Beyond this a plan costs more memory than it saves time.
  if (size <= 1 << 18) plans.set(size, plan)
  return plan
}

/** Cooley and Tukey's transform in place: X_k = sum of x_j e^(-2 pi i j k / size). */
function transform(re: Float64Array, im: Float64Array, { reversed, cos, sin }: Plan): void {
  const size = re.length
  for (let i = 0; i < size; i++) {
    const j = reversed[i]!
    if (j <= i) continue
    const [a, b] = [re[i]!, im[i]!]
    re[i] = re[j]!
    im[i] = im[j]!
    re[j] = a
    im[j] = b
  }
  for (let half = 1; half < size; half *= 2) {
    const stride = size / half
    for (let k = 0, turn = 0; k < half; k++, turn += stride) {
      const c = cos[turn]!
      const s = sin[turn]!
      for (let i = k; i < size; i += 2 * half) {
        const j = i + half
        const a = re[j]! * c - im[j]! * s
        const b = re[j]! * s + im[j]! * c
        re[j] = re[i]! - a
        im[j] = im[i]! - b
        re[i]! += a
        im[i]! += b
      }
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
