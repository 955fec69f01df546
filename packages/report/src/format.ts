/** Numbers as a reader wants them, the same on every machine: nothing here asks the locale. */

/** A whole number with thousands separators: `9874` is `9,874`. */
export const count = (value: number): string => sign(grouped(String(value)))

function grouped(digits: string): string {
  const [whole, rest] = digits.split('.')
  const head = whole!.replace(/\B(?=(\d{3})+(?!\d))/g, ',')
  return rest === undefined ? head : `${head}.${rest}`
}

/** A count with its noun: `1 row`, `2 rows`. The plural is the noun with an `s` unless it is given. */
export const counted = (value: number, noun: string, plural = `${noun}s`): string =>
  `${count(value)} ${value === 1 ? noun : plural}`

/**
 * A measured number with three significant digits and at most four decimals; whole numbers from 1,000 on; powers of ten
 * outside 1e-3 … 1e9.
 *
 * @param digits significant digits, 3 unless more are needed to tell two numbers apart
 */
export function figure(value: number, digits = 3): string {
  if (Number.isNaN(value)) return 'not a number'
  if (!Number.isFinite(value)) return value > 0 ? 'infinite' : 'minus infinity'
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1e9 || size < 1e-3) return shortPower(value.toExponential(digits - 1))
  const rounded = Number(value.toPrecision(digits))
  if (Math.abs(rounded) >= 10 ** digits) return count(Math.round(value))
  const decimals = Math.min(digits + 1, Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(rounded)))))
  return sign(grouped(value.toFixed(decimals)))
}

// toExponential writes 1.00e-5; a reader wants 1e-5.
const shortPower = (text: string): string => {
  const [mantissa, power] = text.split('e')
  return sign(`${mantissa!.replace(/\.?0+$/, '')}e${power!.replace('+', '')}`)
}

const sign = (text: string): string => text.replace(/^-/, '\u2212')

/** A number that a person chose: as short as it can be written, `3` and not `3.00`. */
export function given(value: number): string {
  const size = Math.abs(value)
  if (!Number.isFinite(value) || value === 0) return figure(value)
  const short = Number(value.toPrecision(12))
  return size >= 1e9 || size < 1e-3 ? shortPower(short.toExponential()) : sign(grouped(String(short)))
}

/**
 * A measured number and the chosen one that it must not pass. Above it, as many digits as it takes to see that (at most
 * 12): 3.004 against 3 is not printed as `3.00` against `3`.
 */
export function figuresApart(value: number, limit: number): readonly [string, string] {
  for (let digits = 3; digits < 12; digits++) {
    if (figure(value, digits) !== figure(limit, digits) || value <= limit) return [figure(value, digits), given(limit)]
  }
  return [String(value), String(limit)]
}

/** Both ends of an interval: `[0.851, 0.893]`. */
export const interval = ([low, high]: readonly [number, number]): string => `[${figure(low)}, ${figure(high)}]`

/** A share of a whole as a percentage with three digits: `2.17%`. A whole of 0 has no share. */
export const percent = (part: number, whole: number): string =>
  whole === 0 ? 'none' : `${figure((part / whole) * 100)}%`

/** `1 m 42 s`, `3.4 s`, `87 ms`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${figure(milliseconds)} ms`
  if (milliseconds < 60_000) return `${figure(milliseconds / 1000)} s`
  const seconds = Math.round(milliseconds / 1000)
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  return hours > 0 ? `${count(hours)} h ${minutes} m` : `${minutes} m ${seconds % 60} s`
}

/** `P7Y` as `7 years`, `P1Y6M` as `1 year 6 months`; anything else stays as it is. */
export function durationWords(duration: string): string {
  const match = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?$/.exec(duration)
  const parts = ['year', 'month', 'week', 'day'].flatMap((unit, i) => {
    const amount = match?.[i + 1]
    return amount === undefined ? [] : counted(Number(amount), unit)
  })
  return parts.join(' ') || duration
}

/** Bytes in KiB, MiB or GiB. */
export function bytes(size: number): string {
  if (size < 1024) return counted(size, 'byte')
  const units = ['KiB', 'MiB', 'GiB', 'TiB']
  const power = Math.min(Math.floor(Math.log2(size) / 10), units.length)
  return `${figure(size / 1024 ** power)} ${units[power - 1]}`
}

/** A digest short enough to read aloud; the full one stands in a table beside it. */
export const shortDigest = (digest: string): string => (digest.length > 22 ? `${digest.slice(0, 19)}…` : digest)

/** `demographic-parity-difference` as words. */
export const words = (name: string): string =>
  name.replaceAll('-', ' ').replace(/\b(?:auc|psi|pii|dp)\b/g, letters => letters.toUpperCase())

/** Text with a capital at its start. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** A sampler as it is written: Poisson is a name. */
export const samplerName = (sampler: string): string => words(sampler).replace(/^poisson/, 'Poisson')

/** A clipping norm, and where it went if it followed a quantile of the gradients' norms. */
export function clippingNormWords({ clippingNorm, adaptiveClipping }: ClippingNormFacts): string {
  if (!adaptiveClipping) return given(clippingNorm)
  const { quantile, lastNorm } = adaptiveClipping
  const end = lastNorm === null ? '' : ` and ended at ${figure(lastNorm)}`
  return `that began at ${given(clippingNorm)}${end}, after quantile ${given(quantile)} of the norms`
}

interface ClippingNormFacts {
  readonly clippingNorm: number
  readonly adaptiveClipping: { readonly quantile: number; readonly lastNorm: number | null } | null
}

/** Compares text by code unit, so that order never depends on the locale. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Entries of an object by key: the order in which a record was written must not change the report. */
export const sortedEntries = <T>(object: Readonly<Record<string, T>>): readonly (readonly [string, T])[] =>
  Object.entries(object).sort(([a], [b]) => byText(a, b))

/** JSON in which the keys of every object are in order. Unlike canonical JSON it takes any value, NaN as null. */
export const orderedJson = (value: unknown, indent?: number): string => JSON.stringify(ordered(value), null, indent)

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    sortedEntries(value as Record<string, unknown>).map(([key, inner]) => [key, ordered(inner)]),
  )
}
