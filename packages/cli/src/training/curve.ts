import type { Terminal } from '../terminal.js'

/** A value by step, from 1; null where there is none. */
export type Series = readonly (number | null)[]

export interface CurveSize {
  /** Columns of the whole, labels included. */
  readonly width: number
  /** Lines of the plot itself; the title and the axis take one more each. */
  readonly height: number
}

const labelWidth = 8
const dotsAcross = 2
const dotsDown = 4

// Unicode names the dots of a braille cell down the left column, then the right, with the fourth row added later.
const dotBits = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const

/**
 * A curve in braille dots, for a terminal: a title with the latest value, the plot with its highest and lowest value, and
 * the steps it covers. Every dot column holds the range of its steps, so that no spike is lost; steps without a value are
 * passed over.
 *
 * @returns lines, none longer than the width; none at all without two values
 */
export function curveLines(title: string, series: Series, { width, height }: CurveSize): readonly string[] {
  const known = series.filter(value => value !== null && Number.isFinite(value)) as readonly number[]
  const columns = width - labelWidth - 2
  if (known.length < 2 || columns < 8) return []
  const low = known.reduce((a, b) => Math.min(a, b))
  const high = known.reduce((a, b) => Math.max(a, b))
  const [across, down] = [columns * dotsAcross, height * dotsDown]
  const cells = Array.from({ length: height }, () => new Uint8Array(columns))
  const rowOf = (value: number): number =>
    high === low ? down >> 1 : Math.round(((high - value) / (high - low)) * (down - 1))
  let before: number | undefined
  for (let x = 0; x < across; x++) {
    const range = rangeOf(known, x, across)
    const [top, bottom] = [rowOf(range.high), rowOf(range.low)]
    // Reaches for the column before, so that a steep curve stays one line.
    const from = before === undefined ? top : Math.min(top, Math.max(before, top))
    const to = before === undefined ? bottom : Math.max(bottom, Math.min(before, bottom))
    const start = before !== undefined && before < from ? before + 1 : from
    const end = before !== undefined && before > to ? before - 1 : to
    for (let y = start; y <= end; y++)
      cells[Math.floor(y / dotsDown)]![Math.floor(x / dotsAcross)]! |= dotBits[y % dotsDown]![x % dotsAcross]!
    before = rowOf(range.last)
  }
  const label = (line: number): string => (line === 0 ? short(high) : line === height - 1 ? short(low) : '')
  const lastStep = String(series.length)
  return [
    `${title} ${short(known.at(-1)!)}`,
    ...cells.map(
      (row, line) =>
        `${label(line).padStart(labelWidth)} │${String.fromCodePoint(...Array.from(row, bits => 0x2800 + bits))}`,
    ),
    `${' '.repeat(labelWidth + 1)}└1${lastStep.padStart(columns - 1, '─')}`,
  ]
}

/** Lines of several blocks beside one another. */
export function beside(blocks: readonly (readonly string[])[], gap = 3): readonly string[] {
  const lines = Math.max(0, ...blocks.map(block => block.length))
  const widths = blocks.map(block => Math.max(0, ...block.map(line => line.length)))
  return Array.from({ length: lines }, (_, i) =>
    blocks
      .map((block, at) => (block[i] ?? '').padEnd(widths[at]!))
      .join(' '.repeat(gap))
      .trimEnd(),
  )
}

/** What falls into one of so many columns: the values of its steps, or where the line between two steps runs there. */
function rangeOf(values: readonly number[], column: number, columns: number) {
  if (values.length <= columns) {
    const place = (column * (values.length - 1)) / (columns - 1)
    const [left, right] = [values[Math.floor(place)]!, values[Math.ceil(place)]!]
    const value = left + (right - left) * (place % 1)
    return { low: value, high: value, last: value }
  }
  const from = Math.floor((column * values.length) / columns)
  const to = Math.floor(((column + 1) * values.length) / columns)
  const inside = values.slice(from, to)
  return { low: Math.min(...inside), high: Math.max(...inside), last: inside.at(-1)! }
}

/** As many digits as fit beside an axis. */
function short(value: number): string {
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e5 || size < 1e-3)) return value.toExponential(1)
  return value.toFixed(size >= 100 ? 1 : 3)
}

const plotHeight = 8

/** A terminal that draws the curves of a training above whatever line is redrawn, where it is large enough. */
export const withCurves = (terminal: Terminal, losses: Series, epsilons: Series): Terminal => ({
  ...terminal,
  redraw(text) {
    const { columns, rows } = terminal.size()
    const isPrivate = epsilons.some(epsilon => epsilon !== null)
    const width = Math.min(72, isPrivate ? (columns - 4) >> 1 : columns - 1)
    const curves =
      rows < plotHeight + 6
        ? []
        : beside(
            [
              curveLines('loss', losses, { width, height: plotHeight }),
              isPrivate ? curveLines('epsilon', epsilons, { width, height: plotHeight }) : [],
            ].filter(block => block.length > 0),
          )
    terminal.redraw([...curves, text].join('\n'))
  },
})
