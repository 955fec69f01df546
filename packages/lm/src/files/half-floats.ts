/** Value of each of the 65,536 half-precision numbers (IEEE 754 binary16), by its bits. */
export const halfValues: Float32Array = Float32Array.from({ length: 65_536 }, (_, bits) => {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
})

const word = new Uint32Array(1)
const float = new Float32Array(word.buffer)

/** Bits of the half-precision number nearest to `value`, ties to even; infinite from 65,520 on. */
export function toHalf(value: number): number {
  float[0] = value
  const bits = word[0]!
  const sign = (bits >>> 16) & 0x8000
  const magnitude = bits & 0x7fff_ffff
  if (magnitude > 0x7f80_0000) return sign | 0x7e00
  if (magnitude >= 0x4780_0000) return sign | 0x7c00
  if (magnitude >= 0x3880_0000) return sign | roundShift(magnitude - 0x3800_0000, 13)
  const exponent = magnitude >>> 23
  // Below 2^-14 the step is 2^-24 for all numbers: shift the fraction with its leading 1 to that step.
  return exponent < 102 ? sign : sign | roundShift((magnitude & 0x7f_ffff) | 0x80_0000, 126 - exponent)
}

/** Upper half of the 32-bit float nearest to `value` (bfloat16), ties to even. */
export function toBrain(value: number): number {
  float[0] = value
  const bits = word[0]!
  return (bits & 0x7fff_ffff) > 0x7f80_0000 ? (bits >>> 16) | 0x40 : roundShift(bits, 16) & 0xffff
}

function roundShift(bits: number, shift: number): number {
  const kept = bits >>> shift
  const rest = bits - kept * 2 ** shift
  const half = 2 ** (shift - 1)
  return rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept
}
